//! Prose: which lines of a page are worth reading. A line costs time that grows with its length, and the paragraphs of a letter say
//! nothing that anybody asks for: number, date, entity and subject stand in its head, above the salutation, the closing in short lines.

use super::ink::TextStrip;
use crate::form::fold;

/// The first lines of a page are its head, where no salutation says where that ends: letterhead, number, date, addressee, subject.
const HEAD: usize = 14;
/// A salutation may stand further down, below the lines and crumbs of stamps.
const LONGEST_HEAD: usize = 36;
/// The first of these are its letterhead, which may be as wide as a paragraph.
const LETTERHEAD: usize = 4;
/// A line of at least this part of the usual long line fills the page's breadth.
const FULL: f32 = 0.85;
/// Lines shorter than this part of the page are no paragraph's.
const PARAGRAPH: f32 = 0.5;
/// Where a paragraph ends in a line of at least this part of the page: «Atentamente,» is shorter.
const ENDS: f32 = 0.2;
/// Lines of a paragraph stand at most so many times their height apart, and begin at most the second so many times right or left of the one above: where
/// its first line is set in, or the others are, behind a bullet.
const SPACING: f32 = 2.2;
const INDENT: f32 = 4.0;
/// A salutation has so many words at most: «De mi mayor consideración y estima personal:».
const SALUTATION: usize = 7;

/// Which page of its file a page is. On a later one stands what goes on from the first, or, behind a cover, a letter with a head of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    First,
    Later,
}

impl Place {
    /// Whether the paragraph lines of a page's head are read at an index, where the salutation stands at another: above it they are the subject's. Where
    /// none is seen, they may be the subject's on the first page, and go on from it on a later one.
    pub fn reads_paragraph(self, index: usize, salutation: Option<usize>) -> bool {
        match (salutation, self) {
            (Some(salutation), _) => index < salutation,
            (None, Place::First) => index < HEAD,
            (None, Place::Later) => false,
        }
    }
}

/// What a line is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing but itself: a number, a name, a closing.
    Own,
    /// A paragraph, or a subject of more than a line.
    Paragraph,
}

/// What each line of a page is a part of, top to bottom. One that `is_beside_a_table`, by its index, stands for itself: nobody is asked for a row that
/// stands there without its rules.
pub(super) fn parts(strips: &[&TextStrip], page_width: f32, is_beside_a_table: impl Fn(usize) -> bool) -> Vec<Part> {
    let width = |strip: &TextStrip| strip.right - strip.left;
    let mut widths: Vec<f32> = strips.iter().map(|strip| width(strip)).collect();
    widths.sort_by(f32::total_cmp);
    let usual = widths.get(widths.len() * 9 / 10).copied().unwrap_or(0.0);
    let full = (usual * FULL).max(page_width * PARAGRAPH);
    let is_full = |strip: &TextStrip| width(strip) >= full;
    let goes_on_from = |above: &TextStrip, strip: &TextStrip| {
        let apart = strip.middle_at(strip.left) - above.middle_at(strip.left);
        is_full(above)
            && width(strip) >= ENDS * page_width
            && apart <= SPACING * strip.height()
            && (strip.left - above.left).abs() <= INDENT * strip.height()
    };
    let part = |index: usize, strip: &TextStrip| {
        let above = index.checked_sub(1).and_then(|above| strips.get(above));
        let goes_on = above.is_some_and(|above| goes_on_from(above, strip));
        let is_alone = || !goes_on && strips.get(index + 1).is_none_or(|below| !goes_on_from(strip, below));
        let is_letterhead = || index < LETTERHEAD && is_alone();
        let is_paragraph = goes_on || is_full(strip) && !is_letterhead();
        if is_paragraph && !is_beside_a_table(index) { Part::Paragraph } else { Part::Own }
    };
    strips.iter().enumerate().map(|(index, strip)| part(index, strip)).collect()
}

/// Which of a page's lines, by index, is the salutation.
pub(super) fn salutation<'a>(mut lines: impl Iterator<Item = (usize, &'a str)>) -> Option<usize> {
    lines.find(|(index, text)| *index < LONGEST_HEAD && is_salutation(text)).map(|(index, _)| index)
}

/// Whether a letter's head ends in a line: «De mi consideración:».
fn is_salutation(text: &str) -> bool {
    let folded = fold(text);
    folded.contains("consideracion") && folded.split(' ').count() <= SALUTATION
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::ink;
    use crate::recognition::marks::Marks;

    fn count(parts: &[Part], wanted: Part) -> usize {
        parts.iter().filter(|part| **part == wanted).count()
    }

    #[test]
    fn a_line_that_fills_the_page_stands_for_itself_in_a_letterhead_and_beside_a_table() {
        // Twenty lines of letters across the page.
        let is_ink = |x: usize, y: usize| (40..560).contains(&x) && y % 30 < 10 && x % 9 < 6;
        let marks = Marks::find(600, 600, is_ink);
        let strips = ink::strips(&marks.list, 100.0, |_, _| true);
        let lines: Vec<&TextStrip> = strips.iter().collect();
        let own = |is_beside: &dyn Fn(usize) -> bool| count(&parts(&lines, 600.0, is_beside), Part::Own);
        assert_eq!((lines.len(), own(&|_| false)), (20, LETTERHEAD));
        assert_eq!(own(&|index| index == 16), LETTERHEAD + 1);
    }

    #[test]
    fn the_last_line_of_a_paragraph_is_a_part_of_it_and_a_closing_is_not() {
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
        let parts = parts(&lines, 600.0, |_| false);
        assert_eq!((count(&parts, Part::Paragraph), count(&parts, Part::Own)), (17, 2));
        assert_eq!(parts[17..], [Part::Own; 2]);
    }

    /// The parts of lines at 20 pixels from each other (40 behind what ends a paragraph), each from left to right.
    fn told(lines: &[(usize, usize)]) -> Vec<Part> {
        let is_ink = |x: usize, y: usize| {
            let line = lines.get(y / 20);
            y % 20 < 10 && x % 9 < 6 && line.is_some_and(|(left, right)| (*left..*right).contains(&x))
        };
        let marks = Marks::find(600, 20 * lines.len(), is_ink);
        let strips = ink::strips(&marks.list, 100.0, |_, _| true);
        let lines: Vec<&TextStrip> = strips.iter().collect();
        parts(&lines, 600.0, |_| false)
    }

    #[test]
    fn a_paragraph_behind_a_bullet_is_one_whichever_way_it_is_set_in() {
        use Part::{Own, Paragraph};
        let bullet = [(40, 560), (67, 560), (67, 300)];
        assert_eq!(told(&bullet), [Paragraph; 3]);
        let set_in = [(76, 560), (40, 560), (40, 560)];
        assert_eq!(told(&set_in), [Paragraph; 3]);
        let closing = [(40, 560), (40, 130), (200, 400)];
        assert_eq!(
            told(&closing),
            [Own, Own, Own],
            "a letterhead, a line that is too short, one that is far to the right"
        );
    }

    #[test]
    fn a_paragraph_is_read_above_the_salutation_and_on_a_first_page_without_one() {
        assert!(Place::First.reads_paragraph(9, Some(12)) && Place::Later.reads_paragraph(9, Some(12)));
        assert!(!Place::First.reads_paragraph(13, Some(12)) && !Place::Later.reads_paragraph(13, Some(12)));
        assert!(Place::First.reads_paragraph(9, None) && !Place::Later.reads_paragraph(9, None));
        assert!(!Place::First.reads_paragraph(HEAD, None));
    }

    #[test]
    fn a_salutation_is_short_and_stands_in_the_head() {
        let lines = |at: usize| salutation([(3, "Señor:"), (at, "De mi consideración:")].into_iter());
        assert_eq!((lines(17), lines(60)), (Some(17), None));
        for text in ["De mi consideración:", "De mi mayor consideracion", "Demi consideración: -"] {
            assert!(is_salutation(text), "{text}");
        }
        for text in
            ["Señor:", "Seguros de contar con su atención, le expreso mis sentimientos de consideración y estima."]
        {
            assert!(!is_salutation(text), "{text}");
        }
    }
}
