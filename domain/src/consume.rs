//! Deciding about many attempts at once.
//!
//! Attempts are written in groups (see `docs/architecture.md`, "Consumption"): a store reads the tokens of a group,
//! [`decide`] applies the rule to each attempt in order of arrival, and the store writes what it says in one commit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::Error,
    idempotency::{self, Fingerprint, IdempotencyKey, Memory, Once},
    token::{Refusal, Token},
    usage::{Outcome, Usage},
};

/// One attempt to spend one use of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spend {
    /// Which token.
    pub token_uid: Uuid,
    /// The name of who tries.
    pub actor: String,
    /// Makes it an attempt that is made once, however often it comes.
    pub once: Option<Once>,
}

impl Spend {
    /// What tells an attempt on this token from other requests under the same key.
    pub fn fingerprint(token_uid: Uuid) -> Fingerprint {
        Fingerprint::of([b"consume".as_slice(), token_uid.as_bytes()])
    }
}

/// How an attempt on an existing token ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumption {
    /// The token after the attempt.
    pub token: Token,
    /// Accepted, or the rule's no.
    pub outcome: Result<(), Refusal>,
    /// The instant that was judged.
    pub at: DateTime<Utc>,
}

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::large_enum_variant,
        reason = "nearly all of them are the largest, and boxing it would cost each attempt an allocation"
    )
)]
pub enum Answer {
    /// It was made, now or when it came first.
    Made(Consumption),
    /// There is no such token.
    NoToken,
    /// Another request came under its key before.
    KeyReused,
}

impl Answer {
    /// How it ended if it was made.
    pub fn made(self) -> Option<Consumption> {
        match self {
            Self::Made(consumption) => Some(consumption),
            Self::NoToken | Self::KeyReused => None,
        }
    }

    fn to_be_remembered(&self) -> idempotency::Answer {
        match self {
            Self::Made(consumption) => idempotency::Answer::Spent(Box::new(consumption.clone())),
            Self::NoToken => idempotency::Answer::Refused(Error::NotFound),
            Self::KeyReused => idempotency::Answer::Refused(Error::KeyReused),
        }
    }

    fn remembered(memory: Memory, once: &Once) -> Self {
        match memory.answer_to(once) {
            Ok(idempotency::Answer::Spent(consumption)) => Self::Made(*consumption),
            Ok(idempotency::Answer::Refused(Error::NotFound)) => Self::NoToken,
            Ok(_) | Err(_) => Self::KeyReused,
        }
    }
}

/// What a group of attempts comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// The instant that was judged.
    pub at: DateTime<Utc>,
    /// Tokens with at least one accepted use: as read, and as they become. In uid order.
    pub changed: Vec<(Token, Token)>,
    /// The uids and versions of tokens that stay as they were read, and on which a refusal rests. In uid order.
    pub kept: Vec<(Uuid, i64)>,
    /// One row for each attempt on an existing token that is made now, in order of arrival.
    pub usages: Vec<Usage>,
    /// What is to be remembered, in the order of actors and keys.
    pub memories: Vec<Memory>,
    /// One answer for each attempt, in order of arrival.
    pub answers: Vec<Answer>,
}

/// Applies the rule to `spends` in order of arrival. `tokens` are those of them that exist, as they were read;
/// `memories` are of the requests that came under their keys before.
pub fn decide<'a>(
    tokens: Vec<Token>,
    memories: Vec<Memory>,
    spends: impl IntoIterator<Item = &'a Spend>,
    now: DateTime<Utc>,
) -> Decision {
    let read: BTreeMap<Uuid, Token> = tokens.into_iter().map(|token| (token.uid, token)).collect();
    let known: BTreeMap<_, _> = memories
        .into_iter()
        .map(|memory| (key_of(&memory.once), memory))
        .collect();
    let mut learned = BTreeMap::<(Uuid, IdempotencyKey), Memory>::new();
    let mut current = BTreeMap::<Uuid, Token>::new();
    let mut kept = BTreeMap::<Uuid, i64>::new();
    let mut decision = Decision {
        at: now,
        ..Decision::default()
    };
    for spend in spends {
        if let Some(once) = &spend.once {
            let key = key_of(once);
            if let Some(memory) = known.get(&key).or_else(|| learned.get(&key)) {
                let answer = Answer::remembered(memory.clone(), once);
                decision.answers.push(answer);
                continue;
            }
        }
        let token = current
            .get(&spend.token_uid)
            .or_else(|| read.get(&spend.token_uid));
        let answer = if let Some(token) = token {
            let result = token.consume(now);
            decision.usages.push(Usage {
                token_uid: token.uid,
                token_value: token.value.clone(),
                at: now,
                outcome: result
                    .as_ref()
                    .map_or_else(|refusal| (*refusal).into(), |_| Outcome::Accepted),
                actor: spend.actor.clone(),
            });
            let (token, outcome) = match result {
                Ok(spent) => {
                    current.insert(spent.uid, spent.clone());
                    (spent, Ok(()))
                }
                Err(refusal) => {
                    kept.insert(token.uid, token.version);
                    (token.clone(), Err(refusal))
                }
            };
            Answer::Made(Consumption {
                token,
                outcome,
                at: now,
            })
        } else {
            Answer::NoToken
        };
        if let Some(once) = &spend.once {
            let memory = Memory {
                once: once.clone(),
                answer: answer.to_be_remembered(),
                at: now,
            };
            learned.insert(key_of(once), memory);
        }
        decision.answers.push(answer);
    }
    decision.kept = kept
        .into_iter()
        .filter(|(uid, _)| !current.contains_key(uid))
        .collect();
    decision.memories = learned.into_values().collect();
    decision.changed = current
        .into_iter()
        .filter_map(|(uid, after)| Some((read.get(&uid)?.clone(), after)))
        .collect();
    decision
}

fn key_of(once: &Once) -> (Uuid, IdempotencyKey) {
    (once.actor, once.key.clone())
}

#[cfg(test)]
mod tests;
