//! What an error of an engine means.

use domain::store::StoreError;
use sqlx::{error::DatabaseError, sqlite::SqliteError};

/// A row holds what its table can't hold if only we write to it.
#[derive(Debug, thiserror::Error)]
#[error("inconsistent data: table {table}, column {column}, row {id}")]
pub struct Inconsistent {
    /// Where.
    pub table: &'static str,
    /// What is wrong.
    pub column: &'static str,
    /// Which row; nothing that is secret.
    pub id: String,
}

impl From<Inconsistent> for StoreError {
    fn from(error: Inconsistent) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// A statement that did not do what its own conditions make certain.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unexpected(pub(super) &'static str);

/// Why a statement did nothing.
pub(super) fn failed(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => StoreError::Taken,
        sqlx::Error::Database(cause) if passes(&**cause) => StoreError::Unavailable(error.into()),
        _ if is_lost(&error) => StoreError::Unavailable(error.into()),
        _ => StoreError::Failed(error.into()),
    }
}

/// Why a statement that makes changes last did not answer. Where the connection was lost over it nobody knows what was
/// done: to say "nothing, try again" could spend a use twice.
pub(super) fn unsure(error: sqlx::Error) -> StoreError {
    // A server that is told to end at once says so (`crash_shutdown`) also to those whose commit it has just written.
    let crashed =
        matches!(&error, sqlx::Error::Database(cause) if cause.code().as_deref() == Some("57P02"));
    if crashed || is_lost(&error) {
        StoreError::InDoubt(error.into())
    } else {
        failed(error)
    }
}

/// Whether the engine did not answer at all.
fn is_lost(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

/// Whether the same may work in a moment. Engines take back what the statement did when they answer so.
fn passes(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else {
        return false;
    };
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // Extended codes hold the plain one in their lowest byte: busy, locked, out of memory, input or output failed (which
        // a full disk can look like), disk full.
        return code
            .parse()
            .is_ok_and(|code: i32| matches!(code & 0xff, 5 | 6 | 7 | 10 | 13));
    }
    // Connections (08), serialization failures and deadlocks (40), resources (53), shutting down or starting up (57P),
    // a lock that can't be had, and a server that has become a standby.
    ["08", "40", "53", "57P"]
        .iter()
        .any(|class| code.starts_with(class))
        || ["55P03", "25006"].contains(&&*code)
}
