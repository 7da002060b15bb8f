//! Reading for many at once: a statement for all of them costs little more than one for each.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::mpsc;

/// So many are read for at once, and so many wait.
pub(super) const MOST: usize = 512;
/// So long a read takes at most: then those for whom it was see to it themselves.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for somebody, and adds to `group` all who wait then; false when there will be no more.
pub(super) async fn gather<T>(waiting: &mut mpsc::Receiver<T>, group: &mut Vec<T>) -> bool {
    let Some(first) = waiting.recv().await else {
        return false;
    };
    group.push(first);
    // Whoever else can ask at once does so first.
    tokio::task::yield_now().await;
    while group.len() < MOST
        && let Ok(next) = waiting.try_recv()
    {
        group.push(next);
    }
    true
}

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
