//! The hot path in PostgreSQL.
//!
//! A group of attempts is first made without a lock, by one statement that writes everything if, and only if, every token
//! of the group is as it was judged. Of each token one of three things holds:
//!
//! - This node wrote it last, or has read it while another group was written ([`Known`]): the rule decides by that.
//! - It is wanted once in this group, and not under a key: the statement finds it, judges it, and writes it
//!   ([`mod@super::write`]). Nobody has to read it first.
//! - Otherwise it is read, and the rule decides; then that is two ways to the server.
//!
//! If a token has changed meanwhile, nothing was written, and the group is made again, at last with its rows locked from
//! the reading to the commit. So there is progress whatever others do, and a group is made whole or not at all. The same
//! holds where somebody else has meanwhile written one of its idempotency keys: the index says so, and it is looked up
//! again.
//!
//! One attempt alone, not under a key, is made by a statement of a few parts if the rule allows it. If it does not, or
//! somebody changes the token meanwhile, it is made like the others.
//!
//! Where no token is wanted twice, none under a key, and not all are known, no attempt rests on another: the statement
//! judges all of them, and leaves out those of which the token was changed meanwhile, rather than write nothing. Only these
//! are made again. That is most groups where there are many tokens.
//!
//! Why an answer is right: the statement sees the same version of each token as the reading before it, and a version
//! is never used twice, so the token was the same in between, when the clock was asked. What the rule said then is what
//! it would have said to somebody who had the token to himself at that instant. That holds for refusals too, and for
//! tokens that do not exist as far as a uid is never made twice. What the statement judges by itself was so when it
//! began, which is a moment after the clock was asked: it came then, and is judged by the time at which it came.
//!
//! Rows are always locked in the order of their uids, by this and by everybody who locks several: nobody waits in a
//! circle.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    Token, Uses,
    consume::{Answer, Consumption, Decision, Spend, decide},
    idempotency::Memory,
    ports::Clock,
    store::{StoreError, Stored},
};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::{
    known::Known,
    write::{Judged, Written, judge, one, write},
};
use crate::store::{
    error::{Unexpected, failed, unsure},
    rows::{MemoryRow, TokenRow, token_columns},
};

pub(super) async fn spend(
    connection: &mut PgConnection,
    known: &Known,
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Answer>> {
    let Wanted { uids, alone } = Wanted::by(spends);
    let (mut tokens, others) = known.of(&uids);
    if let ([spend], [_]) = (spends, alone.as_slice()) {
        let now = clock.now();
        if tokens.iter().all(|token| token.consume(now).is_ok()) {
            let Some(token) = one(connection, spend, now).await? else {
                return each(connection, known, spends, clock).await;
            };
            known.learn([token.clone()]);
            return Ok(vec![accepted(token, now)?]);
        }
    }
    if !others.is_empty() && alone.len() == uids.len() {
        return each(connection, known, spends, clock).await;
    }
    let is_by_memory = !tokens.is_empty();
    let (unseen, others): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|uid| alone.binary_search(uid).is_ok());
    if !others.is_empty() {
        tokens.extend(read(connection, &others).await?);
    }
    match attempt(connection, known, tokens, &unseen, spends, clock).await? {
        Attempt::Made(answers) => {
            if is_by_memory {
                known.was_right();
            }
            return Ok(answers);
        }
        Attempt::Changed(now) if is_by_memory => {
            known.was_wrong();
            known.learn(now.iter().cloned());
            // The others are deleted, or were not looked at because of what came before under their keys.
            let tokens = if now.len() == uids.len() {
                now
            } else {
                read(connection, &uids).await?
            };
            if let Attempt::Made(answers) =
                attempt(connection, known, tokens, &[], spends, clock).await?
            {
                return Ok(answers);
            }
        }
        Attempt::Changed(_) | Attempt::Outrun | Attempt::Taken => {}
    }
    locked(connection, known, &uids, spends, clock).await
}

/// The answer to an attempt that the database allowed, by the token after it. The rule has to say the same of the token
/// before it, as far as that can be told: not when it was used before, and so not whether a lock was over.
fn accepted(token: Token, at: DateTime<Utc>) -> Stored<Answer> {
    let before = Token {
        uses: match token.uses {
            Uses::Unlimited => Uses::Unlimited,
            Uses::Left(n) => Uses::Left(n.saturating_add(1)),
        },
        used: token.used.saturating_sub(1),
        last_used: None,
        version: token.version - 1,
        ..token.clone()
    };
    if before.consume(at).as_ref() == Ok(&token) {
        Ok(Answer::Made(Consumption {
            token,
            outcome: Ok(()),
            at,
        }))
    } else {
        Err(judged_otherwise())
    }
}

/// Makes attempts that stand each for itself, on tokens of which some are not known: what the statement that judges them
/// has not made, because somebody else changed a token meanwhile or one does not fit, is made again as a group.
async fn each(
    connection: &mut PgConnection,
    known: &Known,
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Answer>> {
    let now = clock.now();
    let (judged, left) = judge(connection, spends, now).await?;
    let is_left = |spend: &&Spend| left.contains(&spend.token_uid);
    let (again, made): (Vec<&Spend>, Vec<&Spend>) = spends.iter().partition(is_left);
    let is_written = !judged.is_empty();
    let decision = by_rule(judged, &made, now)?;
    known.learn(decision.answers.iter().filter_map(refused).cloned());
    known.learn(decision.changed.into_iter().map(|(_, after)| after));
    if again.is_empty() {
        return Ok(decision.answers);
    }
    let uids: Vec<Uuid> = left.iter().copied().collect();
    let again: Vec<Spend> = again.into_iter().cloned().collect();
    let others = match anew(connection, known, &uids, &again, clock).await {
        // To be told that nothing was done would be wrong for the others.
        Err(error) if is_written => Err(StoreError::InDoubt(error.into())),
        others => others,
    };
    Ok(in_order(spends, is_left, others?, decision.answers))
}

/// The token of an attempt that was refused.
const fn refused(answer: &Answer) -> Option<&Token> {
    match answer {
        Answer::Made(Consumption {
            token,
            outcome: Err(_),
            ..
        }) => Some(token),
        Answer::Made(_) | Answer::NoToken | Answer::KeyReused => None,
    }
}

/// Makes a group of tokens as they are read now.
async fn anew(
    connection: &mut PgConnection,
    known: &Known,
    uids: &[Uuid],
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Answer>> {
    let tokens = read(connection, uids).await?;
    match attempt(connection, known, tokens, &[], spends, clock).await? {
        Attempt::Made(answers) => Ok(answers),
        Attempt::Changed(_) | Attempt::Outrun | Attempt::Taken => {
            locked(connection, known, uids, spends, clock).await
        }
    }
}

/// The answers to all attempts in their order, from those to some of them and those to the others.
fn in_order(
    spends: &[Spend],
    is_first: impl Fn(&&Spend) -> bool,
    of_first: Vec<Answer>,
    others: Vec<Answer>,
) -> Vec<Answer> {
    let (mut of_first, mut others) = (of_first.into_iter(), others.into_iter());
    let answers = spends.iter().filter_map(|spend| {
        if is_first(&spend) {
            of_first.next()
        } else {
            others.next()
        }
    });
    answers.collect()
}

/// Makes a group with its rows locked from the reading to the commit.
async fn locked(
    connection: &mut PgConnection,
    known: &Known,
    uids: &[Uuid],
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Answer>> {
    for _ in 0..TRIES {
        let mut transaction = connection.begin().await.map_err(failed)?;
        let tokens = read_by(READ_LOCKED, &mut transaction, uids).await?;
        known.learn(tokens.iter().cloned());
        let memories = recall(&mut transaction, spends).await?;
        let decision = decide(tokens, memories, spends, clock.now());
        match write(&mut transaction, &decision, &[]).await {
            Ok(Written::Whole(_)) => {
                transaction.commit().await.map_err(unsure)?;
                known.learn(decision.changed.into_iter().map(|(_, after)| after));
                return Ok(decision.answers);
            }
            Ok(Written::Nothing(_)) => {
                let error = Unexpected("a locked token was changed by somebody else");
                return Err(StoreError::Failed(error.into()));
            }
            // Dropped, the transaction is rolled back; now the key can be seen.
            Err(StoreError::Taken) => {}
            Err(error) => return Err(error),
        }
    }
    let error = Unexpected("others were quicker with the same idempotency keys, again and again");
    Err(StoreError::Unavailable(error.into()))
}

/// The tokens of a group, in the order of their uids.
struct Wanted {
    uids: Vec<Uuid>,
    /// Those that are wanted once, and not under a key: the database can judge the attempt by itself, for it rests on
    /// nothing but the token as it is.
    alone: Vec<Uuid>,
}

impl Wanted {
    fn by(spends: &[Spend]) -> Self {
        let mut wanted: Vec<_> = spends
            .iter()
            .map(|spend| (spend.token_uid, spend.once.is_some()))
            .collect();
        wanted.sort_unstable();
        let (mut uids, mut alone) = (Vec::with_capacity(wanted.len()), Vec::new());
        for same in wanted.chunk_by(|one, next| one.0 == next.0) {
            uids.extend(same.first().map(|(uid, _)| *uid));
            if let [(uid, false)] = same {
                alone.push(*uid);
            }
        }
        Self { uids, alone }
    }
}

/// What came of a group that was made without a lock.
enum Attempt {
    Made(Vec<Answer>),
    /// Nothing: somebody else has changed some of its tokens, and these are they now, but for those that were unseen.
    Changed(Vec<Token>),
    /// Nothing: somebody else has changed a token after the statement had found it, or one that was unseen does not fit.
    Outrun,
    /// Nothing: somebody else has written one of its idempotency keys.
    Taken,
}

/// Makes a group by these tokens. Those of which the uids are in `unseen`, in their order, have not been read, and the
/// database is to judge them.
async fn attempt(
    connection: &mut PgConnection,
    known: &Known,
    tokens: Vec<Token>,
    unseen: &[Uuid],
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Attempt> {
    let memories = recall(connection, spends).await?;
    let is_unseen = |spend: &&Spend| unseen.binary_search(&spend.token_uid).is_ok();
    let (unseen_spends, seen): (Vec<&Spend>, Vec<&Spend>) = spends.iter().partition(is_unseen);
    let now = clock.now();
    let decision = decide(tokens, memories, seen, now);
    let judged = match write(connection, &decision, &unseen_spends).await {
        Ok(Written::Whole(judged)) => judged,
        Ok(Written::Nothing(now)) if is_as_read(&decision, &now) => {
            return Ok(Attempt::Outrun);
        }
        Ok(Written::Nothing(now)) => return Ok(Attempt::Changed(now)),
        Err(StoreError::Taken) => return Ok(Attempt::Taken),
        Err(error) => return Err(error),
    };
    let changed = decision.changed.into_iter();
    if unseen.is_empty() {
        known.learn(changed.map(|(_, after)| after));
        return Ok(Attempt::Made(decision.answers));
    }
    let others = by_rule(judged, &unseen_spends, now)?;
    known.learn(changed.chain(others.changed).map(|(_, after)| after));
    let answers = in_order(spends, is_unseen, others.answers, decision.answers);
    Ok(Attempt::Made(answers))
}

/// Whether all tokens that a decision rests on still are `now` as they were read.
fn is_as_read(decision: &Decision, now: &[Token]) -> bool {
    let Decision { changed, kept, .. } = decision;
    let versions: BTreeMap<_, _> = now.iter().map(|token| (token.uid, token.version)).collect();
    let mut read = changed
        .iter()
        .map(|(before, _)| (before.uid, before.version))
        .chain(kept.iter().copied());
    read.all(|(uid, version)| versions.get(&uid) == Some(&version))
}

/// What the rule says of tokens that the database has judged: the same.
fn by_rule(judged: Vec<Judged>, spends: &[&Spend], now: DateTime<Utc>) -> Stored<Decision> {
    let (tokens, outcomes): (Vec<_>, BTreeMap<_, _>) = judged
        .into_iter()
        .map(|Judged { token, outcome }| {
            let uid = token.uid;
            (token, (uid, outcome))
        })
        .unzip();
    let decision = decide(tokens, Vec::new(), spends.iter().copied(), now);
    let is_same = decision
        .usages
        .iter()
        .all(|usage| outcomes.get(&usage.token_uid) == Some(&usage.outcome.number()));
    if is_same {
        Ok(decision)
    } else {
        Err(judged_otherwise())
    }
}

/// What the database judged is written.
fn judged_otherwise() -> StoreError {
    let error = Unexpected("the database judged an attempt otherwise than the rule does");
    StoreError::InDoubt(error.into())
}

/// How often a group is made anew because another node has just written one of its idempotency keys, for a token that
/// is not in this group.
const TRIES: usize = 5;

pub(super) const READ: &str = concat!(
    "select ",
    token_columns!(),
    " from tokens where uid = any($1)"
);

const READ_LOCKED: &str = concat!(
    "select ",
    token_columns!(),
    " from tokens where uid = any($1) order by uid for update"
);

/// The tokens as they are now; what is not there is left out.
pub(super) async fn read(connection: &mut PgConnection, uids: &[Uuid]) -> Stored<Vec<Token>> {
    read_by(READ, connection, uids).await
}

async fn read_by(
    statement: &'static str,
    connection: &mut PgConnection,
    uids: &[Uuid],
) -> Stored<Vec<Token>> {
    let rows: Vec<TokenRow> = sqlx::query_as(statement)
        .bind(uids)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    rows.into_iter()
        .map(|row| Ok(Token::try_from(row)?))
        .collect()
}

/// What came before under the keys of these attempts. Read after the tokens were locked: whoever spent one of them under
/// the same key is seen.
async fn recall(connection: &mut PgConnection, spends: &[Spend]) -> Stored<Vec<Memory>> {
    let (actors, keys): (Vec<Uuid>, Vec<&str>) = spends
        .iter()
        .filter_map(|spend| spend.once.as_ref())
        .map(|once| (once.actor, once.key.as_str()))
        .unzip();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MemoryRow> = sqlx::query_as(
        "select m.actor, m.key, m.fingerprint, m.answer, m.at
         from memories as m
         where (m.actor, m.key) in (select * from unnest($1::uuid[], $2::text[]))",
    )
    .bind(actors)
    .bind(keys)
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|row| Ok(Memory::try_from(row)?))
        .collect()
}
