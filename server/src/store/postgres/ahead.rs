//! Reading ahead: the tokens of the attempts that wait are read while a group before them is written.
//!
//! So a group need not read them first, and a database with a second processor has something to do for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::PgPool;
use tokio::{sync::mpsc, time::timeout};
use uuid::Uuid;

use super::{known::Known, spend};

/// So many wait to be read at most; what is more is read by its group.
const MOST: usize = 1024;
/// So long at most: the group has long read them itself.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Ahead {
    uids: mpsc::Sender<Uuid>,
    /// Groups that are just being written.
    groups: Arc<AtomicUsize>,
}

/// A group that is just being written, until it is dropped.
pub(super) struct Spending<'a>(&'a AtomicUsize);

impl Drop for Spending<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ahead {
    /// Starts what reads. It ends when this is dropped.
    pub(super) fn start(pool: PgPool, known: Arc<Known>) -> Self {
        let (uids, waiting) = mpsc::channel(MOST);
        let groups = Arc::default();
        tokio::spawn(run(pool, known, waiting, Arc::clone(&groups)));
        Self { uids, groups }
    }

    pub(super) fn spending(&self) -> Spending<'_> {
        self.groups.fetch_add(1, Ordering::Relaxed);
        Spending(&self.groups)
    }

    /// Has the token read unless its group is about to read it itself.
    pub(super) fn read_ahead(&self, uid: Uuid) {
        if self.groups.load(Ordering::Relaxed) > 0 {
            self.uids.try_send(uid).ok();
        }
    }
}

async fn run(
    pool: PgPool,
    known: Arc<Known>,
    mut waiting: mpsc::Receiver<Uuid>,
    groups: Arc<AtomicUsize>,
) {
    let mut uids = Vec::new();
    while waiting.recv_many(&mut uids, MOST).await > 0 {
        uids.sort_unstable();
        uids.dedup();
        known.unknown(&mut uids);
        if uids.is_empty() || groups.load(Ordering::Relaxed) == 0 {
            uids.clear();
            continue;
        }
        // Only by a connection that nobody else waits for.
        if let Some(mut connection) = pool.try_acquire() {
            match timeout(PATIENCE, spend::read(&mut connection, &uids)).await {
                Ok(Ok(tokens)) => known.learn(tokens),
                // The group will meet it, and say so.
                Ok(Err(error)) => tracing::debug!(%error, "tokens could not be read ahead"),
                // Nobody has tried whether it is still good, and it is not.
                Err(_) => connection.close_on_drop(),
            }
        }
        uids.clear();
    }
}
