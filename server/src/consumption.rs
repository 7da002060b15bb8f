//! Spending tokens, many attempts in one commit.
//!
//! Attempts wait in a queue of bounded length. A worker takes all that wait, has the store make them in one commit, and
//! answers each. There is no timer: while one group is being written the next one gathers, so a lone attempt is made at
//! once and a crowd shares its commits. An attempt belongs to the worker once it is in the queue: it is made whether or
//! not somebody still waits for its answer. A group that the engine has committed and not yet on its disk waits there by
//! itself, while the worker makes the next one.

use std::{pin::Pin, sync::Arc};

use async_trait::async_trait;
use domain::{
    Error,
    consume::{Answer, Consumption, Spend},
    live::Event,
    ports::{Clock, Consumer, Watchers},
    store::{Committed, Store, Stored},
};
use tokio::{
    sync::{Mutex, mpsc, oneshot, watch},
    task::JoinSet,
};

/// How attempts are queued.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The most attempts that wait; one more is told to come again.
    pub capacity: usize,
    /// Groups that are written at the same time. One does best on both engines: two that meet at the same token only
    /// get into each other's way, and what one gathers the other can't.
    pub workers: usize,
    /// The most attempts in a group.
    pub group: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            capacity: 8192,
            workers: 1,
            group: 512,
        }
    }
}

/// Seconds after which there is room in the queue again: a full one is written in less.
const RETRY_AFTER: u32 = 1;

/// The most groups that stand behind the one for which the disk is waited: they share the next wait.
const SETTLING: usize = 8;

/// The queue and its workers.
pub struct Queue {
    attempts: mpsc::Sender<Attempt>,
    store: Arc<dyn Store>,
    stop: watch::Sender<bool>,
    workers: Mutex<JoinSet<()>>,
}

#[derive(Debug)]
struct Attempt {
    spend: Spend,
    answer: oneshot::Sender<Told>,
}

/// A group that is committed, and who waits for what came of it.
type Settling = (Committed, Vec<oneshot::Sender<Told>>);

/// The work of one who has some for long.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What somebody hears of an attempt.
type Told = Result<Option<Consumption>, Error>;

impl Queue {
    /// Starts the workers.
    pub fn start(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        watchers: Arc<dyn Watchers>,
        options: Options,
    ) -> Self {
        let (attempts, waiting) = mpsc::channel(options.capacity.max(1));
        let (stop, stopping) = watch::channel(false);
        let (settling, settled) = mpsc::channel(SETTLING);
        let settler = Settler {
            settling: Arc::new(Mutex::new(settled)),
            watchers: Arc::clone(&watchers),
        };
        let worker = Worker {
            waiting: Arc::new(Mutex::new(waiting)),
            stopping,
            store: Arc::clone(&store),
            clock,
            watchers,
            settling,
            group: options.group.max(1),
        };
        let mut workers = JoinSet::new();
        for _ in 0..options.workers.max(1) {
            workers.spawn(run(worker.clone(), |worker| Box::pin(worker.work())));
        }
        // Ends when the last worker has.
        workers.spawn(run(settler, |settler| Box::pin(settler.work())));
        Self {
            attempts,
            store,
            stop,
            workers: Mutex::new(workers),
        }
    }

    /// Takes nothing more, makes what waits, and returns when that is done.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let mut workers = self.workers.lock().await;
        while workers.join_next().await.is_some() {}
    }
}

#[async_trait]
impl Consumer for Queue {
    async fn consume(&self, spend: Spend) -> Result<Option<Consumption>, Error> {
        let (answer, answered) = oneshot::channel();
        self.store.read_ahead(&spend);
        self.attempts
            .try_send(Attempt { spend, answer })
            .map_err(|_| Error::Busy {
                retry_after: RETRY_AFTER,
            })?;
        // A worker that is gone without an answer has said why in the log.
        answered.await.unwrap_or(Err(Error::Internal))
    }
}

#[derive(Clone)]
struct Worker {
    /// Shared by all workers: whoever is free takes what waits.
    waiting: Arc<Mutex<mpsc::Receiver<Attempt>>>,
    stopping: watch::Receiver<bool>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    watchers: Arc<dyn Watchers>,
    /// Groups that are committed and wait for the disk.
    settling: mpsc::Sender<Settling>,
    group: usize,
}

impl Worker {
    async fn work(mut self) {
        let mut group = Vec::with_capacity(self.group);
        while self.take(&mut group).await {
            let (spends, answers): (Vec<_>, Vec<_>) = group
                .drain(..)
                .map(|attempt| (attempt.spend, attempt.answer))
                .unzip();
            let committed = match self.store.spend_next(&spends, &*self.clock).await {
                Ok(committed) => committed,
                Err(error) => {
                    tell(&*self.watchers, Err(error), answers);
                    continue;
                }
            };
            if committed.is_settled() {
                tell(&*self.watchers, committed.answers().await, answers);
            } else if self.settling.send((committed, answers)).await.is_err() {
                tracing::error!("nobody waits for the disk");
            }
        }
    }

    /// Takes all that wait, up to a group; false when there will be no more.
    async fn take(&mut self, group: &mut Vec<Attempt>) -> bool {
        let mut waiting = self.waiting.lock().await;
        tokio::select! {
            biased;
            // Closed, the queue refuses what is new, and still gives what is in it.
            _ = self.stopping.wait_for(|stop| *stop), if !waiting.is_closed() => waiting.close(),
            taken = waiting.recv_many(group, self.group) => return taken > 0,
        }
        waiting.recv_many(group, self.group).await > 0
    }
}

/// Waits for the disk, group by group, in the order in which they were committed.
#[derive(Clone)]
struct Settler {
    settling: Arc<Mutex<mpsc::Receiver<Settling>>>,
    watchers: Arc<dyn Watchers>,
}

impl Settler {
    async fn work(self) {
        let mut settling = self.settling.lock().await;
        while let Some((committed, answers)) = settling.recv().await {
            tell(&*self.watchers, committed.answers().await, answers);
        }
    }
}

/// Works until there is nothing more to do. A panic costs the group in which it happens, not the worker.
async fn run<W>(worker: W, work: fn(W) -> Work)
where
    W: Clone,
{
    while let Err(error) = tokio::spawn(work(worker.clone())).await {
        if error.is_cancelled() {
            return;
        }
        tracing::error!(%error, "a worker of the queue panicked, and goes on");
    }
}

/// Answers everybody in a group. Its failure is logged where it becomes a code, once for all.
fn tell(watchers: &dyn Watchers, made: Stored<Vec<Answer>>, answers: Vec<oneshot::Sender<Told>>) {
    match made.map_err(Error::from) {
        Ok(made) => {
            let mut events = made.iter().filter_map(Event::of_answer);
            watchers.tell(&mut events);
            for (answer, made) in answers.into_iter().zip(made) {
                let made = match made {
                    Answer::Made(consumption) => Ok(Some(consumption)),
                    Answer::NoToken => Ok(None),
                    Answer::KeyReused => Err(Error::KeyReused),
                };
                answer.send(made).ok();
            }
        }
        Err(error) => {
            for answer in answers {
                answer.send(Err(error.clone())).ok();
            }
        }
    }
}
