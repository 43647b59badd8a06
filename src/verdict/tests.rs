use proptest::prelude::*;

use super::*;
use crate::documents::{Format, Page, TextLayer, Trouble, Turn};
use crate::oficio::{
    Certainty, Cuadro, Discrepancy, Evidence, Field, OficioDatum, Origin, ReadValue, Signature, Unreadable,
};
use crate::rules::samples::{TODAY, change, form, oficio, value, with};
use crate::tables::{CellImage, Look};

fn judged(oficio: &Oficio, documents: &[Document], subject: SubjectMatter) -> Assessment {
    let (form, ours) = (form(), OurAddresses::default());
    let case = Case { oficio: oficio.clone(), documents, subject, sender: None, doubts: Vec::new() };
    judge(&case, &Context { form: &form, ours: &ours, today: TODAY, pictures: Pictures::Decide })
}

fn decision(oficio: &Oficio) -> Decision {
    judged(oficio, &[], SubjectMatter::Designation).decision
}

fn unsure(text: &str) -> ReadValue {
    ReadValue { certainty: Certainty::Unsure("se leyó de dos maneras".to_owned()), ..value(text) }
}

/// The same value, not read for sure.
fn doubted(oficio: &Oficio, row: u32, field: Field) -> Oficio {
    let read = oficio.cuadro.rows()[row as usize - 1].get(field).unwrap();
    with(row, field, unsure(&read.text))
}

#[test]
fn a_faultless_oficio_is_confirmed() {
    let assessment = judged(&oficio(), &[], SubjectMatter::Designation);
    assert_eq!(assessment.decision, Decision::Confirmado);
    assert_eq!(assessment.reasons, [] as [String; 0]);
}

#[test]
fn an_error_asks_for_a_correction() {
    assert_eq!(decision(&with(1, Field::Dni, value("1234567"))), Decision::Subsanacion);
}

#[test]
fn any_value_that_was_not_read_for_sure_calls_a_person() {
    for row in [1, 2] {
        for field in Field::ALL {
            assert_eq!(decision(&doubted(&oficio(), row, field)), Decision::Revision, "{field:?}");
        }
    }
    let mut number = oficio();
    number.number = OficioDatum::Found { value: "045".to_owned(), read: unsure("045") };
    assert_eq!(decision(&number), Decision::Revision);
}

#[test]
fn what_was_not_read_for_sure_is_named_with_its_place_and_the_picture_of_its_cell() {
    let mut scanned = doubted(&oficio(), 2, Field::Correo);
    let image = CellImage::of_png(b"\x89PNG".to_vec());
    let Cuadro::Found { rows, .. } = &mut scanned.cuadro else { panic!("no cuadro") };
    for row in rows {
        let seen = |value: &ReadValue| {
            let look = Look { image: image.clone(), ..Look::default() };
            let evidence = Evidence { document: "oficio.pdf".to_owned(), page: 1, bounds: None };
            ReadValue { looks: vec![look], evidence, ..value.clone() }
        };
        let (correo, dni) = (seen(row.get(Field::Correo).unwrap()), seen(row.get(Field::Dni).unwrap()));
        row.set(Field::Correo, correo);
        row.set(Field::Dni, dni);
    }
    let assessment = judged(&scanned, &[], SubjectMatter::Designation);
    let evidence = Evidence { document: "oficio.pdf".to_owned(), page: 1, bounds: None };
    let unclear = UnclearValue { row: 2, field: "correo".to_owned(), evidence, image };
    assert_eq!(assessment.unclear, [unclear], "the others were read for sure");
    let json = json_line("uno.eml", &assessment);
    assert!(
        json.contains(r#""no_leidos":[{"fila":2,"campo":"correo""#) && json.contains(r#""imagen":"iVBORw==""#),
        "{json}"
    );
    let stored: Assessment = serde_json::from_str(&serde_json::to_string(&assessment).unwrap()).unwrap();
    assert_eq!(stored, assessment);
}

#[test]
fn a_finding_on_an_unsure_reading_is_not_sent_to_the_entity() {
    assert_eq!(decision(&with(1, Field::Dni, unsure("1234567"))), Decision::Revision);
    // Nor is a certain fault beside it: all observations go into one reply.
    let mut both = with(1, Field::Dni, value("1234567"));
    change(&mut both, 2, Field::Celular, unsure("912345678"));
    assert_eq!(decision(&both), Decision::Revision);
}

#[test]
fn two_sources_that_disagree_are_never_confirmed() {
    let mut oficio = oficio();
    oficio.discrepancies.push(Discrepancy {
        row: 1,
        field: Field::Dni,
        in_oficio: "41234567".to_owned(),
        in_other: "41234576".to_owned(),
        other_document: "cuadro.xlsx".to_owned(),
    });
    assert_eq!(decision(&oficio), Decision::Subsanacion);
}

#[test]
fn a_doubt_an_unreadable_file_and_another_document_call_a_person() {
    let mut doubt = oficio();
    doubt.doubts.push("El correo trae dos oficios distintos.".to_owned());
    assert_eq!(decision(&doubt), Decision::Revision);
    let mut unreadable = oficio();
    unreadable.unreadable.push(Unreadable {
        document: "a.pdf".to_owned(),
        reason: "está dañado".to_owned(),
        remedy: "Ábralo.".to_owned(),
    });
    assert_eq!(decision(&unreadable), Decision::Revision);
    assert_eq!(decision(&with(1, Field::Dni, value("CE 001234567"))), Decision::Revision);
}

#[test]
fn values_from_a_picture_are_shown_to_a_person_unless_they_may_decide() {
    let (form, ours) = (form(), OurAddresses::default());
    let mut document = Document::unread("oficio.pdf", Format::Pdf, Trouble::PageWithoutText(1));
    document.pages = vec![Page {
        number: 1,
        label: None,
        width: 595.0,
        height: 842.0,
        lines: Vec::new(),
        pictures: Vec::new(),
        text_layer: TextLayer::Recognised,
        turn: Turn::None,
    }];
    let documents = [document];
    let mut scanned = oficio();
    scanned.document = Some("oficio.pdf".to_owned());
    let decided = |pictures| {
        let subject = SubjectMatter::Designation;
        let case = Case { oficio: scanned.clone(), documents: &documents, subject, sender: None, doubts: Vec::new() };
        judge(&case, &Context { form: &form, ours: &ours, today: TODAY, pictures }).decision
    };
    assert_eq!(decided(Pictures::Decide), Decision::Confirmado);
    assert_eq!(decided(Pictures::Assist), Decision::Revision);
}

#[test]
fn a_doubt_about_the_mail_calls_a_person() {
    let (form, ours) = (form(), OurAddresses::default());
    let doubts = vec!["El correo parece automático.".to_owned()];
    let case = Case { oficio: oficio(), documents: &[], subject: SubjectMatter::Designation, sender: None, doubts };
    let assessment = judge(&case, &Context { form: &form, ours: &ours, today: TODAY, pictures: Pictures::Decide });
    assert_eq!(assessment.decision, Decision::Revision);
    assert_eq!(assessment.reasons, ["El correo parece automático."]);
}

/// A mail of these headers and body, judged without any document.
fn assessed(raw: &str) -> Assessment {
    let mail = mail::parse(raw.replace('\n', "\r\n").as_bytes(), &crate::documents::Limits::default()).mail;
    let (form, ours) = (form(), OurAddresses(vec!["mesa@pcm.gob.pe".to_owned()]));
    let context = Context { form: &form, ours: &ours, today: TODAY, pictures: Pictures::Decide };
    assess_mail(&ReadMail { mail, documents: Vec::new() }, &context)
}

#[test]
fn a_machines_mail_is_automatic_and_nothing_in_it_is_judged() {
    let bounce = assessed(
        "From: MAILER-DAEMON@munix.gob.pe\nTo: mesa@pcm.gob.pe\nSubject: Undelivered Mail\nAuto-Submitted: auto-replied\n\nNo.\n",
    );
    assert_eq!(bounce.decision, Decision::Automatico);
    assert!(bounce.findings.is_empty() && bounce.oficio.is_none() && !bounce.reasons.is_empty());
}

#[test]
fn a_failed_dmarc_calls_a_person_and_an_older_statement_does_not_count() {
    let mail = |results: [&str; 2]| {
        let raw = format!(
            "Authentication-Results: mx.pcm.gob.pe; dmarc={}\r\nAuthentication-Results: mx.munix.gob.pe; dmarc={}\r\nFrom: a@munix.gob.pe\r\n\r\n",
            results[0], results[1]
        );
        mail::parse(raw.as_bytes(), &crate::documents::Limits::default()).mail
    };
    assert!(sender_unauthenticated(&mail(["fail", "pass"])));
    assert!(!sender_unauthenticated(&mail(["pass", "fail"])));
    assert!(!sender_unauthenticated(&mail(["none", "pass"])));
    assert!(!sender_unauthenticated(&Mail::default()));
}

#[test]
fn a_page_of_the_oficio_that_cannot_be_trusted_calls_a_person() {
    for (name, expected) in [("oficio.pdf", Decision::Revision), ("otro.pdf", Decision::Confirmado)] {
        let document = Document::unread(name, Format::Pdf, Trouble::TextMayLie(1));
        assert_eq!(judged(&oficio(), &[document], SubjectMatter::Designation).decision, expected, "{name}");
    }
}

#[test]
fn a_page_without_text_calls_a_person_unless_it_was_read_from_its_picture() {
    let page = |text_layer| Page {
        number: 1,
        label: None,
        width: 595.0,
        height: 842.0,
        lines: Vec::new(),
        pictures: Vec::new(),
        text_layer,
        turn: Turn::None,
    };
    for (layer, expected) in [(TextLayer::Absent, Decision::Revision), (TextLayer::Recognised, Decision::Confirmado)] {
        let mut document = Document::unread("oficio.pdf", Format::Pdf, Trouble::PageWithoutText(1));
        document.pages.push(page(layer));
        assert_eq!(judged(&oficio(), &[document], SubjectMatter::Designation).decision, expected, "{layer:?}");
    }
}

#[test]
fn a_scanned_page_where_no_value_stands_calls_nobody() {
    let document = Document::unread("oficio.pdf", Format::Pdf, Trouble::PageWithoutText(2));
    for (value_page, expected) in [(1, Decision::Confirmado), (2, Decision::Revision)] {
        let mut oficio = oficio();
        oficio.document = Some("oficio.pdf".to_owned());
        let place = |read: &mut ReadValue, page| {
            read.evidence.document = "oficio.pdf".to_owned();
            read.evidence.page = page;
        };
        fn datum<T>(datum: &mut OficioDatum<T>) -> &mut ReadValue {
            match datum {
                OficioDatum::Found { read, .. } => read,
                _ => panic!("the example lacks a datum"),
            }
        }
        place(datum(&mut oficio.number), 1);
        place(datum(&mut oficio.date), 1);
        place(datum(&mut oficio.entity), value_page);
        let Cuadro::Found { rows, .. } = &mut oficio.cuadro else { panic!("the example lacks its cuadro") };
        for row in rows {
            for field in Field::ALL {
                let mut value = row.get(field).unwrap().clone();
                place(&mut value, 1);
                row.set(field, value);
            }
        }
        assert_eq!(judged(&oficio, std::slice::from_ref(&document), SubjectMatter::Designation).decision, expected);
    }
}

#[test]
fn other_mail_is_left_alone_and_unclear_mail_goes_to_a_person() {
    let other = judged(&oficio(), &[], SubjectMatter::Other { reason: "Es una consulta.".to_owned() });
    assert_eq!(other.decision, Decision::Ajeno);
    assert_eq!((other.oficio, other.designees, other.findings), (None, vec![], vec![]));
    let unclear = judged(&oficio(), &[], SubjectMatter::Unclear { reason: "Pide una baja.".to_owned() });
    assert_eq!(unclear.decision, Decision::Revision);
    assert_eq!(unclear.reasons, ["Pide una baja."]);
    assert_eq!(unclear.designees.len(), 2);
}

/// A form file may make any rule a mere remark; what is confirmed is whole all the same.
#[test]
fn nothing_incomplete_is_confirmed_whatever_the_severities_are() {
    let lenient = crate::form::EMBEDDED.replace("= \"error\"", "= \"aviso\"");
    let form = Form::parse(&lenient).unwrap();
    let ours = OurAddresses::default();
    let decide = |oficio: &Oficio| {
        let context = Context { form: &form, ours: &ours, today: TODAY, pictures: Pictures::Decide };
        let subject = SubjectMatter::Designation;
        judge(&Case { oficio: oficio.clone(), documents: &[], subject, sender: None, doubts: Vec::new() }, &context)
            .decision
    };
    assert_eq!(decide(&oficio()), Decision::Confirmado);
    for field in Field::ALL {
        assert_eq!(decide(&with(1, field, value(""))), Decision::Revision, "{field:?}");
    }
    let spoils: [fn(&mut Oficio); 8] = [
        |oficio| oficio.number = OficioDatum::Missing,
        |oficio| oficio.date = OficioDatum::Missing,
        |oficio| oficio.entity = OficioDatum::Missing,
        |oficio| oficio.signature = Signature::Absent,
        |oficio| oficio.signature = Signature::Broken,
        |oficio| oficio.cuadro = Cuadro::Missing,
        |oficio| oficio.cuadro = Cuadro::Found { missing_columns: Vec::new(), rows: Vec::new() },
        |oficio| change(oficio, 2, Field::Perfil, value("Responsable de Comunicación")),
    ];
    for (place, spoil) in spoils.into_iter().enumerate() {
        let mut oficio = oficio();
        spoil(&mut oficio);
        assert_eq!(decide(&oficio), Decision::Revision, "spoil {place}");
    }
}

#[test]
fn the_json_line_is_the_contracts() {
    let mut spoiled = with(1, Field::Dni, value("1234567"));
    change(&mut spoiled, 2, Field::Celular, value(""));
    let line = json_line("ruta.eml", &judged(&spoiled, &[], SubjectMatter::Designation));
    assert!(!line.contains('\n'));
    let keys: Vec<&str> =
        ["\"archivo\"", "\"decision\"", "\"oficio\"", "\"designados\"", "\"hallazgos\"", "\"motivos\""].to_vec();
    let places: Vec<Option<usize>> = keys.iter().map(|key| line.find(key)).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{line}");
    insta::assert_snapshot!(line.replace("},{", "},\n{").replace(":[{", ":[\n{"));
    let other = judged(&oficio(), &[], SubjectMatter::Other { reason: "Es una consulta.".to_owned() });
    assert_eq!(
        json_line("a.eml", &other),
        r#"{"archivo":"a.eml","decision":"ajeno","oficio":null,"designados":[],"hallazgos":[],"motivos":["Es una consulta."]}"#
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Invariant 4 of the design, said once more without the program's own words.
    #[test]
    fn nothing_is_confirmed_with_a_failed_rule_an_unsure_field_or_sources_that_disagree(
        cells in proptest::collection::vec(
            (1u32..3, 0usize..7, prop_oneof![
                Just(""), Just("-"), Just("41234567"), Just("rquiroz@munivallehermoso.gob.pe"), Just("Responsable de Tecnologías"),
                Just("Coordinador de entidad"), Just("987654321"), Just("Rosa Quiroz"), Just("x@gmail.com"), Just("1234567"),
            ], proptest::bool::ANY, proptest::bool::ANY),
            0..3,
        ),
        signature in prop_oneof![Just(Signature::Digital), Just(Signature::Absent), Just(Signature::Broken), Just(Signature::Unknown)],
        numbered in proptest::bool::weighted(0.9),
    ) {
        let mut oficio = oficio();
        oficio.signature = signature;
        if !numbered {
            oficio.number = OficioDatum::Missing;
        }
        let mut any_unsure = false;
        for (row, field, text, sure, numeric) in cells {
            let mut read = if sure { value(text) } else { unsure(text) };
            read.origin = if numeric { Origin::NumericCell } else { Origin::Text };
            change(&mut oficio, row, Field::ALL[field], read);
        }
        for row in oficio.cuadro.rows() {
            any_unsure |= Field::ALL.iter().any(|field| row.get(*field).unwrap().certainty != Certainty::Sure);
        }
        let assessment = judged(&oficio, &[], SubjectMatter::Designation);
        if any_unsure {
            prop_assert_eq!(assessment.decision, Decision::Revision);
        }
        if assessment.decision == Decision::Confirmado {
            prop_assert!(numbered);
            prop_assert!(matches!(signature, Signature::Digital | Signature::Unknown));
            for designee in &assessment.designees {
                let dni = designee.dni.as_deref().unwrap();
                prop_assert!(dni.len() == 8 && dni.chars().all(|digit| digit.is_ascii_digit()));
                let celular = designee.celular.as_deref().unwrap();
                prop_assert!(celular.len() == 9 && celular.starts_with('9'));
                prop_assert!(designee.correo.as_deref().unwrap().ends_with("@munivallehermoso.gob.pe"));
                prop_assert_eq!(designee.rol.as_deref(), Some("Coordinador de entidad"));
            }
            let profiles: std::collections::BTreeSet<_> = assessment.designees.iter().map(|one| one.perfil.clone()).collect();
            prop_assert_eq!(profiles.len(), 2);
        }
    }
}
