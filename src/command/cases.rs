//! `oficios cases`: what operators ask of the ledger and write into it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::json;

use super::Failure;
use super::check::{place, printable};
use super::office::Office;
use crate::calendar::{clock_time, long_date};
use crate::ledger::{
    Attention, CaseFile, CaseQuery, CaseRecord, CaseState, MailId, MailQuery, MailRecord, Register, ReplyChoice,
    ReplyId, ReplyState,
};
use crate::oficio::{Evidence, Field};
use crate::verdict::{Decision, UnclearValue};

#[derive(Debug, Subcommand)]
pub enum CasesCommand {
    /// List cases, the ones that wait longest first.
    List {
        /// All of them rather than the ones that wait for a person.
        #[arg(long)]
        all: bool,
    },
    /// Show one case: its data, its mails, its replies and everything that happened to it.
    Show {
        number: String,
        /// Write the pictures of what was not read for sure in a scan or a photo into this folder, as PNG files.
        #[arg(long, value_name = "FOLDER")]
        images: Option<PathBuf>,
    },
    /// Say that a person has settled a case.
    Resolve {
        number: String,
        /// What was done, for whoever reads the trail later.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Judge a mail anew, e.g. after a change of the form's words.
    Reprocess {
        /// The mail's number, as `show` prints it.
        mail: i64,
    },
    /// Decide on a reply that was held, refused, or of which nobody knows whether it went out.
    Reply {
        /// The reply's number, as `show` prints it.
        reply: i64,
        #[arg(value_enum)]
        choice: Choice,
    },
    /// Write one JSON object a case, one a line, with personal data in full.
    Export,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// Send it (again).
    Send,
    /// It did arrive.
    Arrived,
    /// Do not send it.
    Withdraw,
}

pub fn run(config: Option<&Path>, command: &CasesCommand) -> Result<ExitCode, Failure> {
    let Some(config) = config else {
        return Err(Failure::Refused("say which ledger: --config FILE".to_owned()));
    };
    let office = Office::open(Some(config))?;
    office.runtime()?.block_on(async {
        let ledger = office.existing_ledger()?;
        let now = Timestamp::now();
        let mut out = std::io::stdout().lock();
        match command {
            CasesCommand::List { all } => {
                let query = if *all { CaseQuery::All } else { CaseQuery::NeedingAttention };
                let cases = ledger.cases(query).await?;
                let calling = ledger.mails(MailQuery::NeedingAttention).await?;
                for case in &cases {
                    writeln!(out, "{}", line(&office, case))?;
                    for why in calls_of(case, &calling) {
                        writeln!(out, "             {why}")?;
                    }
                }
                if cases.is_empty() {
                    writeln!(out, "{}", if *all { "No hay casos." } else { "Ningún caso espera a una persona." })?;
                }
                // A mail that could not be processed has no case of its own.
                for mail in calling.iter().filter(|mail| mail.case.is_none()) {
                    writeln!(
                        out,
                        "{:<11}  {}  {:<20}  correo {}: {}",
                        "sin caso",
                        minute(&office, mail.stored),
                        "espera a una persona",
                        mail.id,
                        reasons(mail)
                    )?;
                }
            }
            CasesCommand::Show { number, images } => {
                let file = ledger.case(number.parse()?).await?;
                out.write_all(shown(&office, &file).as_bytes())?;
                if let Some(folder) = images {
                    for path in write_images(unclear(&file), folder)? {
                        writeln!(out, "  Imagen: {}", path.display())?;
                    }
                }
            }
            CasesCommand::Resolve { number, note } => {
                ledger.resolve(number.parse()?, operator(), note.clone(), now).await?;
                writeln!(out, "Caso {number}: atendido.")?;
            }
            CasesCommand::Reprocess { mail } => {
                ledger.reprocess(MailId(*mail), operator(), now).await?;
                writeln!(out, "Correo {mail}: se revisará otra vez en el próximo ciclo.")?;
            }
            CasesCommand::Reply { reply, choice } => {
                let choice = match choice {
                    Choice::Send => ReplyChoice::Send,
                    Choice::Arrived => ReplyChoice::ItArrived,
                    Choice::Withdraw => ReplyChoice::Withdraw,
                };
                ledger.rule_on_reply(ReplyId(*reply), operator(), choice, now).await?;
                writeln!(out, "Respuesta {reply}: anotado.")?;
            }
            CasesCommand::Export => {
                for case in ledger.cases(CaseQuery::All).await? {
                    let file = ledger.case(case.number).await?;
                    writeln!(out, "{}", serde_json::to_string(&exported(&file))?)?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Who is at the keyboard, for the trail.
fn operator() -> String {
    std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_else(|_| "operador".to_owned())
}

fn state(state: CaseState) -> &'static str {
    match state {
        CaseState::Open => "en proceso",
        CaseState::Confirmed => "confirmado",
        CaseState::AwaitingCorrection => "espera corrección",
        CaseState::Overdue => "plazo vencido",
        CaseState::NeedsPerson => "espera a una persona",
        CaseState::Resolved => "atendido",
    }
}

fn moment(office: &Office, instant: Timestamp) -> String {
    let local = instant.to_zoned(office.configuration.office.time_zone.clone());
    format!("{}, {}", long_date(local.date()), clock_time(local.time()))
}

/// What a case is called where one line is all there is.
fn name(case: &CaseRecord) -> String {
    let entity = case.entity.as_deref().unwrap_or("(entidad no leída)");
    match &case.oficio_number {
        Some(number) => format!("{entity}, Oficio N.º {number}"),
        None => entity.to_owned(),
    }
}

/// For columns.
fn minute(office: &Office, instant: Timestamp) -> String {
    instant.to_zoned(office.configuration.office.time_zone.clone()).strftime("%F %R").to_string()
}

fn line(office: &Office, case: &CaseRecord) -> String {
    let deadline = case.deadline.map_or_else(String::new, |date| format!(" (plazo: {date})"));
    printable(&format!(
        "{}  {}  {:<20}  {}{deadline}",
        case.number,
        minute(office, case.changed),
        state(case.state),
        name(case)
    ))
}

/// Why a case waits for a person: each call once, and what was found.
fn calls_of(case: &CaseRecord, calling: &[MailRecord]) -> Vec<String> {
    let mut whys = Vec::new();
    for mail in calling.iter().filter(|mail| mail.case.as_ref().is_some_and(|of| of.number == case.number)) {
        for attention in mail.attention() {
            let found = match attention {
                Attention::Revision | Attention::Quarantined => mail.reasons.first(),
                Attention::ReplyHeld | Attention::ReplyRefused | Attention::ReplyUnknown => {
                    mail.replies.last().and_then(|reply| reply.last_response.as_ref())
                }
                Attention::CorrectionOverdue => None,
            };
            let found = found.map_or_else(String::new, |found| format!(": {found}"));
            let why = printable(&format!("{}{found}", call(attention)));
            if !whys.contains(&why) {
                whys.push(why);
            }
        }
    }
    whys
}

fn reasons(mail: &MailRecord) -> String {
    printable(&mail.reasons.join(" "))
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Confirmado => "confirmado",
        Decision::Subsanacion => "subsanación",
        Decision::Revision => "revisión",
        Decision::Ajeno => "ajeno",
        Decision::Automatico => "automático",
    }
}

fn reply_state(state: ReplyState) -> &'static str {
    match state {
        ReplyState::Queued => "por enviar",
        ReplyState::InFlight => "enviándose",
        ReplyState::Sent => "enviada",
        ReplyState::Refused => "rechazada por el servidor",
        ReplyState::Unknown => "no se sabe si salió",
        ReplyState::Held => "retenida por el tope de respuestas",
        ReplyState::Withdrawn => "retirada",
    }
}

fn call(attention: Attention) -> &'static str {
    match attention {
        Attention::Revision => "hay que revisarlo",
        Attention::Quarantined => "no se pudo procesar",
        Attention::ReplyHeld => "su respuesta está retenida",
        Attention::ReplyRefused => "su respuesta fue rechazada",
        Attention::ReplyUnknown => "no se sabe si su respuesta salió",
        Attention::CorrectionOverdue => "venció el plazo de la corrección",
    }
}

/// The trail's words, for people; a word that is not known here stands for itself.
fn happened(action: &str) -> &str {
    match action {
        "mail.stored" => "guardó el correo",
        "mail.duplicate" => "reconoció una copia de un correo anterior",
        "mail.decided" => "revisó el correo",
        "mail.quarantined" => "no pudo procesar el correo",
        "mail.reprocessed" => "pidió revisar otra vez el correo",
        "mail.filed" => "archivó el correo",
        "mail.untouched" => "dejó el correo donde está",
        "mail.gone" => "no encontró el correo en el buzón",
        "case.opened" => "abrió el caso",
        "case.joined" => "unió el correo al caso",
        "case.overdue" => "anotó que venció el plazo",
        "case.resolved" => "dio el caso por atendido",
        "reply.queued" => "preparó la respuesta",
        "reply.handed_over" => "entregó la respuesta al servidor",
        "reply.sent" => "supo que la respuesta salió",
        "reply.refused" => "supo que el servidor rechazó la respuesta",
        "reply.unknown" => "no supo si la respuesta salió",
        "reply.returned" => "supo que la respuesta no llegó a su destino",
        "reply.held" => "retuvo la respuesta",
        "reply.released" => "pidió enviar la respuesta",
        "reply.arrived" => "anotó que la respuesta llegó",
        "reply.withdrawn" => "retiró la respuesta",
        other => other,
    }
}

/// The contract's words with their accents.
fn spelt(detail: &str) -> &str {
    match detail {
        "subsanacion" => "subsanación",
        "confirmacion" => "confirmación",
        "revision" => "revisión",
        "automatico" => "automático",
        other => other,
    }
}

fn shown(office: &Office, file: &CaseFile) -> String {
    let case = &file.case;
    let mut text = String::new();
    let mut add = |content: String| {
        text.push_str(&printable(&content));
        text.push('\n');
    };
    add(format!("Caso {}: {}", case.number, name(case)));
    add(format!("  Estado: {}, desde el {}", state(case.state), moment(office, case.changed)));
    if let Some(deadline) = case.deadline {
        add(format!("  Plazo de la corrección: {}", long_date(deadline)));
    }
    for mail in &file.mails {
        add(format!(
            "  Correo {}, llegó el {}: {}",
            mail.id,
            moment(office, mail.arrived),
            mail.decision.map_or("sin decidir", decision)
        ));
        add(format!("    De: {}", mail.correspondent.as_deref().unwrap_or("(sin remitente)")));
        add(format!("    Asunto: {}", mail.subject.as_deref().unwrap_or("")));
        for attention in mail.attention() {
            add(format!("    Espera a una persona: {}", call(attention)));
        }
        for reason in &mail.reasons {
            add(format!("    {reason}"));
        }
        if let Some(assessment) = &mail.assessment {
            for designee in &assessment.designees {
                let fields = [&designee.perfil, &designee.nombres, &designee.dni, &designee.correo, &designee.celular];
                let values: Vec<&str> = fields.iter().map(|value| value.as_deref().unwrap_or("—")).collect();
                add(format!("    {}. {}", designee.row, values.join(" | ")));
            }
            for finding in &assessment.findings {
                add(format!("    - {}: {}", place(finding.row, &finding.field), finding.message));
            }
            for value in &assessment.unclear {
                add(format!("    ? {}", unread(value)));
            }
        }
        for reply in &mail.replies {
            let response = match (reply.state, &reply.last_response) {
                (ReplyState::Sent | ReplyState::Withdrawn, _) | (_, None) => String::new(),
                (_, Some(response)) => format!(" ({response})"),
            };
            add(format!("    Respuesta {}: {}{response}", reply.id, reply_state(reply.state)));
        }
    }
    add("  Qué pasó:".to_owned());
    for entry in &file.trail {
        let detail = entry.detail.as_deref().filter(|detail| !detail.is_empty());
        let detail = detail.map_or_else(String::new, |detail| format!(" ({})", spelt(detail)));
        let at = minute(office, entry.at);
        // Of a case with one mail it is clear which one is meant.
        let mail = entry.mail.filter(|_| file.mails.len() > 1).map_or_else(String::new, |mail| format!(" {mail}"));
        let happened = happened(&entry.action).replacen("el correo", &format!("el correo{mail}"), 1);
        add(format!("    {at}  {}: {happened}{detail}", entry.actor));
    }
    text
}

/// Where a value stands that was not read for sure; of a cell that was not found nobody knows it.
fn unread(value: &UnclearValue) -> String {
    let UnclearValue { row, field, evidence: Evidence { document, page, .. }, image } = value;
    let stands =
        if document.is_empty() { String::new() } else { format!("; está en la página {page} de «{document}»") };
    let image = if image.is_some() { " (su imagen: --images CARPETA)" } else { "" };
    format!("{}: no se leyó con seguridad{stands}{image}", place(Some(*row), field))
}

/// The values of a case that were not read for sure, with the mail that each came in.
fn unclear(file: &CaseFile) -> impl Iterator<Item = (MailId, &UnclearValue)> {
    file.mails.iter().flat_map(|mail| {
        mail.assessment.iter().flat_map(|assessment| &assessment.unclear).map(|value| (mail.id, value))
    })
}

/// Writes what the cells of some values look like; nothing of the files' names comes from a mail.
fn write_images<'a>(
    values: impl Iterator<Item = (MailId, &'a UnclearValue)>,
    folder: &Path,
) -> Result<Vec<PathBuf>, std::io::Error> {
    std::fs::create_dir_all(folder)?;
    let mut written = Vec::new();
    for (mail, value) in values {
        let known = Field::ALL.into_iter().find(|field| field.key() == value.field);
        let (Some(image), Some(field)) = (&value.image, known) else { continue };
        let path = folder.join(format!("correo-{mail}-fila-{}-{}.png", value.row, field.key()));
        std::fs::write(&path, image.png())?;
        written.push(path);
    }
    Ok(written)
}

fn exported(file: &CaseFile) -> serde_json::Value {
    let case = &file.case;
    let mails: Vec<_> = file
        .mails
        .iter()
        .map(|mail| {
            json!({
                "correo": mail.id.0,
                "llego": mail.arrived.to_string(),
                "remitente": mail.correspondent,
                "asunto": mail.subject,
                "decision": mail.decision,
                "motivos": mail.reasons,
                "evaluacion": mail.assessment,
                "respuestas": mail.replies.iter().map(|reply| reply.state.word()).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "caso": case.number.to_string(),
        "estado": case.state.word(),
        "entidad": case.entity,
        "oficio": case.oficio_number,
        "abierto": case.opened.to_string(),
        "presentado": case.presented.map(|date| date.to_string()),
        "plazo": case.deadline.map(|date| date.to_string()),
        "correos": mails,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::CellImage;

    #[test]
    fn where_an_unclear_value_stands_is_said_when_its_cell_was_found() {
        let evidence = Evidence { document: "oficio.pdf".to_owned(), page: 2, bounds: None };
        let found = UnclearValue { row: 1, field: "dni".to_owned(), evidence, image: CellImage::of_png(Vec::new()) };
        let said =
            "Fila 1, DNI: no se leyó con seguridad; está en la página 2 de «oficio.pdf» (su imagen: --images CARPETA)";
        assert_eq!(unread(&found), said);
        let lost = UnclearValue { evidence: Evidence::default(), image: None, ..found };
        assert_eq!(unread(&lost), "Fila 1, DNI: no se leyó con seguridad");
    }

    #[test]
    fn the_pictures_of_unclear_values_are_written_under_names_of_our_own() {
        let folder = tempfile::tempdir().unwrap();
        let value = |field: &str, image: Option<&[u8]>| UnclearValue {
            row: 2,
            field: field.to_owned(),
            evidence: Evidence { document: "../../oficio.pdf".to_owned(), page: 1, bounds: None },
            image: image.and_then(|bytes| CellImage::of_png(bytes.to_vec())),
        };
        let values = [value("correo", Some(b"one")), value("dni", None), value("../dni", Some(b"two"))];
        let into = folder.path().join("images");
        let written = write_images(values.iter().map(|value| (MailId(7), value)), &into).unwrap();
        assert_eq!(written, [into.join("correo-7-fila-2-correo.png")]);
        assert_eq!(std::fs::read(&written[0]).unwrap(), b"one");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing beside the folder");
    }
}
