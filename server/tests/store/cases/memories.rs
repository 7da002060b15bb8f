//! What requests under idempotency keys came to.

use chrono::TimeDelta;
use domain::{
    Token, Uses,
    consume::{Answer, Spend},
    idempotency::{self, Fingerprint, IdempotencyKey, Memory, Once},
    store::{Store, StoreError},
    token::Refusal,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::keyed::under;

use super::{
    clock::Standing,
    database, deletion, execute,
    made::{add, find, noon, spend, token, usages},
};

fn once(actor: u128, key: &str, fingerprint: u8) -> Once {
    Once {
        actor: Uuid::from_u128(actor),
        key: IdempotencyKey::parse(key).unwrap(),
        fingerprint: Fingerprint([fingerprint; 32]),
    }
}

async fn remember(store: &dyn Store, memory: &Memory) -> Result<(), StoreError> {
    let mut unit = store.write().await?;
    unit.insert_memory(memory).await?;
    unit.commit(&[]).await
}

#[tokio::test]
async fn what_another_version_kept_is_neither_done_again_nor_in_the_way_of_others() {
    let database = database().await;
    let store = database.open().await;
    let [first, second] = [token(1), token(2)];
    add(&*store, &[first.clone(), second.clone()]).await;
    let clock = Standing(noon());
    store.spend(&[under("old", &first)], &clock).await.unwrap();
    execute(
        &database,
        r#"update memories set answer = '{"refused":{"code":"not_found"}}'"#,
    )
    .await;
    let group = [under("old", &first), under("new", &second)];
    let answers = store.spend(&group, &clock).await.unwrap();
    assert_eq!(answers[0], Answer::KeyReused);
    assert!(matches!(&answers[1], Answer::Made(made) if made.outcome.is_ok()));
    assert_eq!(find(&*store, first.uid).await.unwrap().used, 1);
}

#[tokio::test]
async fn an_answer_belongs_to_one_key_of_one_actor() {
    let store = database().await.open().await;
    let memory = Memory {
        once: once(1, "k \"1\"", 7),
        answer: idempotency::Answer::Deleted(3),
        at: noon(),
    };
    remember(&*store, &memory).await.unwrap();
    let other = Memory {
        once: once(2, "k \"1\"", 8),
        answer: idempotency::Answer::Changed,
        at: noon(),
    };
    remember(&*store, &other).await.unwrap();
    let again = Memory {
        once: once(1, "k \"1\"", 9),
        ..other.clone()
    };
    assert!(matches!(
        remember(&*store, &again).await,
        Err(StoreError::Taken)
    ));

    let mut rows = store.read().await.unwrap();
    let found = rows.memory(&once(1, "k \"1\"", 0)).await.unwrap();
    assert_eq!(found, Some(memory));
    let found = rows.memory(&once(2, "k \"1\"", 0)).await.unwrap();
    assert_eq!(found, Some(other));
    assert_eq!(rows.memory(&once(1, "k", 0)).await.unwrap(), None);
}

#[tokio::test]
async fn old_answers_are_forgotten_the_oldest_first() {
    let store = database().await.open().await;
    for hours in 0..4 {
        let memory = Memory {
            once: once(1, &hours.to_string(), 0),
            answer: idempotency::Answer::Changed,
            at: noon() + TimeDelta::hours(hours),
        };
        remember(&*store, &memory).await.unwrap();
    }
    let before = noon() + TimeDelta::hours(3);
    for (forgotten, left) in [(2, ["2", "3"].as_slice()), (1, &["3"]), (0, &["3"])] {
        let mut unit = store.write().await.unwrap();
        let gone = unit.delete_memories_before(before, 2).await.unwrap();
        unit.commit(&[]).await.unwrap();
        assert_eq!(gone, forgotten);
        let mut rows = store.read().await.unwrap();
        for key in ["0", "1", "2", "3"] {
            let found = rows.memory(&once(1, key, 0)).await.unwrap();
            assert_eq!(found.is_some(), left.contains(&key), "{key}");
        }
    }
}

#[tokio::test]
async fn attempts_that_come_again_are_answered_alike_and_not_made_again() {
    let database = database().await;
    let store = database.open().await;
    let ten = Token {
        uses: Uses::Left(10),
        ..token(1)
    };
    let none = Token {
        uses: Uses::Left(0),
        ..token(2)
    };
    add(&*store, &[ten.clone(), none.clone()]).await;
    let group = [
        under("a", &ten),
        under("b", &none),
        under("c", &token(3)),
        spend(&ten, "Ada"),
    ];
    let first = store.spend(&group, &Standing(noon())).await.unwrap();
    assert!(matches!(&first[0], Answer::Made(made) if made.token.uses == Uses::Left(9)));
    assert!(matches!(&first[1], Answer::Made(made) if made.outcome == Err(Refusal::UsedUp)));
    assert_eq!(first[2], Answer::NoToken);

    // After a restart, later, and when what was asked for has gone.
    let mut unit = store.write().await.unwrap();
    unit.trash_tokens(&[ten.uid], &deletion(1)).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let again = database.open().await;
    let later = noon() + TimeDelta::days(6);
    let answers = again.spend(&group, &Standing(later)).await.unwrap();
    assert_eq!(answers[..3], first[..3]);
    assert_eq!(answers[3], Answer::NoToken);
    let reused = again
        .spend(&[under("a", &none)], &Standing(later))
        .await
        .unwrap();
    assert_eq!(reused, [Answer::KeyReused]);
    assert_eq!(usages(&*again).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_comes_everywhere_at_once_is_made_once() {
    let database = database().await;
    let stores = [database.open().await, database.open().await];
    let tokens: Vec<Token> = (1..=4)
        .map(|number| Token {
            uses: Uses::Left(1000),
            ..token(number)
        })
        .collect();
    add(&*stores[0], &tokens).await;
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let (store, tokens) = (stores[task % 2].clone(), tokens.clone());
        tasks.spawn(async move {
            let mut answers = Vec::new();
            for round in 0..20 {
                // Each round has five keys, and the last is fought for by different tokens.
                let mut group: Vec<Spend> = tokens
                    .iter()
                    .enumerate()
                    .map(|(number, token)| under(&format!("{round}/{number}"), token))
                    .collect();
                group.push(under(&format!("{round}/any"), &tokens[task % 4]));
                if task % 3 == 0 {
                    group.reverse();
                }
                let mut made = store.spend(&group, &Standing(noon())).await.unwrap();
                if task % 3 == 0 {
                    made.reverse();
                }
                answers.push(made);
            }
            answers
        });
    }
    let all = tasks.join_all().await;
    for round in 0..20 {
        for number in 0..4 {
            let first = &all[0][round][number];
            assert!(matches!(first, Answer::Made(made) if made.outcome.is_ok()));
            assert!(all.iter().all(|answers| answers[round][number] == *first));
        }
        let fought = all.iter().map(|answers| &answers[round][4]);
        let reused = fought.filter(|answer| **answer == Answer::KeyReused);
        assert_eq!(reused.count(), 6, "two of eight have the same token");
    }
    let mut used = 0;
    for token in &tokens {
        used += find(&*stores[0], token.uid).await.unwrap().used;
    }
    assert_eq!((used, usages(&*stores[0]).await.len()), (100, 100));
}
