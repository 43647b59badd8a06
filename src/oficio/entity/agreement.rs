//! Agreement: which of the names in a letter is that of who writes, and which of its spellings is right.
//!
//! Names that were recognised from a picture may be one name misread, or cut short. Text that was drawn says what it says: there,
//! another spelling is another name.

use super::Named;
use super::names::{KINDS, PARTICLES, QUALIFIERS};
use crate::form::fold;
use crate::oficio::columns::edit_distance;
use crate::oficio::letter::{Letter, Line, begins_with};
use crate::oficio::people::compact;

/// A word that is cut short shows at least so many letters of itself.
const SHORTEST_BEGINNING: usize = 3;

/// The name that was chosen.
pub(super) struct Chosen<'a> {
    pub name: String,
    pub line: Line<'a>,
    /// Why it is not sure.
    pub doubt: Option<String>,
    /// The other spelling that it may have.
    pub otherwise: Option<String>,
}

/// The name that most weight stands behind. When subject line and letterhead name two entities of one kind, nobody can tell
/// from here which of them writes: the name is given, not for sure.
pub(super) fn agreed<'a>(named: &[Named<'a>], letter: &Letter<'a>) -> Option<Chosen<'a>> {
    let joined = |a: &Named, b: &Named| lost_a_space(a, b) || lost_a_space(b, a);
    let same = |a: &Named, b: &Named| same_entity(&a.name, &b.name) || is_misspelt(a, b) || joined(a, b);
    let support = |candidate: &Named| -> u32 {
        named.iter().filter(|other| same(candidate, other)).map(|other| other.weight).sum()
    };
    let best = named.iter().max_by_key(|candidate| (support(candidate), candidate.weight))?;
    let own: Vec<&Named> = named.iter().filter(|other| same(best, other)).collect();
    let is_whole = |candidate: &&Named| !own.iter().any(|other| lost_a_space(candidate, other));
    let group: Vec<&Named> = own.iter().copied().filter(is_whole).collect();
    let spellings = Spellings::new(&group, letter);
    // In its own words: the spelling that is said most often (where it was recognised from a picture), mixed case before
    // capitals, then the fuller one.
    let worded =
        group.iter().copied().filter(|candidate| !spellings.is_remains(candidate)).max_by_key(|candidate| {
            let length = name_words(&candidate.name).len().min(12);
            (spellings.said(candidate), !is_shouted(&candidate.name), length, candidate.weight)
        })?;
    let name = sensible_case(&worded.name);
    let rival = named
        .iter()
        .filter(|other| !same(best, other) && !same(worded, other) && kind_of(&other.name) == kind_of(&worded.name))
        .find(|other| other.weight >= 4);
    let otherwise = match rival {
        Some(_) => None,
        None => spellings.rival(worded).map(|other| sensible_case(&other.name)),
    };
    let doubt = match (rival, &otherwise) {
        (Some(rival), _) => {
            Some(format!("El oficio nombra dos entidades: «{name}» y «{}».", sensible_case(&rival.name)))
        }
        (None, Some(other)) => Some(format!("El nombre se lee de dos maneras: «{name}» y «{other}».")),
        (None, None) => None,
    };
    Some(Chosen { name, line: worded.line, doubt, otherwise })
}

fn kind_of(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    KINDS.iter().copied().find(|kind| begins_with(&folded, &[kind]))
}

/// Whether two names are of one entity: the words of one are all in the other.
fn same_entity(a: &str, b: &str) -> bool {
    let (a, b) = (name_words(a), name_words(b));
    let within = |a: &[String], b: &[String]| !a.is_empty() && a.iter().all(|word| b.contains(word));
    within(&a, &b) || within(&b, &a)
}

/// The spellings of one entity's name, and how often the letter says each.
struct Spellings<'g, 'a> {
    group: &'g [&'g Named<'a>],
    /// The times of each of the group; nothing where all of them say the same words.
    times: Vec<usize>,
}

impl<'g, 'a> Spellings<'g, 'a> {
    fn new(group: &'g [&'g Named<'a>], letter: &Letter<'a>) -> Spellings<'g, 'a> {
        let differ = group.iter().any(|a| group.iter().any(|b| is_misspelt(a, b)));
        let times = if differ {
            let whole = folded_text(letter);
            group.iter().map(|named| whole.matches(&format!(" {} ", fold(&named.name))).count().max(1)).collect()
        } else {
            Vec::new()
        };
        Spellings { group, times }
    }

    /// How often the letter says the name in this spelling, whole or in part.
    fn said(&self, candidate: &Named) -> usize {
        let spelt_alike = |other: &Named| !is_misspelt(candidate, other) && same_entity(&candidate.name, &other.name);
        // A name that stands in another one is counted where that is said.
        let mut counted: Vec<String> = Vec::new();
        let mut said = 0;
        for (other, times) in self.group.iter().zip(&self.times).filter(|(other, _)| spelt_alike(other)) {
            let folded = fold(&other.name);
            if !counted.contains(&folded) {
                counted.push(folded);
                said += times;
            }
        }
        said
    }

    /// Whether it is what is left of another spelling, which is said as often at least.
    fn is_remains(&self, candidate: &Named) -> bool {
        self.group.iter().any(|other| self.overrules(other, candidate))
    }

    fn overrules(&self, whole: &Named, rest: &Named) -> bool {
        is_remains(rest, whole) && !is_remains(whole, rest) && self.said(whole) >= self.said(rest)
    }

    /// A spelling that may be right as well as this one: said as often, or what this one is cut from.
    fn rival(&self, worded: &Named) -> Option<&'g Named<'a>> {
        let said = self.said(worded);
        self.group
            .iter()
            .copied()
            .filter(|other| is_misspelt(worded, other))
            .find(|other| is_remains(worded, other) || (!self.overrules(worded, other) && self.said(other) >= said))
    }
}

/// The lines of a letter in the letters that are compared, one after the other: a name may run over two of them.
fn folded_text(letter: &Letter) -> String {
    let mut whole = String::from(" ");
    for line in &letter.lines {
        whole.push_str(&fold(line.text));
        whole.push(' ');
    }
    whole
}

/// Whether two names that were recognised from a picture are one name, misread or cut short in one of them.
fn is_misspelt(a: &Named, b: &Named) -> bool {
    a.line.recognised
        && b.line.recognised
        && !same_entity(&a.name, &b.name)
        && (is_misreading(a, b) || is_remains(a, b) || is_remains(b, a))
}

/// Whether a name is another one of which a space was not read: «Distritalde Santa Coba».
fn lost_a_space(name: &Named, whole: &Named) -> bool {
    let words = |named: &Named| named.name.split_whitespace().count();
    name.line.recognised && words(name) < words(whole) && compact(&name.name) == compact(&whole.name)
}

/// Whether a name differs from another by a few letters, or a space.
fn is_misreading(a: &Named, b: &Named) -> bool {
    let (words, others) = (name_words(&a.name), name_words(&b.name));
    if words.len() == others.len() {
        let differing: Vec<_> = words.iter().zip(&others).filter(|(a, b)| a != b).collect();
        if differing.iter().any(|(a, b)| !is_misread_word(a, b)) {
            return false;
        }
    }
    let (a, b) = (look(&compact(&a.name)), look(&compact(&b.name)));
    edit_distance(&a, &b) <= a.len().min(b.len()) / 10
}

/// Whether one word may be another one misread. Numbers and initials are names of their own: «UGEL 03» is not «UGEL 08».
fn is_misread_word(a: &str, b: &str) -> bool {
    let (a_look, b_look) = (look(a), look(b));
    let shorter = a_look.chars().count().min(b_look.chars().count());
    let has_digits = a.chars().chain(b.chars()).any(|letter| letter.is_ascii_digit());
    !has_digits && shorter >= 4 && edit_distance(&a_look, &b_look) <= shorter / 3
}

/// Letters that look like others written as these.
fn look(text: &str) -> String {
    text.replace("rn", "m").replace("cl", "d").replace("vv", "w")
}

/// Whether a name is another one cut short: each of its words is a word of that one, or the beginning of one. A word that is
/// none («Licnologico») beside one that belongs into names («Tecnológico») is that one too.
fn is_remains(rest: &Named, whole: &Named) -> bool {
    let mut words = name_words(&whole.name).into_iter();
    let mut cut = false;
    let own = name_words(&rest.name);
    let stands = own.iter().enumerate().all(|(index, word)| {
        // The last word may be cut to its first letter.
        let shortest = if index + 1 == own.len() { 1 } else { SHORTEST_BEGINNING };
        words.any(|other| {
            let begins = word.chars().count() >= shortest && other.starts_with(word.as_str());
            let misread = belongs_into_names(&other) && !belongs_into_names(word) && is_misread_word(word, &other);
            let has_digits = other.chars().any(|letter| letter.is_ascii_digit());
            cut |= *word != other && (begins && !has_digits || misread);
            *word == other || (begins && !has_digits) || misread
        })
    });
    stands && cut
}

fn belongs_into_names(word: &str) -> bool {
    QUALIFIERS.contains(&word) || KINDS.iter().any(|kind| kind.split(' ').any(|other| other == word))
}

fn name_words(name: &str) -> Vec<String> {
    let folded = fold(name)
        .replace("unidad de gestion educativa local", "ugel")
        .replace("direccion regional de salud", "diresa")
        .replace("gerencia regional de salud", "geresa")
        .replace("servicio de administracion tributaria", "sat")
        .replace("gobierno regional", "gore");
    folded.split(' ').filter(|word| !word.is_empty() && !PARTICLES.contains(word)).map(str::to_owned).collect()
}

pub(super) fn is_shouted(name: &str) -> bool {
    let letters = || name.chars().filter(|letter| letter.is_alphabetic());
    letters().count() > 6 && letters().filter(|letter| letter.is_lowercase()).count() * 5 < letters().count()
}

/// A name in capitals as one writes it: particles small, initials («EPS», «S.A.») as they are.
pub(super) fn sensible_case(name: &str) -> String {
    if !is_shouted(name) {
        return name.to_owned();
    }
    name.split_whitespace()
        .enumerate()
        .map(|(index, word)| {
            let folded = fold(word);
            if index > 0 && PARTICLES.contains(&folded.as_str()) {
                return word.to_lowercase();
            }
            let initials = ["eps", "ugel", "diresa", "geresa", "sat", "dre", "gre", "sa", "sac"];
            if initials.contains(&folded.as_str()) || is_roman(word) || word.trim_end_matches('.').contains('.') {
                return word.to_owned();
            }
            let part = |part: &str| if is_roman(part) { part.to_owned() } else { capitalised(part) };
            word.split('-').map(part).collect::<Vec<_>>().join("-")
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_roman(word: &str) -> bool {
    (2..=4).contains(&word.len()) && word.chars().all(|letter| "IVX".contains(letter))
}

/// A name in which the strokes of a category («Hospital Il-1», «Ii-1») are the Roman number that they were read for.
pub(super) fn with_roman_numbers(name: &str) -> String {
    let written = |word: &str| match word.split_once('-') {
        Some((category, level))
            if (2..=3).contains(&category.len())
                && category.chars().all(|stroke| "Ili1|".contains(stroke))
                && category.contains(char::is_alphabetic)
                && level.chars().all(|digit| digit.is_ascii_digit()) =>
        {
            format!("{}-{level}", "I".repeat(category.len()))
        }
        _ => word.to_owned(),
    };
    name.split(' ').map(written).collect::<Vec<_>>().join(" ")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let mut written = String::new();
    for letter in letters.by_ref() {
        written.push(letter);
        if letter.is_alphabetic() {
            break;
        }
    }
    written + &letters.as_str().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::with_roman_numbers;
    use crate::documents::TextLayer;
    use crate::form::{EMBEDDED, Form};
    use crate::oficio::letter::Letter;
    use crate::oficio::paper;
    use crate::oficio::value::{Certainty, OficioDatum};

    /// The name, and whether it is sure, of a letter with this subject, letterhead and signature block.
    fn read(layer: TextLayer, subject: &str, head: &str, block: &str) -> (String, bool) {
        let subject = format!("Asunto: Incorporación y migración de la página web de {subject} a la Plataforma");
        let mut document = paper::letter(&[head, "Señor:", &subject, "De mi consideración:", "Atentamente,", block]);
        document.pages[0].text_layer = layer;
        let form = Form::parse(EMBEDDED).unwrap();
        let OficioDatum::Found { value, read } = super::super::find(&Letter::of(&[&document]), &form) else {
            panic!("nothing found")
        };
        (value, read.certainty == Certainty::Sure)
    }

    fn recognised(subject: &str, head: &str, block: &str) -> (String, bool) {
        read(TextLayer::Recognised, subject, head, block)
    }

    const RIGHT: &str = "Gobierno Regional del Tambo";
    const MISREAD: &str = "Gobierno Regional del Tarnbo";

    #[test]
    fn the_spelling_that_a_picture_says_most_often_is_right() {
        for (subject, head, block) in [(MISREAD, RIGHT, RIGHT), (RIGHT, MISREAD, RIGHT), (RIGHT, RIGHT, MISREAD)] {
            assert_eq!(recognised(subject, head, block), (RIGHT.to_owned(), true), "{subject}, {head}, {block}");
        }
        assert_eq!(recognised(MISREAD, "GOBIERNO REGIONAL DEL TAMBO", RIGHT), (RIGHT.to_owned(), true));
    }

    #[test]
    fn a_category_in_roman_numbers_is_one_however_its_strokes_were_read() {
        let right = "Hospital II-1 de Moyopampa".to_owned();
        let (misread, capitals) = ("Hospital Il-1 de Moyopampa", "HOSPITAL II-1 DE MOYOPAMPA");
        assert_eq!(recognised(misread, capitals, misread), (right.clone(), true));
        assert_eq!(read(TextLayer::Drawn, capitals, capitals, "Ana Rojas").0, right);
        assert_eq!(with_roman_numbers("Red de Salud 11-2"), "Red de Salud 11-2", "figures are none");
    }

    #[test]
    fn a_space_that_was_not_read_makes_no_second_name() {
        let (right, joined) = ("Municipalidad Distrital de Quilcapampa", "Municipalidad Distritalde Quilcapampa");
        assert_eq!(recognised(right, joined, "Ana Rojas"), (right.to_owned(), true));
        assert_eq!(recognised(joined, right, joined), (right.to_owned(), true));
        assert!(!read(TextLayer::Drawn, right, joined, "Ana Rojas").1, "drawn text says what it says");
        let (right, joined) = ("EPS Aguas del Tambo S.A.", "EPS AGUAS DELTAMBO S.A.");
        assert_eq!(recognised(right, joined, right), (right.to_owned(), true));
    }

    #[test]
    fn spellings_that_a_picture_says_equally_often_are_doubtful() {
        assert!(!recognised(MISREAD, RIGHT, "Ana Rojas").1);
        assert!(!recognised(RIGHT, MISREAD, "Ana Rojas").1);
    }

    #[test]
    fn a_name_that_a_picture_cuts_short_is_no_second_entity() {
        for (whole, rest) in [
            ("Corte Superior de Justicia de Yanapuquio", "Corte Superior de Justicia de Yanapu"),
            ("Sociedad de Beneficencia de Tambo Viejo", "Sociedad de Beneficencia de Tambo V"),
            ("Empresa de Transmisión Eléctrica del Tambo S.A.", "Empresa de Transmisión Eléct del Tambo S.A."),
            (
                "Instituto de Educación Superior Tecnológico Público Pampa Larga",
                "Instituto de Educacion Superio Licnologico Público Pampa Larga",
            ),
        ] {
            assert_eq!(recognised(whole, rest, "Ana Rojas"), (whole.to_owned(), true));
            assert_eq!(recognised(rest, whole, "Ana Rojas"), (whole.to_owned(), true));
        }
        let (whole, rest) = ("Gobierno Regional de Yanapuquio", "Gobierno Regional de Yanapu");
        assert!(!recognised(whole, rest, rest).1, "said more often than what it would be cut from");
    }

    #[test]
    fn drawn_text_says_what_it_says() {
        for (a, b) in [(RIGHT, MISREAD), ("Gobierno Regional de Yanapuquio", "Gobierno Regional de Yanapu")] {
            assert!(!read(TextLayer::Drawn, a, b, b).1, "{a}");
            assert!(!read(TextLayer::Drawn, b, a, a).1, "{b}");
        }
    }

    #[test]
    fn other_words_and_numbers_in_a_picture_are_another_entity() {
        for (a, b) in [
            ("Municipalidad Distrital de Santa Rosa", "Municipalidad Distrital de Santa Rita"),
            ("Unidad de Gestión Educativa Local 03", "Unidad de Gestión Educativa Local 08"),
            ("Municipalidad Distrital de Quilcapampa", "Municipalidad Distrital de Lucmapata"),
        ] {
            assert!(!recognised(a, b, b).1, "{a}");
        }
    }
}
