//! Marks: the connected parts of a picture's ink. Whether one is a letter, a word, a rule or dirt is for others to say.

/// A connected mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub left: usize,
    pub top: usize,
    /// Behind the last column and row.
    pub right: usize,
    pub bottom: usize,
    pub area: usize,
}

impl Mark {
    pub fn width(&self) -> usize {
        self.right - self.left
    }

    pub fn height(&self) -> usize {
        self.bottom - self.top
    }

    /// The same mark in a picture whose origin is so far left of and above.
    pub fn moved(&self, right: usize, down: usize) -> Mark {
        let (left, right) = (self.left + right, self.right + right);
        Mark { left, right, top: self.top + down, bottom: self.bottom + down, area: self.area }
    }

    /// The same mark in a picture on its side, whose rows are this one's columns.
    pub fn on_its_side(&self) -> Mark {
        Mark { left: self.top, right: self.bottom, top: self.left, bottom: self.right, area: self.area }
    }

    pub fn middle(&self) -> (f32, f32) {
        ((self.left + self.right) as f32 / 2.0, (self.top + self.bottom) as f32 / 2.0)
    }
}

/// The marks of a picture, in the order of their first pixels row by row, with the mark of each pixel.
pub(super) struct Marks {
    pub list: Vec<Mark>,
    /// Row by row, from left to right.
    runs: Vec<Run>,
    /// The first run of each row, and behind the last row the end.
    rows: Vec<usize>,
}

/// Ink along a row.
struct Run {
    from: usize,
    /// Behind its last pixel.
    to: usize,
    mark: usize,
}

impl Marks {
    /// Marks of pixels for which `is_ink` holds, connected over edges and corners.
    pub fn find(width: usize, height: usize, is_ink: impl Fn(usize, usize) -> bool) -> Marks {
        let mut runs: Vec<Run> = Vec::new();
        let mut rows = vec![0];
        let mut joined = Joined::default();
        // The runs of the row above that may touch what is still to come of this one.
        let mut above = 0;
        for y in 0..height {
            let first = runs.len();
            let mut start = None;
            for x in 0..=width {
                match (start, x < width && is_ink(x, y)) {
                    (None, true) => start = Some(x),
                    (Some(from), false) => {
                        let own = joined.alone();
                        while runs.get(above).is_some_and(|other| above < first && other.to < from) {
                            above += 1;
                        }
                        let touching =
                            runs.get(above..first).unwrap_or_default().iter().take_while(|run| run.from <= x);
                        (above..above + touching.count()).for_each(|other| joined.join(other, own));
                        runs.push(Run { from, to: x, mark: own });
                        start = None;
                    }
                    _ => {}
                }
            }
            above = first;
            rows.push(runs.len());
        }
        let mut list: Vec<Mark> = Vec::new();
        let mut mark_of: Vec<usize> = Vec::with_capacity(runs.len());
        for (y, (from, to)) in rows.iter().zip(rows.iter().skip(1)).enumerate() {
            for (index, run) in runs.iter_mut().enumerate().take(*to).skip(*from) {
                // The first of a mark's runs comes before the others.
                run.mark = mark_of.get(joined.first(index)).copied().unwrap_or(list.len());
                mark_of.push(run.mark);
                match list.get_mut(run.mark) {
                    Some(mark) => mark.take(run, y),
                    None => list.push(Mark {
                        left: run.from,
                        top: y,
                        right: run.to,
                        bottom: y + 1,
                        area: run.to - run.from,
                    }),
                }
            }
        }
        Marks { list, runs, rows }
    }

    /// The mark at a pixel.
    pub fn at(&self, x: usize, y: usize) -> Option<usize> {
        let runs = self.runs.get(*self.rows.get(y)?..*self.rows.get(y + 1)?)?;
        let run = runs.get(runs.partition_point(|run| run.to <= x))?;
        (run.from <= x).then_some(run.mark)
    }
}

impl Mark {
    fn take(&mut self, run: &Run, y: usize) {
        self.left = self.left.min(run.from);
        self.right = self.right.max(run.to);
        self.bottom = y + 1;
        self.area += run.to - run.from;
    }
}

/// Which runs are of one mark: each leads to an earlier one of the same, the first to itself.
#[derive(Default)]
struct Joined {
    earlier: Vec<usize>,
}

impl Joined {
    /// A further run, which is joined to none.
    fn alone(&mut self) -> usize {
        self.earlier.push(self.earlier.len());
        self.earlier.len() - 1
    }

    /// The first run of the mark that a run is of.
    fn first(&mut self, mut run: usize) -> usize {
        while let Some(earlier) = self.earlier.get(run).copied().filter(|earlier| *earlier < run) {
            let next = self.earlier.get(earlier).copied().unwrap_or(earlier);
            if let Some(slot) = self.earlier.get_mut(run) {
                *slot = next;
            }
            run = next;
        }
        run
    }

    fn join(&mut self, run: usize, other: usize) {
        let (run, other) = (self.first(run), self.first(other));
        if let Some(slot) = self.earlier.get_mut(run.max(other)) {
            *slot = run.min(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marks(rows: &[&str]) -> Marks {
        let width = rows.first().map_or(0, |row| row.len());
        Marks::find(width, rows.len(), |x, y| rows[y].as_bytes()[x] == b'#')
    }

    #[test]
    fn ink_that_meets_at_a_corner_or_further_down_is_one_mark() {
        let found = marks(&["#..#..#", ".#.#..#", "...####", "#......"]);
        let [first, second, third] = found.list[..] else { panic!("{:?}", found.list) };
        assert_eq!(first, Mark { left: 0, top: 0, right: 2, bottom: 2, area: 2 });
        assert_eq!(second, Mark { left: 3, top: 0, right: 7, bottom: 3, area: 8 });
        assert_eq!(third, Mark { left: 0, top: 3, right: 1, bottom: 4, area: 1 });
        assert_eq!(
            [(3, 0), (6, 1), (5, 1), (0, 3), (7, 0), (0, 4)].map(|(x, y)| found.at(x, y)),
            [Some(1), Some(1), None, Some(2), None, None]
        );
    }

    proptest! {
        /// As when each mark is painted from its first pixel.
        #[test]
        fn marks_are_what_can_be_reached_from_their_first_pixels(
            (width, ink) in (1usize..12).prop_flat_map(|width| {
                (Just(width), proptest::collection::vec(proptest::bool::weighted(0.45), 0..8 * width))
            })
        ) {
            let height = ink.len() / width;
            let is_ink = |x: usize, y: usize| x < width && y < height && ink[y * width + x];
            let found = Marks::find(width, height, is_ink);
            let mut painted = vec![None; width * height];
            let mut count = 0;
            for start in 0..width * height {
                if painted[start].is_some() || !is_ink(start % width, start / width) {
                    continue;
                }
                let mut open = vec![start];
                let mut area = 0;
                while let Some(at) = open.pop() {
                    if painted[at].is_some() {
                        continue;
                    }
                    painted[at] = Some(count);
                    area += 1;
                    let (x, y) = (at % width, at / width);
                    for y in y.saturating_sub(1)..=y + 1 {
                        open.extend((x.saturating_sub(1)..=x + 1).filter(|x| is_ink(*x, y)).map(|x| y * width + x));
                    }
                }
                prop_assert_eq!(found.list[count].area, area);
                count += 1;
            }
            prop_assert_eq!(found.list.len(), count);
            for (at, mark) in painted.into_iter().enumerate() {
                prop_assert_eq!(found.at(at % width, at / width), mark);
            }
        }
    }
}
