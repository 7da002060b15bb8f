//! Instants and local times.
//!
//! Everything is stored and compared in UTC; the site's time zone only decides how a local time is read and written.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

/// An instant, and how the clocks on the wall of the site showed it. Both travel as microseconds since 1970: to read a
/// written time takes code that would be a part of the first load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The instant.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub at: DateTime<Utc>,
    /// The same in the site zone.
    #[serde(with = "chrono::naive::serde::ts_microseconds")]
    pub local: NaiveDateTime,
}

/// What a local time means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalTime {
    /// It comes once.
    Once(DateTime<Utc>),
    /// It comes twice, for the clocks are put back: the earlier and the later.
    Twice(DateTime<Utc>, DateTime<Utc>),
    /// The clocks are put forward over it.
    Never {
        /// The instant as if they had not been: as far behind the gap as the time lies in it.
        moved: DateTime<Utc>,
    },
}

/// A moment that the clocks of the site show twice, for they are put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// Which moment.
    pub moment: Moment,
    /// Whether it is the later of the two.
    pub is_second: bool,
}

/// Whether an instant can be kept and shown: its year is 1 to 9999, in UTC and in the site zone (contract, D12).
pub fn is_in_range(at: DateTime<Utc>, local: NaiveDateTime) -> bool {
    (1..=9999).contains(&at.year()) && (1..=9999).contains(&local.year())
}
