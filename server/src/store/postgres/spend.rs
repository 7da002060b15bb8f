//! The hot path in PostgreSQL.
//!
//! A group of attempts is first made without a lock: its tokens are read, the rule decides, and one statement writes
//! everything if, and only if, every token of the group is still as it was read. That is two ways to the server, or one
//! where this node wrote all of them last, or has read them while another group was written ([`Known`]). If a token has
//! changed meanwhile, nothing was written, and the group is made again, at last with its rows locked from the reading to
//! the commit. So there is progress whatever others do, and a group is made whole or not at all. The same holds where
//! somebody else has meanwhile written one of its idempotency keys: the index says so, and it is looked up again.
//!
//! Why an answer is right: the statement sees the same version of each token as the reading before it, and a version
//! is never used twice, so the token was the same in between, when the clock was asked. What the rule said then is what
//! it would have said to somebody who had the token to himself at that instant. That holds for refusals too, and for
//! tokens that do not exist as far as a uid is never made twice.
//!
//! Rows are always locked in the order of their uids, by this and by everybody who locks several: nobody waits in a
//! circle.

use domain::{
    Token,
    consume::{Answer, Decision, Spend, decide},
    idempotency::Memory,
    ports::Clock,
    store::{StoreError, Stored},
};
use sqlx::{Connection as _, FromRow as _, PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::known::Known;
use crate::store::{
    at::At,
    error::{Unexpected, failed, unsure},
    rows::{MemoryRow, TokenRow, answer_json, counter, token_columns},
};

pub(super) async fn spend(
    connection: &mut PgConnection,
    known: &Known,
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Answer>> {
    let mut uids: Vec<Uuid> = spends.iter().map(|spend| spend.token_uid).collect();
    uids.sort_unstable();
    uids.dedup();

    let (mut tokens, others) = known.of(&uids);
    let is_by_memory = !tokens.is_empty();
    if !others.is_empty() {
        tokens.extend(read(connection, &others).await?);
    }
    match attempt(connection, known, tokens, spends, clock).await? {
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
                attempt(connection, known, tokens, spends, clock).await?
            {
                return Ok(answers);
            }
        }
        Attempt::Changed(_) | Attempt::Taken => {}
    }

    for _ in 0..TRIES {
        let mut transaction = connection.begin().await.map_err(failed)?;
        let tokens = read_by(READ_LOCKED, &mut transaction, &uids).await?;
        let memories = recall(&mut transaction, spends).await?;
        let decision = decide(tokens, memories, spends, clock.now());
        match write(&mut transaction, &decision).await {
            Ok(None) => {
                transaction.commit().await.map_err(unsure)?;
                return Ok(decision.answers);
            }
            Ok(Some(_)) => {
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

/// What came of a group that was made without a lock.
enum Attempt {
    Made(Vec<Answer>),
    /// Nothing: somebody else has changed some of its tokens, and these are they now.
    Changed(Vec<Token>),
    /// Nothing: somebody else has written one of its idempotency keys.
    Taken,
}

async fn attempt(
    connection: &mut PgConnection,
    known: &Known,
    tokens: Vec<Token>,
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Attempt> {
    let memories = recall(connection, spends).await?;
    let decision = decide(tokens, memories, spends, clock.now());
    match write(connection, &decision).await {
        Ok(None) => {
            known.learn(decision.changed.into_iter().map(|(_, after)| after));
            Ok(Attempt::Made(decision.answers))
        }
        Ok(Some(now)) => Ok(Attempt::Changed(now)),
        Err(StoreError::Taken) => Ok(Attempt::Taken),
        Err(error) => Err(error),
    }
}

/// How often a group is made anew because another node has just written one of its idempotency keys, for a token that
/// is not in this group.
const TRIES: usize = 5;

const READ: &str = concat!(
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

/// `held` locks the tokens that are to change and are as they were read; `kept` finds those that are to stay, and are.
/// If none is missing, the others write; if one is, the answer is all of them as they are now. In `spent`, `version` is
/// the new one, and the rows are found by their places: they are locked, and as they were when the statement began, so
/// they are still there, and the index is asked once rather than twice.
macro_rules! write_statement {
    ($more:literal) => {
        concat!(
            "
    with held as (
        select t.ctid, c.version, c.uses, c.used, c.locked_until
        from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                    $6::timestamptz[])
            as c (uid, read_version, version, uses, used, locked_until)
        join tokens as t on t.uid = c.uid and t.version = c.read_version
        order by t.uid
        for update of t
    ),
    kept as (
        select t.uid
        from unnest($7::uuid[], $8::bigint[]) as k (uid, version)
        join tokens as t on t.uid = k.uid and t.version = k.version
    ),
    whole as (
        select (select count(*) from held) = cardinality($1)
            and (select count(*) from kept) = cardinality($7) as is_so
    ),
    spent as (
        update tokens as t
        set version = held.version, uses = held.uses, used = held.used,
            locked_until = held.locked_until, last_used = $9
        from held
        where t.ctid = held.ctid and (select is_so from whole)
    ),
    logged as (
        insert into usages (token_uid, token_value, at, outcome, actor)
        select l.token_uid, l.token_value, $9, l.outcome, l.actor
        from unnest($10::uuid[], $11::text[], $12::smallint[], $13::text[])
            with ordinality as l (token_uid, token_value, outcome, actor, number)
        where (select is_so from whole)
        order by l.number
    )",
            $more,
            "
    select whole.is_so, now.*
    from whole
    left join lateral (
        select ",
            token_columns!(),
            " from tokens
        where uid = any(case when whole.is_so then '{}' else $1 || $7 end)
    ) as now on true"
        )
    };
}

const WRITE: &str = write_statement!("");

/// The same for groups in which something is to be remembered. In the order of the keys, so that nobody waits in a
/// circle.
const WRITE_AND_REMEMBER: &str = write_statement!(
    ",
    remembered as (
        insert into memories (actor, key, fingerprint, answer, at)
        select m.actor, m.key, m.fingerprint, m.answer, $9
        from unnest($14::uuid[], $15::text[], $16::bytea[], $17::text[])
            as m (actor, key, fingerprint, answer)
        where (select is_so from whole)
        order by m.actor, m.key
    )"
);

/// Writes what was decided if all tokens are still as they were read; if not, nothing, and then these are they now.
/// [`StoreError::Taken`] if somebody else has written one of the keys, and then nothing was written either.
async fn write(connection: &mut PgConnection, decision: &Decision) -> Stored<Option<Vec<Token>>> {
    let Decision {
        at,
        changed,
        kept,
        usages,
        memories,
        ..
    } = decision;
    if usages.is_empty() && memories.is_empty() {
        // All of it is known, or none of the tokens exists: there is nothing to write.
        return Ok(None);
    }
    let of_changed =
        |field: fn(&(Token, Token)) -> i64| changed.iter().map(field).collect::<Vec<_>>();
    let statement = if memories.is_empty() {
        WRITE
    } else {
        WRITE_AND_REMEMBER
    };
    let query = sqlx::query(statement)
        .bind(
            changed
                .iter()
                .map(|(_, after)| after.uid)
                .collect::<Vec<_>>(),
        )
        .bind(of_changed(|(before, _)| before.version))
        .bind(of_changed(|(_, after)| after.version))
        .bind(of_changed(|(_, after)| after.uses.number()))
        .bind(of_changed(|(_, after)| counter(after.used)))
        .bind(
            changed
                .iter()
                .map(|(_, after)| after.locked_until().map(At))
                .collect::<Vec<_>>(),
        )
        .bind(kept.iter().map(|(uid, _)| *uid).collect::<Vec<_>>())
        .bind(kept.iter().map(|(_, version)| *version).collect::<Vec<_>>())
        .bind(At(*at))
        .bind(
            usages
                .iter()
                .map(|usage| usage.token_uid)
                .collect::<Vec<_>>(),
        )
        .bind(
            usages
                .iter()
                .map(|usage| usage.token_value.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            usages
                .iter()
                .map(|usage| usage.outcome.number())
                .collect::<Vec<_>>(),
        )
        .bind(
            usages
                .iter()
                .map(|usage| usage.actor.as_str())
                .collect::<Vec<_>>(),
        );
    let query = if memories.is_empty() {
        query
    } else {
        let answers = memories
            .iter()
            .map(|memory| answer_json(&memory.answer))
            .collect::<Stored<Vec<_>>>()?;
        let of_memories = || memories.iter().map(|memory| &memory.once);
        query
            .bind(of_memories().map(|once| once.actor).collect::<Vec<_>>())
            .bind(
                of_memories()
                    .map(|once| once.key.as_str())
                    .collect::<Vec<_>>(),
            )
            .bind(
                of_memories()
                    .map(|once| once.fingerprint.0.as_slice())
                    .collect::<Vec<_>>(),
            )
            .bind(answers)
    };
    let rows = query.fetch_all(connection).await.map_err(unsure)?;
    changed_in(&rows)
}

/// The tokens as they are now, if the answer of [`write()`]'s statement is that they are others.
fn changed_in(rows: &[PgRow]) -> Stored<Option<Vec<Token>>> {
    let is_whole = |row: &PgRow| row.try_get::<bool, _>("is_so").map_err(failed);
    if rows.first().map(is_whole).transpose()? == Some(true) {
        return Ok(None);
    }
    let mut tokens = Vec::new();
    for row in rows {
        // None is there: all of them have been deleted.
        if row
            .try_get::<Option<Uuid>, _>("uid")
            .map_err(failed)?
            .is_some()
        {
            tokens.push(Token::try_from(TokenRow::from_row(row).map_err(failed)?)?);
        }
    }
    Ok(Some(tokens))
}
