//! Rulings: the many pieces that a producer draws (a stroke a cell, a rectangle a border, a dash) become whole lines, and lines
//! that touch become frames.
//!
//! Knows nothing of text, but for telling an underline from a ruling.

use super::content::{Axis, Rectangle, Segment, Word};
use crate::documents::Bounds;

/// Pieces on one line may lie this far apart across it (points).
const COLLINEAR: f32 = 1.0;
/// A gap in a line that is bridged: joints of borders, corner squares.
const GAP: f32 = 2.6;
/// A gap that is bridged in a line of dashes or dots.
const DASH_GAP: f32 = 5.0;
/// A piece no longer than this may be a dash.
const DASH: f32 = 7.0;
/// Lines whose ends come this near to each other touch.
pub(super) const TOUCH: f32 = 3.2;
/// A shorter piece under a word is a dot or a dash.
const SHORTEST_UNDERLINE: f32 = 8.0;
/// A piece of a border comes this near to the next one.
const TOUCHED: f32 = 1.5;

/// Joins pieces that lie on one line into lines. The pieces are returned in no particular order.
pub(super) fn merge(mut pieces: Vec<Segment>) -> Vec<Segment> {
    pieces.retain(|piece| piece.at.is_finite() && piece.from.is_finite() && piece.to.is_finite());
    pieces.sort_by(|a, b| {
        (a.axis == Axis::Vertical)
            .cmp(&(b.axis == Axis::Vertical))
            .then(a.at.total_cmp(&b.at))
            .then(a.from.total_cmp(&b.from))
    });
    let mut merged = Vec::new();
    let mut rest = pieces.as_slice();
    while let Some(first) = rest.first() {
        let mut last = first.at;
        let count = rest
            .iter()
            .take_while(|piece| {
                let near =
                    piece.axis == first.axis && piece.at - last <= COLLINEAR && piece.at - first.at <= 2.0 * COLLINEAR;
                last = piece.at;
                near
            })
            .count();
        let (line, after) = rest.split_at(count.max(1));
        merge_line(line, &mut merged);
        rest = after;
    }
    merged
}

fn merge_line(pieces: &[Segment], merged: &mut Vec<Segment>) {
    let mut pieces = pieces.to_vec();
    pieces.sort_by(|a, b| a.from.total_cmp(&b.from));
    let short = pieces.iter().filter(|piece| piece.length() <= DASH).count();
    let gap = if short * 3 > pieces.len() * 2 && short >= 4 { DASH_GAP } else { GAP };
    let mut current: Option<(Segment, f32)> = None;
    for piece in pieces {
        let weight = piece.length().max(0.1);
        current = match current {
            Some((mut line, total)) if piece.from - line.to <= gap => {
                line.at = (line.at * total + piece.at * weight) / (total + weight);
                line.to = line.to.max(piece.to);
                Some((line, total + weight))
            }
            other => {
                merged.extend(other.map(|(line, _)| line));
                Some((piece, weight))
            }
        };
    }
    merged.extend(current.map(|(line, _)| line));
}

/// The lines of a page that may bound cells. Underlines are left out before pieces are joined to lines too: a dot of a dotted border
/// beside one would make it longer than its text.
pub(super) fn of_the_tables(mut segments: Vec<Segment>, words: &[Word]) -> Vec<Segment> {
    let stands_alone = |line: &Segment| {
        [line.from, line.to].into_iter().all(|end| {
            !segments.iter().any(|other| {
                let bounds = bounds(other);
                other != line
                    && (bounds.left - TOUCHED..=bounds.right + TOUCHED).contains(&end)
                    && (bounds.top - TOUCHED..=bounds.bottom + TOUCHED).contains(&line.at)
            })
        })
    };
    let underlines: Vec<Segment> = segments
        .iter()
        .filter(|line| line.axis == Axis::Horizontal && line.to - line.from >= SHORTEST_UNDERLINE)
        .filter(|line| is_underline(line, words) && stands_alone(line))
        .copied()
        .collect();
    segments.retain(|line| !underlines.contains(line));
    without_underlines(merge(segments), words)
}

/// Drops the lines that underline text: they stand just under the letters and are as long as them.
fn without_underlines(lines: Vec<Segment>, words: &[Word]) -> Vec<Segment> {
    let upright: Vec<Segment> = lines.iter().filter(|line| line.axis == Axis::Vertical).copied().collect();
    // Where three or more uprights meet a line, it rules columns, however near the text stands to it.
    let rules_columns = |line: &Segment| upright.iter().filter(|other| meet(line, other)).count() >= 3;
    lines
        .into_iter()
        .filter(|line| line.axis == Axis::Vertical || !is_underline(line, words) || rules_columns(line))
        .collect()
}

fn is_underline(line: &Segment, words: &[Word]) -> bool {
    let mut above: Vec<&Word> = words
        .iter()
        .filter(|word| {
            let drop = line.at - word.baseline;
            drop >= -0.05 * word.size
                && drop <= 0.3 * word.size
                && word.bounds.right > line.from
                && word.bounds.left < line.to
        })
        .collect();
    above.sort_by(|a, b| a.bounds.left.total_cmp(&b.bounds.left));
    let (Some(first), Some(last)) = (above.first(), above.last()) else { return false };
    let gapless = above.iter().zip(above.iter().skip(1)).all(|(a, b)| b.bounds.left - a.bounds.right < 1.2 * a.size);
    let slack = 0.35 * first.size;
    gapless && (first.bounds.left - line.from).abs() <= slack && (last.bounds.right - line.to).abs() <= slack
}

/// Lines that touch or cross each other, directly or through others.
pub(super) fn frames(lines: &[Segment]) -> Vec<Vec<Segment>> {
    let mut group: Vec<usize> = (0..lines.len()).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while let Some(&up) = group.get(at) {
            if up == at {
                break;
            }
            let above = group.get(up).copied().unwrap_or(up);
            if let Some(slot) = group.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }
    // From top to bottom, so that only those are compared that may meet: dotted borders leave many.
    let mut order: Vec<(usize, Bounds)> = lines.iter().map(bounds).enumerate().collect();
    order.sort_by(|(_, a), (_, b)| a.top.total_cmp(&b.top));
    for (place, (i, a)) in order.iter().enumerate() {
        for (j, _) in order.iter().skip(place + 1).take_while(|(_, b)| b.top - a.bottom <= 1.1 * TOUCH) {
            if lines.get(*i).zip(lines.get(*j)).is_some_and(|(a, b)| meet(a, b)) {
                let (a, b) = (root(&mut group, *i), root(&mut group, *j));
                if let Some(slot) = group.get_mut(a) {
                    *slot = b;
                }
            }
        }
    }
    let mut frames: Vec<(usize, Vec<Segment>)> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let of = root(&mut group, i);
        match frames.iter_mut().find(|(at, _)| *at == of) {
            Some((_, frame)) => frame.push(*line),
            None => frames.push((of, vec![*line])),
        }
    }
    frames.into_iter().map(|(_, frame)| frame).collect()
}

fn meet(a: &Segment, b: &Segment) -> bool {
    if a.axis == b.axis {
        // Double borders: the outer lines of a spaced or double border touch nothing else.
        return (a.at - b.at).abs() <= TOUCH && a.from.max(b.from) <= a.to.min(b.to) + TOUCH;
    }
    a.at >= b.from - TOUCH && a.at <= b.to + TOUCH && b.at >= a.from - TOUCH && b.at <= a.to + TOUCH
}

/// The rectangle around lines.
pub(super) fn extent(lines: &[Segment]) -> Bounds {
    lines.iter().map(bounds).reduce(|all, own| all.union(&own)).unwrap_or_default()
}

fn bounds(line: &Segment) -> Bounds {
    match line.axis {
        Axis::Horizontal => Bounds { left: line.from, right: line.to, top: line.at, bottom: line.at },
        Axis::Vertical => Bounds { left: line.at, right: line.at, top: line.from, bottom: line.to },
    }
}
