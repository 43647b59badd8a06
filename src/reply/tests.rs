use jiff::Zoned;
use mail_parser::MessageParser;

use super::*;
use crate::rules::{Finding, RuleCode};
use crate::verdict::{Decision, Designee, OficioData};

fn moment(text: &str) -> Zoned {
    format!("{text}[America/Lima]").parse().unwrap()
}

fn address(name: Option<&str>, address: &str) -> Address {
    Address { name: name.map(str::to_owned), address: address.to_owned() }
}

fn designee(row: u32, perfil: &str, nombres: &str, dni: &str, correo: &str) -> Designee {
    Designee {
        row,
        cargo: Some("Jefe de Imagen Institucional".to_owned()),
        perfil: Some(perfil.to_owned()),
        nombres: Some(nombres.to_owned()),
        dni: Some(dni.to_owned()),
        correo: Some(correo.to_owned()),
        celular: Some("987654321".to_owned()),
        rol: Some("Coordinador de entidad".to_owned()),
    }
}

fn two_designees() -> Vec<Designee> {
    vec![
        designee(
            1,
            "Responsable de Comunicación",
            "María Elena Quispe Ñahui",
            "01234567",
            "mquispe@munilomaverde.gob.pe",
        ),
        designee(
            2,
            "Responsable de Tecnologías",
            "José Luis de la Cruz Roa",
            "45678912",
            "jdelacruz@munilomaverde.gob.pe",
        ),
    ]
}

fn finding(
    rule: RuleCode,
    severity: Severity,
    row: impl Into<Option<u32>>,
    field: &str,
    value: impl Into<Option<&'static str>>,
    message: &str,
    remedy: &str,
) -> Finding {
    Finding {
        rule,
        severity,
        row: row.into(),
        field: field.to_owned(),
        value: value.into().map(str::to_owned),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
        evidence: None,
    }
}

fn assessment(designees: Vec<Designee>, findings: Vec<Finding>) -> Assessment {
    let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    Assessment {
        decision: if wrong { Decision::Subsanacion } else { Decision::Confirmado },
        reasons: Vec::new(),
        oficio: Some(OficioData {
            number: Some("045-2026-MDLV/A".to_owned()),
            date: Some("2026-11-23".to_owned()),
            entity: Some("Municipalidad Distrital de Loma Verde".to_owned()),
        }),
        designees,
        findings,
        unclear: Vec::new(),
    }
}

fn one_fault() -> Assessment {
    assessment(
        two_designees(),
        vec![finding(
            RuleCode::DniFormato,
            Severity::Error,
            1,
            "dni",
            "1234567",
            "El DNI debe tener 8 dígitos; se leyó «1234567» (7 dígitos).",
            "Escriba los 8 dígitos del DNI, con el cero inicial si lo tiene.",
        )],
    )
}

fn many_faults() -> Assessment {
    let mut designees = two_designees();
    designees.push(Designee {
        row: 3,
        perfil: Some("Responsable de TI".to_owned()),
        nombres: Some("Rosa".to_owned()),
        ..Designee::default()
    });
    let error = Severity::Error;
    assessment(
        designees,
        vec![
            finding(
                RuleCode::CelularFormato,
                error,
                2,
                "celular",
                "01-4567890 anexo 12",
                "El celular debe tener 9 dígitos y empezar con 9; se leyó un teléfono fijo.",
                "Escriba el número de celular de la persona, de 9 dígitos.",
            ),
            finding(
                RuleCode::CorreoPersonal,
                error,
                1,
                "correo",
                "mariaquispe22@hotmail.com",
                "Es un correo personal (hotmail.com).",
                "Escriba el correo institucional de la persona.",
            ),
            finding(
                RuleCode::DniFormato,
                error,
                1,
                "dni",
                "1234567",
                "El DNI debe tener 8 dígitos; se leyó «1234567» (7 dígitos).",
                "Escriba los 8 dígitos del DNI.",
            ),
            finding(
                RuleCode::CelularVacio,
                error,
                3,
                "celular",
                None,
                "El celular está vacío.",
                "Escriba el celular de la persona.",
            ),
            finding(
                RuleCode::PerfilModificado,
                error,
                3,
                "perfil",
                "Responsable de TI",
                "El perfil no es uno de los dos del formato.",
                "Escriba «Responsable de Comunicación» o «Responsable de Tecnologías».",
            ),
            finding(
                RuleCode::FirmaAusente,
                error,
                None,
                "firma",
                None,
                "El oficio no está firmado.",
                "Fírmelo a mano o con firma digital.",
            ),
            finding(
                RuleCode::OficioNumero,
                error,
                None,
                "numero",
                "(número de oficio)",
                "Falta el número del oficio; quedó el texto del modelo.",
                "Escriba el número del oficio.",
            ),
            finding(
                RuleCode::DniCero,
                Severity::Aviso,
                2,
                "dni",
                "4567891",
                "En la hoja de cálculo el DNI tenía 7 dígitos; lo leímos como «04567891».",
                "Compruebe que sea correcto.",
            ),
        ],
    )
}

fn missing_oficio() -> Assessment {
    Assessment {
        oficio: None,
        ..assessment(
            Vec::new(),
            vec![finding(
                RuleCode::OficioAusente,
                Severity::Error,
                None,
                "oficio",
                None,
                "Su correo tiene un enlace en lugar del oficio, y no podemos abrir enlaces.",
                "Descargue el oficio firmado y envíelo como archivo adjunto.",
            )],
        )
    }
}

fn long_values() -> Assessment {
    let long = "Especialista en Coordinación Interinstitucional de Comunicaciones y Relaciones Públicas ".repeat(6);
    let mut designees = two_designees();
    if let Some(designee) = designees.first_mut() {
        designee.cargo = Some(long);
        designee.correo = Some(
            "maria.elena.quispe.nahui.de.los.santos.y.torres@subgerenciadecomunicaciones.munilomaverde.gob.pe"
                .to_owned(),
        );
    }
    assessment(
        designees,
        vec![
            finding(
                RuleCode::CorreoMixto,
                Severity::Aviso,
                2,
                "correo",
                "josedelacruz.munilomaverde@gmail.com",
                "La otra persona designada usa un correo institucional.",
                "Si la entidad tiene correos institucionales, es mejor usar uno.",
            ),
            finding(
                RuleCode::DesignadoRepetido,
                Severity::Aviso,
                None,
                "—",
                None,
                "La misma persona tiene los dos perfiles.",
                "Está permitido; solo compruebe que sea lo que quiso.",
            ),
        ],
    )
}

fn hostile() -> Assessment {
    let mut designees = two_designees();
    if let Some(designee) = designees.first_mut() {
        designee.nombres = Some("<script>alert('x')</script> {{ caso }} {% raw %}".to_owned());
        designee.perfil = Some("\"><img src=x onerror=alert(1)>\r\nBcc: otro@example.org".to_owned());
    }
    assessment(
        designees,
        vec![finding(
            RuleCode::CorreoFormato,
            Severity::Error,
            1,
            "correo",
            "juan\u{202e}moc.liamg@\r\n\r\n.\r\nmoc\0<b>&",
            "No es un correo: «<a href=\"https://example.org\">{{ 7 * 7 }}</a>».",
            "Escriba el correo.\u{2067}",
        )],
    )
}

struct Mail {
    kind: ReplyKind,
    assessment: Assessment,
    subject: &'static str,
    from: Address,
    to: Address,
    references: Vec<String>,
    in_reply_to: Option<&'static str>,
}

impl Mail {
    fn new(kind: ReplyKind, assessment: Assessment) -> Mail {
        Mail {
            kind,
            assessment,
            subject: "Remito oficio de designación",
            from: address(
                Some("Mesa de ayuda - Secretaría de Gobierno y Transformación Digital"),
                "mesa@example.gob.pe",
            ),
            to: address(Some("Trámite, Loma Verde"), "tramite@munilomaverde.gob.pe"),
            references: Vec::new(),
            in_reply_to: Some("original-1@munilomaverde.gob.pe"),
        }
    }

    fn write(&self) -> Result<OutgoingMessage, ReplyError> {
        let arrived = moment("2026-11-24T10:32:00-05:00");
        let now = moment("2026-11-24T10:35:07-05:00");
        let deadline = match self.kind {
            ReplyKind::Confirmacion => None,
            ReplyKind::Subsanacion => Some((jiff::civil::date(2026, 11, 26), 2)),
        };
        compose(
            &ReplyInput {
                kind: self.kind,
                assessment: &self.assessment,
                case_number: "2026-000123",
                from: &self.from,
                to: &self.to,
                in_reply_to: self.in_reply_to,
                references: &self.references,
                original_subject: self.subject,
                arrived: &arrived,
                deadline,
                message_id: "caso-2026-000123.1@example.gob.pe",
                now: &now,
            },
            &Templates::embedded().unwrap(),
        )
    }

    fn sent(&self) -> Vec<u8> {
        self.write().unwrap().bytes
    }
}

fn confirmation(assessment: Assessment) -> Mail {
    Mail::new(ReplyKind::Confirmacion, assessment)
}

fn correction(assessment: Assessment) -> Mail {
    Mail::new(ReplyKind::Subsanacion, assessment)
}

fn text_and_html(bytes: &[u8]) -> (String, String) {
    let parsed = MessageParser::default().parse(bytes).unwrap();
    (parsed.body_text(0).unwrap().into_owned(), parsed.body_html(0).unwrap().into_owned())
}

fn headers(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).unwrap();
    text.split("\r\n\r\n").next().unwrap().replace("\r\n", "\n")
}

/// What every message must be, whatever is in it: ASCII, CRLF, lines within the limit (RFC 5322, 2.1.1; RFC 2045, 6.7).
fn assert_fit_to_send(bytes: &[u8]) {
    assert!(bytes.is_ascii());
    assert!(!bytes.contains(&0));
    for line in bytes.split(|byte| *byte == b'\n') {
        assert!(line.len() <= 999, "a line of {} bytes", line.len());
        let inside = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(!inside.contains(&b'\r'));
    }
    assert!(bytes.windows(2).all(|pair| pair.ends_with(b"\n") == (pair == b"\r\n") || pair.first() == Some(&b'\n')));
}

/// Every case that a template is looked at with, in text and in HTML. With OFICIOS_PREVIEW=folder the HTML is written there.
#[test]
fn what_entities_read() {
    let cases = [
        ("confirmacion", confirmation(assessment(two_designees(), Vec::new()))),
        ("confirmacion_long_values_and_avisos", confirmation(long_values())),
        ("subsanacion_one_fault", correction(one_fault())),
        ("subsanacion_many_faults", correction(many_faults())),
        ("subsanacion_missing_oficio", correction(missing_oficio())),
        ("subsanacion_hostile_values", correction(hostile())),
    ];
    for (name, mail) in cases {
        let bytes = mail.sent();
        assert_fit_to_send(&bytes);
        let (text, html) = text_and_html(&bytes);
        let text = text.replace("\r\n", "\n");
        let html = html.replace("\r\n", "\n");
        if let Some(folder) = std::env::var_os("OFICIOS_PREVIEW") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), &html).unwrap();
        }
        insta::assert_snapshot!(format!("{name}_text"), text);
        insta::assert_snapshot!(format!("{name}_html"), html);
    }
}

#[test]
fn the_headers_thread_the_reply_and_mark_it_as_automatic() {
    let mut mail = correction(one_fault());
    mail.references = vec!["first@example.org".to_owned(), "second@example.org".to_owned()];
    insta::assert_snapshot!(headers(&mail.sent()));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let mail = correction(many_faults());
    assert_eq!(mail.sent(), mail.sent());
}

#[test]
fn the_envelope_goes_from_us_to_one_address() {
    let message = correction(one_fault()).write().unwrap();
    assert_eq!(message.envelope_from.as_deref(), Some("mesa@example.gob.pe"));
    assert_eq!(message.envelope_to, ["tramite@munilomaverde.gob.pe"]);
    assert_eq!(message.message_id, "caso-2026-000123.1@example.gob.pe");
}

#[test]
fn no_header_can_be_slipped_in() {
    let mut mail = correction(hostile());
    mail.subject = "Oficio\r\nBcc: otro@example.org\r\n\r\ncuerpo\0 =?utf-8?q?=0ABcc:_x?= \u{202e}";
    mail.to = address(Some("A\" <otro@example.org>\r\nBcc: x@example.org"), "tramite@munilomaverde.gob.pe");
    mail.references =
        vec!["a@b>\r\nBcc: <x@example.org".to_owned(), "con espacio@b".to_owned(), "bueno@b".to_owned(), "ñ@b".into()];
    mail.in_reply_to = Some("x@y\r\nBcc: z@example.org");
    let bytes = mail.sent();
    assert_fit_to_send(&bytes);
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    assert!(parsed.bcc().is_none() && parsed.cc().is_none());
    assert!(parsed.in_reply_to().as_text().is_none());
    assert_eq!(parsed.references().as_text(), Some("bueno@b"));
    assert_eq!(parsed.to().unwrap().iter().count(), 1);
    assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some("tramite@munilomaverde.gob.pe"));
    assert_eq!(parsed.attachment_count(), 0);
    insta::assert_snapshot!(headers(&bytes));
}

#[test]
fn a_long_thread_keeps_its_first_and_its_newest_ids() {
    let mut mail = correction(one_fault());
    mail.references = (0..5000).map(|number| format!("{number}@example.org")).collect();
    mail.references.push("x".repeat(2000));
    let bytes = mail.sent();
    assert_fit_to_send(&bytes);
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    let references = parsed.references().as_text_list().unwrap();
    assert_eq!(references.len(), 20);
    assert_eq!(references.first().map(AsRef::as_ref), Some("0@example.org"));
    assert_eq!(references.last().map(AsRef::as_ref), Some("original-1@munilomaverde.gob.pe"));
}

#[test]
fn a_very_long_subject_keeps_the_case_number() {
    let mut mail = correction(one_fault());
    let long = "Incorporación y migración de la página web ".repeat(50) + &"x".repeat(3000);
    mail.subject = long.leak();
    let bytes = mail.sent();
    assert_fit_to_send(&bytes);
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    assert!(parsed.subject().unwrap().ends_with("… [Caso 2026-000123]"), "{:?}", parsed.subject());
}

#[test]
fn an_address_that_not_every_server_takes_is_an_error_and_not_a_mail() {
    for hostile in ["", "tramite", "a b@c.pe", "trámite@muni.gob.pe", "a@b.pe\r\nRCPT TO:<x@y.pe>", "a@b.pe, c@d.pe"] {
        let mut mail = correction(one_fault());
        mail.to = address(None, hostile);
        let error = mail.write().unwrap_err();
        assert!(matches!(error, ReplyError::Message(MessageError::Recipient)), "{hostile:?}: {error}");
    }
}

#[test]
fn a_confirmation_with_an_error_is_never_written() {
    assert!(matches!(confirmation(one_fault()).write(), Err(ReplyError::Contradiction(_))));
}

#[test]
fn a_confirmation_with_an_empty_field_is_never_written() {
    let mut designees = two_designees();
    if let Some(designee) = designees.last_mut() {
        designee.celular = Some(" ".to_owned());
    }
    let mail = confirmation(assessment(designees, Vec::new()));
    assert!(matches!(mail.write(), Err(ReplyError::Contradiction(_))));
    let mail = confirmation(assessment(Vec::new(), Vec::new()));
    assert!(matches!(mail.write(), Err(ReplyError::Contradiction(_))));
}

#[test]
fn a_request_without_an_error_is_never_written() {
    let mail = correction(assessment(two_designees(), Vec::new()));
    assert!(matches!(mail.write(), Err(ReplyError::Contradiction(_))));
}

#[test]
fn no_reply_shows_a_rule_code_or_an_article() {
    for mail in [correction(many_faults()), correction(missing_oficio()), confirmation(long_values())] {
        let (text, html) = text_and_html(&mail.sent());
        for said in [&text, &html] {
            assert!(!said.contains("dni.formato") && !said.contains(".ausente") && !said.contains("artículo"));
        }
    }
}

#[test]
fn html_stays_under_the_size_at_which_gmail_cuts_a_mail() {
    let mut findings = Vec::new();
    let mut designees = Vec::new();
    for row in 1..=15 {
        designees.push(Designee { row, ..designee(row, "Responsable", "Nombre Apellido", "1", "x") });
        for field in crate::oficio::Field::ALL {
            findings.push(finding(
                RuleCode::DniFormato,
                Severity::Error,
                row,
                field.key(),
                "un valor que se leyó en el cuadro",
                "Una frase que dice qué ocurre con el valor que se leyó en el cuadro.",
                "Una frase que dice cómo corregir el valor que se leyó en el cuadro.",
            ));
        }
    }
    let (_, html) = text_and_html(&correction(assessment(designees, findings)).sent());
    assert!(html.len() < 102 * 1024, "{} bytes", html.len());
}

mod edited_templates {
    use std::collections::BTreeMap;

    use super::*;

    fn load(name: &str, text: &str) -> Result<(), TemplateError> {
        let edited = BTreeMap::from([(name.to_owned(), text.to_owned())]);
        check_templates(&Templates::load(&edited)?)
    }

    #[test]
    fn the_built_in_templates_are_valid() {
        check_templates(&Templates::embedded().unwrap()).unwrap();
    }

    #[test]
    fn an_edited_copy_replaces_the_built_in_one() {
        let edited = BTreeMap::from([("confirmacion.txt".to_owned(), "\u{feff}Hola,\r\ncaso {{ caso }}".to_owned())]);
        let templates = Templates::load(&edited).unwrap();
        assert_eq!(templates.render("confirmacion.txt", &samples::views()[0]).unwrap(), "Hola,\ncaso 2026-000001\n");
    }

    #[test]
    fn mistakes_name_file_line_and_remedy() {
        let mistakes = [
            load("confirmacion.txt", "Caso\n{{ numro }}").unwrap_err(),
            load("subsanacion.html", "{% for grupo in grupos %}\n{{ grupo.filas }}\n{% endfor %}").unwrap_err(),
            load("subsanacion.txt", "Caso\n\n{% if caso %}").unwrap_err(),
            load("confirmacion.txt", "{{ caso | mayusculas }}").unwrap_err(),
            load("confirmación.txt", "x").unwrap_err(),
        ];
        insta::assert_snapshot!(mistakes.map(|mistake| mistake.to_string()).join("\n"));
    }
}

/// With the rules' own words, from the form as an entity fills it.
#[test]
fn what_an_entity_reads_of_an_oficio_with_faults_in_the_rules_own_words() {
    use crate::form::{EMBEDDED, Form};
    use crate::oficio::{Cuadro, DesigneeRow, Field, Oficio, OficioDatum, ReadValue};
    use crate::rules::{Context, check};

    let read = |text: &str| ReadValue { text: text.to_owned(), lines: vec![text.to_owned()], ..ReadValue::default() };
    let row = |number: u32, cells: [&str; 7]| {
        let mut row = DesigneeRow { number, ..DesigneeRow::default() };
        for (field, cell) in Field::ALL.into_iter().zip(cells) {
            row.set(field, read(cell));
        }
        row
    };
    let oficio = Oficio {
        number: OficioDatum::Missing,
        date: OficioDatum::Found { value: jiff::civil::date(2026, 11, 23), read: read("23 de noviembre de 2026") },
        entity: OficioDatum::Found {
            value: "Municipalidad Distrital de Loma Verde".to_owned(),
            read: read("Municipalidad Distrital de Loma Verde"),
        },
        cuadro: Cuadro::Found {
            missing_columns: Vec::new(),
            rows: vec![
                row(
                    1,
                    [
                        "Jefe de Imagen",
                        "Responsable de Comunicación**",
                        "María Quispe Ñahui",
                        "1234567",
                        "mariaquispe22@hotmail.com",
                        "987 654 321",
                        "Coordinador de entidad***",
                    ],
                ),
                row(2, ["-", "Responsable de TI", "José", "45678912", "jose@muni gob pe", "01-4567890", ""]),
            ],
        },
        ..Oficio::default()
    };
    let form = Form::parse(EMBEDDED).unwrap();
    let checked = check(&oficio, &Context { form: &form, today: jiff::civil::date(2026, 11, 24), sender: None });
    let mut judged = assessment(checked.designees, checked.findings);
    if let Some(data) = &mut judged.oficio {
        data.number = None;
    }
    let bytes = correction(judged).sent();
    assert_fit_to_send(&bytes);
    let (text, html) = text_and_html(&bytes);
    if let Some(folder) = std::env::var_os("OFICIOS_PREVIEW") {
        std::fs::write(std::path::Path::new(&folder).join("subsanacion_rules.html"), &html).unwrap();
    }
    // The words are the rules' room's, with snapshots of their own; here only the frame around them is asserted.
    for said in [&text, &html] {
        assert!(said.contains("mariaquispe22@hotmail.com") && said.contains("1234567"), "{said}");
        assert!(said.contains("Fila 2") && said.contains("jueves 26 de noviembre de 2026"));
    }
    if let Some(folder) = std::env::var_os("OFICIOS_PREVIEW") {
        std::fs::write(std::path::Path::new(&folder).join("subsanacion_rules.txt"), &text).unwrap();
    }
}

mod whatever_a_mail_brings {
    use proptest::prelude::*;

    use super::*;

    const HEADERS: [&str; 12] = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Oficios-Caso",
        "In-Reply-To",
        "References",
        "MIME-Version",
        "Content-Type",
    ];

    fn hostile_text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "(\\PC|\r|\n|\t|\0|<|>|=\\?|\\?=|:|;|\"|\u{202e}|\u{feff}){0,300}",
            "[ -~]{900,1200}",
            Just("\r\nBcc: x@example.org\r\n\r\n--=_oficios_".to_owned()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_reply_has_our_headers_only_and_fits_every_server(
            subject in hostile_text(),
            name in hostile_text(),
            ids in proptest::collection::vec(hostile_text(), 0..4),
            value in hostile_text(),
            message in hostile_text(),
        ) {
            let mut judged = one_fault();
            if let Some(designee) = judged.designees.first_mut() {
                designee.nombres = Some(value.clone());
            }
            if let Some(finding) = judged.findings.first_mut() {
                finding.value = Some(value);
                finding.message = message;
            }
            let mail = Mail {
                subject: subject.leak(),
                to: address(Some(&name), "tramite@munilomaverde.gob.pe"),
                references: ids.clone(),
                in_reply_to: ids.first().map(|id| &*id.clone().leak()),
                ..correction(judged)
            };
            let bytes = mail.sent();
            assert_fit_to_send(&bytes);
            for line in headers(&bytes).lines().filter(|line| !line.starts_with(' ')) {
                let name = line.split_once(": ").map(|(name, _)| name);
                prop_assert!(name.is_some_and(|name| HEADERS.contains(&name)), "{line}");
            }
            let parsed = MessageParser::default().parse(&bytes).unwrap();
            prop_assert_eq!((parsed.text_body_count(), parsed.html_body_count(), parsed.attachment_count()), (1, 1, 0));
            let html = parsed.body_html(0).unwrap();
            prop_assert!(html.trim_end().ends_with("</html>"));
            prop_assert_eq!(html.matches("</table>").count(), html.matches("<table").count());
        }
    }
}
