//! `SQLite`: the cases, each in a file of its own, and what only this engine can show.

#[expect(clippy::duplicate_mod, reason = "the same cases, run once per engine")]
#[path = "cases/mod.rs"]
mod cases;
mod disk;
mod files;
mod fresh;
mod texts;

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::support::database::Database;

/// What this engine calls the character of a number.
const CHR: &str = "char";
/// A time that it can keep, and we can't read.
const BEYOND_THE_CALENDAR: &str = "9223372036854775807";

/// A database that nobody else has.
async fn database() -> Database {
    Database::sqlite()
}

/// Whether a connection looks tokens up for many: there are one that writes and four that read without it.
async fn are_looked_up_together(database: &Database) -> bool {
    let file = Path::new(database.address.trim_start_matches("sqlite://"));
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let open = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    open.filter(|open| open == file).count() == 6
}

/// Does something to a database behind the store's back.
async fn execute(database: &Database, sql: &str) {
    let mut connection = SqliteConnection::connect(&database.address).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
}
