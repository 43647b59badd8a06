//! Prose: which lines of a page are worth reading. A line costs time that grows with its length, and the paragraphs of a letter say
//! nothing that anybody asks for: number, date, entity and subject stand in its head, the closing in short lines.

use super::ink::TextStrip;

/// The first lines of a page are its head: letterhead, number, date, addressee, subject.
const HEAD: usize = 14;
/// A line of at least this part of the usual long line fills the page's breadth.
const FULL: f32 = 0.85;
/// Lines shorter than this part of the page are no paragraph's.
const PARAGRAPH: f32 = 0.5;
/// Where a paragraph ends in a line of at least this part of the page: a closing is shorter.
const ENDS: f32 = 0.3;
/// Lines of a paragraph stand at most so many times their height apart.
const SPACING: f32 = 2.2;

/// Which page of its file a page is. On a later one stands what goes on from the first, or, behind a cover, a letter with a head of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    First,
    Later,
}

/// The lines of the head (on a later page without those that go on in a paragraph), and below it those that neither fill the page's breadth nor end a paragraph that does, or of which `may_be_a_row` says that a table may go on in them: nobody
/// is asked for a row that stands there without its rules.
pub(super) fn telling<'a>(
    strips: &[&'a TextStrip],
    page_width: f32,
    place: Place,
    may_be_a_row: impl Fn(&TextStrip) -> bool,
) -> Vec<&'a TextStrip> {
    let width = |strip: &TextStrip| strip.right - strip.left;
    let mut widths: Vec<f32> = strips.iter().map(|strip| width(strip)).collect();
    widths.sort_by(f32::total_cmp);
    let usual = widths.get(widths.len() * 9 / 10).copied().unwrap_or(0.0);
    let full = (usual * FULL).max(page_width * PARAGRAPH);
    let is_full = |strip: &TextStrip| width(strip) >= full;
    let goes_on = |index: usize, strip: &TextStrip| {
        let goes_on = |above: &&TextStrip| {
            let apart = strip.middle_at(strip.left) - above.middle_at(strip.left);
            is_full(above) && apart <= SPACING * strip.height() && (strip.left - above.left).abs() <= strip.height()
        };
        let above = index.checked_sub(1).and_then(|above| strips.get(above));
        width(strip) >= ENDS * page_width && above.is_some_and(goes_on)
    };
    let is_telling = |(index, strip): &(usize, &&TextStrip)| match (*index < HEAD, place) {
        (true, Place::First) => true,
        (true, Place::Later) => !goes_on(*index, strip) || may_be_a_row(strip),
        (false, _) => !is_full(strip) && !goes_on(*index, strip) || may_be_a_row(strip),
    };
    strips.iter().enumerate().filter(is_telling).map(|(_, strip)| *strip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::ink::{self, Marks};

    #[test]
    fn a_line_below_the_head_that_fills_the_page_is_read_only_where_it_may_be_a_row() {
        // Twenty lines of letters across the page.
        let is_ink = |x: usize, y: usize| (40..560).contains(&x) && y % 30 < 10 && x % 9 < 6;
        let marks = Marks::find(600, 600, is_ink);
        let strips = ink::strips(&marks.list, 100.0, |_, _| true);
        let lines: Vec<&TextStrip> = strips.iter().collect();
        assert_eq!(lines.len(), 20);
        assert_eq!(telling(&lines, 600.0, Place::First, |_| false).len(), HEAD);
        let below = |strip: &TextStrip| (480.0..500.0).contains(&strip.middle_at(300.0));
        assert_eq!(telling(&lines, 600.0, Place::First, below).len(), HEAD + 1);
    }

    #[test]
    fn the_last_line_of_a_paragraph_is_not_read_and_a_closing_is() {
        // Sixteen full lines, a line that ends them, and two that stand apart.
        let right = |line: usize| match line {
            0..16 => 560,
            16 => 300,
            _ => 240,
        };
        let is_ink = |x: usize, y: usize| {
            let line = if y < 340 { y / 20 } else { 16 + (y - 320) / 30 };
            let inside = if y < 340 { y % 20 < 10 } else { (y - 320) % 30 < 10 };
            inside && line < 19 && (40..right(line)).contains(&x) && x % 9 < 6
        };
        let marks = Marks::find(600, 600, is_ink);
        let strips = ink::strips(&marks.list, 100.0, |_, _| true);
        let lines: Vec<&TextStrip> = strips.iter().collect();
        assert_eq!(lines.len(), 19);
        let told = telling(&lines, 600.0, Place::First, |_| false);
        assert_eq!((told.len(), told.last().map(|strip| strip.right < 250.0)), (HEAD + 2, Some(true)));
        let later = telling(&lines, 600.0, Place::Later, |_| false);
        assert_eq!(later.len(), 3, "the first line of the paragraph, and the closing");
    }
}
