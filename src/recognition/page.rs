//! Page: the picture of one page becomes its lines of text and its tables, in points as the upright page is seen.

use std::collections::BTreeMap;

use image::RgbImage;
use image::imageops::{rotate90, rotate180};

use super::band::Band;
use super::cell::{CellPicture, Content, Strangers};
use super::colour::Coloured;
use super::engine::{Engine, LineText};
use super::grid::{self, Found};
use super::grid_cell::{Grid, GridCell};
use super::ink::{self, Mark, Marks, TextStrip};
use super::looks::{self, bare};
use super::plane::Plane;
use super::prose;
use super::sheet;
use super::straight::{self, Straight};
use super::unruled::{self, Extent, Standing};
use crate::documents::{Bounds, Legibility, Page, Picture, PictureKind, TextLayer, TextLine};
use crate::tables::fill::{self, CellLine};
use crate::tables::join::Breaking;
use crate::tables::{Cell, CellContent, HeaderWords, Look, Ruling, Table, Vocabulary};

/// Lines of text are read on one page at most.
const MOST_LINES: usize = 160;
/// Cells on one page at most; a page that people fill in by hand or typewriter has a few dozen.
const MOST_CELLS: usize = 400;
/// Lines by which it is told whether a page is upside down.
const TRIED_LINES: usize = 4;
/// Nor has one of which fewer letters are read so.
const ENOUGH_LETTERS: usize = 30;
/// A page of fewer marks that are so high, in inches, has no lines by which that can be told.
const FEWEST_LETTERS: usize = 12;
const LOWEST_LETTER: f32 = 0.04;
/// A page whose lines are read with less than this mean confidence is upside down or not to be read.
const LEGIBLE: f32 = 0.82;
/// A line below this is a stamp, a signature or dirt.
const LINE_LEGIBLE: f32 = 0.6;
/// Letters that run into each other are read with this mean confidence at least; a line that is one mark along the second part of its length and is
/// read less surely is a signature.
const LETTERS: f32 = 0.9;
const STROKE: f32 = 0.5;
/// A page that is mostly below this was not read.
const PAGE_LEGIBLE: f32 = 0.7;
/// No drawing is as wide or high as this part of the page, nor further beside the text than the second.
const FRAME: f32 = 0.6;
const MARGIN: f32 = 0.05;
/// Specks beside the text are no lines of so many letters.
const LONG_LINE: usize = 8;
/// A line that is so many times as high as the usual one was scribbled.
const SCRIBBLED: f32 = 2.2;
/// A row of which the rules were not found stands within this part of an inch below its table: two or three lines.
const ROW_BELOW: f32 = 0.5;
/// The first lines of a page hold its number and date: those with digits are looked at as often as cells.
const HEAD_LINES: usize = 16;
/// A line that every look reads alike is clear when the surest of them is so sure of each letter.
const CLEAR_LINE: f32 = 0.9;

/// Reads the picture of a page into `page`, and returns its tables; `None` when it cannot be read. The page is then upright.
pub(super) fn read(picture: &RgbImage, page: &mut Page, engine: &Engine, headers: &HeaderWords) -> Option<Vec<Table>> {
    let vocabulary = headers.vocabulary();
    let mut sight = Sight::upright(picture, engine)?;
    let (width, height) = (sight.straight.width() as f32, sight.straight.height() as f32);
    let sideways = (page.width > page.height) != (width > height);
    if sideways {
        std::mem::swap(&mut page.width, &mut page.height);
    }
    let scale = page.width / width.max(1.0);
    let mut lines = sight.lines(engine, scale);
    let legible: f32 = weighted_mean(lines.iter().map(|line| (line.mean, line.line.text.chars().count())));
    if !lines.is_empty() && legible < PAGE_LEGIBLE {
        return None;
    }
    let mut words = vocabulary.clone();
    for line in &lines {
        words.add(&line.line.text);
    }
    if sight.found.grids.is_empty() {
        let standing: Vec<Standing> =
            lines.iter().map(|line| Standing { line: &line.line, baseline: line.baseline }).collect();
        let extent = Extent { width: page.width, height: page.height, scale };
        let grid = unruled::grid(&standing, &sight.found.across, extent, headers);
        let clear =
            grid.and_then(|grid| grid.clear_of_letters(&sight.page, &sight.found.across, sight.pixels_per_inch));
        // A heading whose rows were not found is still a cuadro: a person's.
        sight.found.grids = clear.map_or_else(|| std::mem::take(&mut sight.headings), |grid| vec![grid]);
        lines.retain(|line| {
            let bounds = &line.line.bounds;
            let (x, y) = ((bounds.left + bounds.right) / 2.0 / scale, (bounds.top + bounds.bottom) / 2.0 / scale);
            !sight.found.grids.iter().any(|grid| grid.holds(x, y))
        });
    }
    let mut tables = Vec::new();
    // Each line with how far down it is read: a table's cells stand together where the table begins.
    let mut ordered: Vec<(f32, TextLine)> = Vec::new();
    for ReadLine { line, .. } in lines {
        let top = ordered.last().map_or(line.bounds.top, |(above, _)| line.bounds.top.max(*above));
        ordered.push((top, line));
    }
    for grid in &sight.found.grids {
        if let Some(table) = sight.table(grid, engine, scale, page.number, vocabulary, &words) {
            ordered.extend(table.cells.iter().filter(|cell| !cell.text.is_empty()).map(|cell| {
                let size = cell.bounds.bottom - cell.bounds.top;
                (
                    table.bounds.top,
                    TextLine { text: cell.text.clone(), bounds: cell.bounds, size, legibility: Legibility::Plain },
                )
            }));
            tables.push(table);
        }
    }
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    page.lines = ordered.into_iter().map(|(_, line)| line).collect();
    page.pictures = sight.drawings(&page.lines, scale);
    page.text_layer = TextLayer::Recognised;
    Some(tables)
}

fn weighted_mean(values: impl Iterator<Item = (f32, usize)>) -> f32 {
    let (sum, weight) =
        values.fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight as f32, total + weight as f32));
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// A line outside of tables as it was read.
struct ReadLine {
    line: TextLine,
    /// The mean confidence of its characters.
    mean: f32,
    /// The y that its letters stand on, in points.
    baseline: f32,
}

/// What came of reading a few lines of a page.
#[derive(Clone, Copy)]
struct Trial {
    /// The mean confidence of all their letters.
    mean: f32,
    /// The letters of those that were read clearly.
    letters: usize,
}

impl Trial {
    /// Whether the page stands so that it can be read: of few letters a stamp is made that stands otherwise.
    fn is_legible(&self) -> bool {
        self.mean >= LEGIBLE && self.letters >= ENOUGH_LETTERS
    }

    fn is_better_than(&self, other: &Trial) -> bool {
        (self.letters, self.mean) > (other.letters, other.mean)
    }
}

/// A page the right way up, with its rules, tables and marks found.
struct Sight {
    straight: Straight,
    /// The straight page, in grey.
    page: Plane,
    found: Found,
    /// Dark headings of a table whose rows no rules were found around: they stand in no grid, until their lines are read and tell the columns.
    headings: Vec<Grid>,
    marks: Marks,
    strips: Vec<TextStrip>,
    /// The lines that were read to tell whether the page stands on its head, by their index.
    tried: BTreeMap<usize, LineText>,
    pixels_per_inch: f32,
}

impl Sight {
    /// The page turned so that it can be read.
    fn upright(picture: &RgbImage, engine: &Engine) -> Option<Sight> {
        let flat = sheet::cut_out(picture);
        let picture = flat.as_ref().unwrap_or(picture);
        let turned = rotate90(picture);
        // A page of few lines may look as if they ran down it.
        let turns = if straight::is_sideways(picture) { [&turned, picture] } else { [picture, &turned] };
        let mut best: Option<(Trial, Sight)> = None;
        for picture in turns {
            let mut first = Sight::new(picture);
            let read = first.trial(engine);
            let is_letter = |mark: &&Mark| mark.height() as f32 >= LOWEST_LETTER * first.pixels_per_inch;
            let is_bare = first.marks.list.iter().filter(is_letter).count() < FEWEST_LETTERS;
            if read.is_legible() || is_bare && best.is_none() {
                return Some(first);
            }
            let mut second = Sight::new(&rotate180(picture));
            let other = second.trial(engine);
            if other.is_legible() {
                return Some(second);
            }
            for (trial, sight) in [(read, first), (other, second)] {
                if best.as_ref().is_none_or(|(most, _)| trial.is_better_than(most)) {
                    best = Some((trial, sight));
                }
            }
        }
        best.map(|(_, sight)| sight)
    }

    fn new(picture: &RgbImage) -> Sight {
        let pixels_per_inch = picture.width().min(picture.height()) as f32 / 8.27;
        let straight = Straight::new(picture, pixels_per_inch);
        let page = straight.page();
        let mut found = grid::find(&page, pixels_per_inch, |x, y| straight.is_filled(x, y));
        let is_heading = |grid: &Grid| {
            let mut first = grid.cells.iter().filter(|cell| cell.row == 0).map(|cell| cell.place(0.5, 0.5));
            grid.parted_rows(2) <= 1 && first.all(|(x, y)| straight.is_filled(x, y))
        };
        let headings = if found.grids.iter().all(is_heading) { std::mem::take(&mut found.grids) } else { Vec::new() };
        let mut ruled = Plane::new(page.width, page.height, 255);
        for (rules, sideways) in [(&found.across, false), (&found.underlines, false), (&found.down, true)] {
            for rule in rules {
                let reach = (rule.thickness / 2.0 + 1.0).ceil() as isize;
                for along in rule.from as isize..=rule.to as isize {
                    let middle = rule.at(along as f32).round() as isize;
                    for across in middle - reach..=middle + reach {
                        let (x, y) = if sideways { (across, along) } else { (along, across) };
                        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) {
                            ruled.set(x, y, 0);
                        }
                    }
                }
            }
        }
        let is_ink = |x: usize, y: usize| page.is_ink(x, y) && ruled.at(x, y) == 255;
        let outside = |mark: &Mark| {
            let (x, y) = mark.middle();
            !found.grids.iter().any(|grid| grid.holds(x, y))
        };
        let (marks, strips) = match Coloured::new(&straight, &page) {
            None => {
                let marks = Marks::find(page.width, page.height, is_ink);
                let strips = ink::strips(&marks.list, pixels_per_inch, |_, mark| outside(mark));
                (marks, strips)
            }
            // A stamp's letters are no part of the lines that they stand beside.
            Some(coloured) => {
                let (marks, colours) = coloured.marks(&page, is_ink);
                let of_colour = |wanted: bool| {
                    let own = |index: usize| colours.get(index).copied().unwrap_or_default() == wanted;
                    ink::strips(&marks.list, pixels_per_inch, |index, mark| outside(mark) && own(index))
                };
                let mut black = of_colour(false);
                for strip in &mut black {
                    strip.is_stamped = coloured.is_in(&page, strip.corner(), strip.far_corner());
                }
                let strips = ink::with_stamped_gaps(black, of_colour(true), &marks.list);
                (marks, strips)
            }
        };
        let strips = if found.grids.is_empty() { ink::in_columns(strips, &marks.list) } else { strips };
        Sight { straight, page, found, headings, marks, strips, tried: BTreeMap::new(), pixels_per_inch }
    }

    /// How surely a few of its lines are read.
    fn trial(&mut self, engine: &Engine) -> Trial {
        let long = || self.strips.iter().enumerate().filter(|(_, strip)| strip.marks.len() >= 8);
        let width = 3.5 * self.pixels_per_inch;
        let mut candidates: Vec<(usize, &TextStrip)> =
            long().filter(|(_, strip)| strip.right - strip.left < width).collect();
        if candidates.len() < TRIED_LINES {
            candidates = long().collect();
        }
        let step = (candidates.len() / TRIED_LINES).max(1);
        let (tried, pictures): (Vec<usize>, Vec<Plane>) = candidates
            .iter()
            .step_by(step)
            .take(TRIED_LINES)
            .map(|(index, strip)| (*index, self.line_picture(strip)))
            .unzip();
        self.tried = tried.into_iter().zip(engine.read(&pictures)).collect();
        let count = |line: &LineText| line.text.chars().count();
        let legible = self.tried.values().filter(|line| line.mean >= LEGIBLE);
        Trial {
            mean: weighted_mean(self.tried.values().map(|line| (line.mean, count(line)))),
            letters: legible.map(count).sum(),
        }
    }

    /// The picture of a line to be read first.
    fn line_picture(&self, strip: &TextStrip) -> Plane {
        if strip.is_stamped { self.without_stamps(strip) } else { self.as_it_is(strip) }
    }

    fn as_it_is(&self, strip: &TextStrip) -> Plane {
        strip.picture(&self.straight.luma, |x, y| self.straight.source(x, y))
    }

    fn without_stamps(&self, strip: &TextStrip) -> Plane {
        let line = strip.picture(&self.straight.brightest, |x, y| self.straight.source(x, y));
        looks::without_stamps(&line, looks::LINE_INK)
    }

    /// Lines with their pictures, read; those of the trial were.
    fn read_once(&self, strips: &[&TextStrip], pictures: &[Plane], engine: &Engine) -> Vec<LineText> {
        let tried = |strip: &TextStrip| {
            let index = self.strips.iter().position(|own| std::ptr::eq(own, strip))?;
            self.tried.get(&index).cloned()
        };
        let known: Vec<Option<LineText>> = strips.iter().map(|strip| tried(strip)).collect();
        let new: Vec<Plane> = pictures
            .iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none())
            .map(|(picture, _)| picture.clone())
            .collect();
        let mut read = engine.read(&new).into_iter();
        known.into_iter().map(|known| known.or_else(|| read.next()).unwrap_or_default()).collect()
    }

    /// The lines outside of tables.
    fn lines(&self, engine: &Engine, scale: f32) -> Vec<ReadLine> {
        let legible: Vec<&TextStrip> = self.strips.iter().filter(|strip| strip.marks.len() >= 2).collect();
        let may_be_a_row = |strip: &TextStrip| {
            let middle = strip.middle_at((strip.left + strip.right) / 2.0);
            let below = |grid: &Grid| middle - grid.extent().3;
            self.found.grids.iter().any(|grid| (0.0..=ROW_BELOW * self.pixels_per_inch).contains(&below(grid)))
        };
        let mut strips = prose::telling(&legible, self.straight.width() as f32, may_be_a_row);
        strips.truncate(MOST_LINES);
        let pictures: Vec<Plane> = strips.iter().map(|strip| self.line_picture(strip)).collect();
        let mut first = self.read_once(&strips, &pictures, engine);
        let asked: Vec<usize> = (0..strips.len().min(HEAD_LINES))
            .filter(|index| {
                let short = |strip: &&TextStrip| strip.right - strip.left < 0.5 * self.straight.width() as f32;
                strips.get(*index).is_some_and(short)
                    && first.get(*index).is_some_and(|line| line.text.chars().any(|letter| letter.is_ascii_digit()))
            })
            .collect();
        let again: Vec<Plane> = asked.iter().filter_map(|index| pictures.get(*index)).map(looks::softened).collect();
        let stampless: Vec<Plane> = asked
            .iter()
            .filter_map(|index| strips.get(*index))
            .map(|strip| if strip.is_stamped { self.as_it_is(strip) } else { self.without_stamps(strip) })
            .collect();
        let (again, stampless) = (engine.read(&again), engine.read(&stampless));
        let mut legibilities = vec![Legibility::Plain; strips.len()];
        for ((index, second), third) in asked.iter().zip(again).zip(stampless) {
            let (Some(line), Some(legibility)) = (first.get_mut(*index), legibilities.get_mut(*index)) else {
                continue;
            };
            let looks = [line.clone(), second, third];
            let votes = |look: &LineText| {
                looks.iter().filter(|other| looks::said(&other.text) == looks::said(&look.text)).count()
            };
            let agreed =
                looks.iter().filter(|look| votes(look) >= 2).max_by(|a, b| a.confidence.total_cmp(&b.confidence));
            *legibility = match agreed {
                None => Legibility::Disputed,
                Some(agreed) if votes(agreed) == looks.len() && agreed.confidence >= CLEAR_LINE => Legibility::Clear,
                Some(_) => Legibility::Plain,
            };
            if let Some(agreed) = agreed {
                *line = agreed.clone();
            }
        }
        strips
            .iter()
            .zip(first)
            .zip(legibilities)
            .filter(|((_, line), _)| !line.text.is_empty() && line.mean >= LINE_LEGIBLE && is_latin(&line.text))
            .filter(|((strip, line), _)| line.mean >= LETTERS || !self.is_stroke(strip))
            .map(|((strip, read), legibility)| {
                let line = TextLine {
                    text: read.text,
                    bounds: strip_bounds(strip, scale),
                    size: strip.height() * scale,
                    legibility,
                };
                ReadLine { line, mean: read.mean, baseline: strip.baseline(&self.marks.list) * scale }
            })
            .collect()
    }

    /// Whether most of a line's length is one mark, as of a signature drawn in one go: printed letters stand apart.
    fn is_stroke(&self, strip: &TextStrip) -> bool {
        let most = STROKE * (strip.right - strip.left);
        strip.marks.iter().filter_map(|index| self.marks.list.get(*index)).any(|mark| mark.width() as f32 >= most)
    }

    fn table(
        &self,
        grid: &Grid,
        engine: &Engine,
        scale: f32,
        number: u32,
        form_words: &Vocabulary,
        vocabulary: &Vocabulary,
    ) -> Option<Table> {
        if grid.cells.len() > MOST_CELLS {
            return None;
        }
        // Rules bound the cells of a ruled table; in another they only run along its rows.
        let across = if grid.ruling == Ruling::Ruled { Vec::new() } else { grid.rules_along(&self.found.across) };
        let strangers = Strangers { across, streaks: &grid.streaks };
        let cut = |cell: &GridCell| CellPicture::cut(&self.straight, cell, &strangers, self.pixels_per_inch);
        let cells: Vec<CellPicture> = grid.cells.iter().map(cut).collect();
        let usual = {
            let mut heights: Vec<usize> = cells
                .iter()
                .filter(|cell| cell.content == Content::Ink)
                .flat_map(|cell| cell.bands(self.pixels_per_inch, None))
                .map(|band| band.height())
                .collect();
            heights.sort_unstable();
            heights.get(heights.len() / 2).map(|height| *height as f32)
        };
        let bands: Vec<Vec<Band>> = cells
            .iter()
            .map(|cell| match cell.content {
                Content::Ink => cell.bands(self.pixels_per_inch, usual),
                Content::Blank | Content::Faint | Content::Leaders(_) => Vec::new(),
            })
            .collect();
        let looks = looks::at_cells(engine, &cells, &bands, form_words);
        let cells = grid
            .cells
            .iter()
            .zip(&cells)
            .zip(bands.iter().zip(looks))
            .map(|((place, picture), (bands, looks))| {
                cell(place, picture, bands, looks, scale, (form_words, vocabulary))
            })
            .collect();
        let (left, top, right, bottom) = grid.extent();
        Some(Table {
            page: number,
            bounds: Bounds { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale },
            ruling: grid.ruling,
            rows: u32::try_from(grid.rows).ok()?,
            columns: u32::try_from(grid.columns).ok()?,
            cells,
        })
    }

    /// Ink that is neither text nor rule: signatures, stamps, logos.
    fn drawings(&self, lines: &[TextLine], scale: f32) -> Vec<Picture> {
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
        let long = || lines.iter().filter(|line| line.text.chars().count() >= LONG_LINE).map(|line| &line.bounds);
        let left = long().map(|bounds| bounds.left).fold(f32::INFINITY, f32::min) / scale - MARGIN * width;
        let right = long().map(|bounds| bounds.right).fold(0.0, f32::max) / scale + MARGIN * width;
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

impl Grid {
    /// Whether a place of the straight page is inside of the table.
    fn holds(&self, x: f32, y: f32) -> bool {
        self.cells.iter().any(|cell| {
            let (left, top, right, bottom) = cell.extent();
            x >= left && x <= right && y >= top && y <= bottom
        })
    }
}

fn strip_bounds(strip: &TextStrip, scale: f32) -> Bounds {
    let (first, last) = (strip.middle_at(strip.left), strip.middle_at(strip.right));
    let middle = (first + last) / 2.0;
    Bounds {
        left: strip.left * scale,
        right: strip.right * scale,
        top: (middle - strip.above) * scale,
        bottom: (middle + strip.below) * scale,
    }
}

/// Stamps and scribbles come out of the model as Chinese signs.
fn is_latin(text: &str) -> bool {
    let foreign = text.chars().filter(|letter| *letter >= '\u{2e80}').count();
    foreign * 8 < text.chars().count().max(1)
}

/// The lines of a cell, where a letter that is alone in its line and looks the same in both sizes is the small one after small ones:
/// «Protocol|O» was «Protocolo».
fn as_rests(lines: &[String]) -> Vec<String> {
    let before = std::iter::once("").chain(lines.iter().map(String::as_str));
    let rest = |(line, before): (&String, &str)| {
        let alone = line.chars().count() == 1 && line.contains(['O', '0', 'S', 'C', 'Z', 'U', 'P', 'W']);
        let goes_on = before.ends_with(char::is_lowercase);
        if alone && goes_on { line.replace('0', "o").to_lowercase() } else { line.clone() }
    };
    lines.iter().zip(before).map(rest).collect()
}

fn cell(
    place: &GridCell,
    picture: &CellPicture,
    bands: &[Band],
    looks: Vec<Look>,
    scale: f32,
    (form_words, vocabulary): (&Vocabulary, &Vocabulary),
) -> Cell {
    let (left, top, right, bottom) = place.extent();
    let bounds = Bounds { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale };
    let whole = |look: &Look| bare(&look.lines.concat());
    let agreed = looks
        .iter()
        .find(|look| looks.iter().filter(|other| whole(other) == whole(look)).count() >= 2)
        .or_else(|| looks.iter().max_by(|a, b| a.confidence.total_cmp(&b.confidence)));
    // Of a heading the look that reads the form's own words is believed: «Perfil» beside «Perfül».
    let of_the_form = |look: &&Look| form_words.knows_all(&look.lines.join(" "));
    let agreed = agreed.filter(of_the_form).or_else(|| looks.iter().find(of_the_form)).or(agreed);
    let lines: Vec<CellLine> = agreed
        .into_iter()
        .flat_map(|look| as_rests(&look.lines).into_iter().zip(bands))
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, band)| {
            let (from, to) = (band.left as f32 * scale, band.right as f32 * scale);
            CellLine::even(text, bounds.left + from, bounds.left + to, band.height() as f32 * scale)
        })
        .collect();
    let outer = (picture.luma.width as f32 - place.width()).max(0.0) / 2.0;
    let inset = bands.iter().map(|band| (band.left as f32 - outer).max(0.0) * scale).fold(f32::INFINITY, f32::min);
    let room = bounds.right - bounds.left - if inset.is_finite() { 2.0 * inset } else { 0.0 };
    let text = fill::text_of(&lines, room, &Breaking::default(), vocabulary);
    let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Cell {
        row: count(place.row),
        column: count(place.column),
        row_span: count(place.rows),
        column_span: count(place.columns),
        bounds,
        text: text.text,
        lines: text.lines,
        content: CellContent::Text,
        looks,
        drawn_otherwise: None,
        breaks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_alone_in_its_line_goes_on_with_the_word_above() {
        let rests = |lines: &[&str]| as_rests(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert_eq!(rests(&["Prensa y Protocol", "O"]), ["Prensa y Protocol", "o"]);
        assert_eq!(rests(&["Administrativ", "0"]), ["Administrativ", "o"]);
        assert_eq!(rests(&["Sistemas", "I"]), ["Sistemas", "I"], "a grade");
        assert_eq!(rests(&["PROTOCOL", "O"]), ["PROTOCOL", "O"]);
    }
}
