//! What is new in the log, and its index by token.

use domain::{Token, Uses};
use sqlx::{Connection as _, SqliteConnection};

use super::database;
use crate::support::{
    clock::Standing,
    tokens::{add, noon, spend, token, usages},
};

/// How many attempts the index does not know, and the first of them.
async fn fresh(address: &str) -> (i64, Option<i64>) {
    let mut connection = SqliteConnection::connect(address).await.unwrap();
    sqlx::query_as("select count(*), min(id) from usages where _fresh is not null")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn attempts_are_put_into_the_index_many_at_a_time() {
    let database = database().await;
    let store = database.open().await;
    let token = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&token)).await;
    for (group, expected) in [
        (1, (1, Some(1))),
        (1022, (1023, Some(1))),
        (1, (1, Some(1024))),
        (1023, (1024, Some(1024))),
        (1, (1, Some(2048))),
        (2500, (453, Some(4096))),
    ] {
        let spends = vec![spend(&token, "Ada"); group];
        store.spend(&spends, &Standing(noon())).await.unwrap();
        assert_eq!(fresh(&database.address).await, expected);
    }
    assert_eq!(usages(&*store).await.len(), 4548);
}
