//! The record of attempts to spend tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::token::{Refusal, Value};

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
}
