//! `SQLite`, built in.

mod arrays;
mod log;
mod rest;
mod spend;
#[expect(
    clippy::duplicate_mod,
    reason = "the same row operations, compiled once per engine"
)]
#[path = "unit/mod.rs"]
mod unit;
mod writer;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use domain::{
    Token,
    consume::{Answer, Spend},
    ports::Clock,
    store::{Committed, Rows, Store, StoreError, Stored, Unit},
    token::Value,
};
use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    ConnectError, Options,
    error::failed,
    list::Hours,
    lookup::{Finder, Lookups},
    rows::{TokenRow, token_array},
};
use arrays::{json, tokens_in};
use log::Log;
use unit::SqlRows;
use writer::Writer;

type Db = sqlx::Sqlite;

/// A unit has the whole file to itself: it begins immediate.
const FOR_UPDATE: &str = "";
const HOLD_ACCOUNTS: Option<&str> = None;

/// Without it a unit would begin as a reader and be refused, without waiting, when it comes to write after another.
const BEGIN: &str = "begin immediate";

/// Before a column: it is to be read from the rows, not looked up in an index. Of a filtered list this engine expects
/// that every row fits, and would walk along an index and fetch row after row out of its place; to read all rows as they
/// lie, and sort those that fit, is more than ten times as fast where few do.
const UNINDEXED: &str = "+";
const HAS_STATISTICS: bool = false;
/// It counts all tokens, and finds a place far into their list, by an index that uses leave alone.
const HOURS: Option<Hours> = None;

/// 4,096 attempts are a block of the log: the newest part of the index by token is some sixty pages, of which a commit
/// writes each at most once.
const BLOCK_BITS: u8 = 12;
/// An error rather than a walk through the whole log where the index does not fit the statement.
const BY_BLOCK: &str = " indexed by usages_blocks";
/// What must hold of an attempt that the index knows.
const IN_BLOCK: &str = " and _fresh is null";
/// 1,024 attempts are put into the index at once: they write most pages of a block, and each of them once.
const FRESH_BITS: u8 = 10;
/// Until then they are the last of the log.
const FRESH: Option<u8> = Some(FRESH_BITS);

/// The end of a window, as its indexes know it.
const ENDS: &str = "coalesce(valid_to, 9223372036854775807)";

/// The tokens in whose text a search may find something, around what is [`sought`]: those that the index of texts finds,
/// and those that it does not know yet.
const FOUND: (&str, &str) = (
    "uid in (select uid from _token_texts where number in (
         select rowid from _token_search where _token_search match ",
    " union all
         select number from _token_texts where number > (select number from _token_search_end)))",
);
const SEARCHED: &str = "_token_search where _token_search match ";

/// What the index of texts is asked for: each three letters of a search. It does not know shorter ones.
fn sought(search: &str) -> Option<String> {
    let letters: Vec<char> = search.to_lowercase().chars().collect();
    let threes: BTreeSet<String> = letters
        .windows(3)
        .map(|three| String::from_iter(three).replace('"', "\"\""))
        .collect();
    let threes: Vec<_> = threes.iter().map(|three| format!("\"{three}\"")).collect();
    (!threes.is_empty()).then(|| threes.join(" AND "))
}

/// The tokens of a unit: nobody keeps them, for to read one costs next to nothing.
pub(super) struct Written(Log);

impl Written {
    #[expect(clippy::unused_self, reason = "the other engine's has something")]
    fn push(&mut self, _: &Token) {}

    /// They are committed, and others may write.
    async fn hold(self) -> Stored<()> {
        self.0.keep().await
    }
}

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long to wait before a file that somebody else is just making is opened again.
const RETRY: Duration = Duration::from_millis(20);

/// A statement that may fail half-way keeps each page as it was before it changes it, beyond 64 KiB in a file: nearly half
/// of what a group of attempts writes. Not where indexes are made, whose rows would be sorted in memory as well.
const KEEP_IN_MEMORY: &str = "pragma temp_store = memory";

/// Each reader is a thread with a cache of its own.
const MAX_READERS: u32 = 4;

/// Everything in one file.
#[derive(Debug)]
pub(super) struct SqliteStore {
    writer: Writer,
    /// They see what was committed last, and never wait for the writer.
    readers: SqlitePool,
    lookups: Lookups,
    log: Log,
    /// What puts the log into its place; dropped, it ends.
    _rest: JoinSet<()>,
}

impl SqliteStore {
    pub(super) async fn connect(
        engine: &SqliteConnectOptions,
        options: &Options,
    ) -> Result<Self, ConnectError> {
        make_folder_of(engine.get_filename())?;
        let open = |error| ConnectError::Open(failed(error));
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(options.patience)
                .test_before_acquire(false)
                // The engine takes a transaction back by itself when the disk is full, and sqlx then has one more to end
                // than there is, for ever.
                .before_acquire(|connection, _| {
                    let is_free = !connection.is_in_transaction();
                    Box::pin(async move { Ok(is_free) })
                })
                // A connection to a file does not grow stale, and has prepared its statements.
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let engine = engine
            .clone()
            .create_if_missing(true)
            // Of a new file; one that is there keeps its own. A use writes the whole page of its token, to the log and again
            // into its place: half of the engine's 4 KiB is half as much for the disk (decision 17).
            .page_size(2048)
            .journal_mode(SqliteJournalMode::Wal)
            // Nobody is answered before the log says that the disk has it. The engine still waits for the disk before and
            // after it puts the log into its place.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            // 128 MiB of what was committed before it is put into its place while others wait (decision 15): a page that
            // changes again and again is put there once, and the disk is waited for that much less often.
            .pragma("wal_autocheckpoint", "65536")
            .busy_timeout(options.patience);
        // 32 MiB: the upper pages of all indexes of a million tokens, so that a write reads none but the lowest, and the
        // lowest of those that are written in order.
        let writing = engine.clone().pragma("cache_size", "-32768");
        let started = Instant::now();
        let writer = loop {
            let connected = pool()
                .max_connections(1)
                .after_connect({
                    let is_first = AtomicBool::new(true);
                    move |connection, _| {
                        let is_first = is_first.swap(false, Ordering::Relaxed);
                        Box::pin(async move {
                            if !is_first {
                                shorten_log(connection).await;
                                sqlx::query(KEEP_IN_MEMORY).execute(connection).await?;
                            }
                            Ok(())
                        })
                    }
                })
                .connect_with(writing.clone())
                .await;
            match connected.map_err(failed) {
                Ok(writer) => break writer,
                // A new file that two open at once becomes one with WAL by one of them; the engine tells the other so
                // without waiting.
                Err(StoreError::Unavailable(_)) if started.elapsed() < options.patience => {
                    tokio::time::sleep(RETRY).await;
                }
                Err(error) => return Err(ConnectError::Open(error)),
            }
        };

        // The migrator knows no lock for this engine: two processes that start at once take turns by the file's.
        let mut migration = writer.begin_with(BEGIN).await.map_err(open)?;
        MIGRATIONS.run(&mut *migration).await?;
        migration.commit().await.map_err(open)?;
        let kept = sqlx::query(KEEP_IN_MEMORY).execute(&writer).await;
        kept.map_err(open)?;

        let mut connection = writer.acquire().await.map_err(open)?;
        let log = Log::of(&mut connection, options.patience).await;
        let log = log.map_err(ConnectError::Open)?;
        drop(connection);
        let reading = engine.pragma("query_only", "on");
        // 16 MiB: all but the lowest of the six levels of pages in which a million tokens lie, where these are packed.
        let looking_up = reading.clone().pragma("cache_size", "-16384");
        let readers = pool()
            .max_connections(options.connections.clamp(1, MAX_READERS))
            .connect_with(reading)
            .await
            .map_err(open)?;
        let mut rest = JoinSet::new();
        rest.spawn(rest::put_log_into_place(log.clone(), readers.clone()));
        Ok(Self {
            writer: Writer::new(writer, options.patience),
            readers,
            lookups: Lookups::start(ByValue(looking_up)),
            log,
            _rest: rest,
        })
    }

    /// Nothing is committed on top of what the disk may not have.
    async fn mend(&self) -> Stored<()> {
        if !self.log.is_doubtful() {
            return Ok(());
        }
        let mut turn = self.writer.turn().await?;
        self.log.put_into_place(&mut turn.connection).await?;
        tracing::info!("what the disk may not have taken is in its place");
        Ok(())
    }
}

/// For a connection that follows one that met a full disk: the disk may be full of the log itself, which would be put
/// into its place only when it is longer than that. It gives its room back, now or at the first commit for which there is
/// some, and is kept short.
async fn shorten_log(connection: &mut SqliteConnection) {
    for statement in [
        "pragma wal_autocheckpoint = 256",
        "pragma journal_size_limit = 1048576",
        "pragma wal_checkpoint(truncate)",
    ] {
        if let Err(error) = sqlx::query(statement).execute(&mut *connection).await {
            tracing::debug!(%error, "the log of the database stays as it is");
        }
    }
}

/// Makes the folder in which the file is to be, for its owner alone: there are hashes of passwords in it.
fn make_folder_of(file: &Path) -> Result<(), ConnectError> {
    let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| ConnectError::Folder(folder.to_owned(), error))
}

/// Looks tokens up for many, on a connection of its own.
struct ByValue(SqliteConnectOptions);

impl Finder for ByValue {
    type Connection = SqliteConnection;

    async fn connect(&self) -> Stored<SqliteConnection> {
        self.0.connect().await.map_err(failed)
    }

    async fn of_uids(connection: &mut SqliteConnection, uids: &[Uuid]) -> Stored<Vec<TokenRow>> {
        of(connection, OF_UIDS, json(uids)?).await
    }

    async fn of_values(
        connection: &mut SqliteConnection,
        values: &[&str],
    ) -> Stored<Vec<TokenRow>> {
        of(connection, OF_VALUES, json(values)?).await
    }
}

const OF_UIDS: &str = concat!(
    "select json_group_array(",
    token_array!(),
    ") from tokens where uid in (select unhex(value, '-') from json_each($1))"
);

const OF_VALUES: &str = concat!(
    "select json_group_array(",
    token_array!(),
    ") from tokens where value in (select value from json_each($1))"
);

/// The tokens that such a statement finds.
async fn of(
    connection: &mut SqliteConnection,
    statement: &'static str,
    wanted: String,
) -> Stored<Vec<TokenRow>> {
    let found = sqlx::query(statement)
        .bind(wanted)
        .fetch_one(connection)
        .await
        .map_err(failed)?;
    tokens_in(&found)
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> Stored<Box<dyn Rows>> {
        Ok(Box::new(SqlRows::Plain(
            self.readers.acquire().await.map_err(failed)?,
        )))
    }

    async fn write(&self) -> Stored<Box<dyn Unit>> {
        self.mend().await?;
        Ok(Box::new(SqlRows::Unit(
            self.writer.begin().await?,
            Written(self.log.clone()),
        )))
    }

    async fn token_of_value(&self, value: &Value) -> Stored<Option<Token>> {
        let alone = async { self.read().await?.token_of_value(value).await };
        self.lookups.token_of_value(value, alone).await
    }

    async fn spend(&self, spends: &[Spend], clock: &dyn Clock) -> Stored<Vec<Answer>> {
        self.spend_next(spends, clock).await?.answers().await
    }

    async fn spend_next(&self, spends: &[Spend], clock: &dyn Clock) -> Stored<Committed> {
        self.mend().await?;
        let mut turn = self.writer.turn().await?;
        let answers = spend::spend(&mut turn.connection, spends, clock).await?;
        turn.keep();
        Ok(Committed::until(answers, self.log.keep()))
    }

    async fn ping(&self) -> Stored<()> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        connection.ping().await.map_err(failed)
    }

    /// The file has everything then, and whoever opens it next has no log to read first.
    async fn settle(&self) -> Stored<()> {
        let mut turn = self.writer.turn().await?;
        self.log.put_into_place(&mut turn.connection).await
    }
}
