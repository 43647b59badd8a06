//! Cell frame: the rules around a cell go from its picture, and what of the neighbours reaches over them; letters that cross a rule stay.

use super::marks::Marks;
use super::plane::{PALE_STROKE, Plane};
use super::rules::DOUBLE;

/// A stroke of a border is ink along this part of the cell.
const STROKE: f32 = 0.4;
/// Along this part of a cell a straight border is ink.
const STRAIGHT: f32 = 0.8;
/// Rules are darker than this.
const PALE_RULE: u8 = 230;
/// A rule is known by this part of its length, where no letter touches it.
const MOST_TOLD: f32 = 0.3;
/// Both rules of a direction are seen when there is ink at this part of their places.
const SEEN: f32 = 0.9;

/// The frame of rules in the picture of a cell: they run `margin` pixels inside its edges.
pub(super) struct CellFrame {
    pub margin: usize,
    pub thickness: f32,
    pub stroke: f32,
    pub has_sides: bool,
    pub width: usize,
    pub height: usize,
}

impl CellFrame {
    /// The pixels (0) of the rules. Where a letter crosses a rule, its pixels stay.
    pub fn rules(&self, luma: &Plane) -> Plane {
        let mut gone = Plane::new(self.width, self.height, 255);
        let directions: &[bool] = if self.has_sides { &[false, true] } else { &[false] };
        for sideways in directions {
            let (size, length) = if *sideways { (self.width, self.height) } else { (self.height, self.width) };
            // Pale rules are no ink, but the model would read them.
            for limit in [PALE_STROKE, PALE_RULE] {
                let is_ink = |across: usize, along: usize| {
                    let (x, y) = if *sideways { (across, along) } else { (along, across) };
                    luma.at(x, y) < limit
                };
                let runs = self.runs(size, length, &is_ink);
                for (along, from, to) in &runs {
                    (*from..*to).for_each(|across| {
                        let (x, y) = if *sideways { (across, *along) } else { (*along, across) };
                        gone.set(x, y, 0);
                    });
                }
                if runs.len() as f32 >= SEEN * 2.0 * length as f32 {
                    break;
                }
            }
        }
        gone
    }

    /// The runs of ink across the two rules along one direction: where along them, and from where to where across. The picture is `size`
    /// pixels across the rules and `length` along them; `is_ink` is given the place across first.
    fn runs(&self, size: usize, length: usize, is_ink: &dyn Fn(usize, usize) -> bool) -> Vec<(usize, usize, usize)> {
        let widest = self.margin.saturating_sub(1).max(1);
        let reach = widest.min((self.thickness / 2.0 + 2.5) as usize);
        let longest = (1.5 * self.stroke + 2.0) as usize;
        let is_double = self.thickness > DOUBLE * self.stroke;
        let mut runs = Vec::new();
        for line in [self.margin, size.saturating_sub(self.margin + 1)] {
            let border = Border::about(line, widest, size, length, is_ink);
            let is_told = is_double || (border.is_straight && border.span() as f32 <= self.thickness + 2.0);
            // Where both strokes of a double border are near, their gap may be grey: a run through both is no letter.
            let longest_told = longest.max(border.span() + 2);
            let mut own: Vec<(usize, usize, usize)> = Vec::new();
            for along in 0..length {
                let is_ink = |at: usize| is_ink(at, along);
                let found = if is_told {
                    runs_about(&border.strokes, size, longest_told, &is_ink)
                } else {
                    run_at(line, reach, size, longest, &is_ink).into_iter().collect()
                };
                own.extend(found.into_iter().map(|(from, to)| (along, from, to)));
            }
            if !is_double {
                let touching = under_letters(&own, line == self.margin, length, is_ink);
                own.extend(touching);
            }
            runs.append(&mut own);
        }
        runs
    }

    /// The pixels (0) of marks that belong to the neighbours: most of them lies outside of the cell.
    pub fn outsiders(&self, luma: &Plane, gone: &Plane) -> Plane {
        let marks = Marks::find(self.width, self.height, |x, y| luma.at(x, y) < PALE_STROKE && gone.at(x, y) == 255);
        let inset = self.margin + (self.thickness / 2.0) as usize;
        let inside = |x: usize, y: usize| x >= inset && x + inset < self.width && y >= inset && y + inset < self.height;
        let mut within = vec![0usize; marks.list.len()];
        for y in 0..self.height {
            for x in 0..self.width {
                if inside(x, y)
                    && let Some(index) = marks.at(x, y)
                    && let Some(count) = within.get_mut(index)
                {
                    *count += 1;
                }
            }
        }
        let is_outsider = |index: usize| {
            let Some(mark) = marks.list.get(index) else { return false };
            let own = within.get(index).copied().unwrap_or(0);
            // A remainder of the rule itself lies along the edge, flat.
            let flat = 2.0 * self.thickness + 2.0;
            let hugs = |from: usize, to: usize, size: usize| {
                let near = inset as f32 + flat;
                (to as f32) < near || (from as f32) + near > size as f32
            };
            let thin_across = (mark.height() as f32) <= flat && hugs(mark.top, mark.bottom, self.height);
            let thin_down = self.has_sides && (mark.width() as f32) <= flat && hugs(mark.left, mark.right, self.width);
            let long = mark.width().max(mark.height()) as f32 > 3.0 * flat;
            own * 2 < mark.area || ((thin_across || thin_down) && long)
        };
        let mut plane = Plane::new(self.width, self.height, 255);
        for y in 0..self.height {
            for x in 0..self.width {
                if marks.at(x, y).is_some_and(is_outsider) {
                    plane.set(x, y, 0);
                }
            }
        }
        // Paper outside of the cell, and the soft edge of what goes, goes too.
        Plane::from_fn(self.width, self.height, |x, y| {
            let near = (y.saturating_sub(1)..=y + 1)
                .any(|y| (x.saturating_sub(1)..=x + 1).any(|x| plane.at(x, y) == 0 || gone.at(x, y) == 0));
            let kept = marks.at(x, y).is_some_and(|index| !is_outsider(index));
            if near && !kept { 0 } else { 255 }
        })
    }
}

/// The runs of a rule where letters of the cell touch it: as thick as its others, from the edge that is away from the cell. `runs` are
/// those that were told. What has ink two pixels beyond that edge, too, crosses the rule, and stays; one is its soft edge.
fn under_letters(
    runs: &[(usize, usize, usize)],
    is_first: bool,
    length: usize,
    is_ink: &dyn Fn(usize, usize) -> bool,
) -> Vec<(usize, usize, usize)> {
    if (runs.len() as f32) < MOST_TOLD * length as f32 {
        return Vec::new();
    }
    let median = |mut values: Vec<usize>| -> usize {
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(0)
    };
    let from = median(runs.iter().map(|(_, from, _)| *from).collect());
    let to = median(runs.iter().map(|(_, _, to)| *to).collect());
    let mut told = vec![false; length];
    runs.iter().for_each(|(along, ..)| told.get_mut(*along).into_iter().for_each(|slot| *slot = true));
    let beyond = |off: usize| if is_first { from.checked_sub(off) } else { Some(to - 1 + off) };
    let outside: Vec<usize> = [1, 2].into_iter().filter_map(beyond).collect();
    told.iter()
        .enumerate()
        .filter(|(along, told)| !**told && (from..to).all(|at| is_ink(at, *along)))
        .filter(|(along, _)| outside.iter().any(|at| !is_ink(*at, *along)))
        .map(|(along, _)| (along, from, to))
        .collect()
}

/// The run of ink that goes through a rule's place, when it is no longer than the rule is thick.
fn run_at(
    line: usize,
    reach: usize,
    size: usize,
    longest: usize,
    is_ink: &dyn Fn(usize) -> bool,
) -> Option<(usize, usize)> {
    let start = (0..=reach)
        .flat_map(|off| [line.checked_sub(off), Some(line + off)])
        .flatten()
        .find(|at| *at < size && is_ink(*at))?;
    run_through(start, size, longest, is_ink)
}

/// A border as the places across it that are ink along much of it.
struct Border {
    strokes: Vec<usize>,
    /// Whether one of them is ink along nearly all of it: the border does not bend.
    is_straight: bool,
}

impl Border {
    /// The border within reach of a place. What goes on beyond that is a line of letters.
    fn about(line: usize, reach: usize, size: usize, length: usize, is_ink: &dyn Fn(usize, usize) -> bool) -> Border {
        let covered = |at: usize| (0..length).filter(|along| is_ink(at, *along)).count() as f32 / length.max(1) as f32;
        let (first, last) = (line.saturating_sub(reach), (line + reach).min(size.saturating_sub(1)));
        let places: Vec<(usize, f32)> =
            (first..=last).map(|at| (at, covered(at))).filter(|(_, covered)| *covered >= STROKE).collect();
        let groups = places.chunk_by(|(before, _), (after, _)| *after == before + 1);
        let own: Vec<(usize, f32)> =
            groups.filter(|group| !group.iter().any(|(at, _)| [first, last].contains(at))).flatten().copied().collect();
        Border {
            is_straight: own.iter().any(|(_, covered)| *covered >= STRAIGHT),
            strokes: own.into_iter().map(|(at, _)| at).collect(),
        }
    }

    /// From the first of its strokes to the last, in pixels.
    fn span(&self) -> usize {
        self.strokes.first().zip(self.strokes.last()).map_or(0, |(first, last)| last + 1 - first)
    }
}

/// The runs of ink at the strokes of a border, each no longer than `longest`.
fn runs_about(strokes: &[usize], size: usize, longest: usize, is_ink: &dyn Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in strokes {
        if is_ink(*at) && runs.last().is_none_or(|(_, to)| at >= to) {
            runs.extend(run_through(*at, size, longest, is_ink));
        }
    }
    runs
}

/// The run of ink at a place, when it is short enough.
fn run_through(start: usize, size: usize, longest: usize, is_ink: &dyn Fn(usize) -> bool) -> Option<(usize, usize)> {
    let mut from = start;
    while from > 0 && is_ink(from - 1) && start - from <= longest {
        from -= 1;
    }
    let mut to = start + 1;
    while to < size && is_ink(to) && to - start <= longest {
        to += 1;
    }
    (to - from <= longest).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What goes of a rule of three pixels about row 10 and a letter that stands from a row on down.
    fn gone_beside_a_letter_from(top: usize) -> Plane {
        let page = Plane::from_fn(80, 40, |x, y| {
            let rule = y.abs_diff(10) <= 1;
            let letter = (30..34).contains(&x) && (top..26).contains(&y);
            if rule || letter { 0 } else { 255 }
        });
        let frame = CellFrame { margin: 10, thickness: 3.0, stroke: 3.0, has_sides: true, width: 80, height: 40 };
        frame.rules(&page)
    }

    #[test]
    fn a_rule_goes_and_a_letter_that_crosses_it_stays() {
        let gone = gone_beside_a_letter_from(6);
        assert_eq!((gone.at(60, 10), gone.at(60, 9)), (0, 0));
        assert_eq!((gone.at(31, 10), gone.at(31, 20)), (255, 255));
    }

    #[test]
    fn both_strokes_of_a_border_go_though_the_gap_between_them_is_grey_here_and_there() {
        // The upper border has its strokes at 6 to 8 and 10 to 12; every third stretch of the gap is as good as ink.
        let page = Plane::from_fn(80, 40, |x, y| {
            let stroke = (6..9).contains(&y) || (10..13).contains(&y);
            let gap = y == 9 && (x / 8) % 3 == 0;
            let letter = (30..34).contains(&x) && (18..30).contains(&y);
            if stroke || gap || letter { 0 } else { 255 }
        });
        for stroke in [2.0, 3.7] {
            let frame = CellFrame { margin: 10, thickness: 6.0, stroke, has_sides: false, width: 80, height: 40 };
            let gone = frame.rules(&page);
            let remains = (6..13)
                .flat_map(|y| (0..80).map(move |x| (x, y)))
                .filter(|(x, y)| page.is_ink(*x, *y) && gone.at(*x, *y) == 255);
            assert_eq!(remains.count(), 0, "{stroke}");
            assert_eq!(gone.at(31, 20), 255);
        }
    }

    #[test]
    fn a_rule_goes_under_a_letter_that_only_touches_it() {
        let gone = gone_beside_a_letter_from(12);
        assert_eq!((gone.at(31, 9), gone.at(31, 11), gone.at(60, 10)), (0, 0, 0));
        assert_eq!((gone.at(31, 12), gone.at(31, 20)), (255, 255));
    }
}
