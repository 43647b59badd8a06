//! The header of a borderless table: the lines that name the form's columns.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use super::{COLUMN_GAP, LEADING, Line};
use crate::form::{EMBEDDED, Form, fold};
use crate::tables::content::Word;
use crate::tables::fill;
use crate::tables::join::Vocabulary;

/// A header must name at least this many of the form's columns.
const FEWEST_COLUMNS: usize = 4;
/// A header has at most this many baselines: columns of two, three and four lines, each centred, share few.
const TALLEST_HEADER: usize = 12;
/// More stretches of text beside one another are no header.
const MOST_HEADINGS: usize = 14;

/// The words that head the form's columns: one list of folded spellings a column.
#[derive(Clone, Debug, Default)]
pub struct HeaderWords {
    columns: Vec<Vec<String>>,
    /// The first words of all spellings.
    beginnings: HashSet<String>,
    vocabulary: Vocabulary<'static>,
}

impl HeaderWords {
    /// The words of the form that is shipped with the program.
    pub fn of_the_form() -> &'static HeaderWords {
        static OF_THE_FORM: LazyLock<HeaderWords> =
            LazyLock::new(|| Form::parse(EMBEDDED).map(|form| HeaderWords::of(&form)).unwrap_or_default());
        &OF_THE_FORM
    }

    fn of(form: &Form) -> HeaderWords {
        let words = &form.columns;
        let folded = |lists: &[&[String]]| lists.iter().flat_map(|list| list.iter()).map(|word| fold(word)).collect();
        let columns: Vec<Vec<String>> = vec![
            folded(&[&words.cargo]),
            folded(&[&words.perfil]),
            folded(&[&words.nombres, &words.nombres_solo]),
            folded(&[&words.apellidos_solo]),
            folded(&[&words.dni]),
            folded(&[&words.correo]),
            folded(&[&words.celular]),
            folded(&[&words.rol]),
            folded(&[&words.ordinal]),
        ];
        let terms = form.profiles.iter().chain(&form.roles);
        let spellings = terms.flat_map(|term| std::iter::once(&term.name).chain(&term.words));
        let mut vocabulary = Vocabulary::default();
        for text in columns.iter().flatten().chain(spellings) {
            vocabulary.add(text);
        }
        let first_words = columns.iter().flatten().filter_map(|text| text.split(' ').next());
        let beginnings = first_words.map(str::to_owned).collect();
        HeaderWords { columns, beginnings, vocabulary }
    }

    /// The form's words, which are known to stand on their own.
    pub fn vocabulary(&self) -> &Vocabulary<'static> {
        &self.vocabulary
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

/// Lines that follow one another closely, as they may be a header: their stretches of text, one over another.
#[derive(Default)]
struct Band<'l> {
    first: Option<&'l Line<'l>>,
    last: Option<&'l Line<'l>>,
    stacks: Vec<Stack<'l>>,
}

/// Words that stand over and beside one another without a gap that parts columns.
struct Stack<'l> {
    left: f32,
    right: f32,
    words: Vec<&'l Word>,
}

impl<'l> Band<'l> {
    fn add(&mut self, line: &'l Line<'l>) {
        self.first = self.first.or(Some(line));
        self.last = Some(line);
        for word in &line.words {
            let mut whole = Stack { left: word.bounds.left, right: word.bounds.right, words: vec![word] };
            let reach = COLUMN_GAP * word.size;
            self.stacks.retain(|other| {
                let meets = other.left <= whole.right + reach && whole.left <= other.right + reach;
                if meets {
                    whole.left = whole.left.min(other.left);
                    whole.right = whole.right.max(other.right);
                    whole.words.extend(&other.words);
                }
                !meets
            });
            self.stacks.push(whole);
        }
    }

    /// Whether a line, which stands among these, is the rest of headings that are whole without it too: «completos» under «Nombres y
    /// apellidos», «celular» under «Teléfono».
    fn is_spelt_out_by(&self, line: &Line, headers: &HeaderWords) -> bool {
        let holds = |stack: &&Stack| stack.words.iter().any(|word| word.baseline == line.baseline);
        self.stacks.iter().filter(holds).all(|stack| headers.is_heading(&stack.text()))
    }

    /// The header that these lines are, and how much of the form it names.
    fn header(&self, headers: &HeaderWords) -> Option<(usize, Header)> {
        // Prose is one stretch or two, and is not worth reading.
        if !(FEWEST_COLUMNS..=MOST_HEADINGS).contains(&self.stacks.len()) {
            return None;
        }
        let mut stacks: Vec<&Stack> = self.stacks.iter().collect();
        stacks.sort_by(|a, b| a.left.total_cmp(&b.left));
        let mut score = 0;
        let mut fields = BTreeSet::new();
        let mut headings = Vec::with_capacity(stacks.len());
        for stack in stacks {
            let named = headers.field_of(&stack.text());
            if let Some((field, points)) = named {
                score += points;
                if field != ORDINAL {
                    fields.insert(field);
                }
            }
            headings.push((stack, named.map(|(field, _)| field)));
        }
        let named = headings.iter().filter(|(_, field)| field.is_some()).count();
        if fields.len() < FEWEST_COLUMNS || named * 10 < headings.len() * 6 {
            return None;
        }
        let (first, last) = (self.first?, self.last?);
        let headings = headings.into_iter().map(|(stack, field)| stack.heading(field)).collect();
        let header =
            Header { headings, top: first.baseline - 0.8 * first.size(), bottom: last.baseline + 0.3 * last.size() };
        Some((score, header))
    }
}

impl Stack<'_> {
    fn text(&self) -> String {
        let lines = fill::lines_of(self.words.clone());
        fold(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "))
    }

    fn heading(&self, field: Option<usize>) -> Heading {
        let words = self.words.iter().map(|word| (*word).clone()).collect();
        Heading { left: self.left, right: self.right, words, field }
    }
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
        // Where fewer words may begin a heading than a header has, none is looked for: that leaves out most of a letter.
        let beginnings: Vec<usize> = lines.iter().map(|line| headers.beginnings_in(line)).collect();
        for start in 0..lines.len() {
            let rest = lines.get(start..).unwrap_or_default();
            // Once found, only a band that begins a line or so lower can be better.
            let found_above =
                best.as_ref().is_some_and(|(_, header)| rest.first().is_some_and(|line| line.baseline > header.bottom));
            if found_above {
                break;
            }
            if beginnings.iter().skip(start).take(TALLEST_HEADER).sum::<usize>() < FEWEST_COLUMNS {
                continue;
            }
            let mut band = Band::default();
            let mut parted = false;
            for line in rest.iter().take(TALLEST_HEADER) {
                parted = band.last.is_some_and(|above| line.baseline - above.baseline > LEADING * above.size());
                if parted {
                    break;
                }
                band.add(line);
                let goes_on = band.is_spelt_out_by(line, headers);
                if let Some((score, header)) = band.header(headers)
                    && best.as_ref().is_none_or(|(other, found)| {
                        score > *other || (goes_on && score == *other && found.top == header.top)
                    })
                {
                    best = Some((score, header));
                }
            }
            // The last line of the tallest heading may add nothing to what is named («Gob.pe»). It is told from a row by the white
            // under it: a row that stands close would change what its columns' headings say.
            if parted
                && let Some((score, header)) = band.header(headers)
                && best.as_ref().is_some_and(|(other, found)| score >= *other && found.top == header.top)
            {
                best = Some((score, header));
            }
        }
        best.map(|(_, header)| header)
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
    /// How many words of a line may begin a heading that [`HeaderWords::field_of`] knows: one begins with the spelling's first
    /// word, whichever of the two is longer.
    fn beginnings_in(&self, line: &Line) -> usize {
        let begins =
            |word: &&&Word| fold(&word.text).split(' ').next().is_some_and(|first| self.beginnings.contains(first));
        line.words.iter().filter(begins).count()
    }

    fn is_heading(&self, text: &str) -> bool {
        self.columns.iter().flatten().any(|spelling| spelling == text)
    }

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
