//! The cases. `super` gives each a database of its engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{Uses, usage::Outcome};
use serde_json::Value;
use tokio::{task::JoinSet, time::timeout};
use uuid::Uuid;

use super::database;
use crate::{
    database::Opened,
    program::{Server, add, new_key},
};

/// Connections that are kept open at once.
const CONNECTIONS: usize = 64;
/// Requests on each.
const REQUESTS: usize = 10;

/// Each connection tries to spend the token so many times, connection by connection at another server. What each
/// accepted attempt was told to be left, and how many were refused.
async fn hammer(servers: &[&Server], uid: &str) -> (Vec<i64>, usize) {
    let mut tasks = JoinSet::new();
    for number in 0..CONNECTIONS {
        let mut client = servers[number % servers.len()].client().await;
        let uid = uid.to_owned();
        tasks.spawn(async move {
            let mut answers = Vec::new();
            for _ in 0..REQUESTS {
                let (status, answer) = client.consume(&uid).await.unwrap();
                assert_eq!(status, 200, "{answer}");
                answers.push(answer);
            }
            answers
        });
    }
    let answers: Vec<Value> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(answers.len(), CONNECTIONS * REQUESTS);
    let left: Vec<i64> = answers
        .iter()
        .filter(|answer| answer["success"] == true)
        .map(|answer| answer["remaining"].as_i64().unwrap())
        .collect();
    let refused = answers.len() - left.len();
    (left, refused)
}

/// How often the token was used, by itself and by its log, and what it has left.
async fn state(store: &Opened, uid: &str) -> (u64, u64, u64, Uses) {
    let uid: Uuid = uid.parse().unwrap();
    let mut rows = store.read().await.unwrap();
    let token = rows.token(uid).await.unwrap().unwrap();
    let tally = rows.tally_of(uid).await.unwrap();
    (token.used, tally.accepted, tally.refused, token.uses)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_100_uses_is_spent_100_times() {
    let database = database().await;
    let server = Server::start(&database, &new_key(&database)).await;
    let uid = add(&server, "usage_count=100").await;
    let (mut left, refused) = hammer(&[&server], &uid).await;
    left.sort_unstable();
    assert_eq!((left, refused), ((0..100).collect(), 540));
    let store = database.open().await;
    assert_eq!(state(&store, &uid).await, (100, 100, 540, Uses::Left(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_100_uses_is_spent_100_times_by_two_programs_on_one_database() {
    let database = database().await;
    let key = new_key(&database);
    let (first, second) = tokio::join!(
        Server::start(&database, &key),
        Server::start(&database, &key)
    );
    let uid = add(&first, "usage_count=100").await;
    let (mut left, refused) = hammer(&[&first, &second], &uid).await;
    left.sort_unstable();
    assert_eq!((left, refused), ((0..100).collect(), 540));
    let store = database.open().await;
    assert_eq!(state(&store, &uid).await, (100, 100, 540, Uses::Left(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_locks_for_a_minute_is_spent_once() {
    let database = database().await;
    let key = new_key(&database);
    let (first, second) = tokio::join!(
        Server::start(&database, &key),
        Server::start(&database, &key)
    );
    let uid = add(&first, "usage_count=100&lock_time=60").await;
    let (left, refused) = hammer(&[&first, &second], &uid).await;
    assert_eq!((left, refused), (vec![99], 639));
    let store = database.open().await;
    assert_eq!(state(&store, &uid).await, (1, 1, 639, Uses::Left(99)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_told_so_at_once_and_what_is_served_counts() {
    let database = database().await;
    let key = new_key(&database);
    // A queue of two and room for eight: 64 connections ask for many times what there is.
    let flags = ["--queue", "2", "--at-once", "8"];
    let server = Server::start_with(&database, &key, &flags).await;
    let uid = add(&server, "usage_count=1000000").await;
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let mut client = server.client().await;
        let uid = uid.clone();
        tasks.spawn(async move {
            let (mut made, mut shed) = (0, 0);
            for _ in 0..4 * REQUESTS {
                let reply = client.try_consume(&uid).await.unwrap();
                match reply.status {
                    200 => made += 1,
                    503 => {
                        assert_eq!(reply.retry_after, Some(1));
                        assert_eq!(reply.json["reason"], "busy");
                        shed += 1;
                    }
                    _ => panic!("{}: {}", reply.status, reply.json),
                }
            }
            (made, shed)
        });
    }
    let (made, shed): (Vec<u64>, Vec<u64>) = tasks.join_all().await.into_iter().unzip();
    let (made, shed) = (made.iter().sum::<u64>(), shed.iter().sum::<u64>());
    assert!(shed > 0 && made > 0, "{made} made, {shed} shed");
    let store = database.open().await;
    let left = Uses::Left(u32::try_from(1_000_000 - made).unwrap());
    assert_eq!(state(&store, &uid).await, (made, made, 0, left));
    // Afterwards there is room again.
    let (status, answer) = server.client().await.consume(&uid).await.unwrap();
    assert_eq!((status, &answer["success"]), (200, &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_parallel_adds_of_one_value_exactly_one_succeeds() {
    let database = database().await;
    let server = Server::start(&database, &new_key(&database)).await;
    for round in 0..10 {
        let mut tasks = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let mut client = server.client().await;
            tasks.spawn(async move {
                let form = format!("value=round+{round}");
                client.post("/tokens/add_token", &form).await.unwrap()
            });
        }
        let answers = tasks.join_all().await;
        let added = answers
            .iter()
            .filter(|(_, answer)| answer["success"] == true);
        assert_eq!(added.count(), 1, "{answers:?}");
        let taken = answers.iter().filter(|(status, answer)| {
            *status == 200
                && answer["message"] == "Given value already used by another token"
                && answer["error_code"] == 5
        });
        assert_eq!(taken.count(), CONNECTIONS - 1, "{answers:?}");
    }
}

/// Everybody spends until the program is killed under them. What each token's accepted attempts were told to be left.
async fn spend_until_killed(
    server: &mut Server,
    shared: &str,
    own: &[String],
    after: Duration,
) -> BTreeMap<String, Vec<i64>> {
    let mut tasks = JoinSet::new();
    let answered = Arc::new(AtomicUsize::new(0));
    for uid in own {
        let mut client = server.client().await;
        let uids = [uid.clone(), shared.to_owned()];
        let answered = answered.clone();
        tasks.spawn(async move {
            let mut seen = Vec::new();
            for uid in uids.iter().cycle() {
                // The answer counts once it is here as a whole, and not before.
                let Ok((status, answer)) = client.consume(uid).await else {
                    break;
                };
                assert_eq!(
                    (status, &answer["success"]),
                    (200, &Value::Bool(true)),
                    "{answer}"
                );
                seen.push((uid.clone(), answer["remaining"].as_i64().unwrap()));
                answered.fetch_add(1, Ordering::Relaxed);
            }
            seen
        });
    }
    tokio::time::sleep(after).await;
    // On a machine that does much else it takes longer before there is something that could be lost.
    let is_loaded = async {
        while answered.load(Ordering::Relaxed) <= CONNECTIONS {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_mins(1), is_loaded)
        .await
        .expect("load");
    server.kill();
    let mut seen = BTreeMap::<String, Vec<i64>>::new();
    for (uid, left) in tasks.join_all().await.into_iter().flatten() {
        seen.entry(uid).or_default().push(left);
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn no_use_that_was_answered_is_lost_when_the_program_is_killed() {
    const USES: u32 = 1_000_000;
    let database = database().await;
    let key = new_key(&database);
    for round in 0..10 {
        let mut server = Server::start(&database, &key).await;
        let shared = add(&server, &format!("usage_count={USES}")).await;
        let mut own = Vec::new();
        for _ in 0..CONNECTIONS {
            own.push(add(&server, &format!("usage_count={USES}")).await);
        }
        let after = Duration::from_millis(300 + 37 * round);
        let seen = spend_until_killed(&mut server, &shared, &own, after).await;

        // Started again, as an operator would.
        let _server = Server::start(&database, &key).await;
        let store = database.open().await;
        for (uid, seen) in &seen {
            let (used, logged, refused, left) = state(&store, uid).await;
            assert_eq!((logged, refused), (used, 0), "round {round}, {uid}");
            let Uses::Left(left) = left else {
                panic!("{left:?}")
            };
            assert_eq!(u64::from(USES - left), used, "round {round}, {uid}");
            // Each use that was answered is one of those that are gone, and was given once.
            let distinct: BTreeSet<_> = seen.iter().copied().collect();
            assert_eq!(distinct.len(), seen.len(), "round {round}, {uid}");
            assert!(distinct.first().is_some_and(|least| *least >= left.into()));
            // Nobody had more than one attempt under way.
            let most = seen.len() + if *uid == shared { CONNECTIONS } else { 1 };
            assert!(
                (seen.len() as u64..=most as u64).contains(&used),
                "round {round}, {uid}"
            );
        }
        // And the log says nothing else.
        let mut rows = store.read().await.unwrap();
        let last = rows.usages_after(0, 10_000_000).await.unwrap();
        assert!(
            last.iter()
                .all(|(_, usage)| usage.outcome == Outcome::Accepted)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_of_clients_that_do_not_wait_for_the_answer_are_made_whole() {
    let database = database().await;
    let server = Server::start(&database, &new_key(&database)).await;
    let uid = add(&server, "usage_count=100").await;
    for _ in 0..50 {
        let client = server.client().await;
        client.consume_and_leave(&uid).await.unwrap();
    }
    // The server may or may not have read those whose client was gone; it goes on in any case.
    let (status, answer) = server.client().await.consume(&uid).await.unwrap();
    assert_eq!((status, &answer["consumed"]), (200, &Value::Bool(true)));
    drop(server);
    let store = database.open().await;
    let (used, accepted, refused, left) = state(&store, &uid).await;
    assert!((1..=51).contains(&used));
    assert_eq!((accepted, refused), (used, 0));
    assert_eq!(left, Uses::Left(100 - u32::try_from(used).unwrap()));
}
