//! Columns: which of the form's fields a header's words name, by the synonyms of `form.columns`.
//!
//! Exact words win over contained ones, contained ones over words with a slip; a column gets at most one field and a field at
//! most one column.

use std::collections::BTreeMap;

use super::designee::Field;
use crate::form::{ColumnWords, fold};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    Field(Field),
    GivenNames,
    /// Father's, mother's or both surnames: the one heading that may stand over two columns.
    Surnames,
    Ordinal,
}

/// Words that give a header another meaning than the synonym in it: «Resolución de designación», «Teléfono fijo».
const FOREIGN: [&str; 19] = [
    "resolucion",
    "contrato",
    "fecha",
    "vigencia",
    "fijo",
    "anexo",
    "ruc",
    "jefe",
    "inmediato",
    "superior",
    "saliente",
    "anterior",
    "baja",
    "firma",
    "huella",
    "designacion",
    "nacimiento",
    "domicilio",
    "sustento",
];
/// Words that make «Nombre de …» the name of something that is no person.
const NOT_A_PERSON: [&str; 11] = [
    "entidad",
    "institucion",
    "oficina",
    "area",
    "unidad",
    "organo",
    "dependencia",
    "sistema",
    "sitio",
    "pagina",
    "plataforma",
];

struct Synonym {
    heading: Heading,
    words: Vec<String>,
    compact: String,
    /// [`plain`] of `compact`.
    plain: String,
    rank: u32,
}

/// How well a text names a heading that it is, less its place in the form's list, and one that it is but for a slip.
const WHOLE: u32 = 1_000;
const WITH_A_SLIP: u32 = 200;

/// The form's header words, folded once.
pub(super) struct HeaderWords {
    synonyms: Vec<Synonym>,
    ordinals: Vec<String>,
}

impl HeaderWords {
    pub(super) fn new(columns: &ColumnWords) -> HeaderWords {
        let lists = [
            (Heading::Field(Field::Cargo), &columns.cargo),
            (Heading::Field(Field::Perfil), &columns.perfil),
            (Heading::Field(Field::Nombres), &columns.nombres),
            (Heading::GivenNames, &columns.nombres_solo),
            (Heading::Surnames, &columns.apellidos_solo),
            (Heading::Field(Field::Dni), &columns.dni),
            (Heading::Field(Field::Correo), &columns.correo),
            (Heading::Field(Field::Celular), &columns.celular),
            (Heading::Field(Field::Rol), &columns.rol),
        ];
        let mut synonyms = Vec::new();
        for (heading, list) in lists {
            for (rank, text) in list.iter().enumerate() {
                let words = header_words(text);
                if !words.is_empty() {
                    let compact = words.concat();
                    synonyms.push(Synonym {
                        heading,
                        words,
                        plain: plain(&compact),
                        compact,
                        rank: u32::try_from(rank).unwrap_or(u32::MAX).min(99),
                    });
                }
            }
        }
        let ordinals = columns.ordinal.iter().map(|text| fold(text).replace(' ', "")).collect();
        HeaderWords { synonyms, ordinals }
    }

    /// How well `text` names each heading; empty when it names none.
    fn scores(&self, text: &str) -> BTreeMap<Heading, u32> {
        let mut scores = BTreeMap::new();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        if text.contains('@') || digits > 3 || text.chars().count() > 160 {
            return scores;
        }
        let compact_whole = fold(text).replace(' ', "");
        if (compact_whole.is_empty() && text.trim() == "#")
            || self.ordinals.iter().any(|ordinal| !ordinal.is_empty() && *ordinal == compact_whole)
            || ["orden", "nroorden", "ndeorden", "nordem", "norden", "node"].contains(&compact_whole.as_str())
        {
            scores.insert(Heading::Ordinal, WHOLE);
            return scores;
        }
        let words = header_words(text);
        let compact = words.concat();
        if compact.is_empty() {
            return scores;
        }
        let plain = plain(&compact);
        let unnumbered = without_number_sign(&compact_whole);
        for synonym in &self.synonyms {
            // A narrow column breaks its own header: «No mbres» is no «N.º mbres».
            let score = if [compact.as_str(), compact_whole.as_str(), unnumbered].contains(&synonym.compact.as_str()) {
                WHOLE - synonym.rank
            } else if let Some(rest) = rest_of(&words, &synonym.words) {
                if foreign(synonym.heading, &rest) {
                    continue;
                }
                300 + share(&synonym.compact, &compact) - synonym.rank.min(50)
            } else if synonym.compact.len() >= 8 && compact.contains(&synonym.compact) {
                250 + share(&synonym.compact, &compact) / 2
            } else if same_but_for_a_slip(&synonym.plain, &plain) {
                WITH_A_SLIP
            } else {
                continue;
            };
            let best = scores.entry(synonym.heading).or_insert(0);
            *best = score.max(*best);
        }
        scores
    }

    /// Whether a header's text names anything that the form knows.
    pub(super) fn knows(&self, text: &str) -> bool {
        !self.scores(text).is_empty()
    }

    /// Whether a header's text names a field, alone or among other words.
    pub(super) fn names(&self, field: Field, text: &str) -> bool {
        let mut scores = self.scores(text);
        // «Correo institucional» is «Cargo institucional» with slips, but it is itself.
        if scores.values().any(|score| *score > WHOLE - 100) {
            scores.retain(|_, score| *score > WITH_A_SLIP);
        }
        fields(&scores.into_keys().enumerate().collect()).contains(&field)
    }

    /// Which heading each position has, given the header's texts by position. Positions without one are left out.
    pub(super) fn assign(&self, texts: &[String]) -> BTreeMap<usize, Heading> {
        let mut wishes: Vec<(u32, usize, Heading)> = Vec::new();
        for (position, text) in texts.iter().enumerate() {
            wishes.extend(self.scores(text).into_iter().map(|(heading, score)| (score, position, heading)));
        }
        wishes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut assigned: BTreeMap<usize, Heading> = BTreeMap::new();
        let mut surnames = 0;
        for (_, position, heading) in wishes {
            let taken = match heading {
                Heading::Surnames => surnames >= 2,
                _ => assigned.values().any(|other| *other == heading),
            };
            if !taken && !assigned.contains_key(&position) {
                surnames += usize::from(heading == Heading::Surnames);
                assigned.insert(position, heading);
            }
        }
        settle_names(&mut assigned, texts);
        assigned
    }
}

/// «Nombres» alone is the whole name, and «Nombre» beside «Apellidos» is the given names.
fn settle_names(assigned: &mut BTreeMap<usize, Heading>, texts: &[String]) {
    let position_of = |assigned: &BTreeMap<usize, Heading>, wanted: Heading| {
        assigned.iter().find(|(_, heading)| **heading == wanted).map(|(position, _)| *position)
    };
    let whole = position_of(assigned, Heading::Field(Field::Nombres));
    let given = position_of(assigned, Heading::GivenNames);
    let surnames = position_of(assigned, Heading::Surnames);
    match (whole, given, surnames) {
        (Some(whole), None, Some(_)) => {
            let says_surnames = texts.get(whole).is_some_and(|text| fold(text).contains("apellido"));
            if !says_surnames {
                assigned.insert(whole, Heading::GivenNames);
            }
        }
        (None, Some(only), None) => {
            assigned.insert(only, Heading::Field(Field::Nombres));
        }
        _ => {}
    }
    if position_of(assigned, Heading::Field(Field::Nombres)).is_some() {
        // A whole name beside its own parts: the parts add nothing.
        assigned.retain(|_, heading| !matches!(heading, Heading::GivenNames | Heading::Surnames));
    }
}

/// The fields that a set of headings covers.
pub(super) fn fields(headings: &BTreeMap<usize, Heading>) -> Vec<Field> {
    Field::ALL
        .into_iter()
        .filter(|field| {
            headings.values().any(|heading| match heading {
                Heading::Field(other) => other == field,
                Heading::GivenNames | Heading::Surnames => *field == Field::Nombres,
                Heading::Ordinal => false,
            })
        })
        .collect()
}

/// A header's words without «N.º de»: single letters that dots parted are joined («D.N.I.»).
fn header_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut parts: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    // «D.N.I. N.º»: the sign may stand behind.
    for sign in [&["n", "o"][..], &["n"], &["no"], &["nro"], &["num"], &["numero"]] {
        if parts.len() > sign.len() && parts.ends_with(sign) {
            parts.truncate(parts.len() - sign.len());
            break;
        }
    }
    // «N.º D.N.I.»: nor is it a letter of what follows.
    if let Some(sign) =
        [&["n", "o"][..], &["n"]].into_iter().find(|sign| parts.len() > sign.len() && parts.starts_with(sign))
    {
        parts.drain(..sign.len());
    }
    let mut words: Vec<String> = Vec::new();
    let mut letters = String::new();
    for word in parts {
        if word.chars().count() == 1 && word.chars().all(char::is_alphabetic) {
            letters.push_str(word);
            continue;
        }
        if !letters.is_empty() {
            words.push(std::mem::take(&mut letters));
        }
        words.push(word.to_owned());
    }
    if !letters.is_empty() {
        words.push(letters);
    }
    let number_sign = |word: &String| ["n", "no", "nro", "num", "numero", "nde"].contains(&word.as_str());
    if words.len() > 1 && words.first().is_some_and(number_sign) {
        words.remove(0);
        if words.len() > 1 && words.first().is_some_and(|word| word == "de" || word == "del") {
            words.remove(0);
        }
    }
    words
}

/// The words around `phrase` in `words`, when it stands there as a whole.
fn rest_of(words: &[String], phrase: &[String]) -> Option<Vec<String>> {
    let start = words.windows(phrase.len()).position(|window| window == phrase)?;
    let before = words.iter().take(start);
    let after = words.iter().skip(start + phrase.len());
    Some(before.chain(after).cloned().collect())
}

fn foreign(heading: Heading, rest: &[String]) -> bool {
    rest.iter().any(|word| {
        FOREIGN.contains(&word.as_str())
            || (matches!(heading, Heading::Field(Field::Nombres) | Heading::GivenNames)
                && NOT_A_PERSON.contains(&word.as_str()))
    })
}

/// A folded heading without the number sign that a scan joined to it: «DNIN.º», «N.ºDNI».
fn without_number_sign(compact: &str) -> &str {
    let behind = ["nro", "no", "n"].into_iter().find_map(|sign| compact.strip_suffix(sign));
    let before = ["nrode", "node", "nde", "nro", "no", "n"].into_iter().filter_map(|sign| compact.strip_prefix(sign));
    behind.or(before.min_by_key(|rest| rest.len())).unwrap_or(compact)
}

/// 0 to 200: how much of the header the synonym is.
fn share(part: &str, whole: &str) -> u32 {
    u32::try_from(200 * part.len() / whole.len().max(1)).unwrap_or(200).min(200)
}

/// Letters that a scan takes for one another, as one.
fn plain(text: &str) -> String {
    let letter = |letter| match letter {
        '1' | 'l' | '|' => 'i',
        '0' => 'o',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// A letter or two that a scan or a hurried hand changed.
fn same_but_for_a_slip(a: &str, b: &str) -> bool {
    let allowed = a.len() / 6;
    a == b || (allowed > 0 && a.len().abs_diff(b.len()) <= allowed && edit_distance(a, b) <= allowed)
}

/// Levenshtein's distance, for words of a header.
pub(super) fn edit_distance(a: &str, b: &str) -> usize {
    // Each letter of `b`, and how far the part of `b` that ends with it is from the part of `a` that was looked at.
    let mut row: Vec<(char, usize)> = b.chars().zip(1..).collect();
    let mut distance = row.len();
    for (index, left) in a.chars().enumerate() {
        let mut diagonal = index;
        distance = index + 1;
        for (right, above) in &mut row {
            let change = diagonal + usize::from(left != *right);
            diagonal = *above;
            distance = change.min(diagonal + 1).min(distance + 1);
            *above = distance;
        }
    }
    distance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{EMBEDDED, Form};

    fn assigned(texts: &[&str]) -> Vec<Option<Heading>> {
        let form = Form::parse(EMBEDDED).unwrap();
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let map = HeaderWords::new(&form.columns).assign(&texts);
        (0..texts.len()).map(|position| map.get(&position).copied()).collect()
    }

    #[test]
    fn the_forms_own_header_is_read() {
        let header = [
            "Cargo en la entidad",
            "Perfil para la migración a Gob.pe",
            "Nombres y apellidos",
            "DNI",
            "Correo electrónico*",
            "Celular",
            "Rol que tendrá en Gob.pe y Facilita",
        ];
        assert_eq!(assigned(&header), Field::ALL.map(|field| Some(Heading::Field(field))).to_vec());
    }

    #[test]
    fn synonyms_in_any_order_are_read() {
        use Field::*;
        let header = [
            "N°",
            "D.N.I.",
            "E-mail (institucional)",
            "N.º de celular",
            "APELLIDOS Y NOMBRES",
            "Puesto",
            "Rol asignado",
            "PERFIL",
        ];
        let expected = [Dni, Correo, Celular, Nombres, Cargo, Rol, Perfil].map(|field| Some(Heading::Field(field)));
        assert_eq!(assigned(&header)[0], Some(Heading::Ordinal));
        assert_eq!(assigned(&header)[1..], expected);
    }

    #[test]
    fn a_header_that_its_column_breaks_is_read() {
        assert_eq!(
            assigned(&["No mbres", "Apelli dos", "Celula r"]),
            [Some(Heading::GivenNames), Some(Heading::Surnames), Some(Heading::Field(Field::Celular))]
        );
    }

    #[test]
    fn a_heading_is_not_another_one_that_looks_like_it() {
        let form = Form::parse(EMBEDDED).unwrap();
        let words = HeaderWords::new(&form.columns);
        assert!(
            words.names(Field::Correo, "Correo institucional") && !words.names(Field::Cargo, "Correo institucional")
        );
        assert!(words.names(Field::Cargo, "Carqo institucional"), "a slip");
        assert!(words.names(Field::Dni, "DNI / Celular") && words.names(Field::Celular, "DNI / Celular"));
    }

    #[test]
    fn one_word_never_names_two_fields() {
        let header = ["Teléfono", "Celular", "Nombre de la entidad", "Nombres y apellidos"];
        assert_eq!(
            assigned(&header),
            [None, Some(Heading::Field(Field::Celular)), None, Some(Heading::Field(Field::Nombres))]
        );
    }

    #[test]
    fn split_names_are_told_from_a_whole_name() {
        assert_eq!(assigned(&["Nombres", "Apellidos"]), [Some(Heading::GivenNames), Some(Heading::Surnames)]);
        assert_eq!(assigned(&["Nombre", "Apellidos"]), [Some(Heading::GivenNames), Some(Heading::Surnames)]);
        assert_eq!(assigned(&["Nombres", "DNI"])[0], Some(Heading::Field(Field::Nombres)));
        assert_eq!(
            assigned(&["Apellido paterno", "Apellido materno", "Nombres"]),
            [Some(Heading::Surnames), Some(Heading::Surnames), Some(Heading::GivenNames)]
        );
    }

    #[test]
    fn a_number_of_another_paper_is_no_dni() {
        assert_eq!(assigned(&["Documento de designación", "Resolución"]), [None, None]);
    }

    #[test]
    fn the_distance_of_two_words_is_what_has_to_be_changed_put_in_and_left_out() {
        let distances = [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("celular", "celulr", 1), ("rol", "roll", 1)];
        for (a, b, distance) in distances.into_iter().chain([("kitten", "sitting", 3), ("dni", "din", 2)]) {
            assert_eq!(edit_distance(a, b), distance, "{a} {b}");
        }
    }

    #[test]
    fn letters_that_a_scan_changed_are_forgiven() {
        assert_eq!(assigned(&["Correo electrónlco"]), [Some(Heading::Field(Field::Correo))]);
        assert_eq!(assigned(&["DNl"]), [Some(Heading::Field(Field::Dni))]);
        assert_eq!(assigned(&["RERFIL"]), [Some(Heading::Field(Field::Perfil))]);
        assert_eq!(
            assigned(&["DNIN.º", "N°celular"]),
            [Field::Dni, Field::Celular].map(|field| Some(Heading::Field(field)))
        );
    }
}
