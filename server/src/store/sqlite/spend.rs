//! The hot path in `SQLite`.
//!
//! A group of attempts has the file to itself from `begin immediate` to `commit`, so nothing can change between reading
//! and writing. Each step is one statement for the whole group, with its rows as a JSON array: a statement costs more than
//! a row. And each way to the thread of the engine and back costs more than a statement, so there are two of them: one
//! that begins and reads, and one that writes and commits.

use chrono::{DateTime, Utc};
use domain::{
    Token,
    consume::{Answer, Decision, Spend, decide},
    idempotency::Memory,
    ports::Clock,
    store::{StoreError, Stored},
};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use sqlx::{Either, Executor as _, Sqlite, SqliteConnection, pool::PoolConnection};
use uuid::Uuid;

use super::{
    FRESH_BITS,
    arrays::{json, tokens_in},
};
use crate::store::{
    at::At,
    error::{Unexpected, failed, unsure},
    rows::{MemoryRow, answer_json, counter, token_array},
};

pub(super) async fn spend(
    connection: &mut PoolConnection<Sqlite>,
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Answer>> {
    let mut group = Group::on(connection);
    let answers = group.make(spends, clock).await;
    if answers.is_err() {
        group.roll_back().await;
    }
    answers
}

/// The connection that writes, with a transaction that begins and ends among other statements: the driver does not know of
/// it. Dropped before its end, the connection is closed, and what was begun never happened.
struct Group<'a> {
    connection: &'a mut PoolConnection<Sqlite>,
    is_begun: bool,
}

impl<'a> Group<'a> {
    fn on(connection: &'a mut PoolConnection<Sqlite>) -> Self {
        Self {
            connection,
            is_begun: false,
        }
    }

    async fn make(&mut self, spends: &[Spend], clock: &dyn Clock) -> Stored<Vec<Answer>> {
        let tokens = self.begin_and_read(spends).await?;
        let memories = recall(self.connection, spends).await?;
        let decision = decide(tokens, memories, spends, clock.now());
        self.write_and_commit(&decision).await?;
        Ok(decision.answers)
    }

    /// Reads the tokens. As one row: the driver hands each one over by itself, value by value, from the thread of the
    /// engine to ours.
    async fn begin_and_read(&mut self, spends: &[Spend]) -> Stored<Vec<Token>> {
        let uids: Vec<String> = spends.iter().map(|spend| hex(spend.token_uid)).collect();
        let statements = sqlx::query(BEGIN_AND_READ).bind(json(&uids)?);
        self.is_begun = true;
        let mut answers = self.connection.fetch_many(statements);
        // The first is that it has begun: not so while another process writes.
        if let Err(error) = answers.try_next().await {
            drop(answers);
            self.is_begun = false;
            return Err(failed(error));
        }
        let Some(Either::Right(row)) = answers.try_next().await.map_err(failed)? else {
            return Err(StoreError::Failed(Unexpected("no row of tokens").into()));
        };
        tokens_in(&row)?
            .into_iter()
            .map(|row| Ok(Token::try_from(row)?))
            .collect()
    }

    async fn write_and_commit(&mut self, decision: &Decision) -> Stored<()> {
        let (once, more) = used_of(decision);
        let statements = sqlx::query(WRITE_AND_COMMIT)
            .bind(json(&more)?)
            .bind(json(&usages_of(decision))?)
            .bind(json(&memories_of(decision)?)?)
            .bind(At(decision.at))
            .bind(counter(decision.usages.len() as u64))
            .bind(FRESH_BITS)
            .bind(json(&once)?);
        self.connection.execute(statements).await.map_err(unsure)?;
        self.is_begun = false;
        Ok(())
    }

    /// Where the disk is full the engine has done so by itself, and says so: then the connection is closed as well, and the
    /// next one keeps its log short.
    async fn roll_back(&mut self) {
        if self.is_begun && self.connection.execute("rollback").await.is_ok() {
            self.is_begun = false;
        }
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if self.is_begun {
            self.connection.close_on_drop();
        }
    }
}

const BEGIN_AND_READ: &str = concat!(
    "begin immediate;
    select json_group_array(",
    token_array!(),
    ") from tokens where uid in (select unhex(value) from json_each($1))"
);

/// What one use makes of a token is counted from its row, which nobody has changed since it was read: that costs a
/// third less than to hand over what becomes of it. No statement is taken back by itself when it fails half-way, for the whole
/// group is then; so the engine need not keep each page as it was before.
///
/// Attempts are fresh until so many of them are put into the index at once.
const WRITE_AND_COMMIT: &str = "
    update or fail tokens
    set version = version + 1, uses = uses - (uses > 0), used = used + 1,
        locked_until = case when lock > 0 then $4 + lock * 1000000 end, last_used = $4, _room = null
    where uid in (select unhex(value) from json_each($7));
    update or fail tokens
    set version = c.value ->> 1, uses = c.value ->> 2, used = c.value ->> 3,
        locked_until = c.value ->> 4, last_used = c.value ->> 5, _room = null
    from json_each($1) as c
    where tokens.uid = unhex(c.value ->> 0);

    insert or fail into usages (token_uid, token_value, at, outcome, actor, _fresh)
    select unhex(l.value ->> 0), l.value ->> 1, $4, l.value ->> 2, l.value ->> 3, 1
    from json_each($2) as l
    order by l.key;
    update or fail usages
    set _fresh = null
    where id >= (last_insert_rowid() - $5) >> $6 << $6
        and id < last_insert_rowid() >> $6 << $6
        and _fresh = 1;

    insert or fail into memories (actor, key, fingerprint, answer, at)
    select unhex(m.value ->> 0), m.value ->> 1, unhex(m.value ->> 2), m.value ->> 3, $4
    from json_each($3) as m;

    commit";

/// The uids of tokens that are used once, and what becomes of those that are used more often.
fn used_of(decision: &Decision) -> (Vec<impl Serialize>, Vec<impl Serialize>) {
    let micros = |at: DateTime<Utc>| at.timestamp_micros();
    let is_once =
        |(before, after): &&(Token, Token)| before.used.checked_add(1) == Some(after.used);
    let (once, more): (Vec<_>, Vec<_>) = decision.changed.iter().partition(is_once);
    let once = once.into_iter().map(|(_, after)| hex(after.uid)).collect();
    let more = more.into_iter().map(|(_, after)| {
        (
            hex(after.uid),
            after.version,
            after.uses.number(),
            counter(after.used),
            after.locked_until().map(micros),
            after.last_used.map(micros),
        )
    });
    (once, more.collect())
}

fn usages_of(decision: &Decision) -> Vec<impl Serialize> {
    decision
        .usages
        .iter()
        .map(|usage| {
            (
                hex(usage.token_uid),
                usage.token_value.as_str(),
                usage.outcome.number(),
                usage.actor.as_str(),
            )
        })
        .collect()
}

fn memories_of(decision: &Decision) -> Stored<Vec<impl Serialize>> {
    decision
        .memories
        .iter()
        .map(|Memory { once, answer, .. }| {
            Ok((
                hex(once.actor),
                once.key.as_str(),
                hex_of(&once.fingerprint.0),
                answer_json(answer)?,
            ))
        })
        .collect()
}

/// What came before under the keys of these attempts.
async fn recall(connection: &mut SqliteConnection, spends: &[Spend]) -> Stored<Vec<Memory>> {
    let keys: Vec<_> = spends
        .iter()
        .filter_map(|spend| spend.once.as_ref())
        .map(|once| (hex(once.actor), once.key.as_str()))
        .collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MemoryRow> = sqlx::query_as(
        "select actor, key, fingerprint, answer, at
         from memories
         where (actor, key) in
             (select unhex(k.value ->> 0), k.value ->> 1 from json_each($1) as k)",
    )
    .bind(json(&keys)?)
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|row| Ok(Memory::try_from(row)?))
        .collect()
}

fn hex_of(bytes: &[u8; 32]) -> String {
    let (high, low) = bytes.split_at(16);
    [high, low]
        .into_iter()
        .filter_map(|half| Uuid::from_slice(half).ok())
        .map(hex)
        .collect()
}

fn hex(uid: Uuid) -> String {
    uid.simple().to_string()
}
