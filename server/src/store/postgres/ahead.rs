//! Reading ahead: the tokens of attempts under keys that wait are read while a group before them is written.
//!
//! So a group need not read them first, and a database with a second processor has something to do for it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use domain::{Token, store::Stored};
use sqlx::PgPool;
use tokio::{sync::mpsc, time::timeout};
use uuid::Uuid;

use super::{
    known::Known,
    reader::{MOST, PATIENCE, Reader, UnderWay},
    spend,
};

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
        let reader = Reader::new(pool, waiting);
        tokio::spawn(run(reader, known, Arc::clone(&groups)));
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

async fn run(mut reader: Reader<Uuid>, known: Arc<Known>, groups: Arc<AtomicUsize>) {
    let mut uids = Vec::new();
    while reader.gather(&mut uids).await {
        uids.sort_unstable();
        uids.dedup();
        known.unknown(&mut uids);
        if !uids.is_empty() && groups.load(Ordering::Relaxed) > 0 {
            match timeout(PATIENCE, read(&mut reader, &uids)).await {
                Ok(Ok(tokens)) => known.learn(tokens),
                // The group will meet it, and say so.
                Ok(Err(error)) => {
                    tracing::debug!(%error, "tokens could not be read ahead");
                    reader.give_up();
                }
                // The group has long read them itself. Nobody has tried whether the connection is still good, and it is
                // not.
                Err(_) => reader.give_up(),
            }
        }
        uids.clear();
    }
}

/// The tokens, if there is a connection for it that nobody else is going to miss.
async fn read(reader: &mut Reader<Uuid>, uids: &[Uuid]) -> Stored<Vec<Token>> {
    match reader.spare_connection().await? {
        Some(connection) => spend::read(connection, uids).await,
        None => Ok(Vec::new()),
    }
}
