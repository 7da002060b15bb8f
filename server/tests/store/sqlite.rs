//! `SQLite`: the cases, each in a file of its own, and what only this engine can show.

#[expect(clippy::duplicate_mod, reason = "the same cases, run once per engine")]
#[path = "cases/mod.rs"]
mod cases;
mod disk;
mod files;
mod fresh;
mod room;
mod texts;

use std::time::Duration;

use domain::store::Store;
use futures_util::future::join_all;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use tokio::time::timeout;

use crate::support::{database::Database, tokens::value};

/// What this engine calls the character of a number.
const CHR: &str = "char";
/// A time that it can keep, and we can't read.
const BEYOND_THE_CALENDAR: &str = "9223372036854775807";

/// A database that nobody else has.
async fn database() -> Database {
    Database::sqlite()
}

/// Whether a connection looks tokens up for many: then somebody is answered while all others that read are taken.
async fn are_looked_up_together(_: &Database, store: &dyn Store) -> bool {
    let _all = join_all([(); 4].map(|()| store.read())).await;
    let value = value("value 0");
    let answer = store.token_of_value(&value);
    timeout(Duration::from_millis(300), answer).await.is_ok()
}

/// Does something to a database behind the store's back.
async fn execute(database: &Database, sql: &str) {
    let mut connection = SqliteConnection::connect(&database.address).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}
