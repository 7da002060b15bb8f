//! Texts of new tokens, and the index that learns of them many at a time.

use domain::{
    Token,
    store::Store,
    token::{Label, TokenFilter},
};
use sqlx::{Connection as _, SqliteConnection};

use super::{database, execute};
use crate::support::{
    database::Database,
    tokens::{add, noon, token, value},
};

/// How many tokens the index of texts finds by `text` alone, and how many a search does.
async fn found(database: &Database, store: &dyn Store, text: &str) -> (i64, u64) {
    let sql = "select count(*) from _token_search where _token_search match ?";
    let mut connection = SqliteConnection::connect(&database.address).await.unwrap();
    let by_index = sqlx::query_scalar(sql)
        .bind(format!("\"{text}\""))
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let filter = TokenFilter {
        search: text.into(),
        at: noon(),
        ..TokenFilter::default()
    };
    let count = store
        .read()
        .await
        .unwrap()
        .count_tokens(&filter, 1_000)
        .await;
    (by_index, count.unwrap().number)
}

fn numbered(numbers: std::ops::RangeInclusive<u32>) -> Vec<Token> {
    numbers.map(token).collect()
}

#[tokio::test]
async fn new_tokens_are_found_before_the_index_knows_them() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &numbered(1..=255)).await;
    assert_eq!(found(&database, &*store, "val").await, (0, 255));
    add(&*store, &numbered(256..=256)).await;
    assert_eq!(found(&database, &*store, "val").await, (256, 256));
    add(&*store, &numbered(257..=900)).await;
    assert_eq!(found(&database, &*store, "val").await, (768, 900));
}

#[tokio::test]
async fn what_becomes_of_tokens_that_the_index_does_not_know_is_found() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &numbered(1..=300)).await;
    let mut unit = store.write().await.unwrap();
    for number in [7, 299] {
        let changed = Token {
            value: value(&format!("name {number}")),
            label: Label::parse("renamed").unwrap(),
            version: 1,
            ..token(number)
        };
        assert!(unit.update_token(&changed, 0).await.unwrap());
    }
    unit.commit(&[]).await.unwrap();
    assert_eq!(found(&database, &*store, "ren").await, (1, 2));
    assert_eq!(found(&database, &*store, "val").await, (255, 298));

    // Their numbers come again: of one that the index knew, and of those that it did not.
    execute(
        &database,
        "delete from tokens where uid in (select uid from _token_texts where number > 255)",
    )
    .await;
    assert_eq!(found(&database, &*store, "val").await, (254, 254));
    add(&*store, &numbered(1001..=1003)).await;
    assert_eq!(found(&database, &*store, "val").await, (255, 257));
    add(&*store, &numbered(1004..=1400)).await;
    assert_eq!(found(&database, &*store, "val").await, (511, 654));
    execute(
        &database,
        "insert into _token_search (_token_search) values ('integrity-check')",
    )
    .await;
}
