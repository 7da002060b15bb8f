//! Deciding about many attempts at once.
//!
//! Attempts are written in groups (see `docs/architecture.md`, "Consumption"): a store reads the tokens of a group,
//! [`decide`] applies the rule to each attempt in order of arrival, and the store writes what it says in one commit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
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
}

/// How an attempt on an existing token ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumption {
    /// The token after the attempt.
    pub token: Token,
    /// Accepted, or the rule's no.
    pub outcome: Result<(), Refusal>,
    /// The instant that was judged.
    pub at: DateTime<Utc>,
}

/// What a group of attempts comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Tokens with at least one accepted use: as read, and as they become. In uid order.
    pub changed: Vec<(Token, Token)>,
    /// One row for each attempt on an existing token, in order of arrival.
    pub usages: Vec<Usage>,
    /// One answer for each attempt, in order of arrival; none = no such token.
    pub answers: Vec<Option<Consumption>>,
}

/// Applies the rule to `spends` in order of arrival. `tokens` are those of them that exist, as they were read.
pub fn decide(tokens: Vec<Token>, spends: &[Spend], now: DateTime<Utc>) -> Decision {
    let read: BTreeMap<Uuid, Token> = tokens.into_iter().map(|token| (token.uid, token)).collect();
    let mut current = BTreeMap::<Uuid, Token>::new();
    let mut decision = Decision::default();
    for spend in spends {
        let Some(token) = current
            .get(&spend.token_uid)
            .or_else(|| read.get(&spend.token_uid))
        else {
            decision.answers.push(None);
            continue;
        };
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
            Err(refusal) => (token.clone(), Err(refusal)),
        };
        decision.answers.push(Some(Consumption {
            token,
            outcome,
            at: now,
        }));
    }
    decision.changed = current
        .into_iter()
        .filter_map(|(uid, after)| Some((read.get(&uid)?.clone(), after)))
        .collect();
    decision
}

#[cfg(test)]
mod tests;
