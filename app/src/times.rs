//! Times, as people read them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

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

/// What a clock in `zone` shows, which is that far ahead of UTC: `Mon 2 Nov 2026, 08:00:30 Europe/Vienna (UTC+1)`.
/// An hour that comes twice is told apart by that.
pub fn clock_of(text: &Text, local: NaiveDateTime, zone: &str, ahead: TimeDelta) -> String {
    let told = format!("{} {zone}", exact_date_time(text, local));
    if zone == "UTC" {
        return told;
    }
    format!("{told} ({})", offset(ahead))
}

/// How far a clock is ahead of UTC: `UTC+1`, `UTC+5:45`, `UTC−3`.
fn offset(ahead: TimeDelta) -> String {
    let minutes = ahead.num_minutes();
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    match minutes {
        0 => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// How far away a time is, `seconds` ahead of now; none if it is too far for that to help.
pub fn relative(text: &Text, seconds: i64) -> Option<String> {
    (seconds.abs() < NEAR_SECONDS).then(|| distance(text, seconds))
}

/// How far away a time is, `seconds` ahead of now.
pub fn distance(text: &Text, seconds: i64) -> String {
    let words = &text.times;
    let away = seconds.unsigned_abs();
    let (unit, n): (&Plural, u64) = match away {
        0..5 => return words.now.into(),
        5..60 => (&words.seconds, away),
        60..3_600 => (&words.minutes, away / 60),
        3_600..86_400 => (&words.hours, away / 3_600),
        _ => (&words.days, away / 86_400),
    };
    let direction = if seconds < 0 { words.ago } else { words.ahead };
    fill(direction, &[("span", &text.plural(unit, n))])
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
    fn a_clock_says_where_it_is_and_how_far_ahead() {
        let text = Language::En.text();
        let told = |zone, minutes| clock_of(text, at(8, 0, 30), zone, TimeDelta::minutes(minutes));
        assert_eq!(told("UTC", 0), "Mon 2 Nov 2026, 08:00:30 UTC");
        assert_eq!(
            told("Europe/London", 0),
            "Mon 2 Nov 2026, 08:00:30 Europe/London (UTC+0)"
        );
        assert_eq!(
            told("Asia/Kathmandu", 345),
            "Mon 2 Nov 2026, 08:00:30 Asia/Kathmandu (UTC+5:45)"
        );
        assert_eq!(
            told("America/St_Johns", -210),
            "Mon 2 Nov 2026, 08:00:30 America/St_Johns (UTC−3:30)"
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
