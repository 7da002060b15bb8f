//! PostgreSQL: the cases, each in a database of its own, and what only this engine can show.

#[expect(clippy::duplicate_mod, reason = "the same cases, run once per engine")]
#[path = "cases/mod.rs"]
mod cases;
mod hours;
mod interrupted;
mod judged;
mod known;
mod lookups;
mod lost;
mod unindexed;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::support::database::Database;
use lookups::are_looked_up_together;

/// What this engine calls the character of a number.
const CHR: &str = "chr";
/// A time that it can keep, and we can't read.
const BEYOND_THE_CALENDAR: &str = "'infinity'";

/// A database that nobody else has.
async fn database() -> Database {
    Database::postgres().await
}

/// Does something to a database behind the store's back.
async fn execute(database: &Database, sql: &str) {
    let mut connection = PgConnection::connect(&database.address).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
}
