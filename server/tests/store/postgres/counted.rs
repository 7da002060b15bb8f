//! How many tokens there are, without a look at them.

use std::time::{Duration, Instant};

use domain::{page::Count, token::TokenFilter};
use sqlx::{Connection as _, PgConnection};

use super::{database, execute};

#[tokio::test]
async fn many_more_tokens_than_are_counted_are_not_looked_at() {
    let database = database().await;
    let store = database.open().await;
    execute(
        &database,
        "insert into tokens (uid, uses, used, lock, created, modified, version, value, label, search)
         select gen_random_uuid(), 1, 0, 0, now(), now(), 0, n::text, '', n::text || ' '
         from generate_series(1, 40) as n",
    )
    .await;

    let mut other = PgConnection::connect(&database.address).await.unwrap();
    // What a connection did is told when it ends, at the latest.
    let patience = Instant::now() + Duration::from_secs(20);
    loop {
        let seen: i64 = sqlx::query_scalar("select pg_stat_get_live_tuples('tokens'::regclass)")
            .fetch_one(&mut other)
            .await
            .unwrap();
        if seen == 40 {
            break;
        }
        assert!(Instant::now() < patience, "{seen} are said to be there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let all = TokenFilter::default();
    let mut rows = store.read().await.unwrap();
    for most in [20, 39, 40, u32::MAX] {
        let count = rows.count_tokens(&all, most).await.unwrap();
        assert_eq!(count, Count::up_to(most.into(), 40), "up to {most}");
    }
    // Nobody else can read them now.
    let mut locked = other.begin().await.unwrap();
    sqlx::query("lock table tokens in access exclusive mode")
        .execute(&mut *locked)
        .await
        .unwrap();
    let count = tokio::time::timeout(Duration::from_secs(5), rows.count_tokens(&all, 19));
    assert_eq!(count.await.unwrap().unwrap(), Count::up_to(19, 40));
    locked.rollback().await.unwrap();
}
