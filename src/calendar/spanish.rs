//! Dates and times as Peru writes them: «martes 24 de noviembre de 2026», «10:32 a. m.», «setiembre».

use jiff::civil::{Date, Time, Weekday};

/// «24 de noviembre de 2026».
pub fn long_date(date: Date) -> String {
    format!("{} de {} de {}", date.day(), month(date.month()), date.year())
}

/// «martes 24 de noviembre de 2026».
pub fn weekday_date(date: Date) -> String {
    format!("{} {}", weekday(date.weekday()), long_date(date))
}

/// «10:32 a. m.»; noon is «12:00 p. m.», midnight «12:00 a. m.».
pub fn clock_time(time: Time) -> String {
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let half = if time.hour() < 12 { "a. m." } else { "p. m." };
    format!("{hour}:{:02} {half}", time.minute())
}

fn month(month: i8) -> &'static str {
    match month {
        1 => "enero",
        2 => "febrero",
        3 => "marzo",
        4 => "abril",
        5 => "mayo",
        6 => "junio",
        7 => "julio",
        8 => "agosto",
        9 => "setiembre",
        10 => "octubre",
        11 => "noviembre",
        _ => "diciembre",
    }
}

fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "lunes",
        Weekday::Tuesday => "martes",
        Weekday::Wednesday => "miércoles",
        Weekday::Thursday => "jueves",
        Weekday::Friday => "viernes",
        Weekday::Saturday => "sábado",
        Weekday::Sunday => "domingo",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn dates_and_times_are_perus() {
        assert_eq!(long_date(date(2026, 9, 1)), "1 de setiembre de 2026");
        assert_eq!(weekday_date(date(2026, 11, 24)), "martes 24 de noviembre de 2026");
        assert_eq!(clock_time(time(10, 32, 0, 0)), "10:32 a. m.");
        assert_eq!(clock_time(time(0, 5, 0, 0)), "12:05 a. m.");
        assert_eq!(clock_time(time(12, 0, 0, 0)), "12:00 p. m.");
        assert_eq!(clock_time(time(20, 7, 0, 0)), "8:07 p. m.");
    }
}
