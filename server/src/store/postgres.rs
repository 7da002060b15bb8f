//! PostgreSQL.

mod ahead;
mod known;
mod spend;
#[expect(
    clippy::duplicate_mod,
    reason = "the same row operations, compiled once per engine"
)]
#[path = "unit/mod.rs"]
mod unit;
mod wire;
mod write;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use domain::{
    Token,
    consume::{Answer, Spend},
    ports::Clock,
    store::{Rows, Store, Stored, Unit},
    token::Value,
};
use sqlx::{
    Connection as _, Executor as _, PgPool,
    migrate::Migrator,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use super::{
    ConnectError, Options,
    error::failed,
    list::{Hours, pattern},
    lookup::{Finder, Lookups},
    rows::{TokenRow, token_columns},
};
use ahead::Ahead;
use known::{Known, Written};
use unit::SqlRows;

pub use wire::{Ear, Wire};

type Db = sqlx::Postgres;

/// Keeps a row for the unit that reads it.
const FOR_UPDATE: &str = " for update";

/// Keeps others from adding an account, or from counting them in order to add one; they may still look.
const HOLD_ACCOUNTS: Option<&str> = Some("lock table accounts in share row exclusive mode");

/// Before a column: nothing. The planner knows by its statistics whether an index is of use.
const UNINDEXED: &str = "";
const HAS_STATISTICS: bool = true;
/// The hour in which the place `$1` of the list by age lies, one way or the other: where it begins, and how many tokens
/// stand before it.
macro_rules! place {
    ($direction:literal, $beginning:literal) => {
        concat!(
            "select ",
            $beginning,
            ", (up_to - tokens)::bigint
             from (
                 select hour, tokens, sum(tokens) over (order by hour ",
            $direction,
            ") as up_to
                 from (select hour, sum(tokens) as tokens from _token_hours group by hour) as hours
                 where tokens > 0
             ) as places
             where up_to > $1
             order by up_to
             limit 1"
        )
    };
}

/// How many tokens there are in each hour in which one was added.
const HOURS: Option<Hours> = Some(Hours {
    all: "select coalesce(sum(tokens), 0)::bigint from _token_hours",
    up_to: place!("asc", "hour"),
    down_to: place!("desc", "hour + interval '1 hour'"),
});

/// The end of a window, as its indexes know it.
const ENDS: &str = "coalesce(valid_to, 'infinity')";

/// The tokens in whose text a search finds something, around what is [`sought`].
const FOUND: (&str, &str) = (
    "uid in (select uid from _token_texts where search like ",
    ")",
);
const SEARCHED: &str = "_token_texts where search like ";

/// 16,384 attempts are a block of the log: the newest part of the index by token is some hundred pages, which stay in
/// memory and are written whole but once after a checkpoint.
const BLOCK_BITS: u8 = 14;
/// It knows by its statistics that the index of blocks is of use, and can't be told.
const BY_BLOCK: &str = "";
const IN_BLOCK: &str = "";
/// The index knows all.
const FRESH: Option<u8> = None;

/// What the index of texts is asked for: a pattern, of which it is left to the planner whether the index is of use.
fn sought(search: &str) -> Option<String> {
    (!search.is_empty()).then(|| pattern(search))
}

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// A connection that rested so long is tried before it is used: the server may have been started anew since. One that is
/// used all the time is not, for that would double the way of every read.
const RESTED: Duration = Duration::from_secs(1);

/// How the statements of groups, and of those who read for many, are planned: once, and so that a plan that was made while
/// there were few tokens still leads to each by an index when there are many.
const GROUPS: [&str; 4] = [
    "set plan_cache_mode = force_generic_plan",
    "set enable_seqscan = off",
    // They would walk along a whole index.
    "set enable_hashjoin = off",
    "set enable_mergejoin = off",
];

/// Everything in PostgreSQL.
#[derive(Debug)]
pub(super) struct PostgresStore {
    pool: PgPool,
    /// A connection for groups of attempts, and since when it rests. It is not given back to the pool in between, which
    /// would send the server a ping after each group, nor lent to others, who could keep a group waiting. A plain mutex,
    /// for it is never held across an await.
    kept: Mutex<Option<Kept>>,
    known: Arc<Known>,
    ahead: Ahead,
    /// None where they would take the last connection.
    lookups: Option<Lookups>,
}

type Kept = (Instant, PoolConnection<Db>);

impl PostgresStore {
    pub(super) async fn connect(
        engine: &PgConnectOptions,
        options: &Options,
    ) -> Result<Self, ConnectError> {
        let pool = PgPoolOptions::new()
            // One is for groups of attempts, so there must be another.
            .max_connections(options.connections.max(2))
            .acquire_timeout(options.patience)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > RESTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            // Not as options of the connection: poolers refuse those.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // A row out of its place costs hardly more than the next: they are in memory or on a disk without
                    // heads.
                    connection.execute("set random_page_cost = 1.1").await?;
                    // Our statements are shorter than it takes to compile one.
                    connection.execute("set jit = off").await?;
                    Ok(())
                })
            })
            .connect_with(engine.clone().application_name("tessera"))
            .await
            .map_err(|error| ConnectError::Open(failed(error)))?;
        // Several nodes that start at once take turns: the migrator holds a lock of the database.
        MIGRATIONS.run(&pool).await?;
        let known = Arc::new(Known::none());
        Ok(Self {
            kept: Mutex::default(),
            ahead: Ahead::start(pool.clone(), Arc::clone(&known)),
            lookups: (options.connections > 2).then(|| Lookups::start(ByValue(pool.clone()))),
            pool,
            known,
        })
    }

    /// The connection for a group of attempts.
    async fn take(&self) -> Stored<PoolConnection<Db>> {
        let kept = self.kept().take();
        if let Some((since, mut connection)) = kept
            && (since.elapsed() < RESTED || connection.ping().await.is_ok())
        {
            return Ok(connection);
        }
        for_groups(&self.pool).await
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection for groups of attempts. Its statements are planned once: the planner takes each group to be worth a plan
/// of its own while groups are small, which costs more than to read or to write them.
async fn for_groups(pool: &PgPool) -> Stored<PoolConnection<Db>> {
    let mut connection = pool.acquire().await.map_err(failed)?;
    // What is good for groups is not for lists, which are planned by what is asked.
    connection.close_on_drop();
    for setting in GROUPS {
        connection.execute(setting).await.map_err(failed)?;
    }
    Ok(connection)
}

/// Looks tokens up for many, on a connection for groups.
struct ByValue(PgPool);

impl Finder for ByValue {
    type Connection = PoolConnection<Db>;

    async fn connect(&self) -> Stored<Self::Connection> {
        for_groups(&self.0).await
    }

    async fn of_uids(connection: &mut Self::Connection, uids: &[Uuid]) -> Stored<Vec<TokenRow>> {
        sqlx::query_as(spend::READ)
            .bind(uids)
            .fetch_all(&mut **connection)
            .await
            .map_err(failed)
    }

    async fn of_values(
        connection: &mut Self::Connection,
        values: &[&str],
    ) -> Stored<Vec<TokenRow>> {
        sqlx::query_as(concat!(
            "select ",
            token_columns!(),
            " from tokens where value = any($1)"
        ))
        .bind(values)
        .fetch_all(&mut **connection)
        .await
        .map_err(failed)
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self) -> Stored<Box<dyn Rows>> {
        Ok(Box::new(SqlRows::Plain(
            self.pool.acquire().await.map_err(failed)?,
        )))
    }

    async fn write(&self) -> Stored<Box<dyn Unit>> {
        Ok(Box::new(SqlRows::Unit(
            self.pool.begin().await.map_err(failed)?,
            Written::to(&self.known),
        )))
    }

    async fn token_of_value(&self, value: &Value) -> Stored<Option<Token>> {
        let alone = async { self.read().await?.token_of_value(value).await };
        match &self.lookups {
            Some(lookups) => lookups.token_of_value(value, alone).await,
            None => alone.await,
        }
    }

    async fn spend(&self, spends: &[Spend], clock: &dyn Clock) -> Stored<Vec<Answer>> {
        let _spending = self.ahead.spending();
        let mut connection = self.take().await?;
        // On an error it is not kept, and so is closed: nobody knows whether it is still good.
        let answers = spend::spend(&mut connection, &self.known, spends, clock).await?;
        // Of several at once the last stays.
        self.kept().replace((Instant::now(), connection));
        Ok(answers)
    }

    fn read_ahead(&self, spend: &Spend) {
        // Others are seldom read at all.
        if spend.once.is_some() {
            self.ahead.read_ahead(spend.token_uid);
        }
    }

    async fn ping(&self) -> Stored<()> {
        let mut connection = self.pool.acquire().await.map_err(failed)?;
        connection.ping().await.map_err(failed)
    }
}
