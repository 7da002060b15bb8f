//! Tokens looked up by their values, many with one statement.

use std::{sync::Arc, time::Duration};

use domain::{Token, store::Store, store::Stored};
use futures_util::future::join_all;
use server::store::Options;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use super::{database, execute};
use crate::support::tokens::{add, token, value};

async fn look_up(store: &dyn Store, number: u32) -> Stored<Option<Token>> {
    store
        .token_of_value(&value(&format!("value {number}")))
        .await
}

/// Connections of the store that wait for a lock.
async fn waiting(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn those_who_ask_while_others_are_answered_are_answered_together_or_alone_if_it_takes_too_long()
 {
    let database = database().await;
    let store = Arc::new(database.open().await);
    let tokens: Vec<_> = (0..50).map(token).collect();
    add(&**store, &tokens).await;

    let mut other = PgConnection::connect(&database.address).await.unwrap();
    let mut lock = PgConnection::connect(&database.address).await.unwrap();
    let mut lock = lock.begin().await.unwrap();
    sqlx::query("lock table tokens in access exclusive mode")
        .execute(&mut *lock)
        .await
        .unwrap();
    let begin = Instant::now();
    let asked = tokio::spawn({
        let store = Arc::clone(&store);
        async move { join_all((0..60).map(|number| look_up(&**store, number))).await }
    });
    while waiting(&mut other).await < 2 {
        sleep(Duration::from_millis(10)).await;
    }
    // Some time in which each would have taken a connection of its own.
    sleep(Duration::from_millis(200)).await;
    let waiting_at_first = waiting(&mut other).await;
    // A machine that was halted for so long tells nothing.
    if begin.elapsed() < Duration::from_secs(1) {
        // The first to ask was alone.
        assert_eq!(waiting_at_first, 2);
    }

    // Now they have.
    let patient = async {
        while waiting(&mut other).await < 3 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(10), patient).await.unwrap();
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
async fn a_row_that_does_not_fit_is_told_to_whoever_asks_for_it_alone() {
    let database = database().await;
    let store = database.open().await;
    let tokens: Vec<_> = (0..10).map(token).collect();
    add(&*store, &tokens).await;
    execute(
        &database,
        "alter table tokens drop constraint if exists tokens_uses_check;
         update tokens set uses = -7 where value = 'value 3'",
    )
    .await;
    let found = join_all((0..10).map(|number| look_up(&*store, number))).await;
    for (number, found) in (0..).zip(found) {
        if number == 3 {
            let error = found.unwrap_err();
            assert!(
                matches!(error, domain::store::StoreError::Failed(_)),
                "{error:?}"
            );
        } else {
            assert_eq!(found.unwrap(), Some(token(number)));
        }
    }
}

#[tokio::test]
async fn the_connection_that_looks_up_may_be_lost() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1)]).await;
    let all_find_it = || async {
        for found in join_all([1; 5].map(|number| look_up(&*store, number))).await {
            assert_eq!(found.unwrap(), Some(token(1)));
        }
    };
    for _ in 0..3 {
        all_find_it().await;
        execute(
            &database,
            "select pg_terminate_backend(pid)
             from pg_stat_activity
             where datname = current_database() and query like '%where value = any(%'
                 and pid <> pg_backend_pid()",
        )
        .await;
    }
    all_find_it().await;
}

#[tokio::test]
async fn of_two_connections_none_is_kept_for_it() {
    let database = database().await;
    let options = Options {
        connections: 2,
        patience: Duration::from_millis(200),
    };
    let store = database.open_with(options).await;
    add(&*store, &[token(1)]).await;
    assert_eq!(look_up(&*store, 1).await.unwrap(), Some(token(1)));
    let rows = (store.read().await.unwrap(), store.read().await.unwrap());
    drop(rows);
}
