//! Page: what one page draws becomes its lines, pictures and tables, and what of it may not be believed.

use hayro_interpret::kurbo::{Affine, Point, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, RenderContent, interpret_page};
use hayro_syntax::page::Page as PdfPage;
use hayro_syntax::xref::XRef;

use super::annotations::{self, Annotation, Kind};
use super::device::{Colour, DrawnGlyph, Hidden, Recorder, Source};
use super::pictures;
use super::struck::take_struck;
use super::unicode::{self, FontMaps};
use super::visibility::Ground;
use super::words;
use crate::documents::{Bounds, Page, TextLayer, Trouble, Turn};
use crate::form::fold;
use crate::tables::content::{PageContent, Rectangle, Word};
use crate::tables::{self, HeaderWords, Ruling, Table, Unfinished, Vocabulary};

/// A page of which more than this part is unknown characters is not read.
const UNMAPPED: f32 = 0.2;
/// A page of which pictures cover more than this may be a scan.
const PICTURED: f32 = 0.5;
/// A table that comes nearer than this to the edge of the page reaches it.
const EDGE: f32 = 6.0;
/// Points beside a table within which the rest of its outer column would be drawn.
const BESIDE_TABLE: f32 = 72.0;
/// This many glyphs that are not seen over a table are no accident.
const HIDDEN_OVER_TABLE: usize = 3;

/// One page, read.
pub(super) struct PageRead {
    pub page: Page,
    pub tables: Vec<Table>,
    pub troubles: Vec<Trouble>,
}

/// What is the same for all pages of a document.
pub(super) struct Reading<'a> {
    pub xref: &'a XRef,
    pub cache: InterpreterCache<'a>,
    pub fonts: FontMaps,
    /// Drawing calls so far.
    pub calls: u32,
    pub needs_appearances: bool,
    pub unfinished: Option<Unfinished>,
    pub headers: &'static HeaderWords,
}

/// Reads one page.
pub(super) fn read<'a>(pdf: &PdfPage<'a>, number: u32, reading: &mut Reading<'a>) -> PageRead {
    let (width, height) = pdf.render_dimensions();
    let space = Affine::new(pdf.initial_transform(true).as_coeffs());
    let seen = Bounds { left: 0.0, top: 0.0, right: width, bottom: height };
    let mut recorder = Recorder::new(seen, &mut reading.calls, &mut reading.fonts);
    for (content, source) in [(RenderContent::PAGE, Source::Page), (RenderContent::ANNOTATIONS, Source::Annotation)] {
        let settings = InterpreterSettings { render_content: content, ..InterpreterSettings::default() };
        let rect = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(space, rect, &reading.cache, reading.xref, settings);
        recorder.source = source;
        interpret_page(pdf, &mut context, &mut recorder);
    }
    let annotations = annotations::of_page(pdf, space);
    let mut glyphs = std::mem::take(&mut recorder.glyphs);
    let ground = Ground::new(&recorder.areas, &recorder.images, height);
    ground.mark(&mut glyphs);
    let fields_lie = apply_annotations(&mut glyphs, &annotations, reading.needs_appearances);

    let visible: Vec<&DrawnGlyph> = glyphs.iter().filter(|glyph| glyph.hidden.is_none()).collect();
    let turn = Turn::of(visible.iter().copied().filter(|glyph| glyph.text.is_some()));
    let words = words::words(visible.iter().copied(), turn, width, height);
    let (upright_width, upright_height) = if turn.is_sideways() { (height, width) } else { (width, height) };
    let mut segments: Vec<_> =
        ground.lines(&recorder.lines).iter().map(|line| turned(line, turn, width, height)).collect();
    let struck = take_struck(&mut segments, &words);
    let areas = ground.areas_seen(&recorder.areas).iter().map(|area| turn.upright(area, width, height)).collect();
    let content = PageContent { number, width: upright_width, height: upright_height, words, segments, areas };

    let mut vocabulary = Vocabulary::beside(reading.headers.vocabulary());
    vocabulary.add_inner(&content.words);
    let lines = words::lines(&content.words, &content.segments);
    let layer = text_layer(&glyphs, &recorder, &content, width, height);
    let mut tables = if layer == TextLayer::Drawn {
        tables::find(&content, reading.headers, &vocabulary, &mut reading.unfinished)
    } else {
        Vec::new()
    };
    let held = if layer == TextLayer::Drawn { turn } else { Turn::None };
    let mut page =
        Page { number, label: None, width, height, lines, pictures: Vec::new(), text_layer: layer, turn: held };
    for line in &mut page.lines {
        line.bounds = turn.back(&line.bounds, width, height);
    }
    for table in &mut tables {
        table.bounds = turn.back(&table.bounds, width, height);
        for cell in &mut table.cells {
            cell.bounds = turn.back(&cell.bounds, width, height);
        }
    }
    let seen_words: Vec<_> = content
        .words
        .into_iter()
        .map(|word| {
            let bounds = turn.back(&word.bounds, width, height);
            let first = Bounds { left: word.start, right: word.start, ..word.bounds };
            let first = turn.back(&first, width, height);
            let (x, y) = ((first.left + first.right) / 2.0, (first.top + first.bottom) / 2.0);
            Word { bounds, start: x, baseline: y, ..word }
        })
        .collect();
    page.pictures = pictures::find(&recorder.images, &recorder.curves, &seen_words);

    let mut troubles = Vec::new();
    if matches!(layer, TextLayer::Invisible | TextLayer::Unmapped)
        || (layer == TextLayer::Absent && is_pictured(&recorder, width, height))
    {
        troubles.push(Trouble::PageWithoutText(number));
    }
    let lies = fields_lie
        || hides_text(&glyphs, &tables)
        || has_marks(&annotations, &tables)
        || (!tables.is_empty() && annotations.iter().any(|annotation| annotation.kind == Kind::Note))
        || struck
            .iter()
            .any(|word| tables.iter().any(|table| table.bounds.touches(&turn.back(word, width, height), 0.0)))
        || runs_off_the_page(&glyphs, &tables, width)
        || is_cut_by_its_frame(&glyphs, &tables)
        || tables.iter().flat_map(|table| &table.cells).any(|cell| cell.text.split(' ').any(unicode::mixes_scripts))
        || unknown_in_tables(&visible, &tables)
        || is_overprinted(&seen_words, &tables)
        || stands_in_no_cell(&seen_words, &tables);
    if lies {
        troubles.push(Trouble::TextMayLie(number));
    }
    PageRead { page, tables, troubles }
}

fn turned(line: &tables::content::Segment, turn: Turn, width: f32, height: f32) -> tables::content::Segment {
    use tables::content::{Axis, Segment};
    let bounds = match line.axis {
        Axis::Horizontal => Bounds { left: line.from, right: line.to, top: line.at, bottom: line.at },
        Axis::Vertical => Bounds { left: line.at, right: line.at, top: line.from, bottom: line.to },
    };
    let upright = turn.upright(&bounds, width, height);
    if (line.axis == Axis::Horizontal) != turn.is_sideways() {
        Segment::horizontal(upright.top, upright.left, upright.right)
    } else {
        Segment::vertical(upright.left, upright.top, upright.bottom)
    }
}

fn is_pictured(recorder: &Recorder<'_>, width: f32, height: f32) -> bool {
    pictures::covered(&recorder.images, width, height) > PICTURED || recorder.curves.len() > 200
}

fn text_layer(
    glyphs: &[DrawnGlyph],
    recorder: &Recorder<'_>,
    content: &PageContent,
    width: f32,
    height: f32,
) -> TextLayer {
    let inked = |glyph: &&DrawnGlyph| glyph.text.as_deref().is_none_or(|text| !text.trim().is_empty());
    let visible: Vec<&DrawnGlyph> = glyphs.iter().filter(|glyph| glyph.hidden.is_none()).filter(inked).collect();
    let unmapped = visible.iter().filter(|glyph| glyph.text.is_none()).count();
    let invisible = glyphs
        .iter()
        .filter(inked)
        .filter(|glyph| matches!(glyph.hidden, Some(Hidden::Invisible | Hidden::Covered)))
        .count();
    let pictured = is_pictured(recorder, width, height);
    if pictured && invisible > visible.len() * 2 && invisible > 20 {
        return TextLayer::Invisible;
    }
    if visible.is_empty() || (pictured && is_stamp_on_scan(content)) {
        return TextLayer::Absent;
    }
    if unmapped as f32 > UNMAPPED * visible.len() as f32 { TextLayer::Unmapped } else { TextLayer::Drawn }
}

/// The little text that scanning applications and signers print on the picture of a page: a line or two at one place.
fn is_stamp_on_scan(content: &PageContent) -> bool {
    let letters: usize = content.words.iter().map(|word| word.text.chars().count()).sum();
    let extent = content.words.iter().map(|word| word.bounds).reduce(|a, b| a.union(&b)).unwrap_or_default();
    letters < 400 && extent.height() < 0.15 * content.height
}

/// Brings field values and stamps into the glyphs. Tells whether what the fields hold and what they show differ.
fn apply_annotations(glyphs: &mut Vec<DrawnGlyph>, annotations: &[Annotation], needs_appearances: bool) -> bool {
    let mut lies = false;
    for annotation in annotations {
        let inside = |glyph: &DrawnGlyph| {
            let (x, y) = glyph.centre();
            annotation.bounds.contains(x, y)
        };
        let drawn = |glyph: &DrawnGlyph| glyph.source == Source::Annotation && inside(glyph);
        match &annotation.kind {
            Kind::Signature => glyphs.retain(|glyph| !drawn(glyph)),
            Kind::Mark | Kind::Note => {}
            Kind::FreeText(text) => {
                if !annotation.has_appearance {
                    write(glyphs, text, &annotation.bounds);
                }
            }
            Kind::Field(value) => {
                let shown: String = glyphs
                    .iter()
                    .filter(|glyph| glyph.hidden.is_none() && drawn(glyph))
                    .filter_map(|glyph| glyph.text.as_deref())
                    .collect();
                let same = bare(&shown) == bare(value);
                let beneath = glyphs
                    .iter()
                    .filter(|glyph| glyph.source == Source::Page && glyph.hidden.is_none() && inside(glyph))
                    .filter(|glyph| glyph.text.as_deref().is_some_and(|text| text.chars().any(char::is_alphanumeric)))
                    .count();
                if same || needs_appearances || !annotation.has_appearance {
                    glyphs.retain(|glyph| !drawn(glyph));
                    write(glyphs, value, &annotation.bounds);
                }
                let differs = !same && annotation.has_appearance && !(needs_appearances && bare(&shown).is_empty());
                lies |= differs || (beneath >= 2 && !bare(value).is_empty());
            }
        }
    }
    lies
}

fn bare(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// Sets a text into a rectangle, as a viewer would.
fn write(glyphs: &mut Vec<DrawnGlyph>, text: &str, bounds: &Bounds) {
    let lines: Vec<&str> = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()).collect();
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0).max(1);
    let pitch = bounds.height() / lines.len().max(1) as f32;
    let step = (bounds.width() / (longest as f32 + 1.0)).min(0.35 * pitch).max(0.05);
    for (index, line) in lines.iter().enumerate() {
        let baseline = bounds.top + pitch * (index as f32 + 0.5) + 0.6 * step;
        let mut x = bounds.left + 0.5 * step;
        for character in line.chars() {
            glyphs.push(DrawnGlyph {
                text: Some(if character.is_whitespace() { " ".to_owned() } else { character.to_string() }),
                origin: Point::new(f64::from(x), f64::from(baseline)),
                advance: (step, 0.0),
                size: 2.0 * step,
                colour: Colour::Unknown,
                order: u32::MAX,
                source: Source::Page,
                clip: *bounds,
                hidden: None,
            });
            x += step;
        }
    }
}

/// Text that lies over a table and is not seen there, unless the same letters are seen at the same place.
fn hides_text(glyphs: &[DrawnGlyph], tables: &[Table]) -> bool {
    let over_table = |glyph: &DrawnGlyph| {
        let (x, y) = glyph.centre();
        tables.iter().any(|table| table.bounds.contains(x, y))
    };
    let shown: Vec<&DrawnGlyph> = glyphs.iter().filter(|glyph| glyph.hidden.is_none() && over_table(glyph)).collect();
    let unseen = |glyph: &&DrawnGlyph| {
        let twin = shown.iter().any(|other| {
            other.text == glyph.text && (other.origin - glyph.origin).hypot() < f64::from(0.5 * glyph.size)
        });
        !twin
    };
    glyphs
        .iter()
        .filter(|glyph| glyph.hidden.is_some())
        .filter(|glyph| glyph.text.as_deref().is_none_or(|text| text.chars().any(char::is_alphanumeric)))
        .filter(|glyph| over_table(glyph))
        .filter(unseen)
        .take(HIDDEN_OVER_TABLE)
        .count()
        >= HIDDEN_OVER_TABLE
}

/// Text of a table that goes on beyond the edge of the paper: what is seen of it is not all of it.
fn runs_off_the_page(glyphs: &[DrawnGlyph], tables: &[Table], width: f32) -> bool {
    let reaches_edge = |table: &&Table| table.bounds.left <= EDGE || table.bounds.right >= width - EDGE;
    tables.iter().filter(reaches_edge).any(|table| {
        glyphs
            .iter()
            .filter(|glyph| glyph.hidden == Some(Hidden::OffPage))
            .filter(|glyph| glyph.text.as_deref().is_none_or(|text| text.chars().any(char::is_alphanumeric)))
            .any(|glyph| (table.bounds.top..=table.bounds.bottom).contains(&glyph.centre().1))
    })
}

/// Text right beside a table that the frame of its page cuts off: a table wider than its frame, whose last column is seen in part.
fn is_cut_by_its_frame(glyphs: &[DrawnGlyph], tables: &[Table]) -> bool {
    glyphs
        .iter()
        .filter(|glyph| glyph.hidden == Some(Hidden::Clipped))
        .filter(|glyph| glyph.text.as_deref().is_none_or(|text| text.chars().any(char::is_alphanumeric)))
        .any(|glyph| {
            let (x, y) = glyph.centre();
            tables.iter().any(|table| {
                let beyond = (table.bounds.left - x).max(x - table.bounds.right);
                (table.bounds.top..=table.bounds.bottom).contains(&y) && (0.0..BESIDE_TABLE).contains(&beyond)
            })
        })
}

/// Words over a ruled table that none of its cells holds: a cell was not made out.
fn stands_in_no_cell(words: &[Word], tables: &[Table]) -> bool {
    let cells = || tables.iter().flat_map(|table| &table.cells);
    let inner = |bounds: &Bounds| Bounds {
        left: bounds.left + 2.0,
        top: bounds.top + 2.0,
        right: bounds.right - 2.0,
        bottom: bounds.bottom - 2.0,
    };
    tables.iter().filter(|table| table.ruling == Ruling::Ruled).any(|table| {
        let own = inner(&table.bounds);
        words
            .iter()
            .filter(|word| word.text.chars().any(char::is_alphanumeric))
            .map(|word| (word.start, (word.bounds.top + word.bounds.bottom) / 2.0))
            .filter(|(x, y)| own.contains(*x, *y))
            .any(|(x, y)| !cells().any(|cell| cell.bounds.contains(x, y)))
    })
}

/// Marks over a table that say something which its text does not.
fn has_marks(annotations: &[Annotation], tables: &[Table]) -> bool {
    annotations
        .iter()
        .filter(|annotation| matches!(annotation.kind, Kind::Mark))
        .any(|annotation| tables.iter().any(|table| table.bounds.touches(&annotation.bounds, 0.0)))
}

/// Glyphs in a table whose characters are not known: what the cell says is not all that is seen in it.
fn unknown_in_tables(visible: &[&DrawnGlyph], tables: &[Table]) -> bool {
    visible.iter().filter(|glyph| glyph.text.is_none()).any(|glyph| {
        let (x, y) = glyph.centre();
        tables.iter().any(|table| table.bounds.contains(x, y))
    })
}

/// Two values set over one another at one place, so that nobody can tell which is meant. (A long address that runs over the next
/// column's text is another matter: each of both strings is whole, and begins in its own cell.)
fn is_overprinted(words: &[Word], tables: &[Table]) -> bool {
    let cells = tables.iter().flat_map(|table| &table.cells);
    cells.map(|cell| &cell.bounds).any(|cell| {
        let own: Vec<&Word> = words.iter().filter(|word| cell.contains(word.start, word.baseline)).collect();
        own.iter().enumerate().any(|(index, a)| {
            own.iter().skip(index + 1).any(|b| {
                let wide = a.bounds.right.min(b.bounds.right) - a.bounds.left.max(b.bounds.left);
                let high = a.bounds.bottom.min(b.bounds.bottom) - a.bounds.top.max(b.bounds.top);
                let size = a.size.min(b.size);
                wide.min(high) > 0.6 * size && wide.max(high) > size && a.size.max(b.size) < 2.0 * size
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_its_frame_cuts_off_is_not_believed() {
        let glyph = |x: f64, y: f64, hidden| DrawnGlyph {
            text: Some("r".into()),
            origin: Point::new(x, y),
            advance: (5.0, 0.0),
            size: 9.0,
            colour: Colour::Unknown,
            order: 1,
            source: Source::Page,
            clip: Bounds::default(),
            hidden,
        };
        let bounds = Bounds { left: 55.0, top: 300.0, right: 540.0, bottom: 360.0 };
        let table = Table { page: 1, bounds, ruling: Ruling::Ruled, rows: 2, columns: 7, cells: Vec::new() };
        let cut = |glyph: DrawnGlyph| is_cut_by_its_frame(&[glyph], std::slice::from_ref(&table));
        assert!(cut(glyph(545.0, 320.0, Some(Hidden::Clipped))));
        // What is seen there, and what is cut off above the table, says nothing about it.
        assert!(!cut(glyph(545.0, 320.0, None)));
        assert!(!cut(glyph(545.0, 100.0, Some(Hidden::Clipped))));
    }
}
