//! Dates and times in the Spanish of Peru.

use jiff::Zoned;
use jiff::civil::{Date, Weekday};

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "setiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// `26 de noviembre de 2026`.
pub fn long_date(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    format!("{} de {month} de {}", date.day(), date.year())
}

/// `jueves 26 de noviembre de 2026`.
pub fn weekday_date(date: Date) -> String {
    let weekday = match date.weekday() {
        Weekday::Monday => "lunes",
        Weekday::Tuesday => "martes",
        Weekday::Wednesday => "miércoles",
        Weekday::Thursday => "jueves",
        Weekday::Friday => "viernes",
        Weekday::Saturday => "sábado",
        Weekday::Sunday => "domingo",
    };
    format!("{weekday} {}", long_date(date))
}

/// `8:30 a. m.`, with spaces that do not break.
pub fn time_of_day(moment: &Zoned) -> String {
    let hour = match moment.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!("{hour}:{:02}\u{a0}{}", moment.minute(), if moment.hour() < 12 { "a.\u{a0}m." } else { "p.\u{a0}m." })
}
