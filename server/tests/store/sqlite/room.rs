//! The room that a token has for its first use.

use sqlx::{Connection as _, SqliteConnection};

use super::database;
use crate::support::{
    clock::Standing,
    tokens::{add, noon, spend, token},
};

#[tokio::test]
async fn a_row_gives_as_much_as_its_first_use_takes() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let mut connection = SqliteConnection::connect(&database.address).await.unwrap();
    // Eight bytes are what the engine takes for numbers of this size.
    let mut rows = async || {
        sqlx::query_as::<_, (bool, bool)>(
            "select ifnull(_room > 1 << 47, false), ifnull(last_used > 1 << 47, false)
             from tokens order by uid",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap()
    };
    assert_eq!(rows().await, [(true, false), (true, false)]);
    let spends = [spend(&token(1), "Ada")];
    store.spend(&spends, &Standing(noon())).await.unwrap();
    assert_eq!(rows().await, [(false, true), (true, false)]);
}
