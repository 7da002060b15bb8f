//! Putting the log into its place while nobody writes.
//!
//! Where somebody does, the engine does so by itself once the log is long, and all who write wait for it. At rest nobody
//! has to: the next ones to write begin with an empty log, and those who read need not look into it.

use std::time::Duration;

use domain::store::Stored;
use sqlx::{Row as _, SqlitePool};
use tokio::time::sleep;

use super::log::Log;
use crate::store::error::failed;

/// So long nobody must have written.
const REST: Duration = Duration::from_millis(500);

/// Goes on for ever.
pub(super) async fn put_log_into_place(log: Log, readers: SqlitePool) {
    let mut in_place = 0;
    loop {
        log.grown().await;
        let commits = at_rest(&log).await;
        // What the disk has failed to take is for whoever writes next to see to.
        if commits == in_place || log.is_doubtful() {
            continue;
        }
        match checkpoint(&readers).await {
            Ok(true) => in_place = commits,
            // Somebody reads, or writes again: there will be another rest.
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "the log of the database stays as it is"),
        }
    }
}

/// How many commits there are when none has come for a while.
async fn at_rest(log: &Log) -> u64 {
    let mut commits = log.commits();
    loop {
        sleep(REST).await;
        let now = log.commits();
        if now == commits {
            return commits;
        }
        commits = now;
    }
}

/// Puts as much of the log into its place as nobody is in the way of, and waits for nobody; whether that was all of it.
/// By a connection that reads, for the one that writes is to be free for who comes.
async fn checkpoint(readers: &SqlitePool) -> Stored<bool> {
    let row = sqlx::query("pragma wal_checkpoint(passive)")
        .fetch_one(readers)
        .await
        .map_err(failed)?;
    let pages = |column| row.try_get::<i64, usize>(column).map_err(failed);
    Ok(pages(1)? == pages(2)?)
}
