//! Prose: which lines of a page are worth reading. A line costs time that grows with its length, and the paragraphs of a letter say
//! nothing that anybody asks for: number, date, entity and subject stand in its head, the closing in short lines.

use super::ink::TextStrip;

/// The first lines of a page are its head: letterhead, number, date, addressee, subject.
const HEAD: usize = 14;
/// A line of at least this part of the usual long line fills the page's breadth.
const FULL: f32 = 0.85;
/// Lines shorter than this part of the page are no paragraph's.
const PARAGRAPH: f32 = 0.5;

/// The lines of the head, and below it those that do not fill the page's breadth, or of which `may_be_a_row` says that a table may go on in them: nobody
/// is asked for a row that stands there without its rules.
pub(super) fn telling<'a>(
    strips: &[&'a TextStrip],
    page_width: f32,
    may_be_a_row: impl Fn(&TextStrip) -> bool,
) -> Vec<&'a TextStrip> {
    let width = |strip: &TextStrip| strip.right - strip.left;
    let mut widths: Vec<f32> = strips.iter().map(|strip| width(strip)).collect();
    widths.sort_by(f32::total_cmp);
    let usual = widths.get(widths.len() * 9 / 10).copied().unwrap_or(0.0);
    let full = (usual * FULL).max(page_width * PARAGRAPH);
    let (head, below) = strips.split_at(strips.len().min(HEAD));
    head.iter().chain(below.iter().filter(|strip| width(strip) < full || may_be_a_row(strip))).copied().collect()
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
        assert_eq!(telling(&lines, 600.0, |_| false).len(), HEAD);
        let below = |strip: &TextStrip| (480.0..500.0).contains(&strip.middle_at(300.0));
        assert_eq!(telling(&lines, 600.0, below).len(), HEAD + 1);
    }
}
