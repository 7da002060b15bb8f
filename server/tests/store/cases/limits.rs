//! What happens when there is not enough of something.

use std::time::Duration;

use domain::store::StoreError;
use server::store::Options;

use super::{
    database,
    made::{add, find, token},
};

#[tokio::test]
async fn whoever_waits_too_long_for_a_connection_is_told_so_and_nothing_else_happens() {
    let database = database().await;
    let options = Options {
        connections: 2,
        patience: Duration::from_millis(200),
    };
    let store = database.open_with(options).await;
    let mut unit = store.write().await.unwrap();
    unit.insert_tokens(&[token(1)]).await.unwrap();
    // As many as there are.
    let mut others = Vec::new();
    let error = loop {
        match store.write().await {
            Ok(other) => others.push(other),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(others.len() < 2, "{}", others.len());
    let spend = super::made::spend(&token(1), "Ada");
    let clock = super::clock::Standing(super::made::noon());
    let error = store.spend(&[spend], &clock).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    unit.commit(&[]).await.unwrap();
    drop(others);
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
    add(&*store, &[token(2)]).await;
}

#[tokio::test]
async fn a_reader_changes_nothing_that_a_unit_has_not_committed_and_does_not_wait_for_it() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_tokens(&[token(1)]).await.unwrap();
    assert_eq!(find(&*store, token(1).uid).await, None);
    store.ping().await.unwrap();
    unit.commit(&[]).await.unwrap();
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
}
