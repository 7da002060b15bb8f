//! The server goes away.

use domain::store::StoreError;

use super::{Database, database};
use crate::support::{
    clock::{Interrupting, Standing},
    tokens::{add, find, noon, spend, token, usages},
};

/// Ends all connections of a database but the one that says so.
const HANG_UP: &str = "
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

#[tokio::test]
async fn lost_connections_are_made_again() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1)]).await;
    super::execute(&database, HANG_UP).await;
    // Whoever meets a connection that is gone is told so; there are no more of them than there were connections.
    let mut met = 0;
    while let Err(error) = store
        .spend(&[spend(&token(1), "Ada")], &Standing(noon()))
        .await
    {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        met += 1;
        assert!(met <= 8);
    }
    assert_eq!(usages(&*store).await.len(), 1);

    // One that has rested is tried before it is used.
    super::execute(&database, HANG_UP).await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert!(find(&*store, token(1).uid).await.is_some());
    let answers = store
        .spend(&[spend(&token(1), "Ada")], &Standing(noon()))
        .await
        .unwrap();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn a_connection_that_is_lost_while_writing_is_no_promise_that_nothing_was_written() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1)]).await;
    let hang_up = {
        let database: Database = database.clone();
        move || {
            let database = database.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                runtime.block_on(super::execute(&database, HANG_UP));
            })
            .join()
            .unwrap();
        }
    };
    let clock = Interrupting::new(noon(), hang_up);
    let error = store
        .spend(&[spend(&token(1), "Ada")], &clock)
        .await
        .unwrap_err();
    // The server still said that it is going, or just went: both are known, and told apart.
    assert!(
        matches!(error, StoreError::Unavailable(_) | StoreError::InDoubt(_)),
        "{error:?}"
    );
    let store = database.open().await;
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
    assert_eq!(usages(&*store).await, []);
}
