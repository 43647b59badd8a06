//! One line: the lines of a cell as one picture, one after the other, for a value that its cell was too narrow for.

use super::band::Band;
use super::plane::{PALE_STROKE, Plane};

/// Around the line is so much white, in parts of its height.
const PAD: f32 = 0.12;
/// Lines follow each other at so much of the height: farther apart, a dot between them is not read either.
const GAP: f32 = 0.04;

/// The picture of some lines of a cell's picture in their order, close to each other and on one base.
pub(super) fn of(cell: &Plane, lines: &[Band]) -> Plane {
    let tallest = lines.iter().map(|line| line.room.above + line.height() + line.room.below).max().unwrap_or(0);
    let pad = (PAD * tallest as f32).round() as usize + 1;
    // Each column of the picture is a column of a line, or white.
    let mut columns: Vec<Option<(&Band, usize)>> = vec![None; pad];
    for line in lines {
        let (left, right) = ends(cell, line, 2 * pad);
        columns.extend((left..right).map(|x| Some((line, x))));
        columns.extend(vec![None; (GAP * tallest as f32) as usize]);
    }
    columns.extend(vec![None; pad]);
    Plane::from_fn(columns.len(), tallest + 2 * pad, |x, y| {
        let Some((line, x)) = columns.get(x).copied().flatten() else { return 255 };
        let bottom = line.bottom + line.room.below + pad;
        match (y + line.top).checked_sub(line.room.above + pad) {
            Some(y) if y < bottom => cell.at(x, y),
            _ => 255,
        }
    })
}

/// Where a line begins and ends with what is too pale for a letter beside it, which may be a dot.
fn ends(cell: &Plane, line: &Band, reach: usize) -> (usize, usize) {
    let has_stroke = |x: &usize| (line.top..line.bottom).any(|y| cell.at(*x, y) < PALE_STROKE);
    let left = (line.left.saturating_sub(reach)..line.left).find(has_stroke);
    let right = (line.right..line.right + reach).rev().find(has_stroke);
    (left.unwrap_or(line.left), right.map_or(line.right, |last| last + 1))
}

#[cfg(test)]
mod tests {
    use super::super::band::Room;
    use super::*;

    /// Letters are strokes here: of a first line to the row 20, of a second one below it, which begins with a dot that is paler.
    fn cell() -> (Plane, [Band; 2]) {
        let cell = Plane::from_fn(60, 60, |x, y| match (x, y) {
            (10 | 14 | 40, 5..20) | (12 | 16, 35..50) => 20,
            (8, 48..50) => PALE_STROKE - 10,
            _ => 255,
        });
        let line = |(top, left, right): (usize, usize, usize), above: usize| Band {
            top,
            bottom: top + 15,
            left,
            right,
            room: Room { above, below: 0 },
            is_pale: false,
        };
        (cell, [line((5, 10, 41), 0), line((35, 12, 17), 0)])
    }

    fn strokes(line: &Plane) -> Vec<usize> {
        (0..line.width).filter(|x| (0..line.height).any(|y| line.at(*x, y) < 255)).collect()
    }

    #[test]
    fn lines_stand_one_after_the_other_with_the_dot_between_them() {
        let (cell, lines) = cell();
        let line = of(&cell, &lines);
        assert_eq!(strokes(&line), [3, 7, 33, 34, 38, 42]);
        assert_eq!(line.height, 15 + 2 * 3);
    }

    #[test]
    fn a_low_line_keeps_its_room() {
        let (cell, [first, second]) = cell();
        let low = Band { top: 40, room: Room { above: 5, below: 0 }, bottom: 50, ..second };
        let line = of(&cell, &[first, low]);
        let last = strokes(&line).into_iter().next_back().unwrap();
        let rows: Vec<usize> = (0..line.height).filter(|y| line.at(last, *y) < 255).collect();
        assert_eq!((rows.first(), rows.last()), (Some(&3), Some(&17)), "it stands on the base of the first");
    }
}
