//! Words: the glyphs of a page, in the order in which they were drawn, become words in upright coordinates.
//!
//! Spaces are not trusted: many producers draw none. A gap of more than [`WORD_GAP`] ends a word.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::device::DrawnGlyph;
use super::{doubles, unicode};
use crate::documents::{Bounds, Legibility, Turn};
use crate::tables::content::{Axis, Cut, Rectangle, Segment, Word};

/// Part of the font size that separates words.
pub(super) const WORD_GAP: f32 = 0.18;
/// A gap that differs from the ones before it by more than this part of the font size is no letter spacing.
const UNEVEN: f32 = 0.06;
/// Glyphs may overlap by this part of the font size (kerning, italics).
const OVERLAP: f32 = 0.3;
/// Points by which a word may reach over the rule beside it.
const RULE_OVERLAP: f32 = 0.5;

impl Turn {
    /// The direction in which most glyphs run.
    pub(super) fn of<'g>(glyphs: impl Iterator<Item = &'g DrawnGlyph>) -> Turn {
        let mut counts = [(Turn::None, 0_u32), (Turn::Down, 0), (Turn::Over, 0), (Turn::Up, 0)];
        for glyph in glyphs {
            let turn = Turn::of_glyph(glyph);
            for (kind, count) in &mut counts {
                *count += u32::from(turn == Some(*kind));
            }
        }
        counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(Turn::None, |(turn, _)| turn)
    }

    /// `None` for text that runs more than five degrees off the axes: a watermark.
    fn of_glyph(glyph: &DrawnGlyph) -> Option<Turn> {
        let (dx, dy) = glyph.advance;
        let slant = 0.0875;
        if dy.abs() <= slant * dx.abs() {
            Some(if dx >= 0.0 { Turn::None } else { Turn::Over })
        } else if dx.abs() <= slant * dy.abs() {
            Some(if dy >= 0.0 { Turn::Down } else { Turn::Up })
        } else {
            None
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Glyph<'g> {
    pub text: Cow<'g, str>,
    pub left: f32,
    pub right: f32,
    pub baseline: f32,
    pub size: f32,
    pub clip: Bounds,
}

/// A word in the making.
#[derive(Debug, Default)]
struct Run {
    text: String,
    left: f32,
    right: f32,
    baseline: f32,
    size: f32,
    start: f32,
    /// The last usual gap between two of its glyphs: letter spacing.
    step: f32,
    cuts: Vec<Cut>,
    continues: Option<usize>,
    spaced: bool,
    glyphs: usize,
}

/// The words of glyphs that run in the direction of `turn`; a page of the given size, as seen.
pub(super) fn words<'g>(
    glyphs: impl Iterator<Item = &'g DrawnGlyph>,
    turn: Turn,
    width: f32,
    height: f32,
) -> Vec<Word> {
    let upright = glyphs.filter_map(|glyph| upright(glyph, turn, width, height)).collect();
    let glyphs = with_accents(doubles::without(upright));
    joined(runs(&glyphs)).into_iter().map(word).collect()
}

fn upright(glyph: &DrawnGlyph, turn: Turn, width: f32, height: f32) -> Option<Glyph<'_>> {
    if Turn::of_glyph(glyph) != Some(turn) {
        return None;
    }
    let text = Cow::Borrowed(glyph.text.as_deref()?);
    let (x, y) = (glyph.origin.x as f32, glyph.origin.y as f32);
    let (left, baseline) = turn.point(x, y, width, height);
    let (right, _) = turn.point(x + glyph.advance.0, y + glyph.advance.1, width, height);
    Some(Glyph { text, left: left.min(right), right: right.max(left), baseline, size: glyph.size, clip: glyph.clip })
}

/// Composes an accent drawn over its letter with it.
fn with_accents(glyphs: Vec<Glyph<'_>>) -> Vec<Glyph<'_>> {
    let mut out: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    let mut waiting: Option<(Glyph, char)> = None;
    for glyph in glyphs {
        if let Some((accent, mark)) = waiting.take() {
            if sits_on(&accent, &glyph) {
                out.push(Glyph { text: Cow::Owned(unicode::compose(&glyph.text, mark)), ..glyph });
                continue;
            }
            out.push(accent);
        }
        match unicode::combining(&glyph.text) {
            Some(mark) => match out.last_mut() {
                Some(letter) if sits_on(&glyph, letter) => {
                    letter.text = Cow::Owned(unicode::compose(&letter.text, mark))
                }
                _ => waiting = Some((glyph, mark)),
            },
            None => out.push(glyph),
        }
    }
    out.extend(waiting.map(|(accent, _)| accent));
    out
}

fn sits_on(accent: &Glyph, letter: &Glyph) -> bool {
    let shared = accent.right.min(letter.right) - accent.left.max(letter.left);
    let width = (accent.right - accent.left).min(letter.right - letter.left);
    let combining = accent.text.chars().all(unicode_normalization::char::is_combining_mark);
    let near = (accent.baseline - letter.baseline).abs() <= 0.7 * letter.size;
    let is_letter = letter.text.chars().count() == 1 && letter.text.chars().all(char::is_alphabetic);
    near && is_letter
        && ((combining && (accent.left - letter.right).abs() < 0.3 * letter.size) || shared > 0.5 * width.max(0.01))
}

fn runs(glyphs: &[Glyph]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    let mut spaces = 0;
    let mut clip = None;
    for glyph in glyphs {
        // A spreadsheet draws each cell in a clip of its own: two strings, however near they come to each other.
        open &= clip == Some(glyph.clip);
        clip = Some(glyph.clip);
        if glyph.text.trim().is_empty() {
            if let Some(run) = runs.last_mut()
                && same_line(run, glyph)
                && (glyph.left - run.right).abs() <= 0.3 * glyph.size
            {
                run.spaced = true;
            }
            open = false;
            spaces += 1;
            continue;
        }
        let index = runs.len().checked_sub(1);
        let gap = |run: &Run| glyph.left - run.right;
        match runs.last_mut() {
            Some(run)
                if open
                    && same_line(run, glyph)
                    && gap(run) <= WORD_GAP * glyph.size
                    && gap(run) >= -OVERLAP * glyph.size =>
            {
                let gap = gap(run);
                // A step unlike the ones before it: another text may begin here.
                if (gap - run.step).abs() > UNEVEN * glyph.size {
                    run.cuts.push(Cut { from: run.right, to: glyph.left, offset: run.text.len() });
                }
                // The first gap of a text is as good a measure of its letter spacing as none.
                if (gap - run.step).abs() <= UNEVEN * glyph.size || run.glyphs == 1 {
                    run.step = gap;
                }
                run.glyphs += 1;
                run.text.push_str(&glyph.text);
                run.right = run.right.max(glyph.right);
            }
            last => {
                let continues = last.as_ref().is_some_and(|run| {
                    spaces == 1 && same_line(run, glyph) && gap(run) > 0.0 && gap(run) <= 0.75 * glyph.size
                });
                runs.push(Run {
                    text: glyph.text.clone().into_owned(),
                    left: glyph.left,
                    right: glyph.right,
                    baseline: glyph.baseline,
                    size: glyph.size,
                    start: (glyph.left + glyph.right) / 2.0,
                    step: 0.0,
                    cuts: Vec::new(),
                    continues: if continues { index } else { None },
                    spaced: false,
                    glyphs: 1,
                });
            }
        }
        open = true;
        spaces = 0;
    }
    runs
}

fn same_line(run: &Run, glyph: &Glyph) -> bool {
    (run.baseline - glyph.baseline).abs() <= 0.2 * glyph.size.max(run.size)
        && glyph.size < 1.7 * run.size
        && run.size < 1.7 * glyph.size
}

/// Joins runs that were drawn apart and stand together: kerned pieces, a change of font, a superscript.
fn joined(mut runs: Vec<Run>) -> Vec<Run> {
    let next = followers(&runs);
    let mut taken = vec![false; runs.len()];
    for following in next.iter().flatten() {
        if let Some(mark) = taken.get_mut(*following) {
            *mark = true;
        }
    }
    // Where each run's index goes, so that `continues` can be kept.
    let mut new_index: Vec<Option<usize>> = vec![None; runs.len()];
    let mut out: Vec<Run> = Vec::with_capacity(runs.len());
    for index in (0..runs.len()).filter(|index| taken.get(*index) == Some(&false)) {
        let Some(mut whole) = runs.get_mut(index).map(std::mem::take) else { continue };
        let mut last = index;
        if let Some(slot) = new_index.get_mut(index) {
            *slot = Some(out.len());
        }
        // A follower stands further right than the run before it, so this ends.
        while let Some(Some(following)) = next.get(last).copied() {
            if runs.get(following).is_some_and(|other| is_note_mark(&whole, other)) {
                last = following;
                continue;
            }
            let Some(other) = runs.get_mut(following).map(std::mem::take) else { break };
            whole.cuts.push(Cut { from: whole.right, to: other.left, offset: whole.text.len() });
            let offset = whole.text.len();
            whole.cuts.extend(other.cuts.iter().map(|cut| Cut { offset: cut.offset + offset, ..*cut }));
            whole.text.push_str(&other.text);
            whole.right = whole.right.max(other.right);
            whole.spaced = other.spaced;
            if let Some(slot) = new_index.get_mut(following) {
                *slot = Some(out.len());
            }
            last = following;
        }
        out.push(whole);
    }
    let count = out.len();
    for (index, run) in out.iter_mut().enumerate() {
        run.continues = run
            .continues
            .and_then(|before| new_index.get(before).copied().flatten())
            .filter(|before| *before < count && *before != index);
    }
    out
}

/// A small raised number after a word refers to a note, and is no part of the word.
fn is_note_mark(run: &Run, other: &Run) -> bool {
    other.text.len() <= 2
        && other.text.bytes().all(|byte| byte.is_ascii_digit())
        && other.size < 0.95 * run.size
        && run.baseline - other.baseline >= 0.2 * run.size
}

/// The run that goes on with each run, if there is one.
fn followers(runs: &[Run]) -> Vec<Option<usize>> {
    let mut order: Vec<(usize, &Run)> = runs.iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| a.left.total_cmp(&b.left));
    // Runs by the stripe of their baseline, each stripe from left to right.
    let mut stripes: BTreeMap<i32, Vec<(usize, &Run)>> = BTreeMap::new();
    for (index, run) in &order {
        stripes.entry(stripe(run)).or_default().push((*index, *run));
    }
    let widest = WORD_GAP * runs.iter().map(|run| run.size).fold(0.0, f32::max);
    let mut next: Vec<Option<usize>> = vec![None; runs.len()];
    let mut taken = vec![false; runs.len()];
    for (index, run) in &order {
        let near = stripe(run).saturating_sub(2)..=stripe(run).saturating_add(2);
        let follower = stripes
            .range(near)
            .flat_map(|(_, runs)| {
                let after = runs.partition_point(|(_, other)| other.left <= run.left);
                runs.iter().skip(after).take_while(|(_, other)| other.left - run.right <= widest)
            })
            .filter(|(other, _)| taken.get(*other) == Some(&false))
            .filter(|(_, other)| follows(run, other))
            .min_by(|(_, a), (_, b)| a.left.total_cmp(&b.left));
        if let Some((other, _)) = follower
            && let (Some(slot), Some(mark)) = (next.get_mut(*index), taken.get_mut(*other))
        {
            *slot = Some(*other);
            *mark = true;
        }
    }
    next
}

/// The stripe of the page, 4 points high, on which a run stands.
fn stripe(run: &Run) -> i32 {
    (run.baseline / 4.0) as i32
}

fn follows(run: &Run, other: &Run) -> bool {
    let size = run.size.max(other.size);
    let gap = other.left - run.right;
    let drop = (run.baseline - other.baseline).abs();
    let small = other.size < 0.95 * run.size;
    let level = drop <= 0.2 * size || (small && drop <= 0.5 * size);
    let spaced = other.continues.is_some() && gap > 0.1 * size;
    level && other.left > run.left && gap <= WORD_GAP * size && gap >= -0.15 * size && !spaced
}

fn word(run: Run) -> Word {
    Word {
        text: run.text,
        bounds: Bounds {
            left: run.left,
            right: run.right,
            top: run.baseline - 0.75 * run.size,
            bottom: run.baseline + 0.22 * run.size,
        },
        baseline: run.baseline,
        size: run.size,
        start: run.start,
        cuts: run.cuts,
        continues: run.continues,
        spaced: run.spaced,
    }
}

/// The words as visual lines in reading order; a wide gap, or a vertical rule, parts two lines that stand side by side. (The
/// boxes of a letterhead stand closer together than the words of a spaced line.)
pub(super) fn lines(words: &[Word], segments: &[Segment]) -> Vec<crate::documents::TextLine> {
    let mut rules: Vec<&Segment> = segments.iter().filter(|segment| segment.axis == Axis::Vertical).collect();
    rules.sort_by(|a, b| a.at.total_cmp(&b.at));
    let is_parted = |left: &Bounds, right: &Word| {
        let between = rules.partition_point(|rule| rule.at < left.right - RULE_OVERLAP);
        let middle = (right.bounds.top + right.baseline) / 2.0;
        rules
            .iter()
            .skip(between)
            .take_while(|rule| rule.at <= right.bounds.left + RULE_OVERLAP)
            .any(|rule| (rule.from..=rule.to).contains(&middle))
    };
    let mut sorted: Vec<&Word> = words.iter().collect();
    sorted.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut rows: Vec<Vec<&Word>> = Vec::new();
    for word in sorted {
        match rows.last_mut() {
            Some(row)
                if row.first().is_some_and(|first| {
                    word.baseline - first.baseline <= 0.3 * first.size.min(word.size).max(1.0)
                }) =>
            {
                row.push(word);
            }
            _ => rows.push(vec![word]),
        }
    }
    let mut lines = Vec::new();
    for mut row in rows {
        row.sort_by(|a, b| a.bounds.left.total_cmp(&b.bounds.left));
        let mut line: Option<crate::documents::TextLine> = None;
        for word in row {
            line = match line {
                Some(mut open)
                    if word.bounds.left - open.bounds.right <= 3.0 * word.size.max(open.size)
                        && !is_parted(&open.bounds, word) =>
                {
                    open.text.push(' ');
                    open.text.push_str(&word.text);
                    open.bounds = open.bounds.union(&word.bounds);
                    open.size = open.size.max(word.size);
                    Some(open)
                }
                other => {
                    lines.extend(other);
                    Some(crate::documents::TextLine {
                        text: word.text.clone(),
                        bounds: word.bounds,
                        size: word.size,
                        legibility: Legibility::Plain,
                    })
                }
            };
        }
        lines.extend(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, left: f32, right: f32) -> Word {
        let bounds = Bounds { left, top: 42.0, right, bottom: 52.0 };
        let (start, size) = (left + 2.0, 10.0);
        Word {
            text: text.into(),
            bounds,
            baseline: 50.0,
            size,
            start,
            cuts: Vec::new(),
            continues: None,
            spaced: false,
        }
    }

    #[test]
    fn a_rule_between_two_words_parts_their_lines() {
        let words = [word("Evaluación", 100.0, 150.0), word("y", 153.0, 157.0), word("Administración", 166.0, 230.0)];
        let texts = |segments: &[Segment]| -> Vec<String> {
            lines(&words, segments).into_iter().map(|line| line.text).collect()
        };
        assert_eq!(texts(&[]), ["Evaluación y Administración"]);
        assert_eq!(texts(&[Segment::vertical(160.0, 30.0, 60.0)]), ["Evaluación y", "Administración"]);
        // A rule above them, and one across the page, are between no two words.
        let elsewhere = [Segment::vertical(160.0, 0.0, 30.0), Segment::horizontal(46.0, 0.0, 500.0)];
        assert_eq!(texts(&elsewhere), ["Evaluación y Administración"]);
    }

    #[test]
    fn strings_of_two_clips_may_be_cut_where_they_meet() {
        let clip = |left: f32| Bounds { left, top: 0.0, right: left + 100.0, bottom: 100.0 };
        let letters = |text: &'static str, from: f32, clip: Bounds| {
            text.char_indices().map(move |(at, letter)| {
                let left = from + 5.0 * at as f32;
                let text = Cow::Owned(letter.to_string());
                Glyph { text, left, right: left + 5.0, baseline: 50.0, size: 10.0, clip }
            })
        };
        let cuts = |second: Bounds| {
            let glyphs: Vec<Glyph> = letters("Teacher", 0.0, clip(0.0)).chain(letters("SPFT", 35.0, second)).collect();
            joined(runs(&glyphs)).into_iter().map(|run| (run.text, run.cuts.len())).collect::<Vec<_>>()
        };
        assert_eq!(cuts(clip(33.0)), [("TeacherSPFT".to_owned(), 1)]);
        assert_eq!(cuts(clip(0.0)), [("TeacherSPFT".to_owned(), 0)]);
    }
}
