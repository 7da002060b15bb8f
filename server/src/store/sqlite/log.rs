//! Waiting for the disk.
//!
//! The connection that writes commits without waiting for the disk, so that it can write for the next one meanwhile.
//! Whoever is to be answered waits here instead, and all who come while the disk is waited for share the next wait.

use std::{
    fs::{File, Metadata, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use domain::store::{StoreError, Stored};
use sqlx::{Row as _, SqliteConnection};
use tokio::sync::Mutex;

use crate::store::error::{Unexpected, failed};

/// The file into which commits are written before they are put into their place: `-wal` behind the name of the database
/// (<https://sqlite.org/walformat.html>).
#[derive(Debug, Clone)]
pub(super) struct Log(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: PathBuf,
    /// How many commits somebody waits for, or did.
    commits: AtomicU64,
    kept: Arc<Mutex<Kept>>,
    /// Whether the disk has failed: what it was given then counts as written, and is not.
    is_doubtful: AtomicBool,
}

#[derive(Debug, Default)]
struct Kept {
    /// How many of them are on the disk.
    commits: u64,
    /// Kept open: where the disk fails, a file that is opened later need not hear of it.
    opened: Option<File>,
}

impl Log {
    /// That of this database, which exists.
    pub(super) fn of(database: &Path) -> io::Result<Self> {
        // It lies beside the file itself, not beside a link to it.
        let mut file = database.canonicalize()?.into_os_string();
        file.push("-wal");
        Ok(Self(Arc::new(Inner {
            file: file.into(),
            commits: AtomicU64::new(0),
            kept: Arc::default(),
            is_doubtful: AtomicBool::new(false),
        })))
    }

    /// Returns when what was committed before is on the disk. What the disk did not take is [`StoreError::InDoubt`].
    pub(super) async fn keep(self) -> Stored<()> {
        let commit = self.0.commits.fetch_add(1, Ordering::SeqCst) + 1;
        let mut kept = Arc::clone(&self.0.kept).lock_owned().await;
        if kept.commits >= commit {
            return Ok(());
        }
        if self.is_doubtful() {
            let why = Unexpected("the disk has just failed");
            return Err(StoreError::InDoubt(why.into()));
        }
        // To its end, whether or not somebody still waits: what the disk says is said once.
        let synced = tokio::task::spawn_blocking(move || {
            let commits = self.0.commits.load(Ordering::SeqCst);
            let opened = sync(&self.0.file, kept.opened.take())
                .inspect_err(|_| self.0.is_doubtful.store(true, Ordering::SeqCst))?;
            *kept = Kept {
                commits,
                opened: Some(opened),
            };
            Ok(())
        });
        synced
            .await
            .map_err(io::Error::other)
            .flatten()
            .map_err(|error| StoreError::InDoubt(error.into()))
    }

    /// Whether [`Log::mend`] is to be called before the next commit.
    pub(super) fn is_doubtful(&self) -> bool {
        self.0.is_doubtful.load(Ordering::SeqCst)
    }

    /// After the disk has failed: has all of the log put into its place, where the disk is waited for by the engine, and
    /// begins a new one. A later commit would else be behind one that is not there after a power cut, and lost with it.
    pub(super) async fn mend(&self, writer: &mut SqliteConnection) -> Stored<()> {
        let mut kept = self.0.kept.lock().await;
        let commits = self.0.commits.load(Ordering::SeqCst);
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

/// Returns when the disk has the log; with the log.
fn sync(log: &Path, opened: Option<File>) -> io::Result<File> {
    let file = match opened {
        // The engine makes a new one when the last connection has gone.
        Some(file) if is_same(&file.metadata()?, &log.metadata()?) => file,
        _ => OpenOptions::new().write(true).open(log)?,
    };
    file.sync_data()?;
    Ok(file)
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Nobody knows: then it is opened again.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}
