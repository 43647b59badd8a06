//! Mails with documents made by hand, one table for each rule, and the traps.

use crate::documents::{Bounds, Format, Legibility, Page, Place, TextLayer, TextLine, Trouble, Turn};
use crate::mail::parse;
use crate::oficio::{Cuadro, DesigneeRow, Field, ReadValue};

use super::*;

const TEMPLATE: &str = "\
OFICIO N° 045-2026-MDX/A
Señor:
Secretaría de Gobierno y Transformación Digital
Asunto: Incorporación y migración de la página web de la Municipalidad Distrital de X a la Plataforma
Digital Única del Estado Peruano - Gob.pe y acceso a Facilita Perú
De mi consideración:
solicitamos los accesos a la Plataforma Digital Única del Estado Peruano - Gob.pe y Facilita Perú, para los
servidores públicos que designamos a continuación:
Cargo Perfil para la migración a Gob.pe Nombres DNI Correo Celular Rol
Jefe Responsable de Comunicación Ana Ruiz 41234567 aruiz@munix.gob.pe 987654321 Coordinador de entidad
Después de haber participado en las capacitaciones, pone a disposición el correo para asistencia técnica.
Deberán informar oportunamente cuando den de baja los accesos de algún usuario; como máximo 15 usuarios.";

const DATA_OFFICER: &str = "\
OFICIO N° 450-2026-GRX/GR
Señor: Secretaría de Gobierno y Transformación Digital
Asunto: Comunica designación de Oficial de Gobierno de Datos
En cumplimiento del Reglamento de la Ley de Gobierno Digital, se comunica la designación del
Oficial de Gobierno de Datos de la entidad:
Cargo Nombres y apellidos DNI Correo electrónico Celular
Especialista Ana Ruiz 41234567 aruiz@regionx.gob.pe 957120448";

const TRAINING: &str = "\
OFICIO N° 210-2026-UGEL/D
Señor: Secretaría de Gobierno y Transformación Digital
Asunto: Solicita capacitación en el uso de Gob.pe y Facilita Perú
Es grato dirigirme a usted para solicitar una capacitación virtual sobre publicación de noticias en la plataforma
Gob.pe para el personal de nuestra sede. Los coordinadores de entidad designados participarán.";

fn document(name: &str, text: &str) -> Document {
    let lines = text
        .lines()
        .map(|line| TextLine {
            text: line.to_owned(),
            bounds: Bounds::default(),
            size: 11.0,
            legibility: Legibility::Plain,
        })
        .collect();
    Document {
        name: name.to_owned(),
        place: Place::Attached,
        format: Format::Pdf,
        pages: vec![Page {
            number: 1,
            label: None,
            width: 595.0,
            height: 842.0,
            lines,
            pictures: vec![],
            text_layer: TextLayer::Drawn,
            turn: Turn::None,
        }],
        tables: vec![],
        signatures: vec![],
        troubles: vec![],
    }
}

fn unread(name: &str, trouble: Trouble) -> Document {
    Document { pages: vec![], troubles: vec![trouble], ..document(name, "") }
}

fn scan() -> Vec<Document> {
    vec![unread("SCAN0001.pdf", Trouble::PageWithoutText(1))]
}

fn cuadro(perfil: &str, rol: &str) -> Oficio {
    let value = |text: &str| ReadValue { text: text.to_owned(), ..ReadValue::default() };
    let mut row = DesigneeRow { number: 1, ..DesigneeRow::default() };
    row.set(Field::Perfil, value(perfil));
    row.set(Field::Rol, value(rol));
    Oficio { cuadro: Cuadro::Found { missing_columns: vec![], rows: vec![row] }, ..Oficio::default() }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Designation,
    Other,
    Unclear,
}
use Answer::{Designation, Other, Unclear};

fn judged(head_and_body: &str, documents: &[Document], oficio: &Oficio) -> (Answer, &'static str, String) {
    let raw = match head_and_body.contains("\n\n") {
        true => head_and_body.to_owned(),
        false => format!("{head_and_body}\n\n"),
    };
    let raw = if raw.starts_with("From:") { raw } else { format!("From: Ana <aruiz@munix.gob.pe>\n{raw}") };
    let form = Form::parse(crate::form::EMBEDDED).expect("the form is valid");
    let mail = parse(raw.as_bytes(), &Default::default()).mail;
    let evidence = Evidence::of(&mail, documents, oficio, &form);
    let rule = RULES.iter().find(|rule| (rule.judge)(&evidence).is_some()).map_or("none", |rule| rule.name);
    match subject_matter(&mail, documents, oficio, &form) {
        SubjectMatter::Designation => (Designation, rule, String::new()),
        SubjectMatter::Other { reason } => (Other, rule, reason),
        SubjectMatter::Unclear { reason } => (Unclear, rule, reason),
    }
}

#[track_caller]
fn expect(mail: &str, documents: &[Document], oficio: &Oficio, answer: Answer, rule: &str) {
    let (judged, by, reason) = judged(mail, documents, oficio);
    assert_eq!((judged, by), (answer, rule), "{mail}\n{reason}");
}

#[track_caller]
fn expect_without_documents(mail: &str, answer: Answer, rule: &str) {
    expect(mail, &[], &Oficio::default(), answer, rule);
}

#[test]
fn a_document_in_the_forms_words_designates_whatever_the_mail_says() {
    for mail in [
        "Subject: SOLICITO ACCESO A GOB.PE",
        "Subject: Oficio",
        "Subject: \n\nSe remite",
        "Subject: RE: Observaciones\nIn-Reply-To: <x@y.pe>\n\nGracias, va corregido. El DNI es 41234567.",
        "Subject: Remito oficio\n\nAsimismo solicitamos capacitación.",
        "Subject: Consulta\n\n¿Está bien así el oficio?",
    ] {
        expect(mail, &[document("a.pdf", TEMPLATE)], &Oficio::default(), Designation, "documents designate");
    }
}

#[test]
fn a_document_in_an_entitys_own_words_designates() {
    for text in [
        "CARTA N° 12\nAsunto: Designa coordinadores para GOBPE\nPor la presente se designa como coordinadores de entidad en la plataforma GOBPE a las siguientes personas: Ana Ruiz",
        "OFICIO 33\nSOLICITO ACCESOS A FACILITA PERU PARA LOS RESPONSABLES DE COMUNICACION Y TECNOLOGIAS DE LA MUNICIPALIDAD, DESIGNADOS POR EL SEÑOR ALCALDE",
        "Oficio\nAsunto: acceso a gob pe\nsolicito los accesos para el lider de TI y el lider de comunicación que fueron designados por la gerencia municipal",
    ] {
        expect("Subject: oficio", &[document("a.pdf", text)], &Oficio::default(), Designation, "documents designate");
    }
    let own_words = "OFICIO 7\nAsunto: Facilita Perú\nSe designa para la plataforma Facilita Perú a las personas del cuadro siguiente, por ser de interés de la institución";
    let oficio = cuadro("Informática", "Administrador");
    expect("Subject: oficio", &[document("a.pdf", own_words)], &oficio, Designation, "document says both");
}

#[test]
fn a_spreadsheet_with_the_forms_cuadro_designates() {
    let sheet = document("cuadro.xlsx", "Jefe\nResponsable de Comunicación\nAna Ruiz");
    let oficio = cuadro("Responsable de Comunicación**", "Coordinador de entidad");
    expect("Subject: cuadro", &[sheet], &oficio, Designation, "documents designate");
}

#[test]
fn a_table_of_people_without_words_of_ours_is_for_a_person() {
    let sheet = document(
        "personal.xlsx",
        "Jefe Ana Ruiz 41234567 analista Luis Paz 42345678 chofer Juan Sol 43456789 y otros más",
    );
    expect("Subject: lista", &[sheet], &cuadro("Informática", ""), Unclear, "table of people without words");
}

#[test]
fn an_oficio_about_another_matter_is_other() {
    for (text, about) in [
        (TRAINING, "capacitación"),
        (DATA_OFFICER, "designación de otro responsable"),
        (
            "OFICIO\nAsunto: Formato A-3, responsable máster PIDE\nDesignamos a Ana Ruiz como responsable ante la plataforma de interoperabilidad del Estado",
            "PIDE",
        ),
        (
            "OFICIO\nAsunto: Designación de FRASAIP\nComunico que se ha designado a Ana Ruiz como funcionaria responsable de acceso a la información",
            "PAIP",
        ),
        (
            "OFICIO\nAsunto: Ampliación de usuarios de Facilita Perú\nSolicito más de 15 usuarios en Facilita Perú para la sede central de nuestra entidad por el incremento de trámites",
            "usuarios",
        ),
        (
            "OFICIO\nAsunto: Solicita registro de dominio munix.gob.pe\nSolicito la aprobación del dominio para los correos institucionales de nuestra entidad y sus servicios",
            "dominio",
        ),
        (
            "OFICIO\nAsunto: Baja de usuario de Gob.pe\nSolicito la baja de los accesos de Ana Ruiz quien ya no labora en la institución desde el 15 de setiembre",
            "baja",
        ),
        (
            "FACTURA ELECTRÓNICA F001-00012345 hosting y correo de la municipalidad por el mes de agosto de 2026, total S/ 354.00 soles",
            "factura",
        ),
    ] {
        let (answer, rule, reason) =
            judged("Subject: Oficio\n\nSe remite el oficio adjunto.", &[document("a.pdf", text)], &Oficio::default());
        assert_eq!((answer, rule), (Other, "documents about another matter"), "{text}\n{reason}");
        assert!(reason.contains(about), "{reason}");
    }
}

#[test]
fn a_document_that_says_both_is_for_a_person() {
    let text = "OFICIO\nAsunto: Designa responsables de Gob.pe y solicita capacitación\nSe designa a Ana Ruiz y se solicita una capacitación para ella";
    expect("Subject: Oficio", &[document("a.pdf", text)], &Oficio::default(), Unclear, "document says both");
    let announced = "Subject: Oficio de designación Gob.pe\n\nAdjunto el oficio.";
    expect(
        announced,
        &[document("a.pdf", DATA_OFFICER)],
        &Oficio::default(),
        Unclear,
        "documents about another matter",
    );
}

#[test]
fn two_matters_in_one_mail_are_for_a_person() {
    let both = [document("a.pdf", TEMPLATE), document("b.pdf", TRAINING)];
    expect("Subject: Oficios", &both, &Oficio::default(), Unclear, "two matters in one mail");
    // An annex about nothing that is known is no second matter.
    let annex = "RESOLUCIÓN DE ALCALDÍA N° 12\nVISTO el informe de recursos humanos; SE RESUELVE encargar a Ana Ruiz el despacho de la gerencia";
    let annex_of_another_matter = "RESOLUCIÓN N° 13\nSE RESUELVE dejar sin efecto la designación de Luis Paz y conformar el comité de gobierno digital de la entidad";
    let annexed = [document("a.pdf", TEMPLATE), document("b.pdf", annex_of_another_matter)];
    expect("Subject: Oficios", &annexed, &Oficio::default(), Designation, "documents designate");
    let with_annex = [document("a.pdf", TEMPLATE), document("b.pdf", annex)];
    expect("Subject: Oficios", &with_annex, &Oficio::default(), Designation, "documents designate");
}

#[test]
fn one_person_for_another_is_for_a_person() {
    for change in [
        "Déjese sin efecto la designación de Luis Paz.",
        "en reemplazo de Luis Paz, quien dejó de laborar",
        "y se reemplaza a la servidora Luz Paz",
        "asimismo, solicitamos dar de baja a Luis Paz",
    ] {
        let text = format!("{TEMPLATE}\n{change}");
        expect("Subject: Oficio", &[document("a.pdf", &text)], &Oficio::default(), Unclear, "one person for another");
    }
    let mail = "Subject: Cambio de coordinador Gob.pe\n\nRemito oficio de designación.";
    expect(mail, &scan(), &Oficio::default(), Unclear, "one person for another");
    // An earlier oficio is no person, and the form itself speaks of removing users.
    let text = format!("{TEMPLATE}\nDejar sin efecto el Oficio N° 040-2026-MDX/A.");
    expect("Subject: Oficio", &[document("a.pdf", &text)], &Oficio::default(), Designation, "documents designate");
}

#[test]
fn an_announced_oficio_that_is_not_there_or_not_read_is_a_designation() {
    let locked = [unread("oficio.pdf", Trouble::Encrypted)];
    let broken = [unread("oficio.pdf", Trouble::Corrupt)];
    for documents in [&[][..], &locked, &broken, &scan()] {
        for mail in [
            "Subject: Remito oficio de designación Gob.pe",
            "Subject: Oficio\n\nAdjunto el oficio de designación de los responsables de GOB.PE y Facilita.",
            "Subject: SOLICITO ACCESO A GOB.PE\n\nadjunto oficio solicitado para el acceso a la plataforma",
            "Subject: REMITE OFICIO DESIGNACION RESPONSABLES GOBPE",
            "Subject: RV: oficio\n\n---------- Forwarded message ---------\nDe: Luis <l@x.pe>\nDate: lun\nSubject: oficio\nTo: a@x.pe\n\nSe remite el oficio que designa a los coordinadores de entidad de Gob.pe",
            "Subject: RE: Observaciones\nIn-Reply-To: <x@y.pe>\n\nSe adjunta el oficio de designación de Gob.pe, con las correcciones",
        ] {
            expect(mail, documents, &Oficio::default(), Designation, "announced");
        }
    }
    let silent = "CARGO DE RECEPCIÓN\nDocumento recibido por la mesa de partes digital el 3 de agosto de 2026, expediente 2026-001, folios 2";
    let mail = "Subject: Oficio de designación Gob.pe\n\nAdjunto el oficio. Cualquier consulta al 987654321.";
    let annex = "RESOLUCIÓN N° 13\nSE RESUELVE conformar el comité de gobierno digital de la entidad con los funcionarios siguientes";
    expect(mail, &[document("resolucion.pdf", annex)], &Oficio::default(), Designation, "announced");
    expect(mail, &[document("cargo.pdf", silent)], &Oficio::default(), Designation, "announced");
}

#[test]
fn an_announced_oficio_about_another_matter_is_none() {
    let training = "Subject: Oficio\n\nAdjunto el oficio que solicita acceso a la capacitación de Gob.pe";
    expect(training, &scan(), &Oficio::default(), Other, "mail about another matter");
    let both = "Subject: Designación Gob.pe y capacitación\n\nRemito el oficio.";
    expect(both, &scan(), &Oficio::default(), Unclear, "announced");
    let data_officer = "Subject: DESIGNACIÓN DE OFICIAL DE GOBIERNO DE DATOS\n\nSe adjunta oficio con la designación.";
    expect(data_officer, &scan(), &Oficio::default(), Other, "mail about another matter");
}

#[test]
fn questions_and_requests_of_users_are_other() {
    for mail in [
        "Subject: Consulta sobre oficio de designación Gob.pe\n\nEstamos preparando el oficio de designación para Gob.pe. Quisiera consultar si puede firmarlo el gerente municipal.",
        "Subject: Gob.pe\n\nUna consulta: ¿cómo remito el oficio de designación?",
        "Subject: Consulta: no puedo publicar noticia en Gob.pe\n\nMi usuario es imagen@munix.gob.pe y mi celular 964 221 870.",
        "Subject: Baja de usuario Gob.pe\n\nSolicito dar de baja el usuario de Ana Ruiz (DNI 41228890, a@b.gob.pe).",
        "Subject: Solicito permiso de administración de categorías - Municipalidad de X\n\nSolicito el permiso.",
        "Subject: PIDE\n\nRemito formato A-3.",
        "Subject: INVITACIÓN - Aniversario institucional\n\nTenemos el agrado de invitar a usted.",
        "Subject: Comprobante electrónico F001\n\nAdjuntamos su comprobante.",
        "Subject: [red] Boletín 34: novedades de Gob.pe\n\nTaller: designación de coordinadores de entidad. Facilita Perú: 200 formularios.",
    ] {
        expect_without_documents(mail, Other, "mail about another matter");
    }
    expect_without_documents("Subject: Gob.pe\n\n¿Cómo remito el oficio de designación?", Other, "none");
    expect_without_documents("Subject: Saludos\n\nBuenos días, ¿atienden hoy por la tarde?", Other, "none");
}

#[test]
fn asking_after_an_earlier_oficio_is_other() {
    let mail = "Subject: Accesos Gob.pe\n\nEl 3 de marzo enviamos el oficio de designación de Gob.pe y hasta la fecha no tenemos respuesta.";
    expect_without_documents(mail, Other, "asks after an earlier oficio");
    expect(mail, &[document("a.pdf", TEMPLATE)], &Oficio::default(), Designation, "documents designate");
}

#[test]
fn a_reply_that_only_thanks_is_other_and_one_with_data_is_for_a_person() {
    let reply = "Subject: RE: Designación Gob.pe\nIn-Reply-To: <x@y.pe>\n\n";
    expect_without_documents(
        &format!(
            "{reply}Muchas gracias.\n\nEl lun, 3 ago 2026 a las 10:15, Mesa (<m@x.pe>) escribió:\n> Adjunte el oficio; el DNI 41234567"
        ),
        Other,
        "thanks",
    );
    for text in [
        "El DNI correcto es 41228890",
        "dni 41 228 890",
        "El celular es 987 654 321.",
        "el correo es aruiz@munix.gob.pe",
    ] {
        expect_without_documents(
            &format!("{reply}{text}\n\nAtentamente,\nAna\nCel. 912345678"),
            Unclear,
            "data in a reply",
        );
    }
    // The signature block is no datum.
    expect_without_documents(
        &format!("{reply}Muchas gracias.\nSaludos cordiales,\nAna\nCel. 912345678"),
        Other,
        "thanks",
    );
}

#[test]
fn data_of_people_in_the_body_without_an_oficio_are_for_a_person() {
    let pasted = format!("Subject: Oficio\n\n{TEMPLATE}");
    expect_without_documents(&pasted, Unclear, "oficio in the body");
    let asked = "Subject: Acceso\n\nPor favor dar acceso a Gob.pe a Ana Ruiz, DNI 41234567, aruiz@munix.gob.pe";
    expect_without_documents(asked, Unclear, "accesses asked in the body");
}

#[test]
fn an_unread_file_without_words_is_for_a_person() {
    for mail in [
        "Subject: ",
        "Subject: oficio",
        "Subject: \n\nBuenas tardes, remito lo solicitado. Gracias",
        "Subject: RE: Observaciones\nIn-Reply-To: <x@y.pe>\n\nBuenas tardes",
    ] {
        expect(mail, &scan(), &Oficio::default(), Unclear, "unread file without words");
    }
    expect("Subject: Designación Gob.pe", &scan(), &Oficio::default(), Designation, "unread file without words");
    let long = "Subject: Saludo\n\nReciban un cordial saludo de la asociación de vecinos del barrio central con motivo de las fiestas y nuestro deseo de éxitos para todos.";
    expect(long, &scan(), &Oficio::default(), Other, "documents say nothing of it");
}

#[test]
fn a_link_in_place_of_the_oficio() {
    let announced = "Subject: Oficio de designación Gob.pe\n\nAdjunto el oficio: https://drive.google.com/file/d/1";
    expect_without_documents(announced, Designation, "announced");
    let vague = "Subject: Oficio 045\n\nAdjunto el oficio: https://nube.munix.gob.pe/s/1";
    expect_without_documents(vague, Unclear, "link to files");
    let other = "Subject: Novedades\n\nVea https://www.munix.gob.pe";
    expect_without_documents(other, Other, "none");
}

#[test]
fn a_sender_nobody_reads_is_never_answered() {
    let sgd = "From: Mesa de Partes <no-reply@munix.gob.pe>\nSubject: Oficio 045";
    expect(sgd, &[document("a.pdf", TEMPLATE)], &Oficio::default(), Unclear, "sender nobody reads");
    let shared = "From: Ana (via Google Drive) <drive-shares-noreply@google.com>\nSubject: OFICIO 045.pdf\n\nhttps://drive.google.com/file/d/1";
    expect_without_documents(shared, Unclear, "sender nobody reads");
    let registered = "From: no-reply@regionx.gob.pe\nSubject: Expediente registrado N° 2026-0018841\n\nSu documento \"OFICIO - designación Gob.pe\" ha sido registrado.";
    expect_without_documents(registered, Other, "acknowledgement of a document system");
}

#[test]
fn documents_that_say_nothing_of_it() {
    let silent = document(
        "memoria.pdf",
        "Memoria anual de la asociación de vecinos del barrio central y de sus actividades del año pasado",
    );
    expect("Subject: Memoria", std::slice::from_ref(&silent), &Oficio::default(), Other, "documents say nothing of it");
    let announced = "Subject: Oficio\n\nEnvío el oficio firmado para los accesos";
    expect(announced, std::slice::from_ref(&silent), &Oficio::default(), Other, "documents say nothing of it");
    let mut scan = silent.clone();
    scan.pages[0].text_layer = TextLayer::Recognised;
    expect(announced, std::slice::from_ref(&scan), &Oficio::default(), Unclear, "documents say nothing of it");
    expect("Subject: Memoria", &[scan], &Oficio::default(), Other, "documents say nothing of it");
    expect("Subject: Designación Gob.pe", &[silent], &Oficio::default(), Unclear, "documents say nothing of it");
}

#[test]
fn a_logo_and_the_body_as_a_document_are_no_documents() {
    let body = Document { place: Place::Body, ..document("cuerpo", TEMPLATE) };
    expect("Subject: Gracias\n\nMuchas gracias", &[body], &Oficio::default(), Other, "thanks");
}

#[test]
fn the_blank_form_beside_a_question_is_no_oficio() {
    let blank = vec![document("plantilla.docx", TEMPLATE)];
    let form = cuadro("Responsable de Comunicación**", "Coordinador de entidad***");
    let asked = "Subject: Consulta\n\n¿Es este el formato vigente? ¿Quién firma? Adjunto el oficio modelo para Gob.pe.";
    expect(asked, &blank, &form, Other, "question about the blank form");
    // Sent as the oficio it is answered as one.
    let sent = "Subject: Oficio\n\nAdjunto el oficio de designación para Gob.pe.";
    expect(sent, &blank, &form, Designation, "documents designate");
}

#[test]
fn who_asks_for_help_and_says_who_he_is_designates_nobody() {
    let asked = "Subject: Consulta\n\nBuenas tardes, ¿cómo publico una norma en Gob.pe? Soy coordinador de entidad y no me \
                 aparece el botón. Mi DNI es 40203010.";
    expect_without_documents(asked, Other, "mail about another matter");
}
