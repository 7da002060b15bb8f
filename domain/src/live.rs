//! What those who watch are told as it happens: which token it was, never its value.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    audit::{Entry, TargetKind},
    consume::{Answer, Consumption},
    usage::Outcome,
};

/// Something happened to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// To which.
    pub token: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// How an attempt on it ended; none = it was made, changed, deleted or taken back.
    pub outcome: Option<Outcome>,
}

impl Event {
    /// Of an attempt, if there was a token to try.
    pub fn of_answer(answer: &Answer) -> Option<Self> {
        let Answer::Made(Consumption { token, outcome, at }) = answer else {
            return None;
        };
        Some(Self {
            token: token.uid,
            at: *at,
            outcome: Some(outcome.map_or_else(Outcome::from, |()| Outcome::Accepted)),
        })
    }

    /// Of a change, if it is one of a token.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        let uid = entry.target.uid?;
        (entry.target.kind == TargetKind::Token).then_some(Self {
            token: uid,
            at: entry.at,
            outcome: None,
        })
    }
}
