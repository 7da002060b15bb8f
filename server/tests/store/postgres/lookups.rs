//! The connection by which tokens are looked up for many.

use std::{sync::Arc, time::Duration};

use domain::store::Store;
use futures_util::future::join_all;
use server::store::Options;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use super::{
    Database,
    cases::lookups::{become_many, look_up},
    database,
};
use crate::support::tokens::{add, token};

/// How many connections there are of which this is true.
async fn connections(connection: &mut PgConnection, that: &'static str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "select count(*) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and {that}"
    )))
    .fetch_one(connection)
    .await
    .unwrap()
}

/// It looks up for many.
const FOR_MANY: &str = "query like '%where value = any($1)%'";
const WAITING: &str = "wait_event_type = 'Lock'";

/// Whether a connection looks tokens up for many.
pub(super) async fn are_looked_up_together(database: &Database, _: &dyn Store) -> bool {
    let mut connection = PgConnection::connect(&database.address).await.unwrap();
    connections(&mut connection, FOR_MANY).await == 1
}

#[tokio::test]
async fn many_who_ask_are_answered_together_or_alone_if_it_takes_too_long() {
    let database = database().await;
    let store = Arc::new(database.open().await);
    let tokens: Vec<_> = (0..50).map(token).collect();
    add(&**store, &tokens).await;
    become_many(&database, &**store).await;
    let mut other = PgConnection::connect(&database.address).await.unwrap();
    let begin = Instant::now();

    let mut lock = PgConnection::connect(&database.address).await.unwrap();
    let mut lock = lock.begin().await.unwrap();
    sqlx::query("lock table tokens in access exclusive mode")
        .execute(&mut *lock)
        .await
        .unwrap();
    let asked = tokio::spawn({
        let store = Arc::clone(&store);
        async move { join_all((0..60).map(|number| look_up(&**store, number))).await }
    });
    while connections(&mut other, WAITING).await == 0 {
        sleep(Duration::from_millis(10)).await;
    }
    // Some time in which each would have taken a connection of its own.
    sleep(Duration::from_millis(200)).await;
    let waiting = connections(&mut other, WAITING).await;
    // A machine that was halted for so long tells nothing.
    if begin.elapsed() < Duration::from_secs(1) {
        assert_eq!(waiting, 1);
    }

    // Now they have.
    let patient = async {
        while connections(&mut other, WAITING).await < 3 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(20), patient).await.unwrap();
    lock.commit().await.unwrap();
    let found: Vec<_> = asked
        .await
        .unwrap()
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let there = tokens.into_iter().map(Some).chain([const { None }; 10]);
    assert!(found.into_iter().eq(there));
}

#[tokio::test]
async fn the_connection_that_looks_up_for_many_may_be_lost() {
    let database = database().await;
    let store = database.open().await;
    let tokens: Vec<_> = (0..20).map(token).collect();
    add(&*store, &tokens).await;
    become_many(&database, &*store).await;
    let mut other = PgConnection::connect(&database.address).await.unwrap();
    let ended: Vec<bool> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and {FOR_MANY}"
    )))
    .fetch_all(&mut other)
    .await
    .unwrap();
    assert_eq!(ended, [true]);
    for _ in 0..3 {
        let found = join_all((0..20).map(|number| look_up(&*store, number))).await;
        let found: Vec<_> = found
            .into_iter()
            .map(|found| found.unwrap().unwrap())
            .collect();
        assert_eq!(found, tokens);
    }
}

#[tokio::test]
async fn of_two_connections_none_is_kept_for_it() {
    let database = database().await;
    let options = Options {
        connections: 2,
        patience: Duration::from_millis(500),
    };
    let store = database.open_with(options).await;
    let tokens: Vec<_> = (0..20).map(token).collect();
    add(&*store, &tokens).await;
    for _ in 0..10 {
        let found = join_all((0..20).map(|number| look_up(&*store, number))).await;
        assert!(found.into_iter().all(|found| found.unwrap().is_some()));
    }
    let rows = (store.read().await.unwrap(), store.read().await.unwrap());
    drop(rows);
}
