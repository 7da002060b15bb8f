//! Tokens as rows.

use domain::{
    Token, Uses, Window,
    store::StoreError,
    token::{Label, MAX_NUMBER, Order, OrderBy, Position, TokenFilter},
};
use futures_util::future::join_all;
use uuid::Uuid;

use super::{
    BEYOND_THE_CALENDAR, CHR, database, deletion, execute,
    made::{add, find, noon, time, token, value},
};

fn every() -> TokenFilter {
    TokenFilter {
        search: String::new(),
        status: Vec::new(),
        at: noon(),
        ..TokenFilter::default()
    }
}

fn label(text: &str) -> Label {
    Label::parse(text).unwrap()
}

/// Every field set to something that is not what it is by default, and to the largest that it can be.
fn full() -> Token {
    Token {
        uid: Uuid::from_u128(0xfedc_ba98_7654_3210_0123_4567_89ab_cdef),
        value: value("Grüße 🎫"),
        label: label("Ostern – 1. Reihe"),
        window: Window::new(
            Some(time("0001-01-01T00:00:00Z")),
            Some(time("9999-12-31T23:59:59.999999Z")),
        )
        .unwrap(),
        uses: Uses::Left(MAX_NUMBER),
        used: u64::try_from(i64::MAX).unwrap(),
        lock: MAX_NUMBER,
        disabled: Some(time("2024-05-17T12:00:00.000001Z")),
        last_used: Some(time("1969-12-31T23:59:59.999999Z")),
        creator: Some("Ada".into()),
        created: time("2024-05-17T11:59:59.123456Z"),
        modified: time("2024-05-17T12:00:00.5Z"),
        version: i64::MAX,
    }
}

#[tokio::test]
async fn every_field_of_a_token_comes_back_as_it_went_in() {
    let store = database().await.open().await;
    add(&*store, &[full(), token(1)]).await;
    assert_eq!(find(&*store, full().uid).await, Some(full()));
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
    assert_eq!(find(&*store, token(2).uid).await, None);
    let mut rows = store.read().await.unwrap();
    assert_eq!(
        rows.token_of_value(&full().value).await.unwrap(),
        Some(full())
    );
    assert_eq!(rows.token_of_value(&value("grüße 🎫")).await.unwrap(), None);
}

#[tokio::test]
async fn all_who_look_tokens_up_at_once_find_theirs() {
    let store = database().await.open().await;
    let tokens: Vec<_> = (0..40).map(token).chain([full()]).collect();
    add(&*store, &tokens).await;
    let asked: Vec<_> = tokens.iter().chain(&tokens).collect();
    let found = join_all(asked.iter().map(|token| store.token_of_value(&token.value)));
    let absent = [value("grüße 🎫"), value("VALUE 1"), value("value 40")];
    let not_found = join_all(absent.iter().map(|value| store.token_of_value(value)));
    let (found, not_found) = tokio::join!(found, not_found);
    let found: Vec<_> = found
        .into_iter()
        .map(|found| found.unwrap().unwrap())
        .collect();
    assert!(found.iter().eq(asked));
    assert!(not_found.into_iter().all(|found| found.unwrap().is_none()));
}

#[tokio::test]
async fn every_field_of_a_token_can_be_changed() {
    let store = database().await.open().await;
    let before = Token {
        version: 7,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&before)).await;
    let after = Token {
        uid: before.uid,
        ..full()
    };
    let mut unit = store.write().await.unwrap();
    assert_eq!(
        unit.token_for_update(before.uid).await.unwrap(),
        Some(before.clone())
    );
    assert!(unit.update_token(&after, 7).await.unwrap());
    assert_eq!(unit.token(before.uid).await.unwrap(), Some(after.clone()));
    unit.commit(&[]).await.unwrap();
    assert_eq!(find(&*store, before.uid).await, Some(after));
}

#[tokio::test]
async fn a_change_of_another_version_than_the_one_that_is_there_is_not_made() {
    let store = database().await.open().await;
    let before = Token {
        version: 7,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&before)).await;
    let change = Token {
        label: label("late"),
        version: 8,
        ..before.clone()
    };
    for read_version in [6, 8] {
        let mut unit = store.write().await.unwrap();
        assert!(!unit.update_token(&change, read_version).await.unwrap());
        unit.commit(&[]).await.unwrap();
    }
    assert_eq!(find(&*store, before.uid).await, Some(before));
}

#[tokio::test]
async fn a_unit_that_is_dropped_leaves_no_trace() {
    let store = database().await.open().await;
    add(&*store, &[token(1)]).await;
    {
        let mut unit = store.write().await.unwrap();
        unit.insert_tokens(&[token(2)]).await.unwrap();
        let changed = Token {
            label: label("changed"),
            version: 1,
            ..token(1)
        };
        assert!(unit.update_token(&changed, 0).await.unwrap());
    }
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
    assert_eq!(find(&*store, token(2).uid).await, None);
    // And nothing is locked any more.
    add(&*store, &[token(2)]).await;
}

#[tokio::test]
async fn a_value_is_taken_once() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let twin = Token {
        uid: Uuid::from_u128(9),
        ..token(1)
    };
    let mut unit = store.write().await.unwrap();
    let error = unit.insert_tokens(&[token(3), twin]).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken), "{error:?}");
    drop(unit);
    assert_eq!(find(&*store, token(3).uid).await, None);

    let mut unit = store.write().await.unwrap();
    let change = Token {
        value: token(1).value,
        version: 1,
        ..token(2)
    };
    let error = unit.update_token(&change, 0).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken), "{error:?}");
}

#[tokio::test]
async fn of_64_parallel_adds_of_one_value_exactly_one_succeeds() {
    let store = database().await.open().await;
    let mut adds = tokio::task::JoinSet::new();
    for number in 0..64 {
        let store = store.clone();
        adds.spawn(async move {
            let token = Token {
                value: value("the same"),
                ..token(number)
            };
            let mut unit = store.write().await.unwrap();
            match unit.insert_tokens(&[token]).await {
                Ok(()) => unit.commit(&[]).await.map(|()| number),
                Err(error) => Err(error),
            }
        });
    }
    let outcomes = adds.join_all().await;
    let added: Vec<u32> = outcomes
        .iter()
        .filter_map(|added| added.as_ref().ok().copied())
        .collect();
    let refused = outcomes
        .iter()
        .filter(|added| matches!(added, Err(StoreError::Taken)))
        .count();
    assert_eq!((added.len(), refused), (1, 63), "{outcomes:?}");
    let mut rows = store.read().await.unwrap();
    let found = rows
        .token_of_value(&value("the same"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.uid, token(added[0]).uid);
    assert_eq!(rows.count_tokens(&every(), 10_000).await.unwrap(), 1.into());
}

#[tokio::test]
async fn units_that_add_the_same_values_in_other_orders_do_not_wait_in_a_circle() {
    let store = database().await.open().await;
    let mut adds = tokio::task::JoinSet::new();
    for n in 0..16_u32 {
        let store = store.clone();
        adds.spawn(async move {
            let mut tokens: Vec<Token> = (0..50)
                .map(|i| Token {
                    value: value(&format!("{i}")),
                    ..token(n * 100 + i)
                })
                .collect();
            if n % 2 == 0 {
                tokens.reverse();
            }
            let mut unit = store.write().await.unwrap();
            match unit.insert_tokens(&tokens).await {
                Ok(()) => unit.commit(&[]).await,
                Err(error) => Err(error),
            }
        });
    }
    let outcomes = adds.join_all().await;
    assert_eq!(
        outcomes.iter().filter(|added| added.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
    assert!(
        outcomes
            .iter()
            .all(|added| matches!(added, Ok(()) | Err(StoreError::Taken))),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn many_tokens_are_added_and_deleted_at_once() {
    let store = database().await.open().await;
    let tokens: Vec<Token> = (0..2500).map(token).collect();
    add(&*store, &tokens).await;
    assert_eq!(
        store
            .read()
            .await
            .unwrap()
            .count_tokens(&every(), 10_000)
            .await
            .unwrap(),
        2500.into()
    );

    let mut unit = store.write().await.unwrap();
    // Some that exist, twice, and some that do not.
    let mut uids: Vec<Uuid> = (1000..3000).map(|number| token(number).uid).collect();
    uids.extend_from_within(..10);
    let gone = unit.trash_tokens(&uids, &deletion(1)).await.unwrap();
    let mut deleted: Vec<Uuid> = gone.iter().map(|token| token.uid).collect();
    deleted.sort_unstable();
    assert_eq!(
        deleted,
        (1000..2500)
            .map(|number| token(number).uid)
            .collect::<Vec<_>>()
    );
    unit.commit(&[]).await.unwrap();
    assert_eq!(
        store
            .read()
            .await
            .unwrap()
            .count_tokens(&every(), 10_000)
            .await
            .unwrap(),
        1000.into()
    );
}

#[tokio::test]
async fn nothing_is_deleted_unless_the_unit_is_committed() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let mut unit = store.write().await.unwrap();
    let deleted = unit
        .trash_tokens(&[token(2).uid, token(3).uid, token(1).uid], &deletion(1))
        .await
        .unwrap();
    assert_eq!(deleted, [token(1), token(2)]);
    let none = unit.trash_tokens(&[], &deletion(1)).await.unwrap();
    assert!(none.is_empty());
    drop(unit);
    assert_eq!(
        store
            .read()
            .await
            .unwrap()
            .count_tokens(&every(), 10_000)
            .await
            .unwrap(),
        2.into()
    );
}

#[tokio::test]
async fn a_token_that_is_held_by_a_unit_is_not_changed_by_another() {
    let store = database().await.open().await;
    add(&*store, &[token(1)]).await;
    let mut changes = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        changes.spawn(async move {
            let mut unit = store.write().await.unwrap();
            let before = unit.token_for_update(token(1).uid).await.unwrap().unwrap();
            let after = Token {
                used: before.used + 1,
                version: before.version + 1,
                ..before.clone()
            };
            assert!(unit.update_token(&after, before.version).await.unwrap());
            unit.commit(&[]).await.unwrap();
        });
    }
    changes.join_all().await;
    let after = find(&*store, token(1).uid).await.unwrap();
    assert_eq!((after.used, after.version), (16, 16));
}

#[tokio::test]
async fn the_longest_texts_fit() {
    let store = database().await.open().await;
    // As many bytes as can be: four each.
    let long = Token {
        value: value(&"𐍈".repeat(250)),
        label: label(&"𐍈".repeat(200)),
        creator: Some("𐍈".repeat(64)),
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&long)).await;
    assert_eq!(find(&*store, long.uid).await, Some(long.clone()));
    for by in OrderBy::ALL {
        let order = Order {
            by,
            descending: true,
        };
        let mut rows = store.read().await.unwrap();
        let position = Position::Offset(0);
        let found = rows.tokens(&every(), order, &position, 1).await.unwrap();
        assert_eq!(found, std::slice::from_ref(&long));
    }
}

#[tokio::test]
async fn a_row_that_does_not_fit_is_an_error_with_its_place() {
    let uid = token(1).uid;
    for (change, column) in [
        ("value = ''", "value"),
        ("label = 'a' || chr(10) || 'b'", "label"),
        ("valid_from = created, valid_to = created", "valid_to"),
        ("uses = -2", "uses"),
        ("uses = 2147483648", "uses"),
        ("used = -1", "used"),
        ("lock = -1", "lock"),
    ] {
        let database = database().await;
        let store = database.open().await;
        add(&*store, &[token(1)]).await;
        execute(
            &database,
            &format!("update tokens set {}", change.replace("chr", CHR)),
        )
        .await;
        let error = store.read().await.unwrap().token(uid).await.unwrap_err();
        let StoreError::Failed(cause) = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            cause.to_string(),
            format!("inconsistent data: table tokens, column {column}, row {uid}")
        );
    }
}

#[tokio::test]
async fn a_time_beyond_the_calendar_is_an_error_and_no_panic() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1)]).await;
    execute(
        &database,
        &format!("update tokens set last_used = {BEYOND_THE_CALENDAR}"),
    )
    .await;
    let error = store
        .read()
        .await
        .unwrap()
        .token(token(1).uid)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
}

#[tokio::test]
async fn a_store_can_be_opened_again_and_by_several_at_once() {
    let database = database().await;
    let (a, b, c) = tokio::join!(database.open(), database.open(), database.open());
    add(&*a, &[token(1)]).await;
    assert_eq!(find(&*b, token(1).uid).await, Some(token(1)));
    add(&*b, &[token(2)]).await;
    assert_eq!(find(&*c, token(2).uid).await, Some(token(2)));
    c.ping().await.unwrap();
    drop((a, b, c));
    assert_eq!(
        find(&*database.open().await, token(2).uid).await,
        Some(token(2))
    );
}
