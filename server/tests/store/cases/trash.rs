//! The trash.

use chrono::TimeDelta;
use domain::{
    Token, Uses, Window,
    consume::Answer,
    store::{Store, StoreError},
    token::{Deletion, Label, TokenFilter, Trashed, TrashedToken},
};
use uuid::Uuid;

use super::{
    clock::Standing,
    database, deletion,
    made::{add, find, noon, spend, time, token, value},
};

async fn delete(store: &dyn Store, tokens: &[Token], deletion: &Deletion) {
    let uids: Vec<Uuid> = tokens.iter().map(|token| token.uid).collect();
    let mut unit = store.write().await.unwrap();
    let gone = unit.trash_tokens(&uids, deletion).await.unwrap();
    assert_eq!(gone.len(), tokens.len());
    unit.commit(&[]).await.unwrap();
}

async fn restore(store: &dyn Store, which: Trashed) -> Result<Vec<Token>, StoreError> {
    let mut unit = store.write().await.unwrap();
    let tokens = unit.restore_tokens(which).await?;
    unit.commit(&[]).await.unwrap();
    Ok(tokens)
}

async fn trash(store: &dyn Store) -> Vec<TrashedToken> {
    store.read().await.unwrap().trash(0, 100_000).await.unwrap()
}

#[tokio::test]
async fn a_search_finds_no_token_in_the_trash_and_finds_it_when_it_is_back() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let found = async || {
        let filter = TokenFilter {
            search: "VALUE 1".into(),
            at: noon(),
            ..TokenFilter::default()
        };
        let mut rows = store.read().await.unwrap();
        rows.count_tokens(&filter, 10).await.unwrap().number
    };
    assert_eq!(found().await, 1);
    delete(&*store, &[token(1)], &deletion(1)).await;
    assert_eq!(found().await, 0);
    restore(&*store, Trashed::Token(token(1).uid))
        .await
        .unwrap();
    assert_eq!(found().await, 1);
}

#[tokio::test]
async fn a_token_comes_back_from_the_trash_as_it_was_one_version_on() {
    let store = database().await.open().await;
    let full = Token {
        label: Label::parse("Tür").unwrap(),
        window: Window::new(
            Some(time("2024-01-01T00:00:00.000001Z")),
            Some(time("2025-01-01T00:00:00Z")),
        )
        .unwrap(),
        uses: Uses::Unlimited,
        used: 7,
        lock: 60,
        disabled: Some(noon()),
        last_used: Some(noon()),
        creator: Some("Ada".into()),
        version: 9,
        ..token(1)
    };
    add(&*store, &[full.clone(), token(2)]).await;
    delete(&*store, std::slice::from_ref(&full), &deletion(1)).await;
    assert_eq!(find(&*store, full.uid).await, None);
    assert_eq!(
        trash(&*store).await,
        [TrashedToken {
            token: full.clone(),
            deletion: deletion(1)
        }]
    );
    let back = Token {
        version: 10,
        ..full.clone()
    };
    let restored = restore(&*store, Trashed::Token(full.uid)).await.unwrap();
    assert_eq!(restored, std::slice::from_ref(&back));
    assert_eq!(find(&*store, full.uid).await, Some(back));
    assert_eq!(trash(&*store).await, []);
    let again = restore(&*store, Trashed::Token(full.uid)).await.unwrap();
    assert_eq!(again, []);
}

#[tokio::test]
async fn nobody_can_use_or_find_what_lies_in_the_trash() {
    let store = database().await.open().await;
    add(&*store, &[token(1)]).await;
    delete(&*store, &[token(1)], &deletion(1)).await;
    let answers = store
        .spend(&[spend(&token(1), "Gate")], &Standing(noon()))
        .await
        .unwrap();
    assert_eq!(answers, [Answer::NoToken]);
    let mut rows = store.read().await.unwrap();
    let found = rows.token_of_value(&token(1).value).await.unwrap();
    assert_eq!(found, None);
    assert_eq!(rows.count_trash().await.unwrap(), 1);
    let mut unit = store.write().await.unwrap();
    let held = unit.token_for_update(token(1).uid).await.unwrap();
    assert_eq!(held, None);
}

#[tokio::test]
async fn a_value_in_the_trash_is_free_and_then_can_t_come_back() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2)]).await;
    delete(&*store, &[token(1), token(2)], &deletion(1)).await;
    let heir = Token {
        value: value("value 2"),
        ..token(3)
    };
    add(&*store, std::slice::from_ref(&heir)).await;
    let taken = restore(&*store, Trashed::Deletion(deletion(1).uid)).await;
    assert!(matches!(taken, Err(StoreError::Taken)), "{taken:?}");
    // All or none.
    assert_eq!(trash(&*store).await.len(), 2);
    let restored = restore(&*store, Trashed::Token(token(1).uid))
        .await
        .unwrap();
    assert_eq!(restored.len(), 1);
    // The same value may lie there twice.
    delete(&*store, &[heir], &deletion(2)).await;
    assert_eq!(trash(&*store).await.len(), 2);
}

#[tokio::test]
async fn a_deletion_is_undone_as_it_was_done() {
    let store = database().await.open().await;
    let tokens: Vec<Token> = (1..=2500).map(token).collect();
    add(&*store, &tokens).await;
    delete(&*store, &tokens[..2400], &deletion(1)).await;
    delete(&*store, &tokens[2400..], &deletion(2)).await;
    let restored = restore(&*store, Trashed::Deletion(deletion(1).uid))
        .await
        .unwrap();
    assert_eq!(restored.len(), 2400);
    assert!(restored.iter().zip(&tokens).all(|(back, before)| {
        *back
            == Token {
                version: 1,
                ..before.clone()
            }
    }));
    assert_eq!(trash(&*store).await.len(), 100);
}

#[tokio::test]
async fn the_trash_is_emptied_of_what_is_old() {
    let store = database().await.open().await;
    let tokens: Vec<Token> = (1..=5).map(token).collect();
    add(&*store, &tokens).await;
    let late = Deletion {
        at: noon() + TimeDelta::seconds(1),
        ..deletion(2)
    };
    delete(&*store, &tokens[..3], &deletion(1)).await;
    delete(&*store, &tokens[3..], &late).await;
    let shown: Vec<u128> = trash(&*store)
        .await
        .iter()
        .map(|trashed| trashed.token.uid.as_u128())
        .collect();
    assert_eq!(shown, [5, 4, 3, 2, 1]);
    let purge = async |limit| {
        let mut unit = store.write().await.unwrap();
        let gone = unit.purge_trash(late.at, limit).await.unwrap();
        unit.commit(&[]).await.unwrap();
        gone.len()
    };
    assert_eq!([purge(2).await, purge(2).await, purge(2).await], [2, 1, 0]);
    assert_eq!(trash(&*store).await.len(), 2);
}
