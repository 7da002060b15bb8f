//! Requests that may come again: whoever did not see the answer sends the same request under the same key, and gets the
//! answer to the first (draft-ietf-httpapi-idempotency-key-header).
//!
//! A key belongs to the actor who chose it. What is remembered is written in the same unit as what was done, so there
//! is an answer if and only if it was done. Remembered are accepted and refused requests, not failures: whoever is told
//! that the house is busy may try again under the same key.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    consume::Consumption,
    error::{Error, FlawKind},
};

/// Answers are remembered for so long at least.
pub const REMEMBERED: TimeDelta = TimeDelta::days(7);

/// What a caller names a request by, in order to send it again. Does not print: it may let somebody see an answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The most characters of a key.
    pub const MAX: usize = 255;

    /// One to [`IdempotencyKey::MAX`] printable ASCII characters, as the header can hold them (RFC 9651, "Strings").
    pub fn parse(text: &str) -> Result<Self, FlawKind> {
        if text.is_empty() {
            return Err(FlawKind::Missing);
        }
        if text.len() > Self::MAX {
            return Err(FlawKind::TooLong { max: 255 });
        }
        if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(FlawKind::Invalid);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey")
    }
}

/// The SHA-256 of a request: another request under the same key is told from the same one by it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Of a request that consists of these parts, in this order.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // With its length, so that nothing can move from one part into the next.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}

/// Makes a request one that is done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// Who asks: the key of somebody else is another key.
    pub actor: Uuid,
    /// The key.
    pub key: IdempotencyKey,
    /// Of the request.
    pub fingerprint: Fingerprint,
}

/// What a request came to, as it is remembered. NEVER CHANGE THE FORM OF WHAT IS IN IT, only add what has a default:
/// answers of the last days have to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// An attempt to spend a use.
    Spent(Box<Consumption>),
    /// A token of that uid was made.
    Added(Uuid),
    /// The token was altered.
    Changed,
    /// So many tokens were deleted.
    Deleted(u64),
    /// The token of that uid does not exist, so nothing was done.
    Missing(Uuid),
    /// Nothing was done, and this is why.
    Refused(Error),
}

/// A request that was done, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The request.
    pub once: Once,
    /// What it came to.
    pub answer: Answer,
    /// When.
    pub at: DateTime<Utc>,
}

impl Memory {
    /// The answer to a request that comes under the same key; [`Error::KeyReused`] if it is another one.
    pub fn answer_to(self, once: &Once) -> Result<Answer, Error> {
        if self.once == *once {
            Ok(self.answer)
        } else {
            Err(Error::KeyReused)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{Label, Refusal, Token, Uses, Value, Window};

    #[test]
    fn a_key_is_printable_ascii() {
        for (text, parsed) in [
            ("8e03978e-40d5-43e8-bc93-6894a57f9324", Ok(())),
            (" ~", Ok(())),
            ("", Err(FlawKind::Missing)),
            ("é", Err(FlawKind::Invalid)),
            ("a\tb", Err(FlawKind::Invalid)),
        ] {
            assert_eq!(IdempotencyKey::parse(text).map(drop), parsed, "{text:?}");
        }
        assert!(IdempotencyKey::parse(&"a".repeat(255)).is_ok());
        let long = IdempotencyKey::parse(&"a".repeat(256));
        assert_eq!(long, Err(FlawKind::TooLong { max: 255 }));
    }

    #[test]
    fn parts_of_a_request_do_not_run_into_each_other() {
        let of = |parts: &[&str]| Fingerprint::of(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab", "c"]), of(&["abc"]));
        assert_ne!(of(&["ab", "c"]), of(&["ab", "c", ""]));
    }

    #[test]
    fn another_request_under_the_same_key_gets_no_answer() {
        let once = |fingerprint| Once {
            actor: Uuid::nil(),
            key: IdempotencyKey::parse("k").unwrap(),
            fingerprint: Fingerprint([fingerprint; 32]),
        };
        let memory = Memory {
            once: once(1),
            answer: Answer::Changed,
            at: DateTime::UNIX_EPOCH,
        };
        assert_eq!(memory.clone().answer_to(&once(1)), Ok(Answer::Changed));
        assert_eq!(memory.answer_to(&once(2)), Err(Error::KeyReused));
    }

    #[test]
    fn answers_of_the_last_days_can_be_read() {
        let at = DateTime::UNIX_EPOCH;
        let token = Token {
            uid: Uuid::nil(),
            value: Value::parse("v").unwrap(),
            label: Label::default(),
            window: Window::default(),
            uses: Uses::Left(3),
            used: 1,
            lock: 60,
            disabled: None,
            last_used: Some(at),
            creator: None,
            created: at,
            modified: at,
            version: 1,
        };
        let consumption = Consumption {
            token,
            outcome: Err(Refusal::Locked { until: at }),
            at,
        };
        let kept = [
            (
                Answer::Spent(Box::new(consumption)),
                concat!(
                    r#"{"spent":{"token":{"uid":"00000000-0000-0000-0000-000000000000","value":"v","label":"","#,
                    r#""window":{"from":null,"to":null},"uses":{"left":3},"used":1,"lock":60,"disabled":null,"#,
                    r#""last_used":"1970-01-01T00:00:00Z","creator":null,"created":"1970-01-01T00:00:00Z","#,
                    r#""modified":"1970-01-01T00:00:00Z","version":1},"#,
                    r#""outcome":{"Err":{"locked":{"until":0}}},"at":"1970-01-01T00:00:00Z"}}"#,
                ),
            ),
            (
                Answer::Added(Uuid::nil()),
                r#"{"added":"00000000-0000-0000-0000-000000000000"}"#,
            ),
            (Answer::Changed, r#""changed""#),
            (Answer::Deleted(2), r#"{"deleted":2}"#),
            (
                Answer::Missing(Uuid::nil()),
                r#"{"missing":"00000000-0000-0000-0000-000000000000"}"#,
            ),
            (
                Answer::Refused(Error::NotFound),
                r#"{"refused":"not_found"}"#,
            ),
        ];
        for (answer, text) in kept {
            assert_eq!(serde_json::from_str::<Answer>(text).unwrap(), answer);
        }
    }
}
