//! Drawings: ink that is neither text nor rule: signatures, stamps, logos. What it is is not known here.

use super::marks::Mark;
use super::sight::Sight;
use crate::documents::{Bounds, Picture, PictureKind, TextLine};

/// No drawing is as wide or high as this part of the page, nor further beside the text than the second.
const FRAME: f32 = 0.6;
const MARGIN: f32 = 0.05;
/// So few lines, as the signer's name and office on a last page, do not tell how broad the text is.
const FEW_LINES: usize = 4;
/// Specks beside the text are no lines of so many letters.
const LONG_LINE: usize = 8;
/// A line that is so many times as high as the usual one was scribbled.
const SCRIBBLED: f32 = 2.2;

impl Sight {
    /// Ink that is neither text nor rule: signatures, stamps, logos.
    pub(super) fn drawings(&self, lines: &[TextLine], scale: f32) -> Vec<Picture> {
        let least = 0.12 * self.pixels_per_inch;
        let (width, height) = (self.straight.width() as f32, self.straight.height() as f32);
        // What is far higher than the usual line is no text, whatever was read in it.
        let mut heights: Vec<f32> = self.strips.iter().map(|strip| strip.height() * scale).collect();
        heights.sort_by(f32::total_cmp);
        let usual = heights.get(heights.len() / 2).copied().unwrap_or(f32::INFINITY);
        let in_table = |line: &TextLine| {
            let (x, y) = ((line.bounds.left + line.bounds.right) / 2.0, (line.bounds.top + line.bounds.bottom) / 2.0);
            self.found.grids.iter().any(|grid| grid.holds(x / scale, y / scale))
        };
        let lines: Vec<&TextLine> =
            lines.iter().filter(|line| line.size <= SCRIBBLED * usual || in_table(line)).collect();
        // Beside the text is the edge of the paper in a photo, and what it lies on.
        let (left, right) = sides(lines.iter().copied(), width * scale);
        let (left, right) = (left / scale, right / scale);
        let is_frame = |mark: &Mark| {
            let beside = (mark.left as f32) < left || mark.right as f32 > right;
            beside || mark.width() as f32 > FRAME * width || mark.height() as f32 > FRAME * height
        };
        let mut clusters: Vec<Bounds> = Vec::new();
        for mark in &self.marks.list {
            if (mark.width().max(mark.height()) as f32) < least || is_frame(mark) {
                continue;
            }
            let (x, y) = mark.middle();
            let (x, y) = (x * scale, y * scale);
            let inside = |bounds: &Bounds| {
                x >= bounds.left && x <= bounds.right && y >= bounds.top - 1.0 && y <= bounds.bottom + 1.0
            };
            // What is far higher than a line is drawn over it.
            let scribbled = mark.height() as f32 * scale > SCRIBBLED * usual;
            if lines.iter().any(|line| (in_table(line) || !scribbled) && inside(&line.bounds)) {
                continue;
            }
            let mut whole = Bounds {
                left: mark.left as f32 * scale,
                top: mark.top as f32 * scale,
                right: mark.right as f32 * scale,
                bottom: mark.bottom as f32 * scale,
            };
            loop {
                let before = clusters.len();
                clusters.retain(|other| {
                    let near = other.left < whole.right + 8.0
                        && whole.left < other.right + 8.0
                        && other.top < whole.bottom + 8.0
                        && whole.top < other.bottom + 8.0;
                    if near {
                        whole = Bounds {
                            left: whole.left.min(other.left),
                            top: whole.top.min(other.top),
                            right: whole.right.max(other.right),
                            bottom: whole.bottom.max(other.bottom),
                        };
                    }
                    !near
                });
                if clusters.len() == before {
                    break;
                }
            }
            clusters.push(whole);
            if clusters.len() > 400 {
                return Vec::new();
            }
        }
        clusters
            .into_iter()
            .filter(|bounds| bounds.right - bounds.left >= 24.0 && bounds.bottom - bounds.top >= 10.0)
            .map(|bounds| Picture { bounds, kind: PictureKind::Drawing })
            .collect()
    }
}

/// Between which places, in points, a drawing on a page so wide stands: little further to the left and right than its text.
fn sides<'a>(lines: impl Iterator<Item = &'a TextLine>, width: f32) -> (f32, f32) {
    let long: Vec<&TextLine> = lines.filter(|line| line.text.chars().count() >= LONG_LINE).collect();
    let margin = MARGIN * width;
    if long.len() < FEW_LINES {
        return (margin, width - margin);
    }
    let left = long.iter().map(|line| line.bounds.left).fold(f32::INFINITY, f32::min);
    let right = long.iter().map(|line| line.bounds.right).fold(0.0, f32::max);
    (left - margin, right + margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Legibility;

    #[test]
    fn a_last_page_of_two_lines_does_not_bound_what_stands_beside_them() {
        let line = |text: &str| TextLine {
            text: text.to_owned(),
            bounds: Bounds { left: 250.0, top: 0.0, right: 350.0, bottom: 10.0 },
            size: 10.0,
            legibility: Legibility::Plain,
        };
        let few = [line("Saúl Lezama"), line("Director")];
        assert_eq!(sides(few.iter(), 600.0), (30.0, 570.0));
        let many = [line("Saúl Lezama"), line("Director"), line("de la UGEL"), line("Cruz Verde"), line("8")];
        assert_eq!(sides(many.iter(), 600.0), (220.0, 380.0));
    }
}
