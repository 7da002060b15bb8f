//! The cases. `super` gives each a database of its engine.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Error, Token, Uses,
    consume::Consumption,
    ports::{Clock, Consumer as _},
    store::Store,
    usage::Outcome,
};
use server::{
    clock::SystemClock,
    consumption::{Options, Queue},
    live::Live,
};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{WORKERS, database};
use crate::support::{
    failing::{Gated, Next},
    tokens::{add, find, spend, token, usages},
};

type Answer = Result<Option<Consumption>, Error>;

fn queue(store: Arc<dyn Store>) -> Arc<Queue> {
    queue_of(
        store,
        Options {
            workers: WORKERS,
            ..Options::default()
        },
    )
}

fn queue_of(store: Arc<dyn Store>, options: Options) -> Arc<Queue> {
    Arc::new(Queue::start(
        store,
        Arc::new(SystemClock),
        Live::start(Arc::new(SystemClock)),
        options,
    ))
}

fn is_accepted(answer: &Answer) -> bool {
    matches!(answer, Ok(Some(consumption)) if consumption.outcome.is_ok())
}

/// 64 tasks that each make ten attempts on each token, one after the other, task by task at another queue.
async fn hammer(queues: &[Arc<Queue>], tokens: &[Token]) -> Vec<(Token, Answer)> {
    let mut tasks = JoinSet::new();
    for task in 0..64 {
        let queue = queues[task % queues.len()].clone();
        let tokens = tokens.to_vec();
        tasks.spawn(async move {
            let mut answers = Vec::new();
            for attempt in 0..10 {
                for token in &tokens {
                    let spend = spend(token, &format!("{task}/{attempt}"));
                    answers.push((token.clone(), queue.consume(spend).await));
                }
            }
            answers
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// What everybody was told is what is in the store, and no more and no less.
async fn assert_exact(
    store: &dyn Store,
    answers: &[(Token, Answer)],
    token: &Token,
    expected: u32,
) {
    let of_token = answers.iter().filter(|(asked, _)| asked.uid == token.uid);
    let accepted = of_token
        .clone()
        .filter(|(_, answer)| is_accepted(answer))
        .count();
    assert_eq!(accepted, expected as usize);
    let usages = usages(store).await;
    let logged = usages.iter().filter(|usage| usage.token_uid == token.uid);
    assert_eq!(logged.clone().count(), of_token.count());
    assert_eq!(
        logged.filter(|u| u.outcome == Outcome::Accepted).count(),
        expected as usize
    );
    let after = find(store, token.uid).await.unwrap();
    assert_eq!(after.used, u64::from(expected));
    if let Uses::Left(before) = token.uses {
        assert_eq!(after.uses, Uses::Left(before - expected));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_100_uses_is_spent_100_times_whoever_tries() {
    let store = database().await.open().await;
    let hundred = Token {
        uses: Uses::Left(100),
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&hundred)).await;
    let answers = hammer(
        &[queue(store.store.clone())],
        std::slice::from_ref(&hundred),
    )
    .await;
    assert_exact(&*store, &answers, &hundred, 100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_token_is_spent_once_whoever_tries() {
    let store = database().await.open().await;
    let locking = Token {
        uses: Uses::Left(100),
        lock: 60,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&locking)).await;
    let answers = hammer(
        &[queue(store.store.clone())],
        std::slice::from_ref(&locking),
    )
    .await;
    assert_exact(&*store, &answers, &locking, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_queues_on_one_database_spend_no_more_than_one() {
    let database = database().await;
    let (first, second) = (database.open().await, database.open().await);
    let queues = [queue(first.store.clone()), queue(second.store.clone())];
    let hundred = Token {
        uses: Uses::Left(100),
        ..token(1)
    };
    let locking = Token {
        uses: Uses::Left(100),
        lock: 60,
        ..token(2)
    };
    add(&*first, &[hundred.clone(), locking.clone()]).await;
    let answers = hammer(&queues, &[hundred.clone(), locking.clone()]).await;
    assert_exact(&*first, &answers, &hundred, 100).await;
    assert_exact(&*second, &answers, &locking, 1).await;
}

#[tokio::test]
async fn what_does_not_exist_is_nothing() {
    let store = database().await.open().await;
    let queue = queue(store.store.clone());
    assert_eq!(queue.consume(spend(&token(1), "Ada")).await, Ok(None));
}

#[tokio::test]
async fn attempts_that_wait_are_made_in_one_group_and_in_their_order() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    let gated = Gated::new(store.clone(), 0, vec![]);
    let queue = queue_of(
        gated.clone(),
        Options {
            group: 64,
            ..Options::default()
        },
    );
    let mut waiting = JoinSet::new();
    for number in 0..101 {
        let queue = queue.clone();
        let spend = spend(&free, &number.to_string());
        waiting.spawn(async move { queue.consume(spend).await });
        // On one thread, this lets the attempt be queued, and the first be taken.
        tokio::task::yield_now().await;
        if number == 0 {
            while gated.groups.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
        }
    }
    gated.gate.add_permits(100);
    assert!(waiting.join_all().await.iter().all(is_accepted));
    // The first alone, then as many as make a group, then the rest.
    assert_eq!(gated.groups.load(Ordering::SeqCst), 3);
    let order: Vec<u32> = usages(&*store)
        .await
        .iter()
        .map(|usage| usage.actor.parse().unwrap())
        .collect();
    assert_eq!(order, (0..101).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_full_queue_says_so_at_once_and_loses_nothing() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    let gated = Gated::new(store.clone(), 0, vec![]);
    let queue = queue_of(
        gated.clone(),
        Options {
            capacity: 10,
            ..Options::default()
        },
    );
    let mut waiting = JoinSet::new();
    let enter = |waiting: &mut JoinSet<Answer>| {
        let queue = queue.clone();
        let spend = spend(&free, "Ada");
        waiting.spawn(async move { queue.consume(spend).await });
    };
    // One is with the worker, ten wait.
    enter(&mut waiting);
    while gated.groups.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    for _ in 0..10 {
        enter(&mut waiting);
        tokio::task::yield_now().await;
    }
    for _ in 0..5 {
        let answer = queue.consume(spend(&free, "late")).await;
        assert_eq!(answer, Err(Error::Busy { retry_after: 1 }));
    }
    gated.gate.add_permits(100);
    let answers = waiting.join_all().await;
    assert_eq!(
        answers.iter().filter(|answer| is_accepted(answer)).count(),
        11
    );
    assert_eq!(usages(&*store).await.len(), 11);
    // And there is room again.
    assert!(is_accepted(&queue.consume(spend(&free, "Ada")).await));
}

#[tokio::test]
async fn an_attempt_is_made_although_nobody_waits_for_it_any_more() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let gated = Gated::new(store.clone(), 0, vec![]);
    let queue = queue(gated.clone());
    for number in [1, 2] {
        let gone = queue.consume(spend(&token(number), "gone"));
        tokio::time::timeout(Duration::from_millis(50), gone)
            .await
            .unwrap_err();
    }
    gated.gate.add_permits(100);
    queue.stop().await;
    assert_eq!(usages(&*store).await.len(), 2);
    for number in [1, 2] {
        assert_eq!(
            find(&*store, token(number).uid).await.unwrap().uses,
            Uses::Left(0)
        );
    }
}

/// A clock that is a minute behind after some time.
struct PutBack(std::sync::atomic::AtomicU32);

impl Clock for PutBack {
    fn now(&self) -> DateTime<Utc> {
        let noon = DateTime::from_timestamp(1_000_000_000, 0).unwrap();
        let asked = self.0.fetch_add(1, Ordering::SeqCst);
        let seconds = if asked < 10 { 0 } else { -60 };
        noon + TimeDelta::seconds(seconds) + TimeDelta::milliseconds(asked.into())
    }
}

#[tokio::test]
async fn a_clock_that_steps_back_gives_no_use_twice_and_ends_no_lock() {
    let store = database().await.open().await;
    let twenty = Token {
        uses: Uses::Left(20),
        ..token(1)
    };
    let locking = Token {
        uses: Uses::Unlimited,
        lock: 60,
        ..token(2)
    };
    add(&*store, &[twenty.clone(), locking.clone()]).await;
    let clock = Arc::new(PutBack(0.into()));
    let queue = Queue::start(
        store.store.clone(),
        clock,
        Live::start(Arc::new(SystemClock)),
        Options::default(),
    );
    let mut accepted = (0, 0);
    for _ in 0..30 {
        accepted.0 += u32::from(is_accepted(&queue.consume(spend(&twenty, "Ada")).await));
        accepted.1 += u32::from(is_accepted(&queue.consume(spend(&locking, "Ada")).await));
    }
    assert_eq!(accepted, (20, 1));
    let twenty = find(&*store, twenty.uid).await.unwrap();
    assert_eq!((twenty.uses, twenty.used), (Uses::Left(0), 20));
    let logged = usages(&*store).await;
    let of_outcome = |outcome| {
        logged
            .iter()
            .filter(|usage| usage.outcome == outcome)
            .count()
    };
    assert_eq!((of_outcome(Outcome::Accepted), logged.len()), (21, 60));
}

#[tokio::test]
async fn a_group_that_fails_is_answered_and_the_next_one_works() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    let plan = vec![Next::IsUnavailable, Next::Fails, Next::Panics];
    let gated = Gated::new(store.clone(), 100, plan);
    let queue = queue_of(gated.clone(), Options::default());
    for expected in [
        Error::Busy { retry_after: 1 },
        Error::Internal,
        Error::Internal,
    ] {
        assert_eq!(queue.consume(spend(&free, "Ada")).await, Err(expected));
    }
    assert!(is_accepted(&queue.consume(spend(&free, "Ada")).await));
    assert_eq!(usages(&*store).await.len(), 1);
}

/// So many groups are made before the disk has one: the one that waits for it, the eight behind it, and one that has no
/// place there.
const BEFORE_THE_DISK: usize = 10;

#[tokio::test]
async fn nobody_is_answered_before_the_disk_and_some_groups_are_made_meanwhile() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    let disk = Arc::new(Semaphore::new(0));
    let gated = Gated::with_disk(store.clone(), &disk);
    let options = Options {
        group: 1,
        ..Options::default()
    };
    let queue = queue_of(gated, options);
    let mut waiting = JoinSet::new();
    for _ in 0..BEFORE_THE_DISK + 3 {
        let queue = queue.clone();
        let spend = spend(&free, "Ada");
        waiting.spawn(async move { queue.consume(spend).await });
    }
    while usages(&*store).await.len() < BEFORE_THE_DISK {
        tokio::task::yield_now().await;
    }
    let stopping = tokio::spawn({
        let queue = queue.clone();
        async move { queue.stop().await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(waiting.try_join_next().is_none());
    assert!(!stopping.is_finished());
    assert_eq!(usages(&*store).await.len(), BEFORE_THE_DISK);

    // One that is answered makes place for one.
    disk.add_permits(1);
    assert!(is_accepted(&waiting.join_next().await.unwrap().unwrap()));
    while usages(&*store).await.len() <= BEFORE_THE_DISK {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(waiting.try_join_next().is_none());
    assert_eq!(usages(&*store).await.len(), BEFORE_THE_DISK + 1);

    disk.add_permits(100);
    stopping.await.unwrap();
    assert_eq!(usages(&*store).await.len(), BEFORE_THE_DISK + 3);
    let answers = waiting.join_all().await;
    assert_eq!(answers.len(), BEFORE_THE_DISK + 2);
    assert!(answers.iter().all(is_accepted));
}

#[tokio::test]
async fn whoever_waits_for_a_disk_that_fails_is_told_that_it_is_in_doubt() {
    let store = database().await.open().await;
    add(&*store, &[token(1)]).await;
    let disk = Arc::new(Semaphore::new(0));
    let queue = queue(Gated::with_disk(store.clone(), &disk));
    let asking = tokio::spawn({
        let queue = queue.clone();
        async move { queue.consume(spend(&token(1), "Ada")).await }
    });
    while usages(&*store).await.is_empty() {
        tokio::task::yield_now().await;
    }
    disk.close();
    let answer = asking.await.unwrap();
    assert_eq!(answer, Err(Error::InDoubt { retry_after: 1 }));
    queue.stop().await;
}

#[tokio::test]
async fn everybody_in_a_group_that_fails_is_told() {
    let store = database().await.open().await;
    let gated = Gated::new(
        store.clone(),
        0,
        vec![Next::Works, Next::IsUnavailable, Next::Panics],
    );
    let queue = queue_of(
        gated.clone(),
        Options {
            group: 5,
            ..Options::default()
        },
    );
    let mut waiting = JoinSet::new();
    for _ in 0..11 {
        let queue = queue.clone();
        waiting.spawn(async move { queue.consume(spend(&token(1), "Ada")).await });
        while gated.groups.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
    }
    gated.gate.add_permits(100);
    let answers = waiting.join_all().await;
    let count = |wanted: Answer| answers.iter().filter(|answer| **answer == wanted).count();
    assert_eq!(count(Ok(None)), 1);
    assert_eq!(count(Err(Error::Busy { retry_after: 1 })), 5);
    assert_eq!(count(Err(Error::Internal)), 5);
}

#[tokio::test]
async fn a_queue_that_stops_makes_what_waits_and_takes_nothing_more() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    let gated = Gated::new(store.clone(), 0, vec![]);
    let options = Options {
        workers: WORKERS,
        group: 4,
        ..Options::default()
    };
    let queue = queue_of(gated.clone(), options);
    let mut waiting = JoinSet::new();
    for _ in 0..50 {
        let queue = queue.clone();
        let spend = spend(&free, "Ada");
        waiting.spawn(async move { queue.consume(spend).await });
        tokio::task::yield_now().await;
    }
    let stopping = tokio::spawn({
        let queue = queue.clone();
        async move { queue.stop().await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!stopping.is_finished());
    gated.gate.add_permits(100);
    stopping.await.unwrap();
    assert_eq!(usages(&*store).await.len(), 50);
    assert!(waiting.join_all().await.iter().all(is_accepted));
    let late = queue.consume(spend(&free, "late")).await;
    assert_eq!(late, Err(Error::Busy { retry_after: 1 }));
    // Stopping twice does no harm.
    queue.stop().await;
}
