//! Leaders: a row of dots or dashes that someone put where nothing was to be said («......», «-----»). The model reads letters, and lines
//! this low are dirt to it; what they say is told from their marks.

use super::marks::Mark;

/// A row has so many marks at least: fewer may be dirt.
const FEWEST: usize = 3;
/// A dot or dash is no higher than this, in inches: the full stop of twelve points is a fiftieth of an inch.
const HEIGHT: f32 = 0.035;
/// The marks of a row stand no further above or below each other than this, in inches.
const LEVEL: f32 = 0.02;
/// What is so many times as wide as high is a dash.
const DASH: f32 = 2.0;
/// The same for a hyphen that stands alone or beside dashes, whose pale edges make it thicker.
const ALONE: f32 = 1.5;
/// The width of a dash that stands alone, in inches, and the part of its rectangle that is ink: what is left of a rule is longer, and dirt is not
/// so straight.
const SHORT_DASH: std::ops::Range<f32> = 0.025..0.12;
const WHOLE: f32 = 0.7;
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

/// The row that marks make, when they are nothing else: three at least, or one or two dashes.
pub(super) fn of(marks: &[Mark], pixels_per_inch: f32) -> Option<Leaders> {
    let mut row: Vec<&Mark> = marks.iter().collect();
    row.sort_by_key(|mark| mark.left);
    let is_short_dash = |mark: &&Mark| {
        let (width, height) = (mark.width() as f32, mark.height() as f32);
        width >= ALONE * height
            && SHORT_DASH.contains(&(width / pixels_per_inch))
            && mark.area as f32 >= WHOLE * width * height
    };
    let few = row.len() < FEWEST && row.iter().all(is_short_dash);
    let first = row.first().filter(|_| few || row.len() >= FEWEST)?;
    let low = row.iter().all(|mark| mark.height() as f32 <= HEIGHT * pixels_per_inch);
    let level = row.iter().all(|mark| (mark.middle().1 - first.middle().1).abs() <= LEVEL * pixels_per_inch);
    let steps: Vec<f32> =
        row.iter().zip(row.iter().skip(1)).map(|(mark, next)| next.middle().0 - mark.middle().0).collect();
    let (least, most) =
        steps.iter().fold((f32::INFINITY, 0.0f32), |(least, most), step| (least.min(*step), most.max(*step)));
    let is_wide = |mark: &&Mark, least: f32| mark.width() as f32 >= least * mark.height() as f32;
    // Of dashes in two tones some are thicker; one is a dash for sure, and none is a dot.
    let kind = match row.iter().any(|mark| is_wide(mark, DASH)) {
        _ if few => Leaders::Dashes(row.len()),
        false => Leaders::Dots(row.len()),
        true if row.iter().all(|mark| is_wide(mark, ALONE)) => Leaders::Dashes(row.len()),
        true => return None,
    };
    (low && level && (few || most <= EVEN * least)).then_some(kind)
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
        let thicker = [mark(8, 29, 9, 6)].into_iter().chain(dashes.clone()).collect::<Vec<_>>();
        assert_eq!(of(&thicker, 200.0), Some(Leaders::Dashes(5)));
        let dotted = [mark(8, 29, 4, 4)].into_iter().chain(dashes.clone()).collect::<Vec<_>>();
        assert_eq!(of(&dotted, 200.0), None, "a dot beside dashes");
        assert_eq!(of(&dots[..2], 200.0), None, "two specks");
        assert_eq!(of(&dashes[..1], 200.0), Some(Leaders::Dashes(1)));
        assert_eq!(of(&dashes[..2], 200.0), Some(Leaders::Dashes(2)));
        assert_eq!(of(&[mark(20, 30, 40, 3)], 200.0), None, "what is left of a rule");
        assert_eq!(of(&[Mark { area: 12, ..dashes[0] }], 200.0), None, "a scratch");
        assert_eq!(of(&[dots[0], dots[1], mark(90, 30, 4, 4)], 200.0), None, "uneven");
        assert_eq!(of(&[dots[0], dots[1], mark(34, 60, 4, 4)], 200.0), None, "not in one row");
        assert_eq!(of(&[dots[0], dots[1], mark(34, 20, 4, 24)], 200.0), None, "a letter");
    }
}
