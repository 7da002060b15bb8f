//! Waiting for the disk.
//!
//! The connection that writes commits without waiting for the disk, so that it can write for the next one meanwhile.
//! Whoever is to be answered waits here instead, and all who come while the disk is waited for share the next wait.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::store::{StoreError, Stored};
use sqlx::{Row as _, SqliteConnection};
use tokio::{
    sync::{Mutex, Notify},
    time::{Instant, timeout_at},
};

use crate::store::error::{Unexpected, failed};

/// A longer log is worth putting into its place, in bytes: some 500 pages.
const LONG: u64 = 1 << 20;

/// The file into which commits are written before they are put into their place: `-wal` behind the name of the database
/// (<https://sqlite.org/walformat.html>).
#[derive(Debug, Clone)]
pub(super) struct Log(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// How long the disk is waited for.
    patience: Duration,
    /// How many commits somebody waits for, or did.
    commits: AtomicU64,
    /// There are more of them.
    grown: Notify,
    kept: Arc<Mutex<Kept>>,
    /// Whether the disk has failed: what it was given then counts as written, and is not.
    is_doubtful: AtomicBool,
}

#[derive(Debug)]
struct Kept {
    /// How many of them are on the disk.
    commits: u64,
    /// Kept open: where the disk fails, a file that is opened later need not hear of it.
    file: File,
}

impl Log {
    /// That of the database which this connection has open.
    pub(super) async fn of(connection: &mut SqliteConnection, patience: Duration) -> Stored<Self> {
        // As the engine has resolved its name: links, and whatever else an address may say.
        let mut path: String =
            sqlx::query_scalar("select file from pragma_database_list where name = 'main'")
                .fetch_one(connection)
                .await
                .map_err(failed)?;
        path.push_str("-wal");
        let file = open(path.as_ref()).map_err(|error| StoreError::Failed(error.into()))?;
        Ok(Self(Arc::new(Inner {
            path: path.into(),
            patience,
            commits: AtomicU64::new(0),
            grown: Notify::new(),
            kept: Arc::new(Mutex::new(Kept { commits: 0, file })),
            is_doubtful: AtomicBool::new(false),
        })))
    }

    /// To be called after a commit. Ends when it is on the disk, or with [`StoreError::InDoubt`] when the disk did not take
    /// it, or takes too long.
    pub(super) fn keep(&self) -> impl Future<Output = Stored<()>> + Send + 'static {
        let commit = self.0.commits.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.grown.notify_one();
        let until = Instant::now() + self.0.patience;
        let log = self.clone();
        async move {
            timeout_at(until, log.wait_for(commit))
                .await
                .unwrap_or_else(|_| Err(in_doubt("the disk takes too long")))
        }
    }

    async fn wait_for(self, commit: u64) -> Stored<()> {
        let mut kept = Arc::clone(&self.0.kept).lock_owned().await;
        if kept.commits >= commit {
            return Ok(());
        }
        if self.is_doubtful() {
            return Err(in_doubt("the disk has just failed"));
        }
        // To its end, whether or not somebody still waits: what the disk says is said once.
        let synced = tokio::task::spawn_blocking(move || {
            let commits = self.commits();
            let synced = sync(&self.0.path, &mut kept.file);
            match &synced {
                Ok(()) => kept.commits = commits,
                Err(error) => {
                    self.0.is_doubtful.store(true, Ordering::SeqCst);
                    tracing::error!(%error, "the disk did not take what was committed: see to it, and to a backup");
                }
            }
            synced
        });
        synced
            .await
            .map_err(io::Error::other)
            .flatten()
            .map_err(|error| StoreError::InDoubt(error.into()))
    }

    /// How many commits there were so far.
    pub(super) fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::SeqCst)
    }

    /// Returns when there was a commit since the last call, for one who asks again and again.
    pub(super) async fn grown(&self) {
        self.0.grown.notified().await;
    }

    /// Whether [`Log::put_into_place`] is to be called before the next commit.
    pub(super) fn is_doubtful(&self) -> bool {
        self.0.is_doubtful.load(Ordering::SeqCst)
    }

    /// Whether it is worth putting into its place: whoever reads looks for each page in it first.
    pub(super) fn is_long(&self) -> bool {
        self.0.path.metadata().is_ok_and(|log| log.len() > LONG)
    }

    /// Has all of the log put into its place, where the disk is waited for by the engine, and begins a new one. After the
    /// disk has failed a later commit would else be behind one that is not there after a power cut, and lost with it.
    pub(super) async fn put_into_place(&self, writer: &mut SqliteConnection) -> Stored<()> {
        let mut kept = self.0.kept.lock().await;
        let commits = self.commits();
        let row = sqlx::query("pragma wal_checkpoint(truncate)")
            .fetch_one(writer)
            .await
            .map_err(failed)?;
        // By a reader, or by another process.
        let is_kept_out: bool = row.try_get(0).map_err(failed)?;
        if is_kept_out {
            return Err(StoreError::Unavailable(
                Unexpected("the log can't be put into its place").into(),
            ));
        }
        kept.commits = commits;
        self.0.is_doubtful.store(false, Ordering::SeqCst);
        Ok(())
    }
}

fn in_doubt(why: &'static str) -> StoreError {
    StoreError::InDoubt(Unexpected(why).into())
}

fn open(log: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(log)
}

/// Returns when the disk has the log.
fn sync(log: &Path, file: &mut File) -> io::Result<()> {
    let (open_one, named_one) = (file.metadata()?, log.metadata()?);
    // The engine makes a new one when the last connection has gone.
    if (open_one.dev(), open_one.ino()) != (named_one.dev(), named_one.ino()) {
        *file = open(log)?;
    }
    file.sync_data()
}
