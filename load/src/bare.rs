//! Spending on SQLite without a server: read, judge, write, log, commit, one use after the other. What the engine does
//! alone.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{Draw, uid};

/// So many attempts are put into their index at once.
const FRESH: i64 = 1024;

/// Uses a second.
pub(crate) async fn spend(file: &str, time: Duration, tokens: u64) -> Result<f64> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut draw = Draw::new();
    let start = Instant::now();
    let mut done = 0_u32;
    while start.elapsed() < time {
        let uid = uid(draw.up_to(tokens));
        let mut transaction = connection.begin_with("begin immediate").await?;
        let (uses, value): (i64, String) = sqlx::query_as(
            "select uses, value from tokens where uid = unhex($1, '-') and disabled is null
                 and (locked_until is null or locked_until <= unixepoch() * 1000000)",
        )
        .bind(&uid)
        .fetch_one(&mut *transaction)
        .await?;
        ensure!(uses > 0, "used up");
        sqlx::query(
            "update tokens
             set uses = uses - 1, used = used + 1, version = version + 1,
                 last_used = unixepoch() * 1000000, locked_until = unixepoch() * 1000000
             where uid = unhex($1, '-')",
        )
        .bind(&uid)
        .execute(&mut *transaction)
        .await?;
        let written = sqlx::query(
            "insert into usages (token_uid, token_value, at, outcome, actor, _fresh)
             values (unhex($1, '-'), $2, unixepoch() * 1000000, 0, 'bare', 1)",
        )
        .bind(&uid)
        .bind(value)
        .execute(&mut *transaction)
        .await?;
        // As the server puts them into the index by token.
        let last = written.last_insert_rowid();
        if last % FRESH == 0 {
            sqlx::query(
                "update usages set _fresh = null where id >= $1 and id < $2 and _fresh = 1",
            )
            .bind(last - FRESH)
            .bind(last)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        done += 1;
    }
    Ok(f64::from(done) / start.elapsed().as_secs_f64())
}
