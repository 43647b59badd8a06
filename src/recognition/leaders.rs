//! Leaders: a row of dots or dashes that someone put where nothing was to be said («......», «-----»). The model reads letters, and lines
//! this low are dirt to it; what they say is told from their marks.

use super::ink::Mark;

/// A row has so many marks at least: fewer may be dirt.
const FEWEST: usize = 3;
/// A dot or dash is no higher than this, in inches: the full stop of twelve points is a fiftieth of an inch.
const HEIGHT: f32 = 0.035;
/// The marks of a row stand no further above or below each other than this, in inches.
const LEVEL: f32 = 0.02;
/// What is so many times as wide as high is a dash.
const DASH: f32 = 2.0;
/// The widest gap between two marks is so many times the narrowest one at most.
const EVEN: f32 = 2.0;

/// A row of dots or of dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaders {
    Dots(usize),
    Dashes(usize),
}

impl Leaders {
    /// What it says.
    pub fn text(self) -> String {
        match self {
            Leaders::Dots(count) => ".".repeat(count),
            Leaders::Dashes(count) => "-".repeat(count),
        }
    }
}

/// The row that marks make, when they are nothing else.
pub(super) fn of(marks: &[Mark], pixels_per_inch: f32) -> Option<Leaders> {
    let mut row: Vec<&Mark> = marks.iter().collect();
    row.sort_by_key(|mark| mark.left);
    let first = row.first().filter(|_| row.len() >= FEWEST)?;
    let low = row.iter().all(|mark| mark.height() as f32 <= HEIGHT * pixels_per_inch);
    let level = row.iter().all(|mark| (mark.middle().1 - first.middle().1).abs() <= LEVEL * pixels_per_inch);
    let steps: Vec<f32> =
        row.iter().zip(row.iter().skip(1)).map(|(mark, next)| next.middle().0 - mark.middle().0).collect();
    let (least, most) =
        steps.iter().fold((f32::INFINITY, 0.0f32), |(least, most), step| (least.min(*step), most.max(*step)));
    let is_dash = |mark: &&Mark| mark.width() as f32 >= DASH * mark.height() as f32;
    let dashes = row.iter().filter(|mark| is_dash(mark)).count();
    let kind = match dashes {
        0 => Leaders::Dots(row.len()),
        all if all == row.len() => Leaders::Dashes(all),
        _ => return None,
    };
    (low && level && most <= EVEN * least).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(left: usize, top: usize, width: usize, height: usize) -> Mark {
        Mark { left, top, right: left + width, bottom: top + height, area: width * height }
    }

    #[test]
    fn dots_and_dashes_in_a_row_are_leaders_and_dirt_is_not() {
        let dots: Vec<Mark> = (0..6).map(|at| mark(20 + 7 * at, 30 + at % 2, 4, 4)).collect();
        assert_eq!(of(&dots, 200.0), Some(Leaders::Dots(6)));
        let dashes: Vec<Mark> = (0..4).map(|at| mark(20 + 12 * at, 30, 9, 3)).collect();
        assert_eq!(of(&dashes, 200.0), Some(Leaders::Dashes(4)));
        assert_eq!(of(&dots[..2], 200.0), None, "two specks");
        assert_eq!(of(&[dots[0], dots[1], mark(90, 30, 4, 4)], 200.0), None, "uneven");
        assert_eq!(of(&[dots[0], dots[1], mark(34, 60, 4, 4)], 200.0), None, "not in one row");
        assert_eq!(of(&[dots[0], dots[1], mark(34, 20, 4, 24)], 200.0), None, "a letter");
    }
}
