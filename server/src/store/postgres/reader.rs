//! Reads for many at once: a statement for all of them costs little more than one for each.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::store::Stored;
use sqlx::{PgConnection, PgPool, pool::PoolConnection};
use tokio::{sync::mpsc, time::timeout};

use super::{Db, RESTED, for_groups};

/// So many are read for at once.
pub(super) const MOST: usize = 1024;
/// So long a read takes at most: then those for whom it was see to it themselves.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// Something that is under way, and counted until it is dropped.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    /// Counts it, and says how many others there are.
    pub(super) fn among(all: &'a AtomicUsize) -> (Self, usize) {
        let others = all.fetch_add(1, Ordering::Relaxed);
        (Self(all), others)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Gathers those for whom to read, and has a connection to do it.
pub(super) struct Reader<T> {
    pool: PgPool,
    waiting: mpsc::Receiver<T>,
    /// Kept while there is something to read, for its plan and for what its process has seen of the tables. It rests for
    /// so short a time that it is good, and then leaves.
    kept: Option<PoolConnection<Db>>,
    is_kept: Arc<AtomicBool>,
}

impl<T> Reader<T> {
    pub(super) fn new(pool: PgPool, waiting: mpsc::Receiver<T>) -> Self {
        Self {
            pool,
            waiting,
            kept: None,
            is_kept: Arc::default(),
        }
    }

    /// Whether there is a connection just now, for those who do without if there is none.
    pub(super) fn is_kept(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_kept)
    }

    /// Waits for somebody, and adds to `group` all who wait then; false when there will be no more.
    pub(super) async fn gather(&mut self, group: &mut Vec<T>) -> bool {
        let first = if let Ok(first) = timeout(RESTED, self.waiting.recv()).await {
            first
        } else {
            self.give_up();
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
        self.is_kept.store(true, Ordering::Relaxed);
        Ok(self.kept.insert(kept))
    }

    /// The same, if nobody else is going to miss it.
    pub(super) async fn spare_connection(&mut self) -> Stored<Option<&mut PgConnection>> {
        if self.free() == 0 {
            self.give_up();
        }
        if self.kept.is_none() && self.free() < 2 {
            return Ok(None);
        }
        self.connection().await.map(Some)
    }

    /// Keeps the connection no longer: others need it, or nobody knows whether it is still good.
    pub(super) fn give_up(&mut self) {
        self.kept = None;
        self.is_kept.store(false, Ordering::Relaxed);
    }

    /// How many more connections can be had.
    fn free(&self) -> usize {
        let most = self.pool.options().get_max_connections();
        self.pool.num_idle()
            + usize::try_from(most.saturating_sub(self.pool.size())).unwrap_or_default()
    }
}
