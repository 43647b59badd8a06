//! The header of a borderless table: the lines that name the form's columns.

use super::{COLUMN_GAP, LEADING, Line};
use crate::form::{EMBEDDED, Form, fold};
use crate::tables::content::Word;
use crate::tables::fill;
use crate::tables::join::Vocabulary;

/// A header must name at least this many of the form's columns.
const FEWEST_COLUMNS: usize = 4;
/// A header has at most this many baselines: columns of two, three and four lines, each centred, share few.
const TALLEST_HEADER: usize = 12;

/// The words that head the form's columns: one list of folded spellings a column.
#[derive(Clone, Debug, Default)]
pub struct HeaderWords {
    columns: Vec<Vec<String>>,
    terms: Vec<String>,
}

impl HeaderWords {
    /// The words of the form that is shipped with the program.
    pub fn of_the_form() -> HeaderWords {
        Form::parse(EMBEDDED).map(|form| HeaderWords::of(&form)).unwrap_or_default()
    }

    pub fn of(form: &Form) -> HeaderWords {
        let words = &form.columns;
        let folded = |lists: &[&[String]]| lists.iter().flat_map(|list| list.iter()).map(|word| fold(word)).collect();
        let terms = form.profiles.iter().chain(&form.roles);
        HeaderWords {
            columns: vec![
                folded(&[&words.cargo]),
                folded(&[&words.perfil]),
                folded(&[&words.nombres, &words.nombres_solo]),
                folded(&[&words.apellidos_solo]),
                folded(&[&words.dni]),
                folded(&[&words.correo]),
                folded(&[&words.celular]),
                folded(&[&words.rol]),
                folded(&[&words.ordinal]),
            ],
            terms: terms.flat_map(|term| std::iter::once(&term.name).chain(&term.words)).cloned().collect(),
        }
    }

    /// Adds the form's words to those that are known to stand on their own.
    pub fn teach(&self, vocabulary: &mut Vocabulary) {
        for text in self.columns.iter().flatten().chain(&self.terms) {
            vocabulary.add(text);
        }
    }
}

/// One column as its header stands.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub left: f32,
    pub right: f32,
    pub words: Vec<Word>,
    /// Index into [`HeaderWords::columns`].
    field: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Header {
    pub headings: Vec<Heading>,
    pub top: f32,
    /// Below the last baseline of the header.
    pub bottom: f32,
}

/// Columns whose values mark a row: DNI, e-mail, telephone (indices into [`HeaderWords::columns`]).
pub(super) const DNI: usize = 4;
pub(super) const CORREO: usize = 5;
pub(super) const CELULAR: usize = 6;
const ORDINAL: usize = 8;

impl Header {
    /// The first header on the page: the band of lines whose stretches of text name most columns.
    pub fn find(lines: &[Line], headers: &HeaderWords) -> Option<Header> {
        let mut best: Option<(usize, Header)> = None;
        for start in 0..lines.len() {
            let rest = lines.get(start..).unwrap_or_default();
            // Once found, only a band that begins a line or so lower can be better.
            let found_above =
                best.as_ref().is_some_and(|(_, header)| rest.first().is_some_and(|line| line.baseline > header.bottom));
            if found_above {
                break;
            }
            for height in 1..=TALLEST_HEADER.min(rest.len()) {
                let band = rest.get(..height).unwrap_or_default();
                let apart =
                    band.iter().zip(band.iter().skip(1)).any(|(a, b)| b.baseline - a.baseline > LEADING * b.size());
                if apart {
                    break;
                }
                if let Some((score, header)) = Header::of(band, headers)
                    && best.as_ref().is_none_or(|(other, _)| score > *other)
                {
                    best = Some((score, header));
                }
            }
        }
        best.map(|(_, header)| header)
    }

    fn of(band: &[Line], headers: &HeaderWords) -> Option<(usize, Header)> {
        let mut headings: Vec<Heading> = Vec::new();
        for word in band.iter().flat_map(|line| &line.words) {
            let mut whole =
                Heading { left: word.bounds.left, right: word.bounds.right, words: vec![word.clone()], field: None };
            let reach = COLUMN_GAP * word.size;
            headings.retain(|other| {
                let meets = other.left <= whole.right + reach && whole.left <= other.right + reach;
                if meets {
                    whole.left = whole.left.min(other.left);
                    whole.right = whole.right.max(other.right);
                    whole.words.extend(other.words.iter().cloned());
                }
                !meets
            });
            headings.push(whole);
        }
        headings.sort_by(|a, b| a.left.total_cmp(&b.left));
        let mut score = 0;
        let mut fields = std::collections::BTreeSet::new();
        for heading in &mut headings {
            let lines = fill::lines_of(heading.words.clone());
            let text = fold(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
            if let Some((field, points)) = headers.field_of(&text) {
                heading.field = Some(field);
                score += points;
                if field != ORDINAL {
                    fields.insert(field);
                }
            }
        }
        let named = headings.iter().filter(|heading| heading.field.is_some()).count();
        if fields.len() < FEWEST_COLUMNS || named * 10 < headings.len() * 6 || headings.len() > 14 {
            return None;
        }
        let (first, last) = (band.first()?, band.last()?);
        let header =
            Header { headings, top: first.baseline - 0.8 * first.size(), bottom: last.baseline + 0.3 * last.size() };
        Some((score, header))
    }

    /// The same columns, without their headings, over a first line at `baseline` of the next page.
    pub fn above(mut self, baseline: f32) -> Option<Header> {
        for heading in &mut self.headings {
            heading.words.clear();
        }
        self.top = baseline - 20.0;
        self.bottom = baseline - 10.0;
        Some(self)
    }

    pub fn extent(&self) -> (f32, f32) {
        let left = self.headings.iter().map(|heading| heading.left).fold(f32::INFINITY, f32::min);
        let right = self.headings.iter().map(|heading| heading.right).fold(f32::NEG_INFINITY, f32::max);
        (left, right)
    }

    pub fn heading_of(&self, field: usize) -> Option<usize> {
        self.headings.iter().position(|heading| heading.field == Some(field))
    }
}

impl HeaderWords {
    /// The column that a folded header text names, and how well: its whole spelling is worth more than its beginning.
    fn field_of(&self, text: &str) -> Option<(usize, usize)> {
        let whole = |spelling: &String| spelling == text;
        let begins = |spelling: &String| {
            let (short, long) =
                if spelling.len() < text.len() { (spelling.as_str(), text) } else { (text, spelling.as_str()) };
            short.len() >= 3 && long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' '))
        };
        let exact = self.columns.iter().position(|spellings| spellings.iter().any(whole)).map(|field| (field, 3));
        exact.or_else(|| self.columns.iter().position(|spellings| spellings.iter().any(begins)).map(|field| (field, 1)))
    }
}
