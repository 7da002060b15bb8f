//! A node that spends the same tokens again and again, and others that change them meanwhile.

use std::slice;

use domain::{
    Token, Uses,
    consume::Consumption,
    store::Store,
    token::Refusal::{self, UsedUp},
};

use super::{database, execute};
use crate::support::{
    clock::Interrupting,
    database::{Database, Opened},
    made,
    tokens::{add, find, noon, spend, token, usages},
};

/// What came of an attempt, and how often the group was made until it held.
async fn attempt(store: &dyn Store, token: &Token) -> (Option<Consumption>, u32) {
    let clock = Interrupting::new(noon(), || ());
    let answers = store.spend(&[spend(token, "Ada")], &clock).await;
    (made(answers.unwrap()).pop().unwrap(), clock.asked())
}

/// What is left after an attempt, or why there was none; and how often the group was made.
async fn left(store: &dyn Store, token: &Token) -> (Result<u32, Refusal>, u32) {
    let (consumption, times) = attempt(store, token).await;
    let consumption = consumption.unwrap();
    let left = consumption.outcome.map(|()| match consumption.token.uses {
        Uses::Left(left) => left,
        Uses::Unlimited => panic!("it has ten uses"),
    });
    (left, times)
}

/// A store that has spent a token of ten uses three times.
async fn spending() -> (Database, Opened, Token) {
    let database = database().await;
    let store = database.open().await;
    let token = Token {
        uses: Uses::Left(10),
        ..token(1)
    };
    add(&*store, slice::from_ref(&token)).await;
    for uses in [9, 8, 7] {
        assert_eq!(left(&*store, &token).await, (Ok(uses), 1));
    }
    (database, store, token)
}

#[tokio::test]
async fn what_another_node_took_is_not_given_again() {
    let (database, store, token) = spending().await;
    let other = database.open().await;
    assert_eq!(left(&*other, &token).await, (Ok(6), 1));
    // It goes by what it knows, and is told what holds.
    assert_eq!(left(&*store, &token).await, (Ok(5), 2));
    for uses in [4, 2, 0] {
        assert_eq!(left(&*other, &token).await, (Ok(uses), 2));
        let and_then = uses.checked_sub(1).ok_or(UsedUp);
        assert_eq!(left(&*store, &token).await, (and_then, 2));
    }
    // A refusal does not change what is known.
    assert_eq!(left(&*other, &token).await, (Err(UsedUp), 1));
    assert_eq!(find(&*store, token.uid).await.unwrap().used, 10);
    assert_eq!(usages(&*store).await.len(), 12);
}

#[tokio::test]
async fn what_was_changed_by_hand_counts() {
    let (database, store, token) = spending().await;
    execute(&database, "update tokens set uses = 2").await;
    assert_eq!(left(&*store, &token).await, (Ok(1), 2));
    assert_eq!(left(&*store, &token).await, (Ok(0), 1));
    assert_eq!(left(&*store, &token).await, (Err(UsedUp), 1));
    // Nor is it refused for longer than there is a reason.
    execute(&database, "update tokens set uses = 3").await;
    assert_eq!(left(&*store, &token).await, (Ok(2), 2));
}

#[tokio::test]
async fn a_token_that_is_gone_is_not_spent() {
    let (database, store, token) = spending().await;
    execute(&database, "delete from tokens").await;
    assert_eq!(attempt(&*store, &token).await, (None, 2));
    assert_eq!(attempt(&*store, &token).await, (None, 1));
    assert_eq!(usages(&*store).await.len(), 3);
}
