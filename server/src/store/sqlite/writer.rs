//! The one connection that writes.
//!
//! The engine lets only one write at a time, and whoever waits here does so without polling, in the order of arrival.
//! Who spends keeps the connection for the next group until somebody else is to write: the pool asks the thread of the
//! engine whether a connection that comes back is still good, and the next group would wait for that.

use std::time::Duration;

use domain::store::Stored;
use sqlx::{Sqlite, SqlitePool, Transaction, pool::PoolConnection};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::timeout,
};

use super::BEGIN;
use crate::store::error::failed;

#[derive(Debug)]
pub(super) struct Writer {
    /// Of one connection.
    pool: SqlitePool,
    /// The connection, while it is not in the pool and nobody has it.
    kept: Mutex<Option<PoolConnection<Sqlite>>>,
    /// How long somebody waits.
    patience: Duration,
}

/// A turn of one who spends.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) connection: PoolConnection<Sqlite>,
    kept: MutexGuard<'a, Option<PoolConnection<Sqlite>>>,
}

impl Turn<'_> {
    /// Keeps the connection, which is as good as it was, for the next one. A turn that is dropped gives it to the pool, or
    /// closes it.
    pub(super) fn keep(mut self) {
        *self.kept = Some(self.connection);
    }
}

impl Writer {
    pub(super) fn new(pool: SqlitePool, patience: Duration) -> Self {
        Self {
            pool,
            kept: Mutex::new(None),
            patience,
        }
    }

    /// To spend a group.
    pub(super) async fn turn(&self) -> Stored<Turn<'_>> {
        let mut kept = self.kept().await?;
        let connection = match kept.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await.map_err(failed)?,
        };
        Ok(Turn { connection, kept })
    }

    /// To write anything else.
    pub(super) async fn begin(&self) -> Stored<Transaction<'static, Sqlite>> {
        let mut kept = self.kept().await?;
        drop(kept.take());
        self.pool.begin_with(BEGIN).await.map_err(failed)
    }

    async fn kept(&self) -> Stored<MutexGuard<'_, Option<PoolConnection<Sqlite>>>> {
        timeout(self.patience, self.kept.lock())
            .await
            .map_err(|_| failed(sqlx::Error::PoolTimedOut))
    }
}
