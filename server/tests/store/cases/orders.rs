//! Lists in every order, page by page.

use std::cmp::Ordering;

use chrono::TimeDelta;
use domain::{
    Status, Token, Uses, Window,
    token::{Label, Order, OrderBy, Position, TokenFilter},
};
use uuid::Uuid;

use super::{
    database, deletion,
    made::{add, noon, token, value},
};
use crate::support::database::Opened;

fn filter(status: &[Status]) -> TokenFilter {
    TokenFilter {
        search: String::new(),
        status: status.to_vec(),
        at: noon(),
        ..TokenFilter::default()
    }
}

/// Tokens with few different keys, so that each order has ties, and some without a key.
fn tokens() -> Vec<Token> {
    let some = |number: u32, of: u32| Some(number % of).filter(|rest| *rest > 0);
    (0..60)
        .map(|n| Token {
            // The uids run another way than everything else.
            uid: Uuid::from_u128(u128::from(n * 37 % 60) << 100),
            value: value(&format!(
                "{}{n}",
                ["a", "Z", "ä", "😀", "%"][n as usize % 5]
            )),
            label: Label::parse(["", "b", "B", "ä", "z z"][n as usize % 5]).unwrap(),
            window: Window {
                from: None,
                to: some(n, 4).map(|days| noon() + TimeDelta::days(days.into())),
            },
            uses: [
                Uses::Unlimited,
                Uses::Left(0),
                Uses::Left(2),
                Uses::Left(10),
            ][n as usize % 4],
            last_used: some(n, 3).map(|hours| noon() - TimeDelta::hours(hours.into())),
            creator: some(n, 6).map(|who| format!("who {who}")),
            created: noon() - TimeDelta::minutes((n % 7).into()),
            modified: noon() - TimeDelta::microseconds((n % 3).into()),
            ..token(n)
        })
        .collect()
}

/// Less, equal or more by what the list is sorted by; nothing of it is more than anything.
fn compare(a: &Token, b: &Token, order: Order) -> Ordering {
    fn nothing_last<K: Ord>(a: Option<K>, b: Option<K>, descending: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
    let descending = order.descending;
    let label = |token: &Token| Some(token.label.clone()).filter(|label| !label.is_empty());
    let uses = |token: &Token| match token.uses {
        Uses::Unlimited => u64::MAX,
        Uses::Left(n) => n.into(),
    };
    let by_key = match order.by {
        OrderBy::Created => nothing_last(Some(a.created), Some(b.created), descending),
        OrderBy::Modified => nothing_last(Some(a.modified), Some(b.modified), descending),
        OrderBy::LastUsed => nothing_last(a.last_used, b.last_used, descending),
        OrderBy::ValidTo => nothing_last(a.window.to, b.window.to, descending),
        OrderBy::Value => nothing_last(Some(&a.value), Some(&b.value), descending),
        OrderBy::Label => nothing_last(label(a), label(b), descending),
        OrderBy::Uses => nothing_last(Some(uses(a)), Some(uses(b)), descending),
        OrderBy::Creator => nothing_last(a.creator.clone(), b.creator.clone(), descending),
    };
    let ties = |token: &Token| Some((token.created, token.uid));
    by_key.then_with(|| nothing_last(ties(a), ties(b), descending))
}

fn orders() -> impl Iterator<Item = Order> {
    OrderBy::ALL
        .into_iter()
        .flat_map(|by| [false, true].map(|descending| Order { by, descending }))
}

/// The values of the tokens at `position`.
async fn page(
    store: &Opened,
    status: &[Status],
    order: Order,
    position: Position,
    limit: u32,
) -> Vec<Token> {
    let mut rows = store.read().await.unwrap();
    rows.tokens(&filter(status), order, &position, limit)
        .await
        .unwrap()
}

#[tokio::test]
async fn numbered_pages_and_pages_behind_a_token_show_all_tokens_once_in_every_order() {
    let store = database().await.open().await;
    add(&*store, &tokens()).await;
    for status in [
        &[][..],
        &[Status::Active, Status::UsedUp],
        &[Status::ExpiresSoon],
    ] {
        for order in orders() {
            let filter = filter(status);
            let mut expected: Vec<Token> = tokens()
                .into_iter()
                .filter(|token| filter.admits(token))
                .collect();
            expected.sort_by(|a, b| compare(a, b, order));
            let expected: Vec<_> = expected.iter().map(|token| token.value.as_str()).collect();

            for size in [1, 7, 20, 100] {
                let mut by_number = Vec::new();
                let mut behind = Vec::new();
                let mut position = Position::Offset(0);
                loop {
                    let offset = Position::Offset(by_number.len() as u64);
                    let numbered = page(&store, status, order, offset, size).await;
                    let following = page(&store, status, order, position, size).await;
                    let Some(last) = following.last() else {
                        assert_eq!(numbered, []);
                        break;
                    };
                    position = Position::After(Box::new(last.clone()));
                    by_number.extend(numbered);
                    behind.extend(following);
                }
                let values = |tokens: &[Token]| -> Vec<String> {
                    tokens
                        .iter()
                        .map(|token| token.value.as_str().to_owned())
                        .collect()
                };
                assert_eq!(values(&by_number), expected, "{order:?}, pages of {size}");
                assert_eq!(
                    values(&behind),
                    expected,
                    "{order:?}, behind, {size} at once"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_has_none_of_the_key_comes_last_in_both_directions() {
    let store = database().await.open().await;
    let at = |minutes| Some(noon() + TimeDelta::minutes(minutes));
    let named = |name: &str, token: Token| Token {
        value: value(name),
        ..token
    };
    add(
        &*store,
        &[
            named(
                "never",
                Token {
                    uses: Uses::Unlimited,
                    ..token(1)
                },
            ),
            named(
                "early",
                Token {
                    last_used: at(1),
                    uses: Uses::Left(9),
                    ..token(2)
                },
            ),
            named(
                "late",
                Token {
                    last_used: at(2),
                    uses: Uses::Left(10),
                    ..token(3)
                },
            ),
        ],
    )
    .await;
    for (by, descending, expected) in [
        (OrderBy::LastUsed, false, ["early", "late", "never"]),
        (OrderBy::LastUsed, true, ["late", "early", "never"]),
        // Unlimited is more than any number, and not nothing.
        (OrderBy::Uses, false, ["early", "late", "never"]),
        (OrderBy::Uses, true, ["never", "late", "early"]),
        // None of them has a label or a maker: the uid decides.
        (OrderBy::Label, false, ["never", "early", "late"]),
        (OrderBy::Label, true, ["late", "early", "never"]),
        (OrderBy::Creator, true, ["late", "early", "never"]),
        (OrderBy::Value, false, ["early", "late", "never"]),
        (OrderBy::Value, true, ["never", "late", "early"]),
    ] {
        let order = Order { by, descending };
        let found = page(&store, &[], order, Position::Offset(0), 10).await;
        let found: Vec<_> = found.iter().map(|token| token.value.as_str()).collect();
        assert_eq!(found, expected, "{order:?}");
    }
}

#[tokio::test]
async fn texts_are_sorted_by_their_bytes() {
    let store = database().await.open().await;
    let names = ["B", "a", "b", "z", "ä", "ﬀ", "😀"];
    let tokens: Vec<Token> = (0..)
        .zip(names)
        .map(|(n, name)| Token {
            value: value(name),
            label: Label::parse(name).unwrap(),
            creator: Some(name.into()),
            ..token(n)
        })
        .collect();
    add(&*store, &tokens).await;
    for by in [OrderBy::Value, OrderBy::Label, OrderBy::Creator] {
        let order = Order {
            by,
            descending: false,
        };
        let found = page(&store, &[], order, Position::Offset(0), 10).await;
        let found: Vec<_> = found.iter().map(|token| token.value.as_str()).collect();
        assert_eq!(found, names, "{by:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_gone_still_marks_its_place() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2), token(3)]).await;
    let mut unit = store.write().await.unwrap();
    unit.trash_tokens(&[token(2).uid], &deletion(1))
        .await
        .unwrap();
    unit.commit(&[]).await.unwrap();
    let order = Order {
        by: OrderBy::Created,
        descending: false,
    };
    let behind = Position::After(Box::new(token(2)));
    assert_eq!(page(&store, &[], order, behind, 10).await, [token(3)]);
}

#[tokio::test]
async fn beyond_the_end_there_is_nothing() {
    let store = database().await.open().await;
    for order in orders() {
        assert_eq!(page(&store, &[], order, Position::Offset(0), 10).await, []);
        assert_eq!(
            page(&store, &[], order, Position::Offset(u64::MAX), 10).await,
            []
        );
        let behind = Position::After(Box::new(token(1)));
        assert_eq!(page(&store, &[], order, behind, 10).await, []);
    }
    add(&*store, &[token(1)]).await;
    for order in orders() {
        assert_eq!(page(&store, &[], order, Position::Offset(1), 10).await, []);
        assert_eq!(
            page(&store, &[], order, Position::Offset(u64::MAX), 10).await,
            []
        );
        assert_eq!(page(&store, &[], order, Position::Offset(0), 0).await, []);
    }
}
