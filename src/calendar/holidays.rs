//! The holiday file and the days it stands for.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

/// The holidays shipped with the program.
pub const EMBEDDED: &str = include_str!("../../config/holidays.toml");

/// Holidays and days without work.
#[derive(Clone, Debug)]
pub struct Calendar {
    checked_years: BTreeSet<i16>,
    yearly: Vec<Yearly>,
    declared: BTreeSet<Date>,
}

#[derive(Clone, Copy, Debug)]
struct Yearly {
    since: i16,
    day: Day,
}

#[derive(Clone, Copy, Debug)]
enum Day {
    Fixed {
        month: i8,
        day: i8,
    },
    /// Days from Easter Sunday.
    Easter(i32),
}

#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    #[error("the holidays file is not valid: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("the holidays file: \"{0}\" is no day of the year: write it as \"MM-DD\", e.g. \"07-28\"")]
    Day(String),
    #[error("the holidays file: \"{0}\" needs exactly one of `day` and `easter`")]
    DayOrEaster(String),
    #[error("the holidays file: `easter = {0}` is out of range: write the days from Easter Sunday, -60 to 60")]
    Easter(i32),
    #[error("the holidays file names the department \"{0}\", and no [[regional]] entry is of it")]
    UnknownDepartment(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    checked_years: BTreeSet<i16>,
    #[serde(default)]
    department: String,
    #[serde(default)]
    national: Vec<Holiday>,
    #[serde(default)]
    declared: Vec<Declared>,
    #[serde(default)]
    regional: Vec<Holiday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    day: Option<String>,
    easter: Option<i32>,
    since: Option<i16>,
    department: Option<String>,
    #[serde(rename = "law")]
    _law: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    date: Date,
    #[serde(rename = "law")]
    _law: Option<String>,
}

impl Calendar {
    /// # Errors
    /// When the text is not TOML of this shape, or a day in it does not exist.
    pub fn parse(text: &str) -> Result<Calendar, CalendarError> {
        let file: File = toml::from_str(text)?;
        let is_of = |holiday: &&Holiday| {
            holiday.department.as_deref().is_some_and(|department| department.eq_ignore_ascii_case(&file.department))
        };
        if !file.department.is_empty() && !file.regional.iter().any(|holiday| is_of(&holiday)) {
            return Err(CalendarError::UnknownDepartment(file.department));
        }
        let yearly = file
            .national
            .iter()
            .chain(file.regional.iter().filter(is_of))
            .map(Holiday::resolve)
            .collect::<Result<_, _>>()?;
        let declared = file.declared.iter().map(|declared| declared.date).collect();
        Ok(Calendar { checked_years: file.checked_years, yearly, declared })
    }

    /// Whether somebody has looked up this year's decrees. The laws' holidays are counted in any year; a year that nobody
    /// looked up deserves a warning.
    pub fn is_checked(&self, year: i16) -> bool {
        self.checked_years.contains(&year)
    }

    /// Whether the day is a holiday or was declared not worked; weekends are not asked here.
    pub fn is_holiday(&self, day: Date) -> bool {
        self.declared.contains(&day)
            || self.yearly.iter().any(|holiday| day.year() >= holiday.since && holiday.day.falls_on(day))
    }
}

impl Holiday {
    fn resolve(&self) -> Result<Yearly, CalendarError> {
        let day = match (&self.day, self.easter) {
            (Some(day), None) => month_and_day(day).ok_or_else(|| CalendarError::Day(day.clone()))?,
            (None, Some(days @ -60..=60)) => Day::Easter(days),
            (None, Some(days)) => return Err(CalendarError::Easter(days)),
            _ => return Err(CalendarError::DayOrEaster(self.name.clone())),
        };
        Ok(Yearly { since: self.since.unwrap_or(i16::MIN), day })
    }
}

fn month_and_day(text: &str) -> Option<Day> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year, so that 29 February may be named.
    Date::new(2024, month, day).ok()?;
    Some(Day::Fixed { month, day })
}

impl Day {
    fn falls_on(self, date: Date) -> bool {
        match self {
            Day::Fixed { month, day } => date.month() == month && date.day() == day,
            Day::Easter(days) => {
                easter_sunday(date.year()).is_some_and(|sunday| sunday.saturating_add(days.days()) == date)
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar (the "anonymous" algorithm, Nature, 1876; Meeus, Astronomical Algorithms, chapter 8).
fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_is_where_the_church_has_it() {
        for sunday in [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16)] {
            assert_eq!(easter_sunday(sunday.year()), Some(sunday));
        }
    }

    #[test]
    fn national_holidays_follow_the_laws_table() {
        let calendar = Calendar::parse(EMBEDDED).unwrap();
        let holidays = |year: i16| {
            let mut days = Vec::new();
            let mut day = date(year, 1, 1);
            while day.year() == year {
                if calendar.is_holiday(day) {
                    days.push((day.month(), day.day()));
                }
                day = day.tomorrow().unwrap();
            }
            days
        };
        #[rustfmt::skip]
        assert_eq!(
            holidays(2026),
            [(1, 1), (1, 2), (4, 2), (4, 3), (5, 1), (6, 7), (6, 29), (7, 23), (7, 28), (7, 29), (8, 6), (8, 30), (10, 8), (11, 1), (12, 8), (12, 9), (12, 25)]
        );
        #[rustfmt::skip]
        assert_eq!(
            holidays(2025),
            [(1, 1), (4, 17), (4, 18), (5, 1), (5, 2), (6, 7), (6, 29), (7, 23), (7, 28), (7, 29), (8, 6), (8, 30), (10, 8), (11, 1), (12, 8), (12, 9), (12, 25), (12, 26)]
        );
        assert_eq!(holidays(2027).len(), 16);
        assert!(!calendar.is_holiday(date(2023, 6, 7)), "the law of 7 June came into force in 2024");
    }

    #[test]
    fn a_departments_holidays_count_when_it_is_named() {
        let text = EMBEDDED.replace("department = \"\"", "department = \"Cusco\"");
        assert!(Calendar::parse(&text).unwrap().is_holiday(date(2026, 6, 24)));
        assert!(!Calendar::parse(EMBEDDED).unwrap().is_holiday(date(2026, 6, 24)));
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let problems: Vec<String> = [
            "checked_years = 2026",
            "checked_years = []\n[[national]]\nname = \"X\"\nday = \"13-01\"",
            "checked_years = []\n[[national]]\nname = \"X\"",
            "checked_years = []\n[[national]]\nname = \"X\"\neaster = 400",
            "checked_years = []\ndepartment = \"Lugar\"",
        ]
        .iter()
        .map(|text| Calendar::parse(text).unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(problems.join("\n\n"));
    }
}
