//! The report's Spanish: words for every state, and moments, ages and durations as people say them.

use jiff::{SignedDuration, Zoned};

use super::{Call, FailureKind, Outcome, ReplyState};
use crate::calendar::{clock_time, long_date};
use crate::oficio::Field;

/// The contract's decisions, and what has none.
pub fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed => "confirmado",
        Outcome::CorrectionAsked => "subsanacion",
        Outcome::Revision => "revision",
        Outcome::Quarantined => "cuarentena",
        Outcome::Undecided => "sin_decidir",
        Outcome::OfOthers => "ajeno",
        Outcome::Automatic => "automatico",
        Outcome::Duplicate => "duplicado",
    }
}

pub fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed => "Confirmado",
        Outcome::CorrectionAsked => "Subsanación pedida",
        Outcome::Revision => "En revisión de una persona",
        Outcome::Quarantined => "No se pudo procesar",
        Outcome::Undecided => "Aún sin decidir",
        Outcome::OfOthers => "Ajeno a las designaciones",
        Outcome::Automatic => "Mensaje automático",
        Outcome::Duplicate => "Copia repetida",
    }
}

pub fn reply_words(reply: &ReplyState) -> &'static str {
    match reply {
        ReplyState::Queued => "En cola",
        ReplyState::Sent { .. } => "Enviada",
        ReplyState::Held => "Retenida por el límite de envíos",
        ReplyState::Refused => "Rechazada por el servidor",
        ReplyState::Unknown => "No se sabe si salió",
        ReplyState::Withdrawn => "Retirada por una persona",
    }
}

pub fn call_words(call: Call) -> String {
    match call {
        Call::Revision => "Por revisar".to_owned(),
        Call::Quarantined => "No se pudo procesar".to_owned(),
        Call::CorrectionOverdue { deadline: Some(day) } => format!("La subsanación venció el {}", long_date(day)),
        Call::CorrectionOverdue { deadline: None } => "La subsanación venció".to_owned(),
        Call::ReplyHeld => "Respuesta retenida por el límite de envíos".to_owned(),
        Call::ReplyRefused => "El servidor rechazó la respuesta".to_owned(),
        Call::ReplyUnknown => "No se sabe si la respuesta salió".to_owned(),
    }
}

pub fn advice(call: Call) -> &'static str {
    match call {
        Call::Revision => "Lea el oficio y decida.",
        Call::Quarantined => "Abra el correo en el buzón y atiéndalo a mano.",
        Call::CorrectionOverdue { .. } => "Consulte con la entidad o cierre el caso.",
        Call::ReplyHeld => "Revise si los envíos a este remitente son normales y libere la respuesta.",
        Call::ReplyRefused => "Compruebe la dirección y responda a mano.",
        Call::ReplyUnknown => "Búsquela en Enviados; si no está, envíela otra vez.",
    }
}

pub fn failure_words(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::CycleFailed => "La revisión del buzón falla",
        FailureKind::ReaderStopped => "El lector de documentos se detiene",
        FailureKind::MailboxUnreachable => "El buzón no responde",
        FailureKind::OutboxUnreachable => "El servidor de envío no responde",
        FailureKind::LedgerFailed => "El registro de casos falla",
    }
}

pub fn field_label(key: &str) -> String {
    let field = Field::ALL.into_iter().find(|field| field.key() == key);
    match (field, key) {
        (Some(Field::Perfil), _) => "Perfil".to_owned(),
        (Some(Field::Rol), _) => "Rol".to_owned(),
        (Some(Field::Cargo), _) => "Cargo".to_owned(),
        (Some(field), _) => field.label().to_owned(),
        (None, "numero") => "Número del oficio".to_owned(),
        (None, "fecha") => "Fecha del oficio".to_owned(),
        (None, "entidad") => "Nombre de la entidad".to_owned(),
        (None, "oficio") => "Oficio".to_owned(),
        (None, "cuadro") => "Cuadro de designados".to_owned(),
        (None, "firma") => "Firma".to_owned(),
        (None, _) => "Otros".to_owned(),
    }
}

/// With spaces that do not break.
pub fn time_of_day(moment: &Zoned) -> String {
    clock_time(moment.time()).replace(' ', "\u{a0}")
}

/// `24 de noviembre de 2026, 10:32 a. m.`.
pub fn moment(moment: &Zoned) -> String {
    format!("{}, {}", long_date(moment.date()), time_of_day(moment))
}

/// `hace 2 días`.
pub fn age(now: &Zoned, since: &Zoned) -> String {
    let minutes = now.duration_since(since).as_mins().max(0);
    match (minutes / (24 * 60), minutes / 60) {
        (0, 0) if minutes < 1 => "hace un momento".to_owned(),
        (0, 0) if minutes == 1 => "hace un minuto".to_owned(),
        (0, 0) => format!("hace {minutes} minutos"),
        (0, 1) => "hace una hora".to_owned(),
        (0, hours) => format!("hace {hours} horas"),
        (1, _) => "hace un día".to_owned(),
        (days, _) => format!("hace {days} días"),
    }
}

/// `45 s`, `12 min`, `3 h 05 min`, `2 días 4 h`.
pub fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
        (1, hours, _) => format!("1 día {hours} h"),
        (days, hours, _) => format!("{days} días {hours} h"),
    }
}

pub fn rfc3339(moment: &Zoned) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
