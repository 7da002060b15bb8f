//! Dates and times as programs send them: the forms of ISO 8601 that the reference reads, without its quirks
//! (contract, D20).

use chrono::{FixedOffset, NaiveDate, NaiveTime, Weekday};
use domain::token::When;

/// The time that `text` says: a date, and perhaps a time of day, and perhaps an offset.
///
/// - `2023-09-22`, `20230922`, `2023-W38-5`, `2023W385`, `2023-W38`, `2023W38` (its Monday), `2023-265`, `2023265`;
/// - behind `T` or a blank: `10`, `10:30`, `1030`, `10:30:15`, `103015`, with seconds also `.5` or `,5` (digits behind
///   the sixth are cut off); `24:00` is the next midnight;
/// - behind a time: `Z`, `+02`, `+0200`, `+02:00`.
///
/// Whether it lies in the years that can be kept is not asked here: 24:00 on the last day is a time.
pub(super) fn parse(text: &str) -> Option<When> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date = parse_date(date.as_bytes())?;
    let Some(time) = time else {
        return Some(When::Local(date.and_time(NaiveTime::MIN)));
    };

    let is_offset = |byte: &u8| matches!(byte, b'+' | b'-' | b'Z' | b'z');
    let time = time.as_bytes();
    let (time, offset) = match time.iter().position(is_offset) {
        Some(at) => (time.get(..at)?, Some(parse_offset(time.get(at..)?)?)),
        None => (time, None),
    };
    let local = match parse_time(time)? {
        TimeOfDay::At(time) => date.and_time(time),
        TimeOfDay::NextMidnight => date.succ_opt()?.and_time(NaiveTime::MIN),
    };
    Some(match offset {
        None => When::Local(local),
        Some(offset) => When::At(local.checked_sub_offset(offset)?.and_utc()),
    })
}

fn parse_date(text: &[u8]) -> Option<NaiveDate> {
    let (year, rest) = text.split_first_chunk::<4>()?;
    let year = i32::try_from(number(year)?).ok().filter(|year| *year > 0)?;
    match *rest {
        [b'-', b'W', w1, w2, b'-', day] | [b'W', w1, w2, day] => {
            parse_week(year, [w1, w2], number(&[day])?)
        }
        [b'-', b'W', w1, w2] | [b'W', w1, w2] => parse_week(year, [w1, w2], 1),
        [b'-', d1, d2, d3] | [d1, d2, d3] => NaiveDate::from_yo_opt(year, number(&[d1, d2, d3])?),
        [b'-', m1, m2, b'-', d1, d2] | [m1, m2, d1, d2] => {
            NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
        }
        _ => None,
    }
}

fn parse_week(year: i32, week: [u8; 2], day: u32) -> Option<NaiveDate> {
    let day = Weekday::try_from(u8::try_from(day.checked_sub(1)?).ok()?).ok()?;
    NaiveDate::from_isoywd_opt(year, number(&week)?, day)
}

enum TimeOfDay {
    At(NaiveTime),
    NextMidnight,
}

fn parse_time(text: &[u8]) -> Option<TimeOfDay> {
    let (whole, fraction) = match text.iter().position(|byte| matches!(byte, b'.' | b',')) {
        Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
        None => (text, None),
    };
    let (hour, minute, second, has_seconds) = match *whole {
        [h1, h2] => ([h1, h2], [b'0', b'0'], [b'0', b'0'], false),
        [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => ([h1, h2], [m1, m2], [b'0', b'0'], false),
        [h1, h2, b':', m1, m2, b':', s1, s2] | [h1, h2, m1, m2, s1, s2] => {
            ([h1, h2], [m1, m2], [s1, s2], true)
        }
        _ => return None,
    };
    let micros = match fraction {
        None => 0,
        Some(digits) if has_seconds => parse_micros(digits)?,
        Some(_) => return None,
    };
    match (number(&hour)?, number(&minute)?, number(&second)?, micros) {
        (24, 0, 0, 0) => Some(TimeOfDay::NextMidnight),
        (hour, minute, second, micros) => {
            NaiveTime::from_hms_micro_opt(hour, minute, second, micros).map(TimeOfDay::At)
        }
    }
}

fn parse_micros(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let six: Vec<u8> = digits.iter().copied().chain([b'0'; 6]).take(6).collect();
    number(&six)
}

fn parse_offset(text: &[u8]) -> Option<FixedOffset> {
    let (sign, hours, minutes) = match *text {
        [b'Z' | b'z'] => return FixedOffset::east_opt(0),
        [sign, h1, h2] => (sign, [h1, h2], [b'0', b'0']),
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => (sign, [h1, h2], [m1, m2]),
        _ => return None,
    };
    let minutes = number(&minutes).filter(|minutes| *minutes < 60)?;
    let seconds = i32::try_from(number(&hours)? * 3600 + minutes * 60).ok()?;
    match sign {
        b'+' => FixedOffset::east_opt(seconds),
        b'-' => FixedOffset::west_opt(seconds),
        _ => None,
    }
}

/// The number that ASCII digits say: no signs, no blanks, no `_`.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_are_read_in_the_forms_of_iso_8601() {
        for (text, read) in [
            ("2023-09-22", "2023-09-22T00:00:00"),
            ("20230922", "2023-09-22T00:00:00"),
            ("2023-W38-5", "2023-09-22T00:00:00"),
            ("2023W385", "2023-09-22T00:00:00"),
            ("2023-W38", "2023-09-18T00:00:00"),
            ("2023W38", "2023-09-18T00:00:00"),
            ("2020-W53-7", "2021-01-03T00:00:00"),
            ("2023-265", "2023-09-22T00:00:00"),
            ("2023265", "2023-09-22T00:00:00"),
            ("2024-366", "2024-12-31T00:00:00"),
            ("0001-01-01", "0001-01-01T00:00:00"),
            ("2024-02-29", "2024-02-29T00:00:00"),
            ("2023-09-22T10", "2023-09-22T10:00:00"),
            ("20230922T10", "2023-09-22T10:00:00"),
            ("2023-09-22T10:30", "2023-09-22T10:30:00"),
            ("2023-09-22 10:30", "2023-09-22T10:30:00"),
            ("2023-09-22t10:30", "2023-09-22T10:30:00"),
            ("2023-09-22T1030", "2023-09-22T10:30:00"),
            ("20230922T103015", "2023-09-22T10:30:15"),
            ("2023-W38-5T10:00", "2023-09-22T10:00:00"),
            ("2023-09-22T10:30:15", "2023-09-22T10:30:15"),
            ("2023-09-22T10:30:15.5", "2023-09-22T10:30:15.500"),
            ("2023-09-22T10:30:15,123", "2023-09-22T10:30:15.123"),
            ("2023-09-22T10:30:15.123456", "2023-09-22T10:30:15.123456"),
            (
                "2023-09-22T10:30:15.123456789",
                "2023-09-22T10:30:15.123456",
            ),
            ("2023-09-22T24", "2023-09-23T00:00:00"),
            ("2023-09-22T24:00", "2023-09-23T00:00:00"),
            ("2023-12-31T24:00:00.000", "2024-01-01T00:00:00"),
            ("9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999"),
            ("9999-12-31T24:00", "+10000-01-01T00:00:00"),
        ] {
            assert_eq!(
                parse(text),
                Some(When::Local(read.parse().unwrap())),
                "{text}"
            );
        }
    }

    #[test]
    fn a_time_with_an_offset_is_an_instant() {
        for (text, read) in [
            ("2023-09-22T10:30Z", "2023-09-22T10:30:00Z"),
            ("2023-09-22T10:30z", "2023-09-22T10:30:00Z"),
            ("2024-01-01T08:00:00.000Z", "2024-01-01T08:00:00Z"),
            ("2023-09-22T10+02", "2023-09-22T08:00:00Z"),
            ("2023-09-22T10:30+02:00", "2023-09-22T08:30:00Z"),
            ("2023-09-22T10:30+0200", "2023-09-22T08:30:00Z"),
            ("2023-09-22 10:30-05:30", "2023-09-22T16:00:00Z"),
            ("2023-09-22T10:30-00:00", "2023-09-22T10:30:00Z"),
            ("2023-09-22T24:00+02:00", "2023-09-22T22:00:00Z"),
            ("2023-09-22T10:30+23:59", "2023-09-21T10:31:00Z"),
            ("0001-01-01T00:00:00+14:00", "0000-12-31T10:00:00Z"),
            ("9999-12-31T23:59:59-12:00", "+10000-01-01T11:59:59Z"),
        ] {
            assert_eq!(parse(text), Some(When::At(read.parse().unwrap())), "{text}");
        }
    }

    #[test]
    fn everything_else_is_no_time() {
        for text in [
            "",
            " ",
            "now",
            "today",
            "foo",
            "0",
            "2023",
            "2023-",
            "2023-09",
            "202309",
            "2023-9-22",
            "23-09-22",
            "2023-0922",
            "202309-22",
            "2023/09/22",
            "22.09.2023",
            "10000-01-01",
            "-2023-09-22",
            "+2023-09-22",
            "0000-01-01",
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "2023-09-31",
            "2023-09-00",
            "2023-366",
            "2023-000",
            "2023-W00-1",
            "2023-W54-1",
            "2023-W53-1",
            "2023-W38-0",
            "2023-W38-8",
            "2023-w38-5",
            "2023-W385",
            "2023W38-5",
            " 2023-09-22",
            "2023-09-22 ",
            "2023-09-22T",
            "2023-09-22Z",
            "2023-09-22+02:00",
            "2023-09-22x10:30",
            "2023-09-22TT10:30",
            "2023-09-22  10:30",
            "2023-09-22T 10:30",
            "2023-09-22T1",
            "2023-09-22T10:",
            "2023-09-22T10:3",
            "2023-09-22T10:30:",
            "2023-09-22T10:30:1",
            "2023-09-22T10:30:15.",
            "2023-09-22T10:30.5",
            "2023-09-22T10.5",
            "2023-09-22T10:30:15.1_0",
            "2023-09-22T10:30:15 foo",
            "2023-09-22T10:3015",
            "2023-09-22T1030:15",
            "2023-09-22T10-30",
            "2023-09-22T25:00",
            "2023-09-22T24:01",
            "2023-09-22T24:00:00.1",
            "2023-09-22T23:59:60",
            "2023-09-22T10:60",
            "2023-09-22T1O:30",
            "2023-09-22T+1:30",
            "2023-09-22T10:30 +02:00",
            "2023-09-22T10:30+2",
            "2023-09-22T10:30+",
            "2023-09-22T10:30+02:60",
            "2023-09-22T10:30+24:00",
            "2023-09-22T10:30+02:0",
            "2023-09-22T10:30+02:00:00",
            "2023-09-22T10:30ZZ",
            "2023-09-22T10:30Z+01:00",
            "2023-09-22T10:30 02:00",
            "２０２３-09-22",
            "2023-09-22T1٠:30",
            "2023-09-22T10:30é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
