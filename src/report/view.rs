//! What the report's templates and its JSON see: Spanish words and masked values, most urgent first.

use jiff::Zoned;
use serde::Serialize;

use super::figures::{self, Figures};
use super::headlines::{headlines, subject};
use super::words::{
    advice, age, call_words, duration, failure_words, field_label, moment, outcome_key, outcome_words, reply_words,
    rfc3339, time_of_day,
};
use super::{Day, Failure, MailLine, Outcome, Reconciliation, WaitingLine, mask};
use crate::calendar::weekday_date;
use crate::compose::shown;
use crate::oficio::Field;
use crate::rules::Severity;

/// How much of the lists is shown: Gmail cuts a mail beyond 102 kB, and the workbook has everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Whole,
    Mail,
}

/// Lines of a list in a mail.
const LINES_IN_MAIL: usize = 40;
/// Longest text of a line, in characters.
const TEXT_LIMIT: usize = 160;
/// Longest sentence, in characters.
const SENTENCE_LIMIT: usize = 400;

/// The variables of the report templates: those of [`View`], and whether this is the page in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    #[serde(flatten)]
    pub view: View,
    /// `false`: a mail, where links within the page and SVG do not work.
    pub pagina: bool,
}

pub fn page(day: &Day, extent: Extent) -> Page {
    Page { view: view(day, extent), pagina: extent == Extent::Whole }
}

/// What a report says, and the report's JSON. An absent value is `none`.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// `2026-11-24`.
    pub fecha: String,
    /// `martes 24 de noviembre de 2026`.
    pub fecha_texto: String,
    /// The mail's subject.
    pub asunto: String,
    pub generado: String,
    pub buzon: String,
    /// The first lines: whether anything needs a person. At least one.
    pub titulares: Vec<Headline>,
    pub pendientes: Vec<WaitingView>,
    /// How many `pendientes` there are, and how many of them are left out here.
    pub pendientes_total: usize,
    pub pendientes_omitidos: usize,
    pub fallas: Vec<FailureView>,
    pub correos_total: usize,
    /// One for each outcome, zeros too.
    pub resultados: Vec<Bar>,
    pub respuestas: Vec<Bar>,
    pub tiempos: Option<TimesView>,
    pub campos: Vec<Bar>,
    pub horas: Vec<Hour>,
    pub conciliacion: String,
    pub ciclos: String,
    pub casos: Vec<CaseView>,
    pub casos_omitidos: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Headline {
    pub nivel: Level,
    pub texto: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something is broken.
    Alerta,
    /// A person is needed.
    Atencion,
    Bien,
}

/// A count with its share of the greatest one, for a bar chart.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// For programs; never changes.
    pub clave: String,
    pub nombre: String,
    pub cantidad: usize,
    /// 0 to 100.
    pub ancho: usize,
}

/// A column of the chart of arrivals.
#[derive(Clone, Debug, Serialize)]
pub struct Hour {
    pub hora: usize,
    pub cantidad: usize,
    /// 0 to 100.
    pub alto: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct TimesView {
    pub mediana: String,
    pub noventa: String,
    pub maximo: String,
    pub mediana_segundos: i64,
    pub noventa_segundos: i64,
    pub maximo_segundos: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct WaitingView {
    /// `Caso 2026-000123`, or `Correo 45` for what has no case.
    pub referencia: String,
    pub caso: Option<String>,
    /// To the case, by `report.case_link`.
    pub enlace: Option<String>,
    /// It came on this day, so that it stands among `casos` too.
    pub del_dia: bool,
    /// `hace 2 días`.
    pub antiguedad: String,
    /// RFC 3339.
    pub desde: String,
    pub desde_texto: String,
    pub por_que: Vec<String>,
    pub que_hacer: Vec<String>,
    pub motivos: Vec<String>,
    pub entidad: Option<String>,
    pub oficio: Option<String>,
    pub dominio: Option<String>,
    pub asunto: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct FailureView {
    pub que: String,
    pub cuando: String,
    pub dura: bool,
    pub veces: u32,
    pub detalle: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseView {
    pub referencia: String,
    pub caso: Option<String>,
    pub enlace: Option<String>,
    /// RFC 3339.
    pub llego: String,
    /// `24 de noviembre, 10:32 a. m.`.
    pub llego_texto: String,
    /// As in [`Bar::clave`].
    pub resultado_clave: String,
    pub resultado: String,
    pub entidad: Option<String>,
    pub oficio: Option<String>,
    pub dominio: Option<String>,
    pub asunto: String,
    pub respuesta: Option<String>,
    pub demora: Option<String>,
    pub demora_segundos: Option<i64>,
    /// `Fila 1: DNI «1234***»`.
    pub correcciones: Vec<String>,
    /// `1. Nombres (DNI 0123****, celular 9******21)`.
    pub designados: Vec<String>,
}

pub fn view(day: &Day, extent: Extent) -> View {
    let figures = figures::figures(day);
    let limit = match extent {
        Extent::Whole => usize::MAX,
        Extent::Mail => LINES_IN_MAIL,
    };
    let titulares = headlines(day, &figures);
    let mut waiting: Vec<&WaitingLine> = day.waiting.iter().collect();
    waiting.sort_by(|one, other| one.since.cmp(&other.since));
    let cases: Vec<&MailLine> =
        day.mails.iter().filter(|mail| !matches!(mail.outcome, Outcome::OfOthers | Outcome::Automatic)).collect();
    let cases = match extent {
        Extent::Whole => day.mails.iter().collect(),
        Extent::Mail => cases,
    };
    View {
        fecha: day.date.to_string(),
        fecha_texto: weekday_date(day.date),
        asunto: subject(day, &titulares),
        generado: format!("{}, {}", weekday_date(day.now.date()), time_of_day(&day.now)),
        buzon: shown(&day.mailbox, TEXT_LIMIT),
        titulares,
        pendientes_total: waiting.len(),
        pendientes_omitidos: waiting.len().saturating_sub(limit),
        pendientes: waiting.into_iter().take(limit).map(|line| waiting_view(day, line)).collect(),
        fallas: day.failures.iter().map(|failure| failure_view(day, failure)).collect(),
        correos_total: day.mails.len(),
        resultados: bars(
            figures.by_outcome.iter().map(|(outcome, count)| (outcome_key(*outcome), outcome_words(*outcome), *count)),
        ),
        respuestas: replies(&figures),
        tiempos: figures.answer_times.map(|times| TimesView {
            mediana: duration(times.median),
            noventa: duration(times.ninetieth),
            maximo: duration(times.longest),
            mediana_segundos: times.median.as_secs(),
            noventa_segundos: times.ninetieth.as_secs(),
            maximo_segundos: times.longest.as_secs(),
        }),
        campos: bars(figures.fields.iter().map(|(field, count)| (field.as_str(), field_label(field), *count))),
        horas: hours(&figures.by_hour),
        conciliacion: reconciliation(&day.reconciliation),
        ciclos: cycles(day),
        casos_omitidos: cases.len().saturating_sub(limit),
        casos: cases.into_iter().take(limit).map(|mail| case_view(day, mail)).collect(),
    }
}

fn waiting_view(day: &Day, line: &WaitingLine) -> WaitingView {
    let mut calls = line.calls.clone();
    calls.sort_unstable();
    WaitingView {
        referencia: reference(line.case_number.as_deref(), line.mail_number),
        caso: line.case_number.as_deref().map(|number| shown(number, 40)),
        enlace: link(day, line.case_number.as_deref()),
        del_dia: day.mails.iter().any(|mail| mail.mail_number == line.mail_number),
        antiguedad: age(&day.now, &line.since),
        desde: rfc3339(&line.since),
        desde_texto: moment(&line.since),
        por_que: calls.iter().map(|call| call_words(*call)).collect(),
        que_hacer: calls.iter().map(|call| advice(*call).to_owned()).collect(),
        motivos: line.reasons.iter().map(|reason| mask::sentence(&shown(reason, SENTENCE_LIMIT))).collect(),
        entidad: optional(line.entity.as_deref()),
        oficio: optional(line.oficio_number.as_deref()),
        dominio: optional(line.sender_domain.as_deref()),
        asunto: mask::sentence(&shown(&line.subject, TEXT_LIMIT)),
    }
}

fn case_view(day: &Day, mail: &MailLine) -> CaseView {
    let errors = mail.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let delay = figures::answer_time(mail);
    CaseView {
        referencia: reference(mail.case_number.as_deref(), mail.mail_number),
        caso: mail.case_number.as_deref().map(|number| shown(number, 40)),
        enlace: link(day, mail.case_number.as_deref()),
        llego: rfc3339(&mail.arrived),
        llego_texto: moment(&mail.arrived),
        resultado_clave: outcome_key(mail.outcome).to_owned(),
        resultado: outcome_words(mail.outcome).to_owned(),
        entidad: optional(mail.entity.as_deref()),
        oficio: optional(mail.oficio_number.as_deref()),
        dominio: optional(mail.sender_domain.as_deref()),
        asunto: mask::sentence(&shown(&mail.subject, TEXT_LIMIT)),
        respuesta: mail.reply.as_ref().map(|reply| reply_words(reply).to_owned()),
        demora: delay.map(duration),
        demora_segundos: delay.map(|delay| delay.as_secs()),
        correcciones: errors
            .map(|finding| {
                let row = finding.row.map_or_else(String::new, |row| format!("Fila {row}: "));
                let value = finding.value.as_deref().map(|value| shown(value, TEXT_LIMIT));
                let value = value
                    .filter(|value| !value.is_empty())
                    .map_or_else(String::new, |value| format!(" «{}»", masked_value(&finding.field, &value)));
                format!("{row}{}{value}", field_label(&finding.field))
            })
            .collect(),
        designados: mail
            .designees
            .iter()
            .map(|designee| {
                let part = |text: &Option<String>| shown(text.as_deref().unwrap_or("—"), TEXT_LIMIT);
                format!(
                    "{}. {} (DNI {}, celular {})",
                    designee.row,
                    part(&designee.nombres),
                    mask::dni(&part(&designee.dni)),
                    mask::celular(&part(&designee.celular))
                )
            })
            .collect(),
    }
}

fn failure_view(day: &Day, failure: &Failure) -> FailureView {
    let length = |until: &Zoned| duration(until.duration_since(&failure.began));
    FailureView {
        que: failure_words(failure.what).to_owned(),
        cuando: match &failure.ended {
            Some(ended) => format!("{} ({})", moment(&failure.began), length(ended)),
            None => format!("desde el {} ({})", moment(&failure.began), length(&day.now)),
        },
        dura: failure.ended.is_none(),
        veces: failure.times,
        detalle: failure.detail.as_deref().map(|detail| mask::sentence(&shown(detail, SENTENCE_LIMIT))),
    }
}

fn replies(figures: &Figures) -> Vec<Bar> {
    let replies = figures.replies;
    bars(
        [
            ("enviadas", "Enviadas", replies.sent),
            ("en_cola", "En cola", replies.queued),
            ("retenidas", "Retenidas por el límite de envíos", replies.held),
            ("rechazadas", "Rechazadas por el servidor", replies.refused),
            ("dudosas", "No se sabe si salieron", replies.unknown),
            ("retiradas", "Retiradas por una persona", replies.withdrawn),
        ]
        .into_iter(),
    )
}

/// From key, name and count.
fn bars(counts: impl Iterator<Item = (impl Into<String>, impl Into<String>, usize)>) -> Vec<Bar> {
    let mut bars: Vec<Bar> = counts
        .map(|(key, name, cantidad)| Bar { clave: key.into(), nombre: name.into(), cantidad, ancho: 0 })
        .collect();
    let greatest = bars.iter().map(|bar| bar.cantidad).max().unwrap_or_default();
    for bar in &mut bars {
        bar.ancho = share(bar.cantidad, greatest);
    }
    bars
}

fn hours(by_hour: &[usize; 24]) -> Vec<Hour> {
    let greatest = by_hour.iter().copied().max().unwrap_or_default();
    by_hour
        .iter()
        .enumerate()
        .map(|(hora, cantidad)| Hour { hora, cantidad: *cantidad, alto: share(*cantidad, greatest) })
        .collect()
}

/// Percent of the greatest, at least 1 for what is not zero.
fn share(count: usize, greatest: usize) -> usize {
    if count == 0 { 0 } else { (count * 100).checked_div(greatest).unwrap_or_default().max(1) }
}

fn reconciliation(reconciliation: &Reconciliation) -> String {
    match reconciliation {
        Reconciliation::Compared { at, not_in_ledger, gone_from_mailbox } => {
            let verdict = match not_in_ledger {
                0 => "todos los correos del buzón están en el registro".to_owned(),
                count => format!("correos que están en el buzón y no en el registro: {count}"),
            };
            let gone = match gone_from_mailbox {
                0 => String::new(),
                count => format!("; correos que una persona movió o borró del buzón: {count}"),
            };
            format!("Comparado el {}: {verdict}{gone}.", moment(at))
        }
        Reconciliation::NotCompared { reason } => {
            format!("No se pudo comparar el buzón con el registro. {}", shown(reason, SENTENCE_LIMIT))
        }
    }
}

fn cycles(day: &Day) -> String {
    let last = day.cycles.last_good.as_ref().map_or_else(
        || "todavía no hay ninguna sin problemas".to_owned(),
        |last| format!("la última sin problemas: {}", moment(last)),
    );
    format!("Revisiones del buzón: {}; con problemas: {} ({last}).", day.cycles.run, day.cycles.troubled)
}

fn masked_value(field: &str, value: &str) -> String {
    if field == Field::Dni.key() {
        mask::dni(value)
    } else if field == Field::Celular.key() {
        mask::celular(value)
    } else {
        mask::sentence(value)
    }
}

fn reference(case_number: Option<&str>, mail_number: i64) -> String {
    case_number.map_or_else(|| format!("Correo {mail_number}"), |number| format!("Caso {}", shown(number, 40)))
}

/// Only links that a browser opens as a page, and only with a plain case number in them.
fn link(day: &Day, case_number: Option<&str>) -> Option<String> {
    let pattern = day.case_link.as_deref()?;
    let number = case_number?;
    let is_plain = number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_page = pattern.starts_with("https://") || pattern.starts_with("http://");
    (is_plain && is_page).then(|| pattern.replace("{caso}", number))
}

fn optional(text: Option<&str>) -> Option<String> {
    text.map(|text| shown(text, TEXT_LIMIT)).filter(|text| !text.is_empty())
}
