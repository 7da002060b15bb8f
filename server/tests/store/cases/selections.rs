//! Acting on many tokens at once.

use std::{collections::BTreeMap, time::Instant};

use domain::{
    Actor, Error, Status, Token, Uses, Window,
    audit::{Action, EntryFilter},
    service::{Selection, TokenQuery},
    store::Store,
    token::{CommonChange, Order, Overwrite, Position, TokenFilter},
};
use uuid::Uuid;

use super::{
    database,
    made::{add, find, noon, time, token},
};
use crate::support::service::service;

/// What is to be deleted at once, as it is promised.
const MANY: u32 = 10_000;

/// Every token, by its uid.
async fn all(store: &dyn Store) -> BTreeMap<Uuid, Token> {
    let filter = TokenFilter {
        search: String::new(),
        status: Vec::new(),
        at: noon(),
        ..TokenFilter::default()
    };
    let mut rows = store.read().await.unwrap();
    let tokens = rows
        .tokens(&filter, Order::default(), &Position::Offset(0), 1_000_000)
        .await
        .unwrap();
    tokens.into_iter().map(|token| (token.uid, token)).collect()
}

/// Of how many tokens the audit log says that this was done, each once.
async fn logged(store: &dyn Store, action: Action) -> usize {
    let filter = EntryFilter {
        action: Some(action),
        ..EntryFilter::default()
    };
    let mut rows = store.read().await.unwrap();
    let entries = rows.entries(&filter, None, 1_000_000).await.unwrap();
    let mut uids: Vec<_> = entries.iter().map(|(_, entry)| entry.target.uid).collect();
    uids.sort_unstable();
    uids.dedup();
    assert_eq!(uids.len(), entries.len(), "{action:?}");
    uids.len()
}

/// Tokens of which every eleventh is used up: with so many others among them that are not meant.
fn mixed(count: u32) -> Vec<Token> {
    let uses = |number| {
        if number % 11 == 0 {
            Uses::Left(0)
        } else {
            Uses::Left(1)
        }
    };
    (1..=count)
        .map(|number| Token {
            uses: uses(number),
            ..token(number)
        })
        .collect()
}

fn usable(seen: u64) -> Selection {
    Selection::Matching {
        query: TokenQuery {
            status: vec![Status::Active],
            ..TokenQuery::default()
        },
        seen,
    }
}

#[tokio::test]
async fn ten_thousand_that_match_are_deleted_and_taken_back_and_no_other() {
    let store = database().await.open().await;
    let tokens = mixed(MANY / 10 * 11);
    add(&*store, &tokens).await;
    let service = service(&store);
    let before = all(&*store).await;

    let started = Instant::now();
    let deleted = service
        .delete_selection(&Actor::Operator, &usable(MANY.into()))
        .await
        .unwrap();
    println!("{MANY} tokens deleted in {:?}", started.elapsed());
    assert_eq!(deleted.count, u64::from(MANY));
    let left = all(&*store).await;
    assert_eq!(left.len(), MANY as usize / 10);
    assert!(left.values().all(|token| token.uses == Uses::Left(0)));
    assert!(left.iter().all(|(uid, token)| before[uid] == *token));
    assert_eq!(logged(&*store, Action::Delete).await, MANY as usize);

    let started = Instant::now();
    let restored = service
        .undo_deletion(&Actor::Operator, deleted.deletion)
        .await
        .unwrap();
    println!("{MANY} tokens taken back in {:?}", started.elapsed());
    assert_eq!(restored.len(), MANY as usize);
    let expected: BTreeMap<_, _> = before
        .into_iter()
        .map(|(uid, token)| {
            let version = i64::from(token.uses != Uses::Left(0));
            (uid, Token { version, ..token })
        })
        .collect();
    assert!(all(&*store).await == expected);
    assert_eq!(store.read().await.unwrap().count_trash().await.unwrap(), 0);
    assert_eq!(logged(&*store, Action::Restore).await, MANY as usize);
}

#[tokio::test]
async fn ten_thousand_are_disabled_at_once_but_for_those_that_are_already() {
    let store = database().await.open().await;
    let mut tokens = mixed(MANY);
    tokens[0].disabled = Some(time("2020-01-01T00:00:00Z"));
    add(&*store, &tokens).await;
    let selection = Selection::Matching {
        query: TokenQuery::default(),
        seen: MANY.into(),
    };
    let disable = CommonChange {
        disabled: Some(true),
        ..CommonChange::default()
    };
    let started = Instant::now();
    let changed = service(&store)
        .change_tokens(&Actor::Operator, &selection, disable)
        .await;
    println!("{MANY} tokens disabled in {:?}", started.elapsed());
    assert_eq!(changed, Ok(u64::from(MANY) - 1));
    assert_eq!(logged(&*store, Action::Change).await, MANY as usize - 1);
    let after = all(&*store).await;
    assert_eq!(after[&tokens[0].uid], tokens[0]);
    let others = &tokens[1..];
    assert!(others.iter().all(|token| {
        let now = &after[&token.uid];
        let expected = Token {
            disabled: Some(now.modified),
            modified: now.modified,
            version: 1,
            ..token.clone()
        };
        *now == expected && now.modified > token.modified
    }));
}

#[tokio::test]
async fn what_is_written_on_many_leaves_the_rest_of_them_as_it_was() {
    let store = database().await.open().await;
    let full = Token {
        window: Window::new(Some(time("2024-01-01T00:00:00Z")), None).unwrap(),
        used: 7,
        lock: 60,
        disabled: Some(time("2024-02-01T00:00:00Z")),
        last_used: Some(noon()),
        creator: Some("Ada".into()),
        version: 9,
        ..token(1)
    };
    add(&*store, &[full.clone(), token(2), token(3)]).await;
    let end = time("2031-01-01T00:00:00.000001Z");
    let new = Overwrite {
        from: None,
        to: Some(Some(end)),
        uses: Some(Uses::Unlimited),
        disabled: Some(true),
        at: noon(),
    };
    let mut unit = store.write().await.unwrap();
    let uids = [full.uid, token(2).uid];
    unit.overwrite_tokens(&uids, &new).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let expected = |token: &Token, disabled| Token {
        window: Window::new(token.window.from, Some(end)).unwrap(),
        uses: Uses::Unlimited,
        disabled: Some(disabled),
        modified: noon(),
        version: token.version + 1,
        ..token.clone()
    };
    let since = time("2024-02-01T00:00:00Z");
    assert_eq!(find(&*store, full.uid).await, Some(expected(&full, since)));
    let two = expected(&token(2), noon());
    assert_eq!(find(&*store, token(2).uid).await, Some(two));
    assert_eq!(find(&*store, token(3).uid).await, Some(token(3)));

    let new = Overwrite {
        from: Some(None),
        to: Some(None),
        uses: None,
        disabled: Some(false),
        at: noon(),
    };
    let mut unit = store.write().await.unwrap();
    unit.overwrite_tokens(&uids, &new).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let back = find(&*store, full.uid).await.unwrap();
    assert_eq!((back.window, back.disabled), (Window::default(), None));
    assert_eq!((back.uses, back.version), (Uses::Unlimited, 11));
}

#[tokio::test]
async fn nothing_is_done_to_others_than_were_seen() {
    let store = database().await.open().await;
    add(&*store, &mixed(12)).await;
    let service = service(&store);
    let before = all(&*store).await;
    for seen in [10, 12] {
        let answer = service
            .delete_selection(&Actor::Operator, &usable(seen))
            .await;
        assert_eq!(answer, Err(Error::Outdated { count: 11 }));
    }
    let gone = Selection::Named(vec![token(1).uid, token(99).uid]);
    let disable = CommonChange {
        disabled: Some(true),
        ..CommonChange::default()
    };
    let answer = service
        .change_tokens(&Actor::Operator, &gone, disable)
        .await;
    assert_eq!(answer, Err(Error::Outdated { count: 1 }));
    let answer = service.delete_selection(&Actor::Operator, &gone).await;
    assert_eq!(answer, Err(Error::Outdated { count: 1 }));
    assert!(all(&*store).await == before);
}
