//! Times, as people read them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::text::{Plural, Text, fill};

/// A time that lies further away than this is told by its date.
const NEAR_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Hours and minutes: `08:00`.
pub fn clock(local: NaiveDateTime) -> String {
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// The same with seconds: `08:00:30`.
pub fn exact_clock(local: NaiveDateTime) -> String {
    format!("{}:{:02}", clock(local), local.second())
}

/// Day and time: `Mon 2 Nov 2026, 08:00`.
pub fn date_time(text: &Text, local: NaiveDateTime) -> String {
    at_clock(text, local, &clock(local))
}

/// A day alone: `2 Nov 2026`.
pub fn day(text: &Text, day: NaiveDate) -> String {
    let month = text.times.months.get(day.month0() as usize);
    fill(
        text.times.date,
        &[
            ("day", &day.day().to_string()),
            ("month", month.copied().unwrap_or("")),
            ("year", &day.year().to_string()),
        ],
    )
}

/// The same with seconds, for logs: `Mon 2 Nov 2026, 08:00:30`.
pub fn exact_date_time(text: &Text, local: NaiveDateTime) -> String {
    at_clock(text, local, &exact_clock(local))
}

fn at_clock(text: &Text, local: NaiveDateTime, clock: &str) -> String {
    fill(
        text.times.date_time,
        &[
            ("weekday", weekday(text, local)),
            ("day", &local.day().to_string()),
            (
                "month",
                text.times
                    .months
                    .get(local.month0() as usize)
                    .copied()
                    .unwrap_or(""),
            ),
            ("year", &local.year().to_string()),
            ("time", clock),
        ],
    )
}

/// A window from `from` to `to`, the day said only once where it is the same: `Mon 2 Nov 2026, 08:00 – 12:00`.
pub fn span(text: &Text, from: NaiveDateTime, to: NaiveDateTime) -> (String, String) {
    let end = if from.date() == to.date() {
        clock(to)
    } else {
        date_time(text, to)
    };
    (date_time(text, from), end)
}

/// How far away a time is, `seconds` ahead of now; none if it is too far for that to help.
pub fn relative(text: &Text, seconds: i64) -> Option<String> {
    let words = &text.times;
    let away = seconds.unsigned_abs();
    if seconds.abs() >= NEAR_SECONDS {
        return None;
    }
    let (unit, n): (&Plural, u64) = match away {
        0..5 => return Some(words.now.into()),
        5..60 => (&words.seconds, away),
        60..3_600 => (&words.minutes, away / 60),
        3_600..86_400 => (&words.hours, away / 3_600),
        _ => (&words.days, away / 86_400),
    };
    let direction = if seconds < 0 { words.ago } else { words.ahead };
    Some(fill(direction, &[("span", &text.plural(unit, n))]))
}

/// As `<input type="datetime-local">` wants it.
pub fn input_value(local: NaiveDateTime) -> String {
    let (date, second) = (local.date(), local.second());
    let time = format!("{date}T{:02}:{:02}", local.hour(), local.minute());
    if second == 0 {
        time
    } else {
        format!("{time}:{second:02}")
    }
}

fn weekday(text: &Text, local: NaiveDateTime) -> &'static str {
    text.times
        .weekdays
        .get(local.weekday().num_days_from_monday() as usize)
        .copied()
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::text::Language;

    fn at(hour: u32, minute: u32, second: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 11, 2)
            .unwrap()
            .and_hms_opt(hour, minute, second)
            .unwrap()
    }

    #[test]
    fn each_language_writes_days_its_own_way() {
        let told = Language::ALL.map(|language| date_time(language.text(), at(8, 0, 0)));
        assert_eq!(told, ["Mon 2 Nov 2026, 08:00", "Mo, 2. Nov. 2026, 08:00"]);
        let (from, to) = span(Language::En.text(), at(8, 0, 0), at(12, 0, 30));
        assert_eq!(
            (from.as_str(), to.as_str()),
            ("Mon 2 Nov 2026, 08:00", "12:00")
        );
    }

    #[test]
    fn near_times_are_told_by_their_distance() {
        let told = |seconds| relative(Language::En.text(), seconds);
        for (seconds, words) in [
            (0, "just now"),
            (-42, "42 s ago"),
            (61, "in 1 min"),
            (-7_200, "2 h ago"),
            (86_400, "in 1 day"),
            (-5 * 86_400, "5 days ago"),
        ] {
            assert_eq!(told(seconds).as_deref(), Some(words));
        }
        assert_eq!(told(NEAR_SECONDS), None);
        assert_eq!(
            relative(Language::De.text(), 5 * 86_400).as_deref(),
            Some("in 5 Tagen")
        );
    }

    #[test]
    fn inputs_get_seconds_only_where_there_are_some() {
        assert_eq!(input_value(at(8, 5, 0)), "2026-11-02T08:05");
        assert_eq!(input_value(at(23, 59, 59)), "2026-11-02T23:59:59");
    }
}
