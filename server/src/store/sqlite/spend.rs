//! The hot path in `SQLite`.
//!
//! The transaction has the file to itself, so nothing can change between reading and writing. Each step is one statement
//! for the whole group, with its rows as a JSON array: a statement costs more than a row.

use domain::{
    Token,
    consume::{Answer, Decision, Spend, decide},
    idempotency::Memory,
    ports::Clock,
    store::{StoreError, Stored},
};
use serde::Serialize;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use super::FRESH_BITS;
use crate::store::{
    at::At,
    error::{Unexpected, failed, unsure},
    rows::{MemoryRow, TokenRow, answer_json, counter, token_array},
};

pub(super) async fn spend(
    mut transaction: Transaction<'static, Sqlite>,
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Answer>> {
    let tokens = read(&mut transaction, spends).await?;
    let memories = recall(&mut transaction, spends).await?;
    let decision = decide(tokens, memories, spends, clock.now());
    write_tokens(&mut transaction, &decision).await?;
    write_usages(&mut transaction, &decision).await?;
    write_memories(&mut transaction, &decision).await?;
    transaction.commit().await.map_err(unsure)?;
    Ok(decision.answers)
}

/// As one row: the driver hands each one over by itself, value by value, from the thread of the engine to ours.
async fn read(connection: &mut SqliteConnection, spends: &[Spend]) -> Stored<Vec<Token>> {
    let uids: Vec<String> = spends.iter().map(|spend| hex(spend.token_uid)).collect();
    let rows: String = sqlx::query_scalar(concat!(
        "select json_group_array(",
        token_array!(),
        ") from tokens where uid in (select unhex(value) from json_each($1))"
    ))
    .bind(json(&uids)?)
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    // What does not fit may be a value, which is not for a log.
    let rows: Vec<TokenRow> = serde_json::from_str(&rows)
        .map_err(|_| StoreError::Failed(Unexpected("a row of tokens that does not fit").into()))?;
    rows.into_iter()
        .map(|row| Ok(Token::try_from(row)?))
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

async fn write_tokens(connection: &mut SqliteConnection, decision: &Decision) -> Stored<()> {
    if decision.changed.is_empty() {
        return Ok(());
    }
    let micros = |at: chrono::DateTime<chrono::Utc>| at.timestamp_micros();
    let rows: Vec<_> = decision
        .changed
        .iter()
        .map(|(_, after)| {
            (
                hex(after.uid),
                after.version,
                after.uses.number(),
                counter(after.used),
                after.locked_until().map(micros),
                after.last_used.map(micros),
            )
        })
        .collect();
    let written = sqlx::query(
        "update tokens
         set version = c.value ->> 1, uses = c.value ->> 2, used = c.value ->> 3,
             locked_until = c.value ->> 4, last_used = c.value ->> 5
         from json_each($1) as c
         where tokens.uid = unhex(c.value ->> 0)",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await
    .map_err(failed)?;
    if written.rows_affected() == rows.len() as u64 {
        Ok(())
    } else {
        let error = Unexpected("a token was not there any more within a transaction");
        Err(StoreError::Failed(error.into()))
    }
}

/// Attempts are fresh until so many of them are put into the index at once.
async fn write_usages(connection: &mut SqliteConnection, decision: &Decision) -> Stored<()> {
    if decision.usages.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = decision
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
        .collect();
    let written = sqlx::query(
        "insert into usages (token_uid, token_value, at, outcome, actor, _fresh)
         select unhex(l.value ->> 0), l.value ->> 1, $2, l.value ->> 2, l.value ->> 3, 1
         from json_each($1) as l
         order by l.key",
    )
    .bind(json(&rows)?)
    .bind(At(decision.at))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    let last = written.last_insert_rowid();
    let begun = |id: i64| id >> FRESH_BITS << FRESH_BITS;
    let before = begun(last - counter(rows.len() as u64));
    if before == begun(last) {
        return Ok(());
    }
    sqlx::query("update usages set _fresh = null where id >= $1 and id < $2 and _fresh = 1")
        .bind(before)
        .bind(begun(last))
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(())
}

async fn write_memories(connection: &mut SqliteConnection, decision: &Decision) -> Stored<()> {
    if decision.memories.is_empty() {
        return Ok(());
    }
    let rows = decision
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
        .collect::<Stored<Vec<_>>>()?;
    sqlx::query(
        "insert into memories (actor, key, fingerprint, answer, at)
         select unhex(m.value ->> 0), m.value ->> 1, unhex(m.value ->> 2), m.value ->> 3, $2
         from json_each($1) as m",
    )
    .bind(json(&rows)?)
    .bind(At(decision.at))
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// The rows of a statement.
fn json(rows: &[impl Serialize]) -> Stored<String> {
    serde_json::to_string(rows).map_err(|error| StoreError::Failed(error.into()))
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
