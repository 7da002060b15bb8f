//! The hot path in PostgreSQL.
//!
//! A group of attempts is first made without a lock: its tokens are read, the rule decides, and one statement writes
//! everything if, and only if, every token of the group is still as it was read. That is two ways to the server. If a
//! token has changed meanwhile, nothing was written, and the group is made again with its rows locked from the reading
//! to the commit. So there is progress whatever others do, and a group is made whole or not at all.
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
    consume::{Consumption, Decision, Spend, decide},
    ports::Clock,
    store::{StoreError, Stored},
};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::store::{
    at::At,
    error::{Unexpected, failed, unsure},
    rows::{TokenRow, counter, token_columns},
};

pub(super) async fn spend(
    connection: &mut PgConnection,
    spends: &[Spend],
    clock: &dyn Clock,
) -> Stored<Vec<Option<Consumption>>> {
    let mut uids: Vec<Uuid> = spends.iter().map(|spend| spend.token_uid).collect();
    uids.sort_unstable();
    uids.dedup();

    let tokens = read(connection, READ, &uids).await?;
    let decision = decide(tokens, spends, clock.now());
    if write(connection, &decision).await.map_err(unsure)? {
        return Ok(decision.answers);
    }

    let mut transaction = connection.begin().await.map_err(failed)?;
    let tokens = read(&mut transaction, READ_LOCKED, &uids).await?;
    let decision = decide(tokens, spends, clock.now());
    if !write(&mut transaction, &decision).await.map_err(failed)? {
        let error = Unexpected("a locked token was changed by somebody else");
        return Err(StoreError::Failed(error.into()));
    }
    transaction.commit().await.map_err(unsure)?;
    Ok(decision.answers)
}

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

async fn read(
    connection: &mut PgConnection,
    statement: &'static str,
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

/// `held` locks the tokens that are to change and are as they were read; `kept` finds those that are to stay, and are.
/// If none is missing, `spent` and `logged` write. In `spent`, `version` is the new one.
const WRITE: &str = "
    with held as (
        select t.uid, c.version, c.uses, c.used, c.locked_until
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
        where t.uid = held.uid and (select is_so from whole)
    ),
    logged as (
        insert into usages (token_uid, token_value, at, outcome, actor)
        select l.token_uid, l.token_value, $9, l.outcome, l.actor
        from unnest($10::uuid[], $11::text[], $12::smallint[], $13::text[])
            with ordinality as l (token_uid, token_value, outcome, actor, number)
        where (select is_so from whole)
        order by l.number
    )
    select is_so from whole";

/// Writes what was decided if all tokens are still as they were read; whether they were.
async fn write(connection: &mut PgConnection, decision: &Decision) -> sqlx::Result<bool> {
    let Decision {
        changed,
        usages,
        answers,
    } = decision;
    let Some(at) = answers.iter().flatten().map(|answer| At(answer.at)).next() else {
        // None of the tokens exists: there is nothing to write.
        return Ok(true);
    };
    let is_changed = |uid: Uuid| {
        changed
            .binary_search_by_key(&uid, |(_, after)| after.uid)
            .is_ok()
    };
    let mut kept: Vec<(Uuid, i64)> = answers
        .iter()
        .flatten()
        .filter(|answer| !is_changed(answer.token.uid))
        .map(|answer| (answer.token.uid, answer.token.version))
        .collect();
    kept.sort_unstable();
    kept.dedup();

    let of_changed =
        |field: fn(&(Token, Token)) -> i64| changed.iter().map(field).collect::<Vec<_>>();
    sqlx::query_scalar(WRITE)
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
        .bind(at)
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
        )
        .fetch_one(connection)
        .await
}
