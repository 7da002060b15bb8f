//! Tokens by the million, straight into the tables: the fields that nobody asks for are as for any new token.

use anyhow::{Result, bail};
use sqlx::{Connection as _, PgConnection, SqliteConnection, raw_sql};

/// What tokens are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All can be used.
    Alike,
    /// A tenth can't be used, or not for long: as many have expired, are used up, are disabled, are not good yet, and
    /// expire soon. They are those for which [`is_usable`] does not hold.
    Mixed,
}

impl Kind {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Ok(match text {
            "alike" => Self::Alike,
            "mixed" => Self::Mixed,
            _ => bail!("`{text}` is no kind of tokens"),
        })
    }

    /// What tells tokens apart, for number `n`: the end of the window, the uses, since when it is disabled, and the
    /// beginning of the window; `soon` is later than `now`.
    fn columns(self, now: &str, soon: &str) -> String {
        match self {
            Self::Alike => "null, 1000000000, null, null".to_owned(),
            Self::Mixed => format!(
                "case n % 50 when 9 then {now} when 49 then {soon} end, \
                 case n % 50 when 19 then 0 else 1000000000 end, \
                 case n % 50 when 29 then {now} end, \
                 case n % 50 when 39 then {soon} end"
            ),
        }
    }
}

/// Whether a token of that number can be used, whatever kind it is of.
pub(crate) fn is_usable(n: u64) -> bool {
    n % 10 != 9
}

/// Adds the tokens of the numbers `from` to `to` with many uses, and so many rows of the log, spread over all tokens
/// there are.
pub(crate) async fn fill(url: &str, from: u64, to: u64, usages: u64, kind: Kind) -> Result<()> {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await?;
        let uid = "(lpad(to_hex((n * 2654435761) & 4294967295), 8, '0')
                    || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))";
        // The type of a null is that of the column only where it stands alone.
        let columns = kind
            .columns("now()", "now() + interval '1 hour'")
            .replace("null", "null::timestamptz");
        let sql = format!(
            "insert into tokens
                 (valid_to, uses, disabled, valid_from,
                  uid, used, lock, created, modified, version, value, label, search)
             select {columns},
                    {uid}::uuid, 0, 0, at, at, 0, {uid}, label, {uid} || ' ' || lower(label)
             from (select n, now() - n * interval '1 second' as at, 'Guest-' || n as label
                   from generate_series({from}::bigint, {to}::bigint) as n) as t;
             insert into usages (token_uid, token_value, at, outcome, actor)
             select {uid}::uuid, {uid}, now() - n * interval '1 millisecond', 0, 'fill'
             from (select 1 + i % {to} as n from generate_series(1::bigint, {usages}::bigint) as i) as u;"
        );
        raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&mut connection)
            .await?;
        for statement in ["vacuum analyze", "checkpoint"] {
            raw_sql(statement).execute(&mut connection).await?;
        }
        return Ok(());
    }
    if !url.starts_with("sqlite") {
        bail!("an address begins with postgres:// or sqlite://");
    }
    let mut connection = SqliteConnection::connect(url).await?;
    let uid = "printf('%08x-0000-4000-8000-%012x', (n * 2654435761) & 4294967295, n)";
    let bytes = "unhex(printf('%08x000040008000%012x', (n * 2654435761) & 4294967295, n))";
    let now = "cast(unixepoch('subsec') * 1000000 as integer)";
    let columns = kind.columns(now, &format!("{now} + 3600000000"));
    let sql = format!(
        "begin immediate;
         insert into tokens
             (valid_to, uses, disabled, valid_from,
              uid, used, lock, created, modified, version, value, label, search)
         with recursive t (n) as (select {from} union all select n + 1 from t where n < {to})
         select {columns},
                {bytes}, 0, 0, {now} - n * 1000000, {now} - n * 1000000, 0,
                {uid}, 'Guest-' || n, {uid} || ' guest-' || n
         from t where {from} <= {to};
         insert into usages (token_uid, token_value, at, outcome, actor)
         with recursive u (i) as (select 1 union all select i + 1 from u where i < {usages})
         select {bytes}, {uid}, {now} - i * 1000, 0, 'fill'
         from (select i, 1 + i % {to} as n from u where {usages} > 0);
         commit;
         analyze;
         pragma wal_checkpoint(truncate);"
    );
    raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await?;
    Ok(())
}
