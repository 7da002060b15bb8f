//! Tokens looked up by their values, many with one statement.

use std::time::Duration;

use domain::{
    Token,
    store::{Store, StoreError, Stored},
    token::Value,
};
use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::{are_looked_up_together, database, execute};
use crate::support::{
    database::Database,
    tokens::{add, token, value},
};

/// Looks up the token of that number.
pub(in super::super) async fn look_up(store: &dyn Store, number: u32) -> Stored<Option<Token>> {
    store.token_of_value(&token(number).value).await
}

/// Until they are looked up together: it takes many who ask at once. Since when at least they are.
pub(in super::super) async fn become_many(database: &Database, store: &dyn Store) -> Instant {
    let many = async {
        loop {
            let before = Instant::now();
            join_all((0..20).map(|number| look_up(store, number))).await;
            if are_looked_up_together(database, store).await {
                return before;
            }
        }
    };
    timeout(Duration::from_secs(20), many).await.unwrap()
}

/// They still are, by the connection that is kept for a second after `since` at least.
async fn are_still_many(database: &Database, store: &dyn Store, since: Instant) {
    let are = are_looked_up_together(database, store).await;
    // A machine that was halted for so long tells nothing.
    if since.elapsed() < Duration::from_secs(1) {
        assert!(are);
    }
}

#[tokio::test]
async fn many_who_ask_see_what_was_committed_before() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(0)]).await;
    let begin = become_many(&database, &*store).await;
    for version in 1..20 {
        let after = Token {
            used: version,
            version: version.try_into().unwrap(),
            ..token(0)
        };
        let mut unit = store.write().await.unwrap();
        assert!(unit.update_token(&after, after.version - 1).await.unwrap());
        unit.commit(&[]).await.unwrap();
        for found in join_all([0; 10].map(|number| look_up(&*store, number))).await {
            assert_eq!(found.unwrap().as_ref(), Some(&after));
        }
    }
    are_still_many(&database, &*store, begin).await;
}

#[tokio::test]
async fn a_row_that_does_not_fit_is_told_to_whoever_asks_for_it_alone() {
    let database = database().await;
    let store = database.open().await;
    let tokens: Vec<_> = (0..10).map(token).collect();
    add(&*store, &tokens).await;
    execute(
        &database,
        "update tokens set uses = -7 where value = 'value 3'",
    )
    .await;
    let begin = become_many(&database, &*store).await;
    let found = join_all((0..12).map(|number| look_up(&*store, number))).await;
    for (number, found) in (0..).zip(found) {
        match number {
            3 => assert!(matches!(found, Err(StoreError::Failed(_))), "{found:?}"),
            0..10 => assert_eq!(found.unwrap(), Some(token(number))),
            _ => assert_eq!(found.unwrap(), None),
        }
    }
    are_still_many(&database, &*store, begin).await;
}

#[tokio::test]
async fn values_of_any_kind_are_found_together() {
    let values = [
        "007",
        "7",
        "1e5",
        "100000",
        "null",
        "true",
        "[]",
        "{\"a\":1}",
        "\"",
        "\\",
        "\\u0041",
        "a\u{2028}b",
        "\u{ffff}",
        "🎫",
        "é",
        "e\u{301}",
        "'; --",
        "%",
        " ",
    ];
    let longest = "ü".repeat(500);
    let tokens: Vec<_> = (0..)
        .zip(values.into_iter().chain([longest.as_str()]))
        .map(|(number, text)| Token {
            value: value(text),
            ..token(number)
        })
        .collect();
    let absent = ["7.0", "07", "A", "E\u{301}", "NULL", "1e05"].map(value);
    assert_found_together(&tokens, &absent).await;
}

#[tokio::test]
async fn values_that_are_uids_are_found_together_whosever_they_are() {
    let uid = |number| token(number).uid;
    let values = [
        (1, uid(1).to_string()),
        (2, uid(3).to_string()),
        (3, "another".to_owned()),
        (10, uid(10).to_string().to_uppercase()),
        (11, uid(11).simple().to_string()),
        (12, uid(12).braced().to_string()),
        (13, uid(13).urn().to_string()),
    ];
    let tokens = values.map(|(number, text)| Token {
        value: value(&text),
        ..token(number)
    });
    let absent = [2, 10, 11, 12, 13, 14].map(|number| uid(number).into());
    assert_found_together(&tokens, &absent).await;
}

/// Adds the tokens, and asks at once for each of them twice and for what is no value of theirs.
async fn assert_found_together(tokens: &[Token], absent: &[Value]) {
    let database = database().await;
    let store = database.open().await;
    add(&*store, tokens).await;
    let begin = become_many(&database, &*store).await;
    let asked = || tokens.iter().chain(tokens);
    let (found, not_found) = tokio::join!(
        join_all(asked().map(|token| store.token_of_value(&token.value))),
        join_all(absent.iter().map(|value| store.token_of_value(value))),
    );
    assert!(
        found
            .into_iter()
            .map(Result::unwrap)
            .eq(asked().cloned().map(Some))
    );
    assert!(not_found.into_iter().all(|found| found.unwrap().is_none()));
    are_still_many(&database, &*store, begin).await;
}
