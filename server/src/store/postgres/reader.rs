//! Reads for many at once: a statement for all of them costs little more than one for each.

use std::time::Duration;

use domain::store::Stored;
use sqlx::{PgConnection, PgPool, pool::PoolConnection};
use tokio::{sync::mpsc, time::timeout};

use super::{Db, RESTED, for_groups};

/// So many are read for at once.
pub(super) const MOST: usize = 1024;
/// So long a read takes at most: then those for whom it was see to it themselves.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// Gathers those for whom to read, and has a connection to do it.
pub(super) struct Reader<T> {
    pool: PgPool,
    waiting: mpsc::Receiver<T>,
    /// Kept while there is something to read, for its plan and for what its process has seen of the tables. It rests for
    /// so short a time that it is good, and then leaves.
    kept: Option<PoolConnection<Db>>,
}

impl<T> Reader<T> {
    pub(super) fn new(pool: PgPool, waiting: mpsc::Receiver<T>) -> Self {
        Self {
            pool,
            waiting,
            kept: None,
        }
    }

    /// Waits for somebody, and adds to `group` all who wait then; false when there will be no more.
    pub(super) async fn gather(&mut self, group: &mut Vec<T>) -> bool {
        let first = if let Ok(first) = timeout(RESTED, self.waiting.recv()).await {
            first
        } else {
            self.kept = None;
            self.waiting.recv().await
        };
        let Some(first) = first else { return false };
        // Whoever else can ask at once does so first.
        tokio::task::yield_now().await;
        group.push(first);
        while group.len() < MOST
            && let Ok(next) = self.waiting.try_recv()
        {
            group.push(next);
        }
        true
    }

    /// The connection that is kept, or a new one.
    pub(super) async fn connection(&mut self) -> Stored<&mut PgConnection> {
        let kept = match self.kept.take() {
            Some(kept) => kept,
            None => for_groups(&self.pool).await?,
        };
        Ok(self.kept.insert(kept))
    }

    /// The same, if nobody else is going to miss it.
    pub(super) async fn spare_connection(&mut self) -> Stored<Option<&mut PgConnection>> {
        if self.free() == 0 {
            self.kept = None;
        }
        if self.kept.is_none() && self.free() < 2 {
            return Ok(None);
        }
        self.connection().await.map(Some)
    }

    /// Nobody knows whether the connection is still good.
    pub(super) fn give_up(&mut self) {
        self.kept = None;
    }

    /// How many more connections can be had.
    fn free(&self) -> usize {
        let most = self.pool.options().get_max_connections();
        self.pool.num_idle()
            + usize::try_from(most.saturating_sub(self.pool.size())).unwrap_or_default()
    }
}
