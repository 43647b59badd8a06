//! Titles: a profile that stands across the table above its persons («Perfil: Responsable de Comunicación»), in place of a column.

use super::people;
use super::rows::Record;
use super::value::ReadValue;
use crate::form::Form;

/// What a title may begin with before its profile.
const LABEL: &str = "perfil";

/// The profile of each record, when all of them stand under one of the form's; none otherwise: a title that is not understood may be one.
pub(super) fn profiles(records: &[Record], form: &Form) -> Vec<ReadValue> {
    let profile = |record: &Record| {
        let profile = without_label(record.title.clone()?);
        people::term(&form.profiles, &profile.text).map(|_| profile)
    };
    records.iter().map(profile).collect::<Option<Vec<ReadValue>>>().unwrap_or_default()
}

fn without_label(mut title: ReadValue) -> ReadValue {
    let behind = |text: &str| {
        let label = text.get(..LABEL.len()).filter(|start| start.eq_ignore_ascii_case(LABEL));
        let rest = label.and(text.get(LABEL.len()..)).unwrap_or(text);
        rest.trim_start_matches([' ', ':', '-', '–', '.']).to_owned()
    };
    let without = |lines: &mut Vec<String>| {
        if let Some(first) = lines.first_mut() {
            *first = behind(first);
        }
        lines.retain(|line| !line.is_empty());
    };
    title.text = behind(&title.text);
    without(&mut title.lines);
    title.looks.iter_mut().for_each(|look| without(&mut look.lines));
    title
}

#[cfg(test)]
mod tests {
    use super::super::designee::{Cuadro, Field};
    use super::super::paper::*;
    use super::super::{Oficio, assemble};
    use crate::form::{EMBEDDED, Form};

    /// A cuadro without the form's second column, with a title above each person, or without the second one.
    fn read(titles: [Option<&str>; 2]) -> Oficio {
        let without_profile = |row: &[&'static str; 7]| -> Vec<&'static str> {
            row.iter().enumerate().filter(|(column, _)| *column != 1).map(|(_, text)| *text).collect()
        };
        let mut document = oficio();
        let mut rows = vec![without_profile(&HEADER)];
        let mut spanned_rows = Vec::new();
        for (title, person) in titles.into_iter().zip([&ANA, &LUIS]) {
            if let Some(title) = title {
                spanned_rows.push((rows.len() as u32, title.to_owned()));
                rows.push(Vec::new());
            }
            rows.push(without_profile(person));
        }
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let mut cuadro = table(1, &rows);
        cuadro.cells.extend(spanned_rows.iter().map(|(row, title)| spanned(cell(*row, 0, title), 1, 6)));
        document.tables = vec![cuadro];
        assemble(None, &[document], &Form::parse(EMBEDDED).unwrap())
    }

    fn profiles(oficio: &Oficio) -> Vec<String> {
        let rows = oficio.cuadro.rows().iter();
        rows.filter_map(|row| row.perfil.as_ref()).map(|profile| profile.text.clone()).collect()
    }

    #[test]
    fn a_profile_above_its_persons_is_theirs() {
        let oficio = read([Some("Perfil: Responsable de Comunicación"), Some("RESPONSABLE DE TECNOLOGÍAS")]);
        assert_eq!(profiles(&oficio), ["Responsable de Comunicación", "RESPONSABLE DE TECNOLOGÍAS"]);
        assert!(matches!(&oficio.cuadro, Cuadro::Found { missing_columns, .. } if missing_columns.is_empty()));
        assert_eq!(oficio.doubts, Vec::<String>::new());
        let below = read([Some("Responsable de Comunicación"), None]);
        assert_eq!(profiles(&below), ["Responsable de Comunicación"; 2], "a title holds until the next one");
    }

    #[test]
    fn a_title_that_is_no_profile_leaves_the_column_missing() {
        let oficio = read([Some("Titulares"), Some("Perfil: Responsable de Tecnologías")]);
        assert_eq!(profiles(&oficio), Vec::<String>::new());
        assert!(matches!(&oficio.cuadro, Cuadro::Found { missing_columns, .. } if *missing_columns == [Field::Perfil]));
    }
}
