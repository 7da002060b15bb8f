//! `SQLite`.

#[expect(clippy::duplicate_mod, reason = "the same cases, run once per engine")]
#[path = "cases.rs"]
mod cases;

use crate::database::Database;

/// A database that nobody else has.
async fn database() -> Database {
    Database::sqlite()
}
