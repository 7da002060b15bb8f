//! What writes a group: one statement, which writes all of it or nothing; or, where each attempt stands for itself, what
//! nobody else changes meanwhile.

use std::{collections::BTreeSet, error::Error};

use chrono::{DateTime, Utc};
use domain::{
    Token,
    consume::{Decision, Spend},
    store::{StoreError, Stored},
};
use sqlx::{FromRow as _, PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::store::{
    at::At,
    error::{failed, unsure},
    rows::{TokenRow, answer_json, counter, token_columns},
};

/// The tokens that are to change, and are as they were read: as they become (`c`), and where they are (`t`).
macro_rules! to_change {
    () => {
        "from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                     $6::timestamptz[])
             as c (uid, read_version, version, uses, used, locked_until)
         join tokens as t on t.uid = c.uid and t.version = c.read_version"
    };
}

/// Finds the tokens that are to stay as they were read, and are.
macro_rules! kept {
    () => {
        "kept as (
            select t.uid
            from unnest($7::uuid[], $8::bigint[]) as k (uid, version)
            join tokens as t on t.uid = k.uid and t.version = k.version
        )"
    };
}

/// Writes the tokens that are to change, if all are as they should be. `version` is the new one. They are found by their
/// places: they are locked, and as they were when the statement began, so they are still there, and the index is asked
/// once rather than twice.
macro_rules! spent {
    () => {
        "spent as (
            update tokens as t
            set version = held.version, uses = held.uses, used = held.used,
                locked_until = held.locked_until, last_used = $9
            from held
            where t.ctid = held.ctid and (select is_so from whole)
        )"
    };
}

/// The attempts that were decided here.
macro_rules! attempts {
    () => {
        "select l.token_uid, l.token_value, l.outcome, l.actor, l.number
         from unnest($10::uuid[], $11::text[], $12::smallint[], $13::text[])
             with ordinality as l (token_uid, token_value, outcome, actor, number)"
    };
}

/// The tokens that should have been as they were read, as they were when the statement began, if one is not.
macro_rules! others {
    () => {
        "from tokens where uid = any(case when whole.is_so then '{}' else $1 || $7 end)"
    };
}

/// Writes what was decided. `held` locks the tokens that are to change and are as they were read. If none is missing, and
/// none of those that are to stay, the others write; if one is, the answer is all of them as they were when the statement
/// began.
const WRITE: &str = concat!(
    "with held as (
        select t.ctid, c.version, c.uses, c.used, c.locked_until ",
    to_change!(),
    " order by t.uid
        for update of t
    ),",
    kept!(),
    ",
    whole as (
        select (select count(*) from held) = cardinality($1)
            and (select count(*) from kept) = cardinality($7) as is_so
    ),",
    spent!(),
    ",
    logged as (
        insert into usages (token_uid, token_value, at, outcome, actor)
        select a.token_uid, a.token_value, $9, a.outcome, a.actor
        from (",
    attempts!(),
    ") as a
        where (select is_so from whole)
        order by a.number
    )
    select whole.is_so, now.*
    from whole
    left join lateral (select ",
    token_columns!(),
    " ",
    others!(),
    ") as now on true"
);

/// How an attempt on a token `t` ends. The rule stands here as in [`Token::consume`], with the numbers of
/// [`Outcome::number`](domain::usage::Outcome::number); there is none for a row whose numbers or times do not fit.
macro_rules! outcome {
    (at $at:literal) => {
        concat!(
            "case
                when t.uses not between -1 and 2147483647 or t.used < 0
                    or t.lock not between 0 and 2147483647
                    or t.valid_from >= t.valid_to
                    or greatest(t.valid_from, t.valid_to, t.disabled, t.last_used,
                        t.created, t.modified) >= timestamptz '262000-01-01 UTC'
                    or least(t.valid_from, t.valid_to, t.disabled, t.last_used,
                        t.created, t.modified) = '-infinity'
                    then null
                when t.disabled is not null then 6
                when t.uses = 0 then 2
                when t.lock > 0 and ",
            $at,
            " < t.last_used + t.lock * interval '1 second' then 3
                when ",
            $at,
            " < t.valid_from then 4
                when t.valid_to < ",
            $at,
            " then 5
                else 0
            end"
        )
    };
}

/// Finds tokens that nobody has read, with these attempts on them, and judges them.
macro_rules! judged {
    (at $at:literal, uids $uids:literal, actors $actors:literal) => {
        concat!(
            "judged as materialized (
                select t.ctid as place, ",
            token_columns!(),
            ", a.actor, a.number, ",
            outcome!(at $at),
            "::smallint as outcome
                from unnest(",
            $uids,
            "::uuid[], ",
            $actors,
            "::text[]) with ordinality as a (token_uid, actor, number)
                join tokens as t on t.uid = a.token_uid
            )"
        )
    };
}

/// What becomes of a token of this table that is spent: `version`, `uses`, `used` and `locked_until`.
macro_rules! next {
    (of $of:literal, at $at:literal) => {
        concat!(
            $of,
            ".version + 1,
            case when ",
            $of,
            ".uses > 0 then ",
            $of,
            ".uses - 1 else ",
            $of,
            ".uses end,
            least(",
            $of,
            ".used, 9223372036854775806) + 1,
            case when ",
            $of,
            ".lock > 0 then ",
            $at,
            " + ",
            $of,
            ".lock * interval '1 second' end"
        )
    };
}

/// Makes one attempt, if the rule allows it. The answer is the token as it is then, or nothing, and then nothing was
/// written either: why is not asked. Where there are few to make, most of what a statement costs is to start its plan, and
/// this one has five parts where [`JUDGE`] has thirty.
///
/// Where it waits for somebody who changes the token, PostgreSQL judges the row as it was left. That was after the clock
/// was asked, and then it is not for this statement, just as if somebody else's clock is ahead.
const ONE: &str = concat!(
    "with spent as (
        update tokens as t
        set (version, uses, used, locked_until) = (",
    next!(of "t", at "$1"),
    "),
            last_used = $1
        where t.uid = $2 and ",
    outcome!(at "$1"),
    " = 0 and greatest(t.modified, t.last_used) <= $1
        returning ",
    token_columns!(),
    "
    ),
    logged as (
        insert into usages (token_uid, token_value, at, outcome, actor)
        select uid, value, $1, 0, $3 from spent
    )
    select * from spent"
);

/// Judges attempts on tokens that nobody has read, one on each, and writes what it says. Nobody has to hold the tokens
/// before: each attempt stands for itself, so what somebody else has changed since the statement began is left out, with
/// its row of the log, and the others are made. The answer is the tokens that were judged, as they were before; if not all
/// were made, all of them once more. If one does not fit nothing is written.
///
/// Tokens are written in the order of their uids, in which everybody locks them, by their places: whatever was changed in
/// between has another version. The uid is asked for as well because PostgreSQL, where it has waited for a row, before its
/// releases of November 2025 does not look at the place again.
const JUDGE: &str = concat!(
    "with ",
    judged!(at "$1", uids "$2", actors "$3"),
    ",
    fit as (
        select not exists (select from judged where outcome is null) as is_so
    ),
    spent as (
        update tokens as t
        set (version, uses, used, locked_until) = (",
    next!(of "j", at "$1"),
    "),
            last_used = $1
        from (
            select * from judged
            where outcome = 0 and (select is_so from fit)
            order by uid
        ) as j
        where t.ctid = j.place and t.uid = j.uid and t.version = j.version
        returning j.*
    ),
    made as (
        select ",
    token_columns!(),
    ", actor, number, outcome from spent
        union all
        select ",
    token_columns!(),
    ", actor, number, outcome from judged where outcome <> 0 and (select is_so from fit)
    ),
    logged as (
        insert into usages (token_uid, token_value, at, outcome, actor)
        select uid, value, $1, outcome, actor from made order by number
    )
    select ",
    token_columns!(),
    ", outcome, true as is_made from made
    union all
    select ",
    token_columns!(),
    ", outcome, false from judged
    where (select count(*) from made) < (select count(*) from judged)"
);

/// Writes what was decided, judges attempts on tokens that nobody has read, and remembers. The answer is the tokens that
/// were judged, as they were before.
///
/// If one of these does not fit, nothing is written.
///
/// All are found by the index first, as they were when the statement began, and locked by their places: whatever was
/// changed in between has another version and is missing. The uid is asked for as well because PostgreSQL, where it has
/// waited for a row, joins its new version with all that was found, and before its releases of November 2025 does not look
/// at the place again.
///
/// In the log, what was judged comes after what was decided here: all are of one instant. What is to be remembered is
/// written in the order of the keys, so that nobody waits in a circle.
const JUDGE_AND_WRITE: &str = concat!(
    "with ",
    judged!(at "$9", uids "$14", actors "$15"),
    ",
    found as (
        select t.ctid as place, c.* ",
    to_change!(),
    " union all
        select place, uid, version, ",
    next!(of "judged", at "$9"),
    "
        from judged
        where outcome = 0
    ),
    held as (
        select t.ctid, f.version, f.uses, f.used, f.locked_until
        from found as f
        join tokens as t
            on t.ctid = f.place and t.uid = f.uid and t.version = f.read_version
        order by f.uid
        for update of t
    ),",
    kept!(),
    ",
    whole as (
        select (select count(*) from held)
                = cardinality($1) + (select count(*) from judged where outcome = 0)
            and not exists (select from judged where outcome is null)
            and (select count(*) from kept) = cardinality($7) as is_so
    ),",
    spent!(),
    ",
    logged as (
        insert into usages (token_uid, token_value, at, outcome, actor)
        select a.token_uid, a.token_value, $9, a.outcome, a.actor
        from (",
    attempts!(),
    "
            union all
            select uid, value, outcome, actor, cardinality($10) + number from judged
        ) as a
        where (select is_so from whole)
        order by a.number
    ),
    remembered as (
        insert into memories (actor, key, fingerprint, answer, at)
        select m.actor, m.key, m.fingerprint, m.answer, $9
        from unnest($16::uuid[], $17::text[], $18::bytea[], $19::text[])
            as m (actor, key, fingerprint, answer)
        where (select is_so from whole)
        order by m.actor, m.key
    )
    select whole.is_so, now.*
    from whole
    left join lateral (
        select ",
    token_columns!(),
    ", outcome from judged where whole.is_so
        union all
        select ",
    token_columns!(),
    ", null ",
    others!(),
    ") as now on true"
);

/// What became of a group.
pub(super) enum Written {
    /// It is written, and these attempts were judged by the database.
    Whole(Vec<Judged>),
    /// Nothing is: not all tokens are as they were read. These are they, as they were when the statement began.
    Nothing(Vec<Token>),
}

/// A token as it was before an attempt that the database judged, and how that ended.
pub(super) struct Judged {
    pub(super) token: Token,
    pub(super) outcome: i16,
}

/// Makes one attempt that is not under a key, if the rule allows it and nobody changes the token meanwhile: the token after
/// it. If there is none, nothing was done.
pub(super) async fn one(
    connection: &mut PgConnection,
    spend: &Spend,
    at: DateTime<Utc>,
) -> Stored<Option<Token>> {
    let row = sqlx::query(ONE)
        .bind(At(at))
        .bind(spend.token_uid)
        .bind(&spend.actor)
        .fetch_optional(connection)
        .await
        .map_err(unsure)?;
    row.map(|row| token(&row).map_err(in_doubt)).transpose()
}

/// Makes attempts on tokens that nobody has read, one on each and none under a key, as far as nobody else changes them
/// meanwhile: the tokens that were judged, and the uids of those on which nothing was done. What is in neither does not
/// exist.
pub(super) async fn judge(
    connection: &mut PgConnection,
    spends: &[Spend],
    at: DateTime<Utc>,
) -> Stored<(Vec<Judged>, BTreeSet<Uuid>)> {
    let rows = sqlx::query(JUDGE)
        .bind(At(at))
        .bind(spends.iter().map(|a| a.token_uid).collect::<Vec<_>>())
        .bind(spends.iter().map(|a| a.actor.as_str()).collect::<Vec<_>>())
        .fetch_all(connection)
        .await
        .map_err(unsure)?;
    let (mut made, mut left) = (Vec::with_capacity(rows.len()), BTreeSet::new());
    for row in &rows {
        if row.try_get("is_made").map_err(in_doubt)? {
            made.push(judged(row)?);
        } else {
            left.insert(row.try_get("uid").map_err(in_doubt)?);
        }
    }
    // They stand twice in the answer.
    for Judged { token, .. } in &made {
        left.remove(&token.uid);
    }
    Ok((made, left))
}

/// A row of a token that was judged and written: whoever is told that it failed would take it to be undone.
fn judged(row: &PgRow) -> Stored<Judged> {
    Ok(Judged {
        token: token(row).map_err(in_doubt)?,
        outcome: row.try_get("outcome").map_err(in_doubt)?,
    })
}

fn token(row: &PgRow) -> Stored<Token> {
    let row = TokenRow::from_row(row).map_err(failed)?;
    Ok(row.try_into()?)
}

/// Writes what was decided if all tokens are still as they were read, and has the database judge attempts on `unseen`
/// tokens, one on each. [`StoreError::Taken`] if somebody else has written one of the keys, and then nothing was written
/// either.
pub(super) async fn write(
    connection: &mut PgConnection,
    decision: &Decision,
    unseen: &[&Spend],
) -> Stored<Written> {
    let Decision {
        at,
        changed,
        kept,
        usages,
        memories,
        ..
    } = decision;
    if usages.is_empty() && memories.is_empty() && unseen.is_empty() {
        // All of it is known, or none of the tokens exists: there is nothing to write.
        return Ok(Written::Whole(Vec::new()));
    }
    let of_changed =
        |field: fn(&(Token, Token)) -> i64| changed.iter().map(field).collect::<Vec<_>>();
    let is_plain = memories.is_empty() && unseen.is_empty();
    let query = sqlx::query(if is_plain { WRITE } else { JUDGE_AND_WRITE })
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
    let query = if is_plain {
        query
    } else {
        let answers = memories
            .iter()
            .map(|memory| answer_json(&memory.answer))
            .collect::<Stored<Vec<_>>>()?;
        let of_memories = || memories.iter().map(|memory| &memory.once);
        query
            .bind(unseen.iter().map(|a| a.token_uid).collect::<Vec<_>>())
            .bind(unseen.iter().map(|a| a.actor.as_str()).collect::<Vec<_>>())
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
    written(&rows)
}

/// What the answer of [`write()`]'s statement says.
fn written(rows: &[PgRow]) -> Stored<Written> {
    let is_whole = |row: &PgRow| row.try_get::<bool, _>("is_so").map_err(failed);
    let is_whole = rows.first().map(is_whole).transpose()? == Some(true);
    let mut tokens = Vec::new();
    let mut judged = Vec::new();
    for row in rows {
        // There is none, or none any more.
        if row
            .try_get::<Option<Uuid>, _>("uid")
            .map_err(failed)?
            .is_none()
        {
            continue;
        }
        if is_whole {
            judged.push(self::judged(row)?);
        } else {
            tokens.push(token(row)?);
        }
    }
    Ok(if is_whole {
        Written::Whole(judged)
    } else {
        Written::Nothing(tokens)
    })
}

/// An error on the way back from a statement that has written.
fn in_doubt(error: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::InDoubt(error.into())
}
