//! Band: the lines of text in a cell, as the rows of its picture that they take. Which ink is a line's is told by rows alone; nothing is read
//! here.

/// A line that is lower than this part of the tallest of its cell lacks letters that reach up or down.
const LOW: f32 = 0.88;
/// Rows of the body of a line hold this part of the ink of its fullest row.
const BODY: f32 = 0.4;
/// Rows below the body are tails when they are this part of a line's height.
const TAIL: f32 = 0.12;
/// A line without tails that is higher than this part of the tallest has capitals or upstrokes.
const UPRIGHT: f32 = 0.66;

/// A line of text in the picture of a cell, in its pixels; ends are behind the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Band {
    pub top: usize,
    pub bottom: usize,
    pub left: usize,
    pub right: usize,
    /// How much higher and lower the cell's other lines reach: letters that none of this line's are as tall or as low as.
    pub room: Room,
    /// Whether it was found along strokes that are paler than ink: it may be dirt.
    pub is_pale: bool,
}

/// Pixels above and below a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    pub above: usize,
    pub below: usize,
}

impl Band {
    pub fn height(&self) -> usize {
        self.bottom - self.top
    }
}

/// Accents that stand free belong to the line under them.
pub(super) fn glued(bands: Vec<(usize, usize)>, usual: Option<f32>, least: usize) -> Vec<(usize, usize)> {
    let tallest = bands.iter().map(|(top, bottom)| bottom - top).max().unwrap_or(0) as f32;
    let height = usual.unwrap_or(tallest).max(least as f32);
    let mut glued: Vec<(usize, usize)> = Vec::new();
    let mut above: Option<(usize, usize)> = None;
    for (top, bottom) in bands {
        let start = match above.take() {
            Some((start, end)) if (top - end) as f32 <= 0.3 * height => start,
            Some(free) => {
                glued.push(free);
                top
            }
            None => top,
        };
        if ((bottom - start) as f32) < 0.42 * height {
            above = Some((start, bottom));
        } else {
            glued.push((start, bottom));
        }
    }
    // Cedillas, commas and dots under the last line.
    if let Some((start, end)) = above {
        match glued.last_mut() {
            Some((_, bottom)) if (start - *bottom) as f32 <= 0.2 * height => *bottom = end,
            _ => glued.push((start, end)),
        }
    }
    glued
}

/// The room that low lines have among the others of their cell. The model takes each picture for a whole line: of «.pe», cut out as high
/// as its own letters, it reads the dot as a dash or not at all.
pub(super) fn rooms(bands: &[(usize, usize)], rows: &[usize]) -> Vec<Room> {
    let tallest = bands.iter().map(|(top, bottom)| bottom - top).max().unwrap_or(0);
    let free_above = bands.iter().scan(0, |end, (top, bottom)| Some(top - std::mem::replace(end, *bottom)));
    let next_tops = bands.iter().skip(1).map(|(top, _)| *top).chain(std::iter::once(rows.len()));
    let free_below = bands.iter().zip(next_tops).map(|((_, bottom), next)| next.saturating_sub(*bottom));
    let room = |(top, bottom): (usize, usize), free: Room| {
        let height = bottom - top;
        if height as f32 >= LOW * tallest as f32 {
            return Room::default();
        }
        let own = rows.get(top..bottom).unwrap_or_default();
        let most = own.iter().max().copied().unwrap_or(0) as f32;
        let tails = own.iter().rev().take_while(|ink| (**ink as f32) < BODY * most).count();
        let missing = tallest - height;
        let above = match (tails as f32 >= TAIL * tallest as f32, height as f32 >= UPRIGHT * tallest as f32) {
            (true, _) => missing,
            (false, true) => 0,
            (false, false) => missing / 2,
        };
        // Half of the white between two lines is the other one's.
        Room { above: above.min(free.above / 2), below: (missing - above).min(free.below / 2) }
    };
    let free = free_above.zip(free_below).map(|(above, below)| Room { above, below });
    bands.iter().zip(free).map(|(band, free)| room(*band, free)).collect()
}

/// Lines that touch each other are parted where there is least ink.
pub(super) fn split((top, bottom): (usize, usize), rows: &[usize], usual: Option<f32>) -> Vec<(usize, usize)> {
    let Some(usual) = usual.filter(|usual| *usual > 2.0) else { return vec![(top, bottom)] };
    let height = (bottom - top) as f32;
    if height < 1.65 * usual {
        return vec![(top, bottom)];
    }
    let likely = (height / (1.12 * usual)).round().max(2.0) as usize;
    let cuts = |count: usize| -> Vec<usize> {
        let pitch = height / count as f32;
        let cut = |index: usize| {
            let about = top as f32 + pitch * index as f32;
            let (low, high) = ((about - 0.3 * pitch) as usize, (about + 0.3 * pitch) as usize);
            (low.max(top + 1)..=high.min(bottom.saturating_sub(2)))
                .min_by_key(|y| rows.get(*y).copied().unwrap_or(0))
                .unwrap_or(about as usize)
        };
        (1..count).map(cut).collect()
    };
    // Of one line more or less than the usual height says, that many of which no letters are cut through.
    let most_cut = |cuts: &Vec<usize>| cuts.iter().filter_map(|y| rows.get(*y)).max().copied().unwrap_or(0);
    let best = [likely, likely + 1, likely - 1].into_iter().filter(|count| *count >= 2).map(cuts).min_by_key(most_cut);
    let ends = best.unwrap_or_default();
    let starts = std::iter::once(top).chain(ends.iter().copied());
    starts.zip(ends.iter().copied().chain([bottom])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_belongs_to_the_line_under_it() {
        assert_eq!(glued(vec![(10, 14), (16, 36), (44, 64)], None, 5), [(10, 36), (44, 64)]);
        assert_eq!(glued(vec![(16, 36), (38, 41)], None, 5), [(16, 41)]);
    }

    #[test]
    fn a_low_line_has_the_room_that_the_others_of_its_cell_take() {
        // A line with upstrokes (10 to 14) and tails (22 to 25); one of tails, one of neither, one of capitals.
        let whole = (10..25).map(|y| if (14..22).contains(&y) { 9 } else { 2 });
        let rows: Vec<usize> = std::iter::repeat_n(0, 10).chain(whole).chain(std::iter::repeat_n(0, 25)).collect();
        let with = |own: &[usize]| -> Vec<usize> {
            rows.iter()
                .enumerate()
                .map(|(y, ink)| y.checked_sub(34).and_then(|at| own.get(at)).unwrap_or(ink))
                .copied()
                .collect()
        };
        let second = |own: &[usize]| rooms(&[(10, 25), (34, 34 + own.len())], &with(own))[1];
        assert_eq!(second(&[9, 9, 9, 9, 9, 9, 9, 9, 2, 2, 2]), Room { above: 4, below: 0 });
        assert_eq!(second(&[9; 8]), Room { above: 3, below: 4 });
        assert_eq!(second(&[9; 11]), Room { above: 0, below: 2 });
        assert_eq!(second(&[9; 15]), Room::default());
    }

    #[test]
    fn lines_that_touch_are_parted_where_there_is_least_ink() {
        let mut rows = vec![9; 60];
        rows[29] = 1;
        assert_eq!(split((0, 58), &rows, Some(26.0)), [(0, 29), (29, 58)]);
        assert_eq!(split((0, 30), &rows, Some(26.0)), [(0, 30)]);
        // Two lines with tails and accents that reach into one another, of a table of digits.
        let lines: Vec<usize> =
            (0..66).map(|y| if (30..35).contains(&y) || !(4..62).contains(&y) { 2 } else { 9 }).collect();
        assert_eq!(split((0, 66), &lines, Some(22.0)), [(0, 30), (30, 66)]);
    }
}
