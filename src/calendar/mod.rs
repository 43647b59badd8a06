//! Calendar: business days with Peru's holidays, deadlines, and how dates and times are written in Spanish.
//!
//! Pure: no clock. The holidays are data (`config/holidays.toml`), because decrees that declare days without work appear
//! weeks or days ahead and must not need a new version.

mod holidays;
mod spanish;

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

pub use holidays::{Calendar, CalendarError, EMBEDDED};
pub use spanish::{clock_time, long_date, weekday_date};

/// The last day of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub last_day: Date,
    /// Years within the term whose decrees nobody has entered in the calendar: the day may be later than computed.
    pub unchecked_years: Vec<i16>,
}

/// The three moments of a mail's arrival that the law tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When it came, in the office's time zone.
    pub arrived: DateTime,
    /// The day it counts as presented: the same day until 23:59 when that is a business day, else the next one.
    pub presented: Date,
    /// The first moment within office hours at which somebody could have seen it.
    pub first_working_moment: DateTime,
}

impl Calendar {
    pub fn is_business_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.is_holiday(day)
    }

    /// The first business day on or after this one.
    pub fn business_day_from(&self, day: Date) -> Date {
        // A year without a single business day would need a calendar that says so; the bound only keeps the loop finite.
        const LONGEST: usize = 366;
        let mut day = day;
        for _ in 0..LONGEST {
            if self.is_business_day(day) {
                return day;
            }
            day = next(day);
        }
        day
    }

    /// The last day of a term of so many business days, counted from the business day after `from`.
    ///
    /// A `from` that is no business day counts as the next one, as a notice given on it would. Source: TUO of Ley 27444,
    /// articles 144.1 and 145; what comes out is never earlier than the law's day. A term of no days ends on `from`'s
    /// business day.
    pub fn deadline(&self, from: Date, business_days: u32) -> Deadline {
        let mut day = self.business_day_from(from);
        for _ in 0..business_days {
            day = self.business_day_from(next(day));
        }
        let years: BTreeSet<i16> = (from.year()..=day.year()).collect();
        Deadline { last_day: day, unchecked_years: years.into_iter().filter(|year| !self.is_checked(*year)).collect() }
    }

    /// When a mail came, when it counts as presented, and when somebody could first have seen it.
    ///
    /// `opens` and `closes` are the office's hours. An answer does not wait for them (design, section 7).
    pub fn arrival(&self, arrived: DateTime, opens: Time, closes: Time) -> Arrival {
        let presented = self.business_day_from(arrived.date());
        let first_working_moment = if presented != arrived.date() || arrived.time() < opens {
            presented.to_datetime(opens)
        } else if arrived.time() < closes {
            arrived
        } else {
            self.business_day_from(next(presented)).to_datetime(opens)
        };
        Arrival { arrived, presented, first_working_moment }
    }
}

/// The day after. At the end of the calendar's range (year 9999) the same day.
fn next(day: Date) -> Date {
    day.saturating_add(1.day())
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime, time};
    use proptest::prelude::*;

    use super::*;

    fn calendar() -> Calendar {
        Calendar::parse(EMBEDDED).unwrap()
    }

    #[test]
    fn deadlines_of_two_business_days_match_the_known_vectors() {
        for (from, last_day) in [
            (date(2026, 11, 24), date(2026, 11, 26)),
            (date(2026, 12, 4), date(2026, 12, 10)),
            (date(2026, 12, 7), date(2026, 12, 11)),
            (date(2026, 12, 23), date(2026, 12, 28)),
            (date(2026, 12, 31), date(2027, 1, 5)),
            (date(2025, 12, 24), date(2025, 12, 30)),
            (date(2026, 7, 22), date(2026, 7, 27)),
            (date(2027, 3, 24), date(2027, 3, 30)),
        ] {
            assert_eq!(calendar().deadline(from, 2), Deadline { last_day, unchecked_years: vec![] }, "{from}");
        }
    }

    #[test]
    fn a_term_that_begins_on_a_weekend_begins_on_monday() {
        // Saturday 21 and Monday 23 November 2026 end on the same Wednesday.
        assert_eq!(calendar().deadline(date(2026, 11, 21), 2).last_day, date(2026, 11, 25));
        assert_eq!(calendar().deadline(date(2026, 11, 23), 2).last_day, date(2026, 11, 25));
    }

    #[test]
    fn a_year_that_nobody_looked_up_is_said() {
        assert_eq!(calendar().deadline(date(2027, 12, 30), 2).unchecked_years, [2028]);
        assert_eq!(calendar().deadline(date(2028, 1, 3), 2).unchecked_years, [2028]);
    }

    #[test]
    fn arrival_presentation_and_first_working_moment_are_told_apart() {
        let (opens, closes) = (time(8, 30, 0, 0), time(17, 30, 0, 0));
        let arrival = |arrived| calendar().arrival(arrived, opens, closes);
        // Tuesday, within office hours.
        let within = datetime(2026, 11, 24, 10, 32, 0, 0);
        assert_eq!(
            arrival(within),
            Arrival { arrived: within, presented: date(2026, 11, 24), first_working_moment: within }
        );
        // Tuesday before opening, and after closing.
        let early = arrival(datetime(2026, 11, 24, 6, 0, 0, 0));
        assert_eq!(early.first_working_moment, datetime(2026, 11, 24, 8, 30, 0, 0));
        let late = arrival(datetime(2026, 11, 24, 23, 59, 0, 0));
        assert_eq!(late.presented, date(2026, 11, 24));
        assert_eq!(late.first_working_moment, datetime(2026, 11, 25, 8, 30, 0, 0));
        // Saturday.
        let saturday = arrival(datetime(2026, 11, 21, 10, 0, 0, 0));
        assert_eq!(saturday.presented, date(2026, 11, 23));
        assert_eq!(saturday.first_working_moment, datetime(2026, 11, 23, 8, 30, 0, 0));
    }

    proptest! {
        #[test]
        fn a_term_holds_exactly_its_business_days(days_from_2020 in 0i32..5000, business_days in 0u32..30) {
            let calendar = calendar();
            let from = date(2020, 1, 1).saturating_add(days_from_2020.days());
            let deadline = calendar.deadline(from, business_days);
            let first = calendar.business_day_from(from);
            let counted = first.series(1.day()).skip(1).take_while(|day| *day <= deadline.last_day).filter(|day| calendar.is_business_day(*day)).count();
            prop_assert!(calendar.is_business_day(deadline.last_day));
            prop_assert_eq!(counted as u32, business_days);
        }
    }

    #[test]
    fn the_end_of_time_does_not_hang() {
        calendar().deadline(Date::MAX, u32::from(u16::MAX));
    }
}
