//! A node that spends the same tokens again and again, and others that change them meanwhile.

use std::slice;

use domain::{
    Token, Uses,
    consume::{Consumption, Spend},
    store::Store,
    token::Refusal::{self, UsedUp},
};

use super::{database, execute};
use crate::support::{
    clock::Interrupting,
    database::{Database, Opened},
    keyed::under,
    made,
    tokens::{add, find, noon, spend, token, usages},
};

/// What came of two attempts at once, and how often the group was made until it held. One alone would not go by what is
/// known.
async fn attempt(store: &dyn Store, token: &Token) -> (Option<Consumption>, u32) {
    let clock = Interrupting::new(noon(), || ());
    let answers = store.spend(&twice(token), &clock).await;
    (made(answers.unwrap()).pop().unwrap(), clock.asked())
}

fn twice(token: &Token) -> [Spend; 2] {
    [spend(token, "Ada"), spend(token, "Ada")]
}

/// What is left after two attempts, or why there was none; and how often the group was made.
async fn left(store: &dyn Store, token: &Token) -> (Result<u32, Refusal>, u32) {
    let (consumption, times) = attempt(store, token).await;
    let consumption = consumption.unwrap();
    let left = consumption.outcome.map(|()| match consumption.token.uses {
        Uses::Left(left) => left,
        Uses::Unlimited => panic!("they are counted"),
    });
    (left, times)
}

/// A store that has spent a token of twenty uses six times.
async fn spending() -> (Database, Opened, Token) {
    let database = database().await;
    let store = database.open().await;
    let token = Token {
        uses: Uses::Left(20),
        ..token(1)
    };
    add(&*store, slice::from_ref(&token)).await;
    for uses in [18, 16, 14] {
        assert_eq!(left(&*store, &token).await, (Ok(uses), 1));
    }
    (database, store, token)
}

#[tokio::test]
async fn what_another_node_took_is_not_given_again() {
    let (database, store, token) = spending().await;
    let other = database.open().await;
    assert_eq!(left(&*other, &token).await, (Ok(12), 1));
    // It goes by what it knows, and is told what holds.
    assert_eq!(left(&*store, &token).await, (Ok(10), 2));
    assert_eq!(left(&*other, &token).await, (Ok(8), 2));
    // Whoever was wrong reads once,
    assert_eq!(left(&*store, &token).await, (Ok(6), 1));
    assert_eq!(left(&*other, &token).await, (Ok(4), 1));
    // and then tries again.
    assert_eq!(left(&*store, &token).await, (Ok(2), 2));
    assert_eq!(left(&*other, &token).await, (Ok(0), 2));
    // Now it reads three times.
    for _ in 0..3 {
        assert_eq!(left(&*other, &token).await, (Err(UsedUp), 1));
        assert_eq!(left(&*store, &token).await, (Err(UsedUp), 1));
    }
    assert_eq!(find(&*store, token.uid).await.unwrap().used, 20);
    assert_eq!(usages(&*store).await.len(), 32);
}

#[tokio::test]
async fn what_was_changed_by_hand_counts() {
    let (database, store, token) = spending().await;
    execute(&database, "update tokens set uses = 4").await;
    assert_eq!(left(&*store, &token).await, (Ok(2), 2));
    assert_eq!(left(&*store, &token).await, (Ok(0), 1));
    assert_eq!(left(&*store, &token).await, (Err(UsedUp), 1));
    // Nor is it refused for longer than there is a reason.
    execute(&database, "update tokens set uses = 6").await;
    assert_eq!(left(&*store, &token).await, (Ok(4), 2));
}

#[tokio::test]
async fn a_token_that_is_gone_is_not_spent() {
    let (database, store, token) = spending().await;
    execute(&database, "delete from tokens").await;
    assert_eq!(attempt(&*store, &token).await, (None, 2));
    assert_eq!(attempt(&*store, &token).await, (None, 1));
    assert_eq!(usages(&*store).await.len(), 6);
}

#[tokio::test]
async fn a_token_that_was_changed_here_is_known() {
    let (database, store, token) = spending().await;
    let read = find(&*store, token.uid).await.unwrap();
    let more = Token {
        uses: Uses::Left(40),
        version: read.version + 1,
        ..read.clone()
    };
    let mut unit = store.write().await.unwrap();
    assert!(unit.update_token(&more, read.version).await.unwrap());
    unit.commit(&[]).await.unwrap();
    assert_eq!(left(&*store, &token).await, (Ok(38), 1));

    // Nobody knows what a unit wrote that never was.
    let mut unit = store.write().await.unwrap();
    let read = unit.token_for_update(token.uid).await.unwrap().unwrap();
    let none = Token {
        uses: Uses::Left(0),
        version: read.version + 1,
        ..read.clone()
    };
    assert!(unit.update_token(&none, read.version).await.unwrap());
    drop(unit);
    assert_eq!(left(&*store, &token).await, (Ok(36), 1));
    assert_eq!(usages(&*store).await.len(), 10);
    drop(database);
}

#[tokio::test]
async fn a_node_that_was_wrong_once_does_not_go_by_what_else_it_knew() {
    let database = database().await;
    let (store, other) = (database.open().await, database.open().await);
    let tokens = [1, 2, 3].map(|n| Token {
        uses: Uses::Left(20),
        ..token(n)
    });
    add(&*store, &tokens).await;
    for (node, uses) in [(&store, 18), (&other, 16)] {
        for token in &tokens {
            assert_eq!(left(&**node, token).await, (Ok(uses), 1));
        }
    }
    // For the second it would read in any case, as it does for a while.
    for (token, times) in tokens.iter().zip([2, 1, 1]) {
        assert_eq!(left(&*store, token).await, (Ok(14), times));
    }
}

#[tokio::test]
async fn a_token_is_read_ahead_while_another_is_written() {
    let (database, store, first) = spending().await;
    // It is only done where a connection has nothing else to do, which those need a moment for that did something.
    let mut is_known = false;
    for n in 10..200 {
        let next = Token {
            uses: Uses::Left(5),
            ..token(n)
        };
        add(&*store, slice::from_ref(&next)).await;
        let clock = Interrupting::new(noon(), || store.read_ahead(&under("next", &next)));
        store.spend(&twice(&first), &clock).await.unwrap();
        // That it is known shows when it is no longer what is known.
        execute(&database, "update tokens set uses = 9 where used = 0").await;
        let (left, times) = left(&*store, &next).await;
        assert_eq!(left, Ok(7));
        is_known = times == 2;
        if is_known {
            break;
        }
    }
    assert!(is_known);
}

#[tokio::test]
async fn nothing_is_read_ahead_while_none_is_written() {
    let (database, store, _) = spending().await;
    for n in 10..20 {
        let next = Token {
            uses: Uses::Left(5),
            ..token(n)
        };
        add(&*store, slice::from_ref(&next)).await;
        store.read_ahead(&under("next", &next));
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        execute(&database, "update tokens set uses = 9 where used = 0").await;
        assert_eq!(left(&*store, &next).await, (Ok(7), 1));
    }
}
