//! The record of attempts to spend tokens.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::token::{Label, Refusal, Status, Value, Verdict};

/// One attempt. It keeps what was true then, and outlives the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Which token.
    pub token_uid: Uuid,
    /// Its value at that time.
    pub token_value: Value,
    /// When.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Who tried: the name that the account or key had then.
    pub actor: String,
}

/// An attempt as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its number.
    pub number: i64,
    /// The attempt.
    pub usage: Usage,
    /// How its token is called now; none = there is no such token any more.
    pub label: Option<Label>,
}

impl Logged {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place {
            at: self.usage.at,
            number: self.number,
        }
    }
}

/// Where an attempt stands in the log: by its time, and where that is the same by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// When.
    pub at: DateTime<Utc>,
    /// Its number.
    pub number: i64,
}

impl Place {
    /// The place that is written so, in an address.
    pub fn parse(text: &str) -> Option<Self> {
        let (micros, number) = text.split_once('-')?;
        Some(Self {
            at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
            number: number.parse().ok()?,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.timestamp_micros(), self.number)
    }
}

/// Which attempts are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsageFilter {
    /// That ended so; empty = however.
    pub outcomes: Vec<Outcome>,
    /// By somebody of this name; empty = anybody.
    pub actor: String,
    /// From this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the rule, see `Refusal`")]
pub enum Outcome {
    Accepted,
    Disabled,
    UsedUp,
    Locked,
    NotYetValid,
    Expired,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Accepted,
        Self::Disabled,
        Self::UsedUp,
        Self::Locked,
        Self::NotYetValid,
        Self::Expired,
    ];

    /// What stood in the way; none = nothing did.
    pub fn status(self) -> Option<Status> {
        match self {
            Self::Accepted => None,
            Self::Disabled => Some(Status::Disabled),
            Self::UsedUp => Some(Status::UsedUp),
            Self::Locked => Some(Status::Locked),
            Self::NotYetValid => Some(Status::Scheduled),
            Self::Expired => Some(Status::Expired),
        }
    }

    /// What a door says of it.
    pub fn verdict(self) -> Verdict {
        self.status().map_or(Verdict::Go, Status::verdict)
    }

    /// Its name in addresses and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Disabled => "disabled",
            Self::UsedUp => "used_up",
            Self::Locked => "locked",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }

    /// All that are a no.
    pub fn refusals() -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(|outcome| *outcome != Self::Accepted)
    }

    /// The number under which stores keep it. NEVER CHANGE THESE NUMBERS: old rows would tell another story.
    pub fn number(self) -> i16 {
        match self {
            Self::Accepted => 0,
            Self::UsedUp => 2,
            Self::Locked => 3,
            Self::NotYetValid => 4,
            Self::Expired => 5,
            Self::Disabled => 6,
        }
    }

    /// The outcome of that number.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.number() == number)
    }

    /// The code of the JSON API and of exports (contract, "Envelope"); none for an accepted use.
    pub fn error_code(self) -> Option<u8> {
        match self {
            Self::Accepted => None,
            Self::UsedUp => Some(2),
            Self::Locked => Some(3),
            Self::NotYetValid | Self::Expired => Some(4),
            Self::Disabled => Some(6),
        }
    }
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Disabled => Self::Disabled,
            Refusal::UsedUp => Self::UsedUp,
            Refusal::Locked { .. } => Self::Locked,
            Refusal::NotYetValid { .. } => Self::NotYetValid,
            Refusal::Expired { .. } => Self::Expired,
        }
    }
}

/// How often it was tried in one span of several, with one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanCount {
    /// Which span, from 0.
    pub span: usize,
    /// How it ended.
    pub outcome: Outcome,
    /// How often; at least once.
    pub attempts: u64,
}

/// How often a token was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Accepted attempts.
    pub accepted: u64,
    /// Refused attempts.
    pub refused: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_outcomes_stay() {
        let numbers = Outcome::ALL.map(|outcome| (outcome.number(), outcome.error_code()));
        assert_eq!(
            numbers,
            [
                (0, None),
                (6, Some(6)),
                (2, Some(2)),
                (3, Some(3)),
                (4, Some(4)),
                (5, Some(4))
            ]
        );
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_number(outcome.number()), Some(outcome));
        }
        assert_eq!(Outcome::from_number(1), None);
    }

    #[test]
    fn a_place_survives_an_address() {
        let place = Place {
            at: "2026-11-02T12:00:00.000001Z".parse().unwrap(),
            number: 7,
        };
        assert_eq!(place.to_string(), "1793620800000001-7");
        assert_eq!(Place::parse("1793620800000001-7"), Some(place));
        for text in ["", "7", "-", "x-7", "7-x", "9223372036854775807-1"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
