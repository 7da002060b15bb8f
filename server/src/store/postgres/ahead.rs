//! Reading ahead: the tokens of attempts under keys that wait are read while a group before them is written.
//!
//! So a group need not read them first, and a database with a second processor has something to do for it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use domain::{Token, store::Stored};
use sqlx::{PgPool, pool::PoolConnection};
use tokio::{sync::mpsc, time::timeout};
use uuid::Uuid;

use super::{Db, RESTED, for_groups, known::Known, spend};
use crate::store::together::{MOST, PATIENCE, UnderWay, gather};

#[derive(Debug)]
pub(super) struct Ahead {
    uids: mpsc::Sender<Uuid>,
    /// Groups that are just being written.
    groups: Arc<AtomicUsize>,
}

impl Ahead {
    /// Starts what reads. It ends when this is dropped.
    pub(super) fn start(pool: PgPool, known: Arc<Known>) -> Self {
        // What is more is read by its group.
        let (uids, waiting) = mpsc::channel(MOST);
        let groups = Arc::default();
        tokio::spawn(run(pool, known, waiting, Arc::clone(&groups)));
        Self { uids, groups }
    }

    /// A group is being written until this is dropped.
    pub(super) fn spending(&self) -> UnderWay<'_> {
        UnderWay::among(&self.groups).0
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
    // Kept while there is something to read, for its plan and for what its process has seen of the tables. It rests for so
    // short a time that it is good, and then leaves.
    let mut kept: Option<PoolConnection<Db>> = None;
    loop {
        let is_more = if let Ok(is_more) = timeout(RESTED, gather(&mut waiting, &mut uids)).await {
            is_more
        } else {
            kept = None;
            gather(&mut waiting, &mut uids).await
        };
        if !is_more {
            return;
        }
        uids.sort_unstable();
        uids.dedup();
        known.unknown(&mut uids);
        if !uids.is_empty() && groups.load(Ordering::Relaxed) > 0 {
            match timeout(PATIENCE, read(&pool, &mut kept, &uids)).await {
                Ok(Ok(tokens)) => known.learn(tokens),
                // The group will meet it, and say so.
                Ok(Err(error)) => {
                    tracing::debug!(%error, "tokens could not be read ahead");
                    kept = None;
                }
                // The group has long read them itself. Nobody has tried whether the connection is still good, and it is
                // not.
                Err(_) => kept = None,
            }
        }
        uids.clear();
    }
}

/// The tokens, if there is a connection for it that nobody else is going to miss.
async fn read(
    pool: &PgPool,
    kept: &mut Option<PoolConnection<Db>>,
    uids: &[Uuid],
) -> Stored<Vec<Token>> {
    if free(pool) == 0 {
        *kept = None;
    }
    if kept.is_none() && free(pool) > 1 {
        *kept = Some(for_groups(pool).await?);
    }
    match kept {
        Some(connection) => spend::read(connection, uids).await,
        None => Ok(Vec::new()),
    }
}

/// How many more connections can be had.
fn free(pool: &PgPool) -> usize {
    let most = pool.options().get_max_connections();
    pool.num_idle() + usize::try_from(most.saturating_sub(pool.size())).unwrap_or_default()
}
