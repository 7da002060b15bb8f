//! Putting the log into its place while nobody writes.
//!
//! Where the log is long the engine does so by itself, and all who write wait for it. At rest nobody has to: who writes
//! next begins the log anew, and those who read need not look into it. Where there is no rest some of it is put into its
//! place now and then, so that there is less to wait for.

use std::time::{Duration, Instant};

use domain::store::Stored;
use sqlx::SqlitePool;
use tokio::time::sleep;

use super::log::Log;
use crate::store::error::failed;

/// So long nobody must have written.
const REST: Duration = Duration::from_millis(500);
/// So long a rest is waited for.
const UNREST: Duration = Duration::from_secs(10);
/// Fewer commits are a short log: nobody loses time by it, and to begin it anew the disk is waited for once more.
const MANY: u64 = 256;

/// Goes on for ever.
pub(super) async fn put_log_into_place(log: Log, readers: SqlitePool) {
    let mut in_place = 0;
    // Of a process that was not stopped as it should be. The engine takes none of it to be in its place, and whoever reads
    // looks for each page in it first.
    let mut is_left = log.is_long();
    let mut has_failed = false;
    loop {
        let commits = at_rest(&log).await;
        // What the disk has failed to take is for whoever writes next to see to.
        if (is_left || commits - in_place >= MANY) && !log.is_doubtful() {
            match checkpoint(&readers).await {
                Ok(true) => {
                    in_place = commits;
                    is_left = false;
                    has_failed = false;
                }
                // Somebody reads what was before, or writes.
                Ok(false) => {}
                Err(error) => {
                    if !has_failed {
                        tracing::warn!(%error, "the log of the database can't be put into its place");
                    }
                    has_failed = true;
                }
            }
        }
        if !is_left && commits - in_place < MANY {
            log.grown().await;
        }
    }
}

/// How many commits there are when none has come for a while, or when that was waited for in vain.
async fn at_rest(log: &Log) -> u64 {
    let began = Instant::now();
    let mut commits = log.commits();
    loop {
        sleep(REST).await;
        let now = log.commits();
        if now == commits || began.elapsed() >= UNREST {
            return now;
        }
        commits = now;
    }
}

/// Puts as much of the log into its place as nobody is in the way of, and waits for nobody; whether that was all of it.
/// By a connection that reads, for the one that writes is to be free for who comes.
async fn checkpoint(readers: &SqlitePool) -> Stored<bool> {
    // Whether it was kept out, the pages of the log, and how many of them are in their place.
    let (is_kept_out, pages, placed): (bool, i64, i64) =
        sqlx::query_as("pragma wal_checkpoint(passive)")
            .fetch_one(readers)
            .await
            .map_err(failed)?;
    Ok(!is_kept_out && pages == placed)
}
