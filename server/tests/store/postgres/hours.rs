//! How many tokens were added in which hour, so that nobody need look at them.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{Token, page::Count, token::TokenFilter};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;

use super::{Database, database, execute};
use crate::support::{
    deletions::deletion,
    tokens::{add, noon, token},
};

/// Fails if the hours are not those of the tokens.
async fn hours_are_right(database: &Database) {
    execute(
        database,
        "do $$ begin
             assert not exists (
                 select from (select hour, sum(tokens) as tokens from _token_hours group by hour) as kept
                 full join (
                     select date_trunc('hour', created, 'UTC') as hour, count(*) as tokens
                     from tokens group by hour
                 ) as counted using (hour)
                 where coalesce(kept.tokens, 0) <> coalesce(counted.tokens, 0)
             );
         end $$",
    )
    .await;
}

/// A token that was made so many hours ago.
fn made(number: u32, hours: u32) -> Token {
    Token {
        created: noon() - TimeDelta::hours(hours.into()),
        ..token(number)
    }
}

#[tokio::test]
async fn tokens_are_counted_without_a_look_at_them() {
    let database = database().await;
    let store = database.open().await;
    let tokens: Vec<Token> = (0..2000).map(|n| made(n, n / 10)).collect();
    add(&*store, &tokens).await;

    let all = TokenFilter::all(noon());
    let mut rows = store.read().await.unwrap();
    for most in [20, 1999, 2000, u32::MAX] {
        let count = rows.count_tokens(&all, most).await.unwrap();
        assert_eq!(count, Count::up_to(most.into(), 2000), "up to {most}");
    }
    // Nobody else can read them now.
    let mut other = PgConnection::connect(&database.address).await.unwrap();
    let mut locked = other.begin().await.unwrap();
    sqlx::query("lock table tokens in access exclusive mode")
        .execute(&mut *locked)
        .await
        .unwrap();
    let count = tokio::time::timeout(Duration::from_secs(5), rows.count_tokens(&all, 3000));
    assert_eq!(count.await.unwrap().unwrap(), 2000.into());
    locked.rollback().await.unwrap();
}

#[tokio::test]
async fn many_who_add_and_delete_at_once_are_all_counted() {
    let database = database().await;
    let store = database.open().await;
    // Those who find an hour that has not begun make one of what others counted in those that are over.
    let mut adding = JoinSet::new();
    for who in 0..6 {
        let store = database.open().await;
        adding.spawn(async move {
            for n in 0..30 {
                let number = who * 1000 + n * 10;
                let tokens: Vec<Token> = (0..4).map(|i| made(number + i, n * i)).collect();
                add(&*store, &tokens).await;
                let mut unit = store.write().await.unwrap();
                let uids = [tokens[1].uid, tokens[2].uid];
                let gone = unit.trash_tokens(&uids, &deletion(number)).await.unwrap();
                assert_eq!(gone.len(), 2);
                if n % 3 == 0 {
                    drop(unit);
                } else {
                    unit.commit(&[]).await.unwrap();
                }
            }
        });
    }
    adding.join_all().await;
    hours_are_right(&database).await;
    let left = 6 * (30 * 4 - 20 * 2);
    let mut rows = store.read().await.unwrap();
    let all = rows.count_tokens(&TokenFilter::all(noon()), 10_000).await;
    assert_eq!(all.unwrap(), left.into());

    // The hours that are over have one row each once another begins.
    add(&*store, &[made(9000, 900)]).await;
    execute(
        &database,
        "do $$ begin assert not exists (select from _token_hours where part <> 0); end $$",
    )
    .await;
    hours_are_right(&database).await;
}

#[tokio::test]
async fn a_token_that_is_moved_to_another_hour_by_hand_is_counted_there() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[made(1, 1), made(2, 2), made(3, 2)]).await;
    execute(
        &database,
        "update tokens set created = created + interval '59 minutes' where value <> 'value 3'",
    )
    .await;
    hours_are_right(&database).await;
    execute(
        &database,
        "update tokens set created = created + interval '1 minute'; delete from tokens where value = 'value 1'",
    )
    .await;
    hours_are_right(&database).await;
}
