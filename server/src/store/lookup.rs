//! Looking tokens up by their values, for all who ask at the same time with one statement.
//!
//! There is no timer: while one statement is under way those who ask gather for the next one. It begins after they have
//! asked, so each sees what was committed before.
//!
//! It has a connection of its own, which is made when several ask at once, and is there until nobody has asked for a while.
//! Nobody waits for it: without it each asks by himself, on a connection of the pool, and so does everybody for whom
//! nothing came of the statement. After such a failure all do for a while. A statement that took too long is not waited for
//! any more, and may run on to its end. What differs between the engines is in [`Finder`].

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{Token, store::Stored, token::Value};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{
    rows::TokenRow,
    together::{MOST, PATIENCE, UnderWay, gather},
};

/// With so many others it is worth a connection.
const MANY: usize = 4;
/// How long all ask by themselves after a failure.
const PAUSE: Duration = Duration::from_secs(5);
/// So long a connection is kept at most, and so long when nobody asks.
const LIFETIME: Duration = Duration::from_mins(10);
const REST: Duration = Duration::from_secs(1);

/// How an engine looks tokens up for many. What it finds is as it is when that begins, or later.
pub(super) trait Finder: Send + Sync + 'static {
    type Connection: Send;

    /// A connection that is nobody else's until it is dropped.
    fn connect(&self) -> impl Future<Output = Stored<Self::Connection>> + Send;

    fn of_uids(
        connection: &mut Self::Connection,
        uids: &[Uuid],
    ) -> impl Future<Output = Stored<Vec<TokenRow>>> + Send;

    fn of_values(
        connection: &mut Self::Connection,
        values: &[&str],
    ) -> impl Future<Output = Stored<Vec<TokenRow>>> + Send;
}

/// The tokens of these values; others, and one more than once, do no harm.
///
/// Of those that were made without a value it is the uid: they are found without a look into the index of values. What is
/// found so may have another one.
async fn find<F: Finder>(connection: &mut F::Connection, values: &[&str]) -> Stored<Vec<TokenRow>> {
    let mut uids: Vec<Uuid> = values
        .iter()
        .filter_map(|value| Uuid::try_parse(value).ok())
        .collect();
    uids.sort_unstable();
    uids.dedup();
    let mut found = Vec::new();
    if !uids.is_empty() {
        found = F::of_uids(connection, &uids).await?;
    }
    let known: HashSet<&str> = found.iter().map(|token| token.value.as_str()).collect();
    let others: Vec<&str> = values
        .iter()
        .copied()
        .filter(|value| !known.contains(value))
        .collect();
    if !others.is_empty() {
        found.extend(F::of_values(connection, &others).await?);
    }
    Ok(found)
}

#[derive(Debug)]
pub(super) struct Lookups {
    wanted: mpsc::Sender<Wanted>,
    asking: Arc<Asking>,
}

#[derive(Debug)]
struct Wanted {
    value: Value,
    /// Dropped if nobody knows: then it is asked for alone.
    answer: oneshot::Sender<Option<Token>>,
}

/// Those who ask.
#[derive(Debug, Default)]
struct Asking {
    /// How many there are, alone or together.
    number: AtomicUsize,
    /// There are many.
    many: Notify,
    /// Whether there is a connection for all of them.
    is_connected: AtomicBool,
}

impl Lookups {
    /// Starts what looks up. It ends when this is dropped.
    pub(super) fn start(finder: impl Finder) -> Self {
        let (wanted, waiting) = mpsc::channel(MOST);
        let asking = Arc::default();
        tokio::spawn(run(finder, waiting, Arc::clone(&asking)));
        Self { wanted, asking }
    }

    /// The token of that value, if there is one; `alone` asks for it by itself.
    pub(super) async fn token_of_value(
        &self,
        value: &Value,
        alone: impl Future<Output = Stored<Option<Token>>>,
    ) -> Stored<Option<Token>> {
        let (_asking, others) = UnderWay::among(&self.asking.number);
        if self.asking.is_connected.load(Ordering::Relaxed) {
            if let Some(found) = self.among_others(value).await {
                return Ok(found);
            }
        } else if others >= MANY {
            self.asking.many.notify_one();
        }
        alone.await
    }

    async fn among_others(&self, value: &Value) -> Option<Option<Token>> {
        let (answer, answered) = oneshot::channel();
        let value = value.clone();
        self.wanted.try_send(Wanted { value, answer }).ok()?;
        answered.await.ok()
    }
}

/// Why a connection is given back.
enum End {
    /// Nobody has asked for a while, or it is old.
    Rested,
    /// Nobody knows whether it is still good.
    Failed,
    /// Nobody is going to ask any more.
    Ended,
}

async fn run<F: Finder>(finder: F, mut waiting: mpsc::Receiver<Wanted>, asking: Arc<Asking>) {
    let mut pause = Duration::ZERO;
    while let Some(connected) = connect(&finder, &mut waiting, &asking, pause).await {
        let end = match connected {
            Ok(connection) => {
                asking.is_connected.store(true, Ordering::Relaxed);
                let end = answer_all::<F>(connection, &mut waiting).await;
                asking.is_connected.store(false, Ordering::Relaxed);
                end
            }
            Err(error) => {
                tracing::debug!(%error, "no connection to look tokens up together");
                End::Failed
            }
        };
        pause = match end {
            End::Rested => Duration::ZERO,
            End::Failed => PAUSE,
            End::Ended => return,
        };
    }
}

/// A connection, after the pause and as soon as many ask; nothing if nobody is going to any more. Whoever has taken it to
/// be there meanwhile hears that it is not.
async fn connect<F: Finder>(
    finder: &F,
    waiting: &mut mpsc::Receiver<Wanted>,
    asking: &Asking,
    pause: Duration,
) -> Option<Stored<F::Connection>> {
    let connected = async {
        sleep(pause).await;
        while asking.number.load(Ordering::Relaxed) <= MANY {
            asking.many.notified().await;
        }
        finder.connect().await
    };
    tokio::pin!(connected);
    loop {
        tokio::select! {
            connected = &mut connected => return Some(connected),
            wanted = waiting.recv() => drop(wanted?),
        }
    }
}

async fn answer_all<F: Finder>(
    mut connection: F::Connection,
    waiting: &mut mpsc::Receiver<Wanted>,
) -> End {
    let since = Instant::now();
    let mut group = Vec::new();
    while since.elapsed() < LIFETIME {
        match timeout(REST, gather(waiting, &mut group)).await {
            Ok(true) => {}
            Ok(false) => return End::Ended,
            Err(_) => break,
        }
        match timeout(PATIENCE, look_up::<F>(&mut connection, &group)).await {
            Ok(Ok(found)) => found.tell(group.drain(..)),
            Ok(Err(error)) => {
                tracing::debug!(%error, "tokens could not be looked up together");
                return End::Failed;
            }
            Err(_) => return End::Failed,
        }
    }
    End::Rested
}

/// What a statement has found.
struct Found {
    /// By their values.
    tokens: HashMap<String, Token>,
    /// Whether these are all: a row that does not fit is no token, and is told to whoever asks for it alone.
    is_all: bool,
}

impl Found {
    fn tell(&self, group: impl Iterator<Item = Wanted>) {
        for Wanted { value, answer } in group {
            let token = self.tokens.get(value.as_str());
            if token.is_some() || self.is_all {
                // Whoever is gone need not hear it.
                answer.send(token.cloned()).ok();
            }
        }
    }
}

async fn look_up<F: Finder>(connection: &mut F::Connection, group: &[Wanted]) -> Stored<Found> {
    let values: Vec<&str> = group.iter().map(|wanted| wanted.value.as_str()).collect();
    let rows = find::<F>(connection, &values).await?;
    let number = rows.len();
    let fitting: Vec<_> = rows
        .into_iter()
        .filter_map(|row| Token::try_from(row).ok())
        .collect();
    let is_all = fitting.len() == number;
    let tokens = fitting
        .into_iter()
        .map(|token| (token.value.as_str().to_owned(), token))
        .collect();
    Ok(Found { tokens, is_all })
}
