use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::date;
use proptest::prelude::*;

use super::samples::*;
use super::*;
use crate::oficio::{
    Certainty, Cuadro, DesigneeRow, Discrepancy, Oficio, OficioDatum, Origin, Presence, ReadValue, Signature,
    Unreadable,
};

fn spoiled(spoil: impl FnOnce(&mut Oficio)) -> Oficio {
    let mut oficio = oficio();
    spoil(&mut oficio);
    oficio
}

fn without_column(field: Field) -> Oficio {
    spoiled(|oficio| {
        if let Cuadro::Found { missing_columns, rows } = &mut oficio.cuadro {
            missing_columns.push(field);
            for row in rows.iter_mut() {
                let full = std::mem::take(row);
                row.number = full.number;
                for kept in Field::ALL.into_iter().filter(|kept| *kept != field) {
                    row.set(kept, full.get(kept).unwrap().clone());
                }
            }
        }
    })
}

fn numeric(text: &str) -> ReadValue {
    ReadValue { origin: Origin::NumericCell, ..value(text) }
}

#[test]
fn a_faultless_oficio_has_nothing_to_be_said_and_its_values_in_normal_form() {
    let checked = checked(&oficio());
    assert_eq!(checked.findings, []);
    assert_eq!(checked.doubts, [] as [String; 0]);
    let second = &checked.designees[1];
    assert_eq!(second.perfil.as_deref(), Some("Responsable de Tecnologías"));
    assert_eq!(second.rol.as_deref(), Some("Coordinador de entidad"));
    assert_eq!(second.dni.as_deref(), Some("07654321"));
}

/// Every message that an entity or an operator can read, rule by rule.
#[test]
fn every_message_says_what_was_read_why_it_fails_and_how_to_mend_it() {
    let mut oficios: Vec<Oficio> = Field::ALL.into_iter().map(|field| with(1, field, value(""))).collect();
    oficios.push(with(1, Field::Celular, value("S/N")));
    for (field, texts) in [
        (Field::Perfil, &["Responsable de Tecnologías de la Información", "Imagen"][..]),
        (Field::Rol, &["Administrador"]),
        (Field::Nombres, &["Rosa", "Rosa Quiroz 41234567"]),
        (
            Field::Dni,
            &[
                "1234567",
                "123456",
                "10412345678",
                "4123456A",
                "44444444",
                "41234567-0",
                "41234567 / 07654321",
                "CE 001234567",
                "07654321",
            ],
        ),
        (
            Field::Correo,
            &[
                "rquirozmunivallehermoso.gob.pe",
                "rquiroz@munivallehermoso.gob,pe",
                "rquiroz@munivallehermoso.gop.pe",
                "rquiroz@gmial.com",
                "rqu\u{ed}roz@munivallehermoso.gob.pe",
                "a@munivallehermoso.gob.pe / b@munivallehermoso.gob.pe",
                ".@munivallehermoso.gob.pe",
                "rquiroz@munivallehermoso",
                "rquiroz@hotmail.com",
                "rquiroz95@gmail.com",
                "informatica.munivallehermoso@gmail.com",
                "rosaquiroz.munilejana@gmail.com",
                "rosa.quiroz.munivallehermoso@gmail.com",
                "rosaquiroz.munivallehermoso@gmail.com",
                "nombredefuncionario.nombredeentidad@gmail.com",
                "rosy.munivallehermoso@gmail.com",
                "hzavala@munivallehermoso.gob.pe",
            ],
        ),
        (
            Field::Celular,
            &[
                "98765432",
                "887654321",
                "01-4567890",
                "4567890 anexo 12",
                "+56 987654321",
                "98765432l",
                "987654321 / 912345678",
            ],
        ),
    ] {
        oficios.extend(texts.iter().map(|text| with(1, field, value(text))));
    }
    oficios.push(with(1, Field::Dni, numeric("1234567")));
    oficios.push(with(2, Field::Perfil, value("Responsable de Comunicación")));
    oficios.push(spoiled(|oficio| {
        change(oficio, 2, Field::Nombres, value("QUIROZ TAPIA, Rosa Elena"));
        change(oficio, 2, Field::Dni, value("41234567"));
    }));
    for signature in [Signature::Absent, Signature::Broken] {
        oficios.push(spoiled(|oficio| oficio.signature = signature));
    }
    oficios.push(spoiled(|oficio| oficio.number = OficioDatum::Missing));
    oficios.push(spoiled(|oficio| {
        oficio.number = OficioDatum::Placeholder { read: value("(número de oficio)"), elsewhere: None }
    }));
    oficios.push(spoiled(|oficio| oficio.date = OficioDatum::Missing));
    oficios.push(spoiled(|oficio| {
        oficio.date = OficioDatum::Placeholder { read: value("(Fecha: día, mes y año)"), elsewhere: None }
    }));
    oficios.push(spoiled(|oficio| {
        oficio.date = OficioDatum::Found { value: date(2027, 9, 1), read: value("1 de setiembre de 2027") };
    }));
    oficios.push(spoiled(|oficio| oficio.entity = OficioDatum::Missing));
    oficios.push(spoiled(|oficio| {
        oficio.entity = OficioDatum::Placeholder { read: value("(nombre de la entidad)"), elsewhere: None }
    }));
    for linked in [true, false] {
        oficios.push(Oficio { presence: Presence::Absent { linked }, ..Oficio::default() });
    }
    oficios.push(spoiled(|oficio| oficio.cuadro = Cuadro::Missing));
    oficios.push(without_column(Field::Celular));
    oficios.push(spoiled(|oficio| {
        oficio.discrepancies.push(Discrepancy {
            row: 2,
            field: Field::Dni,
            in_oficio: "07654321".to_owned(),
            in_other: "07654312".to_owned(),
            other_document: "cuadro.xlsx".to_owned(),
        });
    }));
    for (in_oficio, in_other) in [("07654321", ""), ("", "07654321")] {
        oficios.push(spoiled(|oficio| {
            oficio.discrepancies.push(Discrepancy {
                row: 2,
                field: Field::Dni,
                in_oficio: in_oficio.to_owned(),
                in_other: in_other.to_owned(),
                other_document: "cuadro.xlsx".to_owned(),
            });
        }));
    }
    oficios.push(spoiled(|oficio| {
        oficio.lost_zeros.push(Discrepancy {
            row: 2,
            field: Field::Dni,
            in_oficio: "07654321".to_owned(),
            in_other: "7654321".to_owned(),
            other_document: "cuadro.xlsx".to_owned(),
        });
    }));
    oficios.push(spoiled(|oficio| {
        oficio.unreadable.push(Unreadable {
            document: "anexo.pdf".to_owned(),
            reason: "está protegido con una contraseña".to_owned(),
            remedy: "Pida a la entidad que lo envíe sin contraseña.".to_owned(),
        });
    }));

    let mut table = String::new();
    let mut codes = BTreeSet::new();
    let mut texts = BTreeSet::new();
    for finding in oficios.iter().flat_map(|oficio| checked(oficio).findings) {
        codes.insert(finding.rule);
        let row = finding.row.map_or_else(String::new, |row| format!(", fila {row}"));
        let entry = format!(
            "{} ({}{row})\n  {}\n  → {}\n",
            finding.rule.code(),
            finding.field,
            finding.message,
            finding.remedy
        );
        if texts.insert(entry.clone()) {
            writeln!(table, "{entry}").unwrap();
        }
    }
    assert_eq!(codes, RuleCode::ALL.into_iter().collect(), "a rule without a message here");
    insta::assert_snapshot!(table);
}

/// Every doubt that an operator can read.
#[test]
fn every_doubt_says_what_a_person_has_to_settle() {
    let unsure =
        |text: &str| ReadValue { certainty: Certainty::Unsure("dos lecturas difieren".to_owned()), ..value(text) };
    let mut many = oficio();
    if let Cuadro::Found { rows, .. } = &mut many.cuadro {
        let third = rows[1].clone();
        for number in 3..=16 {
            let mut row = DesigneeRow { number, ..third.clone() };
            row.set(Field::Nombres, value(&format!("Persona {}", "i".repeat(number as usize + 2))));
            row.set(Field::Dni, value(&format!("4{number:07}")));
            row.set(Field::Correo, value(&format!("persona{number}@munivallehermoso.gob.pe")));
            rows.push(row);
        }
    }
    let doubts: Vec<String> = [
        with(1, Field::Dni, unsure("41234567")),
        with(1, Field::Dni, numeric("123456")),
        with(1, Field::Correo, value("rosa quiroz@munivallehermoso.gob.pe")),
        with(1, Field::Correo, value("rquir\u{43e}z@munivallehermoso.gob.pe")),
        with(1, Field::Correo, value("rquiroz@munivalehermoso.gob.pe")),
        with(1, Field::Correo, lines(&["rosa-", "quiroz@munivallehermoso.gob.pe"])),
        with(1, Field::Correo, value("rosyquiroz.munivallehermoso@gmail.com")),
        with(1, Field::Correo, value("rosaquiroz.munivalle@gmail.com")),
        with(1, Field::Correo, value("rosaquiroz1.munivallehermoso@gmail.com")),
        with(2, Field::Nombres, value("Rosa Elena Quiroz Tapia")),
        spoiled(|oficio| {
            oficio.number = OficioDatum::Found { value: "45".to_owned(), read: unsure("45") };
        }),
        many,
    ]
    .iter()
    .flat_map(|oficio| checked(oficio).doubts)
    .collect();
    insta::assert_snapshot!(doubts.join("\n"));
}

#[test]
fn a_missing_column_is_said_once_and_not_for_every_row() {
    assert_eq!(said(&without_column(Field::Dni)), [(RuleCode::CuadroColumna, None, "dni".to_owned())]);
    assert_eq!(said(&without_column(Field::Perfil)), [(RuleCode::CuadroColumna, None, "perfil".to_owned())]);
}

#[test]
fn without_an_oficio_only_its_absence_and_the_sheets_own_faults_are_said() {
    let mut sheet = with(2, Field::Dni, value("7654321"));
    sheet.presence = Presence::Absent { linked: false };
    sheet.number = OficioDatum::Missing;
    sheet.date = OficioDatum::Missing;
    sheet.entity = OficioDatum::Missing;
    sheet.signature = Signature::Absent;
    assert_eq!(
        said(&sheet),
        [(RuleCode::OficioAusente, None, "oficio".to_owned()), (RuleCode::DniFormato, Some(2), "dni".to_owned())]
    );
    let nothing = Oficio { presence: Presence::Absent { linked: true }, ..Oficio::default() };
    assert_eq!(said(&nothing), [(RuleCode::OficioAusente, None, "oficio".to_owned())]);
}

#[test]
fn an_unreadable_file_may_be_the_oficio_so_its_absence_is_not_said() {
    let mut oficio = Oficio { presence: Presence::Absent { linked: false }, ..Oficio::default() };
    oficio.unreadable.push(Unreadable {
        document: "oficio.pdf".to_owned(),
        reason: "está dañado".to_owned(),
        remedy: "Ábralo.".to_owned(),
    });
    assert_eq!(said(&oficio), [(RuleCode::AdjuntoIlegible, None, "oficio".to_owned())]);
}

#[test]
fn without_a_cuadro_nothing_is_said_of_its_fields() {
    assert_eq!(
        said(&spoiled(|oficio| oficio.cuadro = Cuadro::Missing)),
        [(RuleCode::CuadroAusente, None, "cuadro".to_owned())]
    );
}

#[test]
fn a_changed_profile_stands_for_the_missing_one() {
    assert_eq!(
        said(&with(2, Field::Perfil, value("Informática"))),
        [(RuleCode::PerfilModificado, Some(2), "perfil".to_owned())]
    );
    assert_eq!(
        said(&with(2, Field::Perfil, value("Responsable de Comunicación"))),
        [(RuleCode::PerfilFaltante, None, "perfil".to_owned())]
    );
}

#[test]
fn one_person_in_both_profiles_is_allowed_and_two_persons_share_nothing() {
    let mut same = oficio();
    for (field, text) in [
        (Field::Nombres, "Rosa Quiroz Tapia"),
        (Field::Dni, "41234567"),
        (Field::Correo, "rquiroz@munivallehermoso.gob.pe"),
        (Field::Celular, "987654321"),
    ] {
        change(&mut same, 2, field, value(text));
    }
    assert_eq!(said(&same), [(RuleCode::DesignadoRepetido, Some(2), "nombres".to_owned())]);
    change(&mut same, 2, Field::Nombres, value("Hugo Zavala Prado"));
    assert_eq!(
        said(&same),
        [
            (RuleCode::DniDuplicado, Some(2), "dni".to_owned()),
            (RuleCode::CorreoDuplicado, Some(2), "correo".to_owned())
        ]
    );
}

#[test]
fn gmail_addresses_that_differ_in_dots_are_one() {
    let mut oficio = oficio();
    change(&mut oficio, 1, Field::Correo, value("rosaquiroz.munivallehermoso@gmail.com"));
    change(&mut oficio, 2, Field::Correo, value("rosaquirozmuni.vallehermoso@gmail.com"));
    assert!(said(&oficio).contains(&(RuleCode::CorreoDuplicado, Some(2), "correo".to_owned())));
}

#[test]
fn the_exception_beside_an_institutional_address_is_an_aviso() {
    let exception = with(1, Field::Correo, value("rosaquiroz.munivallehermoso@gmail.com"));
    assert_eq!(said(&exception), [(RuleCode::CorreoMixto, Some(1), "correo".to_owned())]);
    let mut both = exception;
    change(&mut both, 2, Field::Correo, value("hugozavala.munivallehermoso@gmail.com"));
    assert_eq!(said(&both), []);
    let context = Context { form: &form(), today: TODAY, sender: Some("mesadepartes@munivallehermoso.gob.pe") };
    let findings = check(&both, &context).findings;
    assert_eq!(
        findings.iter().map(|finding| (finding.rule, finding.row)).collect::<Vec<_>>(),
        [(RuleCode::CorreoMixto, Some(1)), (RuleCode::CorreoMixto, Some(2))]
    );
}

#[test]
fn severities_are_the_form_files() {
    let text = crate::form::EMBEDDED.replace("\"dni.formato\" = \"error\"", "\"dni.formato\" = \"aviso\"");
    let form = crate::form::Form::parse(&text).unwrap();
    let context = Context { form: &form, today: TODAY, sender: None };
    let findings = check(&with(1, Field::Dni, value("1")), &context).findings;
    assert_eq!(findings[0].severity, Severity::Aviso);
}

#[test]
fn a_form_file_without_a_rules_severity_is_refused() {
    let text = crate::form::EMBEDDED.replace("\"dni.formato\" = \"error\"", "");
    let error = crate::form::Form::parse(&text).unwrap_err().to_string();
    assert_eq!(error, "the form file gives no severity for the rule dni.formato: add it under [severities]");
}

#[test]
fn codes_are_the_contracts() {
    for rule in RuleCode::ALL {
        assert_eq!(serde_json::to_string(&rule).unwrap(), format!("\"{}\"", rule.code()));
    }
}

#[test]
fn a_sheet_of_very_many_rows_goes_to_a_person_in_bounded_time() {
    let mut oficio = oficio();
    if let Cuadro::Found { rows, .. } = &mut oficio.cuadro {
        let first = rows[0].clone();
        *rows = (1..=20_000).map(|number| DesigneeRow { number, ..first.clone() }).collect();
    }
    let checked = checked(&oficio);
    assert_eq!(checked.designees.len(), 100);
    assert_eq!(
        checked.doubts,
        ["El cuadro designa a 20000 personas y el máximo es 15: para más se necesita un sustento."]
    );
}

#[test]
fn cells_of_very_much_text_take_bounded_time() {
    let mut oficio = oficio();
    let long = "ab c@d.e- ".repeat(1_000);
    for row in [1, 2] {
        for field in Field::ALL {
            change(&mut oficio, row, field, lines(&[&long, &long]));
        }
    }
    oficio.entity = OficioDatum::Found { value: long.clone(), read: value(&long) };
    assert_eq!(checked(&oficio).designees.len(), 2);
    change(&mut oficio, 1, Field::Correo, value("jperez.munivallehermoso@gmail.com"));
    assert_eq!(checked(&oficio).designees.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_text_never_panics(
        texts in proptest::collection::vec("(\\PC|[@. -]|\n){0,30}", 14),
        broken in proptest::collection::vec("(\\PC|[@.-]){0,12}", 0..4),
        numeric_cell in proptest::bool::ANY,
    ) {
        let mut oficio = oficio();
        for (place, text) in texts.iter().enumerate() {
            let origin = if numeric_cell { Origin::NumericCell } else { Origin::Text };
            let read = ReadValue { text: text.clone(), lines: broken.clone(), origin, ..ReadValue::default() };
            change(&mut oficio, place as u32 / 7 + 1, Field::ALL[place % 7], read);
        }
        checked(&oficio);
    }

    #[test]
    fn normal_forms_are_their_own_normal_form(texts in proptest::collection::vec("(\\PC|[@. 0-9-]){0,24}", 7)) {
        let mut oficio = oficio();
        for (field, text) in Field::ALL.into_iter().zip(&texts) {
            change(&mut oficio, 1, field, value(text));
        }
        let once = checked(&oficio).designees;
        let first = &once[0];
        let fields = [&first.cargo, &first.perfil, &first.nombres, &first.dni, &first.correo, &first.celular, &first.rol];
        for (field, text) in Field::ALL.into_iter().zip(fields) {
            change(&mut oficio, 1, field, value(text.as_deref().unwrap_or_default()));
        }
        prop_assert_eq!(checked(&oficio).designees, once);
    }
}

#[test]
fn a_dni_of_somebody_whose_incomplete_name_is_another_one_is_taken() {
    let mut oficio = with(1, Field::Nombres, value("Rosa"));
    change(&mut oficio, 2, Field::Dni, value("41234567"));
    assert!(said(&oficio).contains(&(RuleCode::DniDuplicado, Some(2), "dni".to_owned())));
    // «Hugo» may be Hugo Zavala.
    let mut oficio = with(1, Field::Nombres, value("Hugo"));
    change(&mut oficio, 2, Field::Dni, value("41234567"));
    assert!(!said(&oficio).iter().any(|(rule, _, _)| *rule == RuleCode::DniDuplicado));
}

#[test]
fn one_doubt_about_many_values_is_said_once() {
    let mut oficio = oficio();
    for row in 1..=2 {
        for field in Field::ALL {
            let certainty = Certainty::Unsure("la página no se ve bien".to_owned());
            let read = ReadValue { certainty, ..oficio.cuadro.rows()[row - 1].get(field).unwrap().clone() };
            change(&mut oficio, u32::try_from(row).unwrap(), field, read);
        }
    }
    assert_eq!(checked(&oficio).doubts, ["Varios datos de las filas 1 y 2: la página no se ve bien."]);
}

#[test]
fn a_cell_with_more_than_a_name_goes_to_a_person() {
    for text in ["Rosa Quiroz Tapia / Hugo Zavala Prado", "Rosa Quiroz Tapia y Hugo Zavala Prado", "Rosa Quiroz (CAS)"]
    {
        assert_eq!(checked(&with(1, Field::Nombres, value(text))).doubts.len(), 1, "{text}");
    }
    for text in
        ["José Ortega y Gasset", "Sr(a). Rosa Quiroz Tapia", "QUIROZ TAPIA, Rosa", "Flor de María D'Angelo-Ruiz"]
    {
        assert_eq!(checked(&with(1, Field::Nombres, value(text))).doubts, [] as [String; 0], "{text}");
    }
}

#[test]
fn a_passport_broken_over_lines_is_another_document() {
    let read = with(1, Field::Dni, lines(&["Pasapor", "te AB12", "3456"]));
    assert_eq!(said(&read), [(RuleCode::DniOtroDocumento, Some(1), "dni".to_owned())]);
}
