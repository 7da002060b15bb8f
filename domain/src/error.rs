//! Everything a use case can answer instead of a result.
//!
//! Errors are codes with the facts that a sentence needs; each door makes its own sentence, in the reader's language.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::token::Refusal;

/// What a use case gives.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a use case did not do what was asked. Nothing was changed when one of these is answered, except that a refused
/// consumption is logged. Its JSON has the code outside: to look for one inside, a reader keeps what it has read so far,
/// and the code for that would be a part of the first load.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// What was named does not exist.
    #[error("not found")]
    NotFound,
    /// One or more fields are not as they must be; all flaws that were found are listed.
    #[error("invalid input")]
    Invalid {
        /// In the order of the fields.
        flaws: Vec<Flaw>,
    },
    /// The rule of the token says no.
    #[error("refused: {refusal:?}")]
    Refused {
        /// The rule's no.
        refusal: Refusal,
    },
    /// Somebody else changed it since it was read: look again, then decide.
    #[error("changed by somebody else in the meantime")]
    Conflict,
    /// An act was asked for on so many things, and by now they are not as many.
    #[error("not as many as were seen")]
    Outdated {
        /// How many they are now.
        count: u64,
    },
    /// Nobody is signed in, or the credentials are not good.
    #[error("not signed in")]
    Unauthenticated,
    /// The actor is known, but may not do this.
    #[error("not permitted")]
    Forbidden,
    /// Too many tries.
    #[error("too many tries")]
    Throttled {
        /// Seconds until the next try is looked at.
        retry_after: u32,
    },
    /// The house is full, or the database does not answer: nothing was done, try again.
    #[error("busy")]
    Busy {
        /// Seconds to wait before the next try.
        retry_after: u32,
    },
    /// The database went away while it was being told: it is not known whether it was done.
    #[error("not known whether it was done")]
    InDoubt {
        /// Seconds to wait before looking, or before the same request under the same key.
        retry_after: u32,
    },
    /// The key of this request has served another request before.
    #[error("another request came under the same key")]
    KeyReused,
    /// Our fault; the cause is in the log.
    #[error("internal error")]
    Internal,
}

impl Error {
    /// One flaw, as an error.
    pub fn flaw(field: Field, kind: FlawKind) -> Self {
        Self::Invalid {
            flaws: vec![Flaw { field, kind }],
        }
    }

    /// Nothing if `flaws` is empty, else all of them as one error.
    pub fn unless_empty(flaws: Vec<Flaw>) -> Result<()> {
        if flaws.is_empty() {
            Ok(())
        } else {
            Err(Self::Invalid { flaws })
        }
    }

    /// The flaw of `field`, if that is what is wrong.
    pub fn flaw_of(&self, field: Field) -> Option<&FlawKind> {
        match self {
            Self::Invalid { flaws } => flaws.iter().find(|f| f.field == field).map(|f| &f.kind),
            _ => None,
        }
    }
}

/// What is wrong with which field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// Where.
    pub field: Field,
    /// What.
    pub kind: FlawKind,
}

/// A field that a person or a program fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the name of the field that it names")]
pub enum Field {
    Value,
    Label,
    ValidFrom,
    ValidTo,
    Uses,
    Lock,
    Disabled,
    Created,
    LastUsed,
    Amount,
    Name,
    Password,
    CurrentPassword,
    Code,
    Role,
    Permissions,
    Expires,
    Overlap,
    Secret,
    MorningStart,
    MorningEnd,
    AfternoonStart,
    AfternoonEnd,
    TodayStart,
    TodayEnd,
    DefaultUses,
    DefaultLock,
    Zone,
    Language,
    QrContent,
    QrCorrection,
    QrMargin,
    Retention,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlawKind {
    /// Nothing was given.
    Missing,
    /// Another one has it already.
    Taken,
    /// More bytes or characters than `max`.
    TooLong {
        /// The most that is allowed.
        max: u32,
    },
    /// Fewer characters than `min`.
    TooShort {
        /// The least that is wanted.
        min: u32,
    },
    /// A control character (Unicode category Cc).
    ControlCharacter,
    /// Not a whole number.
    NotAnInteger,
    /// Below the least that has a meaning.
    TooSmall {
        /// The least that is allowed.
        min: i64,
    },
    /// Above the most that has a meaning.
    TooLarge {
        /// The most that is allowed.
        max: i64,
    },
    /// Beyond what can be kept: 32 bits for numbers, the years 1 to 9999 for times.
    OutOfRange,
    /// Not a date and time.
    NotADateTime,
    /// Not a date.
    NotADate,
    /// Not a time of day.
    NotATime,
    /// The end is not after the start.
    EndNotAfterStart,
    /// The clocks are put forward over this local time: it does not exist.
    NoSuchLocalTime {
        /// What the clocks show instead: as far behind the gap as the time lies in it.
        #[serde(with = "chrono::naive::serde::ts_microseconds")]
        next: NaiveDateTime,
    },
    /// Not one of the known ones.
    Unknown,
    /// Not good, or not good any more.
    Invalid,
    /// It would leave nobody who can administer.
    LastAdministrator,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_on_the_wire_stay() {
        let errors = [
            Error::NotFound,
            Error::flaw(Field::ValidTo, FlawKind::EndNotAfterStart),
            Error::flaw(Field::Value, FlawKind::TooLong { max: 1000 }),
            Error::Refused {
                refusal: Refusal::UsedUp,
            },
            Error::Conflict,
            Error::Outdated { count: 7 },
            Error::Unauthenticated,
            Error::Forbidden,
            Error::Throttled { retry_after: 5 },
            Error::Busy { retry_after: 1 },
            Error::InDoubt { retry_after: 1 },
            Error::KeyReused,
            Error::Internal,
        ];
        let lines: Vec<String> = errors
            .iter()
            .map(|error| serde_json::to_string(error).unwrap())
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        "not_found"
        {"invalid":{"flaws":[{"field":"valid_to","kind":"end_not_after_start"}]}}
        {"invalid":{"flaws":[{"field":"value","kind":{"too_long":{"max":1000}}}]}}
        {"refused":{"refusal":"used_up"}}
        "conflict"
        {"outdated":{"count":7}}
        "unauthenticated"
        "forbidden"
        {"throttled":{"retry_after":5}}
        {"busy":{"retry_after":1}}
        {"in_doubt":{"retry_after":1}}
        "key_reused"
        "internal"
        "#);
        for (error, line) in errors.iter().zip(&lines) {
            assert_eq!(
                serde_json::from_str::<Error>(line).as_ref().ok(),
                Some(error)
            );
        }
    }
}
