//! Somebody else writes between the reading of a group and its writing. Attempts under keys are those that are read.

use domain::{Token, Uses, token::Refusal, usage::Outcome};

use super::{Database, database};
use crate::support::{
    clock::Interrupting,
    keyed::under,
    made,
    tokens::{add, find, noon, spend, token, usages},
};

/// What happens in between, on a thread and with connections of its own.
fn meanwhile(database: &Database, sql: &'static str) -> impl Fn() + Send + Sync {
    let database = database.clone();
    move || {
        let database = database.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(super::execute(&database, sql));
        })
        .join()
        .unwrap();
    }
}

#[tokio::test]
async fn if_nothing_happens_a_group_is_made_at_the_first_go() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1)]).await;
    for attempt in [spend(&token(1), "Ada"), under("one", &token(1))] {
        let clock = Interrupting::new(noon(), || ());
        store.spend(&[attempt], &clock).await.unwrap();
        assert_eq!(clock.asked(), 1);
    }
}

#[tokio::test]
async fn a_use_that_somebody_else_took_meanwhile_is_not_given_again() {
    let database = database().await;
    let store = database.open().await;
    let other = Token {
        uses: Uses::Left(5),
        ..token(2)
    };
    add(&*store, &[token(1), other.clone()]).await;
    let clock = Interrupting::new(
        noon(),
        meanwhile(
            &database,
            "update tokens set uses = 0, used = 1, version = 1 where value = 'value 1'",
        ),
    );
    let group = [under("one", &token(1)), under("other", &other)];
    let answers = made(store.spend(&group, &clock).await.unwrap());
    assert_eq!(clock.asked(), 2);
    let outcomes: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap().outcome)
        .collect();
    assert_eq!(outcomes, [Err(Refusal::UsedUp), Ok(())]);
    // The other one was spent once, although its group was made twice.
    assert_eq!(find(&*store, other.uid).await.unwrap().uses, Uses::Left(4));
    let logged: Vec<_> = usages(&*store)
        .await
        .iter()
        .map(|usage| usage.outcome)
        .collect();
    assert_eq!(logged, [Outcome::UsedUp, Outcome::Accepted]);
}

#[tokio::test]
async fn a_refusal_whose_reason_went_away_meanwhile_is_not_given() {
    let database = database().await;
    let store = database.open().await;
    let used_up = Token {
        uses: Uses::Left(0),
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&used_up)).await;
    let clock = Interrupting::new(
        noon(),
        meanwhile(&database, "update tokens set uses = 1, version = 1"),
    );
    let answers = store
        .spend(&[under("one", &used_up)], &clock)
        .await
        .unwrap();
    let answers = made(answers);
    assert_eq!(clock.asked(), 2);
    assert_eq!(answers[0].as_ref().unwrap().outcome, Ok(()));
    let logged: Vec<_> = usages(&*store)
        .await
        .iter()
        .map(|usage| usage.outcome)
        .collect();
    assert_eq!(logged, [Outcome::Accepted]);
}

#[tokio::test]
async fn a_token_that_was_deleted_meanwhile_does_not_exist() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let clock = Interrupting::new(
        noon(),
        meanwhile(&database, "delete from tokens where value = 'value 1'"),
    );
    let group = [under("one", &token(1)), under("other", &token(2))];
    let answers = made(store.spend(&group, &clock).await.unwrap());
    assert_eq!(answers[0], None);
    assert_eq!(answers[1].as_ref().unwrap().outcome, Ok(()));
    assert_eq!(usages(&*store).await.len(), 1);
}

#[tokio::test]
async fn a_change_to_a_token_of_nobody_does_not_matter() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let clock = Interrupting::new(
        noon(),
        meanwhile(
            &database,
            "update tokens set version = 9 where value = 'value 2'",
        ),
    );
    store
        .spend(&[under("one", &token(1))], &clock)
        .await
        .unwrap();
    assert_eq!(clock.asked(), 1);
}
