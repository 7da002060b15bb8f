//! Tokens by the million, straight into the tables: the fields that nobody asks for are as for any new token.

use anyhow::{Result, bail};
use sqlx::{Connection as _, PgConnection, SqliteConnection, raw_sql};

/// Adds the tokens of the numbers `from` to `to` with many uses, and so many rows of the log, spread over all tokens
/// there are.
pub(crate) async fn fill(url: &str, from: u64, to: u64, usages: u64) -> Result<()> {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await?;
        let uid = "(lpad(to_hex((n * 2654435761) & 4294967295), 8, '0')
                    || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))";
        let sql = format!(
            "insert into tokens
                 (uid, uses, used, lock, created, modified, version, value, label, search)
             select {uid}::uuid, 1000000000, 0, 0, at, at, 0, {uid}, label, {uid} || ' ' || lower(label)
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
    let sql = format!(
        "begin immediate;
         insert into tokens
             (uid, uses, used, lock, created, modified, version, value, label, search)
         with recursive t (n) as (select {from} union all select n + 1 from t where n < {to})
         select {bytes}, 1000000000, 0, 0, {now} - n * 1000000, {now} - n * 1000000, 0,
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
