//! Short: rules down the page that part single rows of a table, and are no longer than letters are high. In a cell they are told from letters: they go from
//! the rule above it to the rule below.

use super::grid_cell::{Grid, GridCell};
use super::plane::Plane;
use super::rules::Rule;

/// What they part is at least so wide, in inches.
const LEAST_PART: f32 = 0.4;
/// Higher cells, in inches, have rules that are found without them.
const HIGHEST: f32 = 0.45;
/// A rule is ink along this part of its way; beside it, this part of an inch off, less than the second is.
const INKED: f32 = 0.95;
const APART: f32 = 0.025;
const MOST_BESIDE: f32 = 0.25;
/// No rule is as thick as this part of an inch.
const THICKEST: f32 = 0.035;
/// Strokes of different rows that are so close, in inches, are one rule.
const SAME: f32 = 0.05;

/// A stroke from the rule above a cell to the one below: where its middle is, and how thick it is, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stroke {
    x: f32,
    y: f32,
    thickness: f32,
}

/// The rules down a page that stand within cells of a table between the first and the last of its own, as long as these.
pub(super) fn down(grid: &Grid, down: &[Rule], page: &Plane, pixels_per_inch: f32) -> Vec<Rule> {
    let middle = |rule: &Rule| rule.at((rule.from + rule.to) / 2.0);
    let in_order = |a: &&Rule, b: &&Rule| middle(a).total_cmp(&middle(b));
    let (Some(left), Some(right)) = (down.iter().min_by(in_order), down.iter().max_by(in_order)) else {
        return Vec::new();
    };
    // How far from the left side to the right one a place is, whichever way the table leans.
    let share = |stroke: &Stroke| (stroke.x - left.at(stroke.y)) / (right.at(stroke.y) - left.at(stroke.y)).max(1.0);
    let mut strokes: Vec<Stroke> = grid
        .cells
        .iter()
        .flat_map(|cell| in_cell(cell, page, pixels_per_inch))
        .filter(|stroke| (0.0..1.0).contains(&share(stroke)))
        .collect();
    strokes.sort_by(|a, b| share(a).total_cmp(&share(b)));
    let same = SAME * pixels_per_inch / (middle(right) - middle(left)).max(1.0);
    let rules = strokes.chunk_by(|one, next| share(next) - share(one) <= same).map(|strokes| {
        let count = strokes.len() as f32;
        let side = Rule::between(left, right, strokes.iter().map(share).sum::<f32>() / count);
        // Through the strokes, and on beside the table's sides.
        let mut places: Vec<Stroke> = strokes.to_vec();
        places.sort_by(|a, b| a.y.total_cmp(&b.y));
        let beyond = |y: f32, stroke: &Stroke| (y, side.at(y) + stroke.x - side.at(stroke.y));
        let ends = places.first().map(|first| beyond(side.from, first)).into_iter();
        let last = places.last().map(|last| beyond(side.to, last));
        let knots = ends.chain(places.iter().map(|stroke| (stroke.y, stroke.x))).chain(last).collect();
        let thickness = strokes.iter().map(|stroke| stroke.thickness).fold(1.0, f32::max);
        Rule { knots, thickness, stroke: thickness, ..side }
    });
    rules.collect()
}

fn in_cell(cell: &GridCell, page: &Plane, pixels_per_inch: f32) -> Vec<Stroke> {
    let [least, highest, apart, thickest] =
        [LEAST_PART, HIGHEST, APART, THICKEST].map(|inches| inches * pixels_per_inch);
    let (width, height) = (cell.width(), cell.height());
    if width < 2.0 * least || height > highest || height < 4.0 {
        return Vec::new();
    }
    let steps = height as usize;
    let is_ink = |x: f32, step: usize| {
        let (x, y) = cell.place(x / width, (step as f32 + 0.5) / steps as f32);
        page.is_ink(x.round().max(0.0) as usize, y.round().max(0.0) as usize)
    };
    // Most columns are told by their first pixels.
    let too_light = ((1.0 - INKED) * steps as f32) as usize;
    let is_inked = |x: f32| (0..steps).filter(|step| !is_ink(x, *step)).nth(too_light).is_none();
    let too_dark = ((MOST_BESIDE * steps as f32).ceil() as usize).saturating_sub(1);
    let has_paper = |x: f32| (0..steps).filter(|step| is_ink(x, *step)).nth(too_dark).is_none();
    let mut found = Vec::new();
    let mut start = None;
    for x in least as usize..=(width - least) as usize {
        match (start, is_inked(x as f32)) {
            (None, true) => start = Some(x),
            (Some(first), false) => {
                start = None;
                let thickness = (x - first) as f32;
                let middle = first as f32 + (thickness - 1.0) / 2.0;
                let off = apart + thickness / 2.0;
                if thickness <= thickest && has_paper(middle - off) && has_paper(middle + off) {
                    let (x, y) = cell.place(middle / width, 0.5);
                    found.push(Stroke { x, y, thickness });
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Bounds;
    use crate::tables::Ruling;

    /// Short rules in a table of two rows of 20 pixels at 100 pixels an inch, between a left side at 50 and a right one at 450; `is_ink` draws what stands
    /// in it.
    fn found(is_ink: impl Fn(usize, usize) -> bool) -> Vec<Rule> {
        let page = Plane::from_fn(500, 200, |x, y| {
            let across = [100, 120, 140].contains(&y) && (50..=450).contains(&x);
            let down = [50, 450].contains(&x) && (100..=140).contains(&y);
            if across || down || is_ink(x, y) { 20 } else { 250 }
        });
        let cell = |row: usize| {
            let top = 100.0 + 20.0 * row as f32;
            GridCell::upright(&Bounds { left: 50.0, top, right: 450.0, bottom: top + 20.0 }, row, 0).unwrap()
        };
        let grid =
            Grid { rows: 2, columns: 1, cells: vec![cell(0), cell(1)], ruling: Ruling::Ruled, streaks: Vec::new() };
        let side = |x: f32| Rule::through(vec![(100.0, x), (140.0, x)]).unwrap();
        down(&grid, &[side(50.0), side(450.0)], &page, 100.0)
    }

    #[test]
    fn a_stroke_from_rule_to_rule_parts_a_row() {
        let rules = found(|x, y| x == 250 && (120..140).contains(&y));
        assert_eq!(rules.len(), 1);
        assert!(
            (rules[0].at(130.0) - 250.0).abs() < 1.0 && rules[0].from <= 100.0 && rules[0].to >= 140.0,
            "{rules:?}"
        );
    }

    #[test]
    fn strokes_in_both_rows_are_one_rule_where_they_stand() {
        let rules = found(|x, y| x == if y < 120 { 250 } else { 252 });
        assert_eq!(rules.len(), 1);
        assert!((rules[0].at(110.0) - 250.0).abs() < 1.0 && (rules[0].at(130.0) - 252.0).abs() < 1.0, "{rules:?}");
    }

    #[test]
    fn letters_and_fills_and_the_tables_sides_are_no_rules() {
        assert!(found(|x, y| x == 250 && (103..138).contains(&y) && y != 120 && y % 20 > 3 && y % 20 < 17).is_empty());
        assert!(found(|x, y| (200..300).contains(&x) && (100..120).contains(&y)).is_empty());
        assert!(found(|x, y| x == 60 && (100..140).contains(&y)).is_empty(), "too close to the side");
    }
}
