//! Witnesses: the same cuadro in several files of one mail (PDF and spreadsheet, PDF and Word) compared cell by cell.
//!
//! The signed oficio is the oficio; the other file only confirms or contradicts it. What a contradiction means depends on the
//! other: a sheet's is said to the entity, an unsigned editable letter's goes to a person.

use super::cuadro::ReadCuadro;
use super::designee::{Cuadro, DesigneeRow, Discrepancy, Field};
use super::people;
use super::value::{Certainty, Origin, ReadValue};
use crate::form::Form;

/// What another file with a cuadro is beside the oficio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// A spreadsheet, or a Word or PDF file that is a table and no letter: it goes with the oficio.
    Table,
    /// An editable letter (Word): perhaps the draft of the oficio, perhaps another version.
    Draft,
    /// A second letter.
    Letter,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Testimony {
    pub(super) cuadro: Cuadro,
    pub(super) discrepancies: Vec<Discrepancy>,
    pub(super) lost_zeros: Vec<Discrepancy>,
    pub(super) doubts: Vec<String>,
}

/// Compares the cuadro with the other files' ones.
pub(super) fn hear(mut main: ReadCuadro, others: &[(Standing, &ReadCuadro)], form: &Form) -> Testimony {
    let mut told = Testimony { doubts: std::mem::take(&mut main.doubts), ..Testimony::default() };
    for (standing, other) in others {
        let whole = *other;
        let other = nearest(&main, whole);
        if std::iter::once(whole)
            .chain(&whole.others)
            .any(|sheet| !std::ptr::eq(sheet, other) && says_otherwise(&main.rows, &sheet.rows, form))
        {
            told.doubts
                .push(format!("«{}» trae otro cuadro de las mismas personas con datos distintos.", other.document));
        }
        let pairs = align(&main.rows, &other.rows);
        if pairs.iter().all(|(mine, theirs)| mine.is_none() || theirs.is_none()) {
            if !main.rows.is_empty() && !other.rows.is_empty() {
                told.doubts.push(format!("«{}» trae un cuadro de otras personas que el del oficio.", other.document));
            }
            continue;
        }
        let Differences { told: mut differences, unsure } =
            compare(&mut main.rows, &other.rows, &pairs, &other.document, form, &mut told.lost_zeros, main.recognised);
        if unsure {
            told.doubts.push(format!(
                "«{}» no coincide con el oficio en datos que no se leyeron con seguridad.",
                other.document
            ));
        }
        differences.retain(|difference| !is_in_another(difference, &main.rows, whole, others));
        if differences.is_empty() {
            continue;
        }
        if cut_short(&differences) {
            told.doubts
                .push(format!("El cuadro del oficio no se leyó completo: «{}» dice lo mismo y más.", other.document));
            continue;
        }
        match standing {
            Standing::Table if !main.recognised => told.discrepancies.extend(differences),
            Standing::Table => told.doubts.push(format!(
                "Lo que se leyó en la imagen del oficio y lo que dice «{}» no coinciden.",
                other.document
            )),
            Standing::Draft => told.doubts.push(format!(
                "El documento editable «{}» trae datos distintos de los del oficio firmado.",
                other.document
            )),
            Standing::Letter => {
                told.doubts.push(format!(
                    "El correo trae otro documento, «{}», con datos distintos en el cuadro.",
                    other.document
                ));
            }
        }
    }
    told.cuadro = Cuadro::Found { missing_columns: main.missing, rows: main.rows };
    told
}

/// Of a spreadsheet's several cuadros, the one about the same people.
fn nearest<'a>(main: &ReadCuadro, other: &'a ReadCuadro) -> &'a ReadCuadro {
    let likeness = |candidate: &ReadCuadro| -> usize {
        candidate
            .rows
            .iter()
            .map(|row| main.rows.iter().map(|mine| people::likeness(mine, row)).max().unwrap_or(0))
            .sum()
    };
    let mut best = other;
    for candidate in &other.others {
        if likeness(candidate) > likeness(best) {
            best = candidate;
        }
    }
    best
}

/// Whether a person who is not in this table stands in another one of the mail: a sheet a person.
fn is_in_another(
    difference: &Discrepancy,
    rows: &[DesigneeRow],
    this: &ReadCuadro,
    others: &[(Standing, &ReadCuadro)],
) -> bool {
    let is_absent = difference.field == Field::Nombres && difference.in_other.is_empty();
    is_absent
        && rows.iter().filter(|row| row.number == difference.row).any(|row| {
            others
                .iter()
                .filter(|(standing, other)| *standing == Standing::Table && !std::ptr::eq(*other, this))
                .any(|(_, other)| other.rows.iter().any(|theirs| people::same(row, theirs)))
        })
}

/// Whether one of the people stands in the other cuadro with another datum.
fn says_otherwise(mine: &[DesigneeRow], theirs: &[DesigneeRow], form: &Form) -> bool {
    let known = |row: &&DesigneeRow| theirs.iter().any(|other| people::same(row, other));
    mine.iter().filter(known).any(|row| {
        theirs.iter().filter(|other| people::same(row, other)).all(|other| {
            Field::ALL.into_iter().any(|field| match (row.get(field), other.get(field)) {
                (Some(a), Some(b)) => !people::agree(field, a, b, form),
                _ => false,
            })
        })
    })
}

/// Where another file does not say what the oficio says.
struct Differences {
    told: Vec<Discrepancy>,
    /// Whether some stand in cells of the other file that were not read for sure: those accuse nobody.
    unsure: bool,
}

type Pair = (Option<usize>, Option<usize>);

/// Which row of the one is which of the other: by what tells people apart, then by place when only one pair is left over.
fn align(mine: &[DesigneeRow], theirs: &[DesigneeRow]) -> Vec<Pair> {
    let mut scored: Vec<(usize, usize, usize)> = Vec::new();
    for (a, row) in mine.iter().enumerate() {
        for (b, other) in theirs.iter().enumerate() {
            let likeness = people::likeness(row, other);
            if likeness > 0 {
                scored.push((likeness, a, b));
            }
        }
    }
    // The most alike first; among equals the same place first, for a person who stands in two rows.
    scored.sort_by_key(|(likeness, a, b)| (std::cmp::Reverse(*likeness), a.abs_diff(*b), *a));
    let mut mine_left: Vec<bool> = vec![true; mine.len()];
    let mut theirs_left: Vec<bool> = vec![true; theirs.len()];
    let mut pairs: Vec<Pair> = Vec::new();
    for (_, a, b) in scored {
        if let (Some(mine_free), Some(theirs_free)) = (mine_left.get_mut(a), theirs_left.get_mut(b))
            && *mine_free
            && *theirs_free
        {
            *mine_free = false;
            *theirs_free = false;
            pairs.push((Some(a), Some(b)));
        }
    }
    let left =
        |free: &[bool]| free.iter().enumerate().filter(|(_, free)| **free).map(|(index, _)| index).collect::<Vec<_>>();
    let (mine_left, theirs_left) = (left(&mine_left), left(&theirs_left));
    if !pairs.is_empty() && mine_left == theirs_left {
        pairs.extend(mine_left.iter().zip(&theirs_left).map(|(a, b)| (Some(*a), Some(*b))));
    } else {
        pairs.extend(mine_left.iter().map(|a| (Some(*a), None)));
        pairs.extend(theirs_left.iter().map(|b| (None, Some(*b))));
    }
    pairs.sort_by_key(|(a, b)| (a.unwrap_or(usize::MAX), *b));
    pairs
}

fn compare(
    mine: &mut [DesigneeRow],
    theirs: &[DesigneeRow],
    pairs: &[Pair],
    other_document: &str,
    form: &Form,
    lost_zeros: &mut Vec<Discrepancy>,
    recognised: bool,
) -> Differences {
    let mut found = Vec::new();
    let mut unsure = false;
    let text = |row: &DesigneeRow, field| row.get(field).map_or(String::new(), |value| value.text.clone());
    let mut extra = u32::try_from(mine.len()).unwrap_or(u32::MAX);
    for pair in pairs {
        match pair {
            (Some(a), Some(b)) => {
                let (Some(row), Some(other)) = (mine.get_mut(*a), theirs.get(*b)) else { continue };
                for field in Field::ALL {
                    let (Some(value), Some(witness)) = (row.get(field), other.get(field)) else { continue };
                    let difference = || Discrepancy {
                        row: row.number,
                        field,
                        in_oficio: value.text.clone(),
                        in_other: witness.text.clone(),
                        other_document: other_document.to_owned(),
                    };
                    if recognised && is_misread_alike(field, value, witness) {
                        let confirmed = confirmed(value, witness);
                        row.set(field, confirmed);
                    } else if !people::agree(field, value, witness, form) {
                        match witness.certainty {
                            Certainty::Sure => found.push(difference()),
                            Certainty::Unsure(_) => unsure = true,
                        }
                    } else if field == Field::Dni && lost_its_zero(value, witness) {
                        lost_zeros.push(difference());
                    } else if recognised && !value.text.is_empty() && !witness.text.is_empty() {
                        // Two readings that do not know of each other agree: what the picture says is sure now.
                        let confirmed = confirmed(value, witness);
                        row.set(field, confirmed);
                    }
                }
            }
            // A row may be hidden there.
            (Some(_), None) if theirs.iter().any(is_unsure) => unsure = true,
            (Some(a), None) => {
                if let Some(row) = mine.get(*a) {
                    found.push(Discrepancy {
                        row: row.number,
                        field: Field::Nombres,
                        in_oficio: text(row, Field::Nombres),
                        in_other: String::new(),
                        other_document: other_document.to_owned(),
                    });
                }
            }
            (None, Some(b)) => {
                if let Some(other) = theirs.get(*b) {
                    if is_unsure(other) {
                        unsure = true;
                        continue;
                    }
                    extra = extra.saturating_add(1);
                    found.push(Discrepancy {
                        row: extra,
                        field: Field::Nombres,
                        in_oficio: String::new(),
                        in_other: text(other, Field::Nombres),
                        other_document: other_document.to_owned(),
                    });
                }
            }
            (None, None) => {}
        }
    }
    Differences { told: found, unsure }
}

/// Whether what a picture says differs from a sure witness only in letters that every look may misread alike. Numbers never do.
fn is_misread_alike(field: Field, value: &ReadValue, witness: &ReadValue) -> bool {
    let shape = |text: &str| {
        let letter = |letter| match letter {
            'q' => 'g',
            '1' | 'i' => 'l',
            '0' => 'o',
            other => other,
        };
        people::compact(text).replace("rn", "m").chars().map(letter).collect::<String>()
    };
    matches!(field, Field::Nombres | Field::Cargo | Field::Correo)
        && witness.certainty == Certainty::Sure
        && !value.looks.is_empty()
        && shape(&value.text) == shape(&witness.text)
}

/// Whether some of a row was not read for sure.
fn is_unsure(row: &DesigneeRow) -> bool {
    Field::ALL.into_iter().filter_map(|field| row.get(field)).any(|value| value.certainty != Certainty::Sure)
}

/// Several cells of the oficio that begin as the other's and end early: read in part, rather than written otherwise.
fn cut_short(differences: &[Discrepancy]) -> bool {
    let cut = differences.iter().filter(|difference| {
        let (mine, theirs) = (people::compact(&difference.in_oficio), people::compact(&difference.in_other));
        !mine.is_empty() && mine.len() < theirs.len() && theirs.starts_with(&mine)
    });
    cut.count() >= 2
}

fn lost_its_zero(value: &ReadValue, witness: &ReadValue) -> bool {
    let digits = |value: &ReadValue| value.text.chars().filter(char::is_ascii_digit).count();
    witness.origin == Origin::NumericCell && value.origin == Origin::Text && digits(witness) < 8 && digits(value) >= 8
}

fn confirmed(value: &ReadValue, witness: &ReadValue) -> ReadValue {
    ReadValue {
        text: witness.text.clone(),
        lines: witness.lines.clone(),
        origin: witness.origin,
        evidence: value.evidence.clone(),
        certainty: Certainty::Sure,
        looks: Vec::new(),
    }
}
