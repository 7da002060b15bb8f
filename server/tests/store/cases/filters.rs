//! Which tokens a filter means: exactly those that the rule says.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Status, Token, Uses, Window,
    page::Count,
    token::{Label, Order, Position, SOON, TokenFilter},
};

use super::{
    database,
    made::{add, noon, time, token, value},
};
use crate::support::database::Opened;

/// The values of the tokens that `filter` means, sorted.
async fn found(store: &Opened, filter: &TokenFilter) -> Vec<String> {
    let mut rows = store.read().await.unwrap();
    let position = Position::Offset(0);
    let tokens = rows
        .tokens(filter, Order::default(), &position, 100_000)
        .await
        .unwrap();
    let count = rows.count_tokens(filter, 100_000).await.unwrap();
    assert_eq!(count, Count::from(tokens.len() as u64), "{filter:?}");
    let mut values: Vec<String> = tokens
        .into_iter()
        .map(|token| token.value.as_str().to_owned())
        .collect();
    values.sort_unstable();
    values
}

/// Tokens with every combination of what decides about the status, each time just before, at and just after the
/// instant that matters.
fn of_every_status() -> Vec<Token> {
    let tick = TimeDelta::microseconds(1);
    let around = |at: DateTime<Utc>| [Some(at - tick), Some(at), Some(at + tick)];
    let mut tokens = Vec::new();
    for from in [None].into_iter().chain(around(noon())) {
        for to in [None]
            .into_iter()
            .chain(around(noon()))
            .chain(around(noon() + SOON))
        {
            let Some(window) = Window::new(from, to) else {
                continue;
            };
            for uses in [Uses::Unlimited, Uses::Left(0), Uses::Left(1)] {
                // When it was used last, so that a lock of a minute ends around noon; or no lock, or never.
                let minute = TimeDelta::minutes(1);
                let locks = around(noon() - minute).map(|used| (60, used));
                for (lock, last_used) in locks.into_iter().chain([(0, Some(noon())), (60, None)]) {
                    for disabled in [None, Some(noon())] {
                        let number = u32::try_from(tokens.len()).unwrap();
                        tokens.push(Token {
                            window,
                            uses,
                            lock,
                            last_used,
                            disabled,
                            ..token(number)
                        });
                    }
                }
            }
        }
    }
    tokens
}

#[tokio::test]
async fn a_filter_by_status_means_what_the_rule_means_at_every_instant() {
    let store = database().await.open().await;
    let mut tokens = of_every_status();
    tokens.push(Token {
        // A lock that ends beyond the calendar.
        lock: i32::MAX.unsigned_abs(),
        last_used: Some(DateTime::<Utc>::MAX_UTC - TimeDelta::days(1)),
        ..token(1_000_000)
    });
    assert!(tokens.len() > 600, "{}", tokens.len());
    add(&*store, &tokens).await;

    let tick = TimeDelta::microseconds(1);
    let instants = [
        noon() - SOON,
        noon() - tick,
        noon(),
        noon() + tick,
        noon() + SOON,
        time("0001-01-01T00:00:00Z"),
        time("9999-12-31T23:59:59.999999Z"),
        time("+262142-12-31T23:59:58Z"),
    ];
    let mut sets: Vec<Vec<Status>> = Status::ALL.iter().map(|status| vec![*status]).collect();
    sets.extend([Status::USABLE.to_vec(), Status::ALL.to_vec()]);
    sets.extend(Status::ALL.windows(3).map(<[_]>::to_vec));
    for at in instants {
        for status in &sets {
            let filter = TokenFilter {
                search: String::new(),
                status: status.clone(),
                at,
                ..TokenFilter::default()
            };
            let mut expected: Vec<_> = tokens
                .iter()
                .filter(|token| filter.admits(token))
                .map(|token| token.value.as_str().to_owned())
                .collect();
            expected.sort_unstable();
            assert_eq!(found(&store, &filter).await, expected, "{filter:?}");
        }
    }
    let mut rows = store.read().await.unwrap();
    for at in instants {
        let counted: BTreeMap<_, _> = rows
            .count_statuses(at)
            .await
            .unwrap()
            .into_iter()
            .map(|(status, count)| (format!("{status:?}"), count))
            .collect();
        let mut expected = BTreeMap::new();
        for token in &tokens {
            *expected
                .entry(format!("{:?}", token.status(at)))
                .or_insert(0) += 1;
        }
        assert_eq!(counted, expected, "{at}");
    }
    // The instants are such that something is asked: each badge is there at noon.
    for status in Status::ALL {
        assert!(
            tokens.iter().any(|token| token.status(noon()) == status),
            "{status:?}"
        );
    }
}

#[tokio::test]
async fn a_filter_by_status_follows_every_write() {
    let store = database().await.open().await;
    let locking = Token {
        uses: Uses::Left(2),
        lock: 60,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&locking)).await;
    let is = async |status: Status, at| {
        let filter = TokenFilter {
            search: String::new(),
            status: vec![status],
            at,
            ..TokenFilter::default()
        };
        found(&store, &filter).await.len() == 1
    };
    assert!(is(Status::Active, noon()).await);

    let clock = super::clock::Standing(noon());
    let spend = super::made::spend(&locking, "somebody");
    store.spend(&[spend], &clock).await.unwrap();
    let end = noon() + TimeDelta::seconds(60);
    assert!(is(Status::Locked, noon()).await);
    assert!(is(Status::Locked, end - TimeDelta::microseconds(1)).await);
    assert!(is(Status::Active, end).await);

    let mut unit = store.write().await.unwrap();
    let used = unit.token_for_update(locking.uid).await.unwrap().unwrap();
    let unlocked = Token {
        lock: 0,
        version: used.version + 1,
        ..used.clone()
    };
    assert!(unit.update_token(&unlocked, used.version).await.unwrap());
    unit.commit(&[]).await.unwrap();
    assert!(is(Status::Active, noon()).await);
}

#[tokio::test]
async fn a_search_looks_for_a_part_of_value_or_label_in_any_case() {
    let store = database().await.open().await;
    let named = |number, name: &str, label: &str| Token {
        value: value(name),
        label: Label::parse(label).unwrap(),
        ..token(number)
    };
    let tokens = [
        named(1, "Grüße", ""),
        named(2, "GRÜSSE", "VIP 100%"),
        named(3, "a_b", "Straße"),
        named(4, "a\\b", "vip 1000"),
        named(5, "axb", "ΣΊΣΥΦΟΣ"),
        named(6, "İstanbul", "'; drop table tokens; --"),
        named(7, "🎫🎟", "end"),
        named(8, "sa\"y\" it", ""),
        named(9, "aaab", ""),
    ];
    add(&*store, &tokens).await;
    for (search, expected) in [
        (
            "",
            &[
                "GRÜSSE",
                "Grüße",
                "a\\b",
                "a_b",
                "aaab",
                "axb",
                "sa\"y\" it",
                "İstanbul",
                "🎫🎟",
            ][..],
        ),
        ("grü", &["GRÜSSE", "Grüße"]),
        ("GRÜ", &["GRÜSSE", "Grüße"]),
        ("ß", &["Grüße", "a_b"]),
        ("vip", &["GRÜSSE", "a\\b"]),
        ("100%", &["GRÜSSE"]),
        ("%", &["GRÜSSE"]),
        ("_", &["a_b"]),
        ("a_b", &["a_b"]),
        ("\\", &["a\\b"]),
        ("\\b", &["a\\b"]),
        ("a?b", &[]),
        ("*", &[]),
        ("σίσυφος", &["axb"]),
        ("i̇", &["İstanbul"]),
        ("drop table", &["İstanbul"]),
        ("'", &["İstanbul"]),
        ("\"", &["sa\"y\" it"]),
        ("a\"y", &["sa\"y\" it"]),
        ("\"y\"", &["sa\"y\" it"]),
        ("y and it", &[]),
        ("ip", &["GRÜSSE", "a\\b"]),
        ("üße", &["Grüße"]),
        ("ÜSS", &["GRÜSSE"]),
        // All threes of letters are there, but not so many.
        ("aaaa", &[]),
        ("aaab", &["aaab"]),
        ("🎟", &["🎫🎟"]),
        // Value and label are two: what one ends with and the other begins with is not found.
        ("🎟end", &[]),
        ("null\0", &[]),
        ("\0", &[]),
    ] {
        let filter = TokenFilter {
            search: search.into(),
            status: Vec::new(),
            at: noon(),
            ..TokenFilter::default()
        };
        assert_eq!(found(&store, &filter).await, expected, "{search:?}");
        let admitted = tokens.iter().filter(|token| filter.admits(token)).count();
        assert_eq!(admitted, expected.len(), "{search:?}");
    }
}

#[tokio::test]
async fn a_search_and_a_status_must_both_hold() {
    let store = database().await.open().await;
    let named = |number, name: &str, uses| Token {
        value: value(name),
        uses,
        ..token(number)
    };
    let tokens = [
        named(1, "VIP one", Uses::Left(1)),
        named(2, "vip none", Uses::Left(0)),
        named(3, "guest", Uses::Left(1)),
    ];
    add(&*store, &tokens).await;
    let filter = TokenFilter {
        search: "vip".into(),
        status: vec![Status::Active],
        at: noon(),
        ..TokenFilter::default()
    };
    assert_eq!(found(&store, &filter).await, ["VIP one"]);
}

#[tokio::test]
async fn a_search_finds_what_was_changed() {
    let store = database().await.open().await;
    add(&*store, &[token(1)]).await;
    let changed = Token {
        value: value("New Value"),
        label: Label::parse("New Label").unwrap(),
        version: 1,
        ..token(1)
    };
    let mut unit = store.write().await.unwrap();
    assert!(unit.update_token(&changed, 0).await.unwrap());
    unit.commit(&[]).await.unwrap();
    for (search, expected) in [
        ("new label", &["New Value"][..]),
        ("new value", &["New Value"]),
        ("value 1", &[]),
    ] {
        let filter = TokenFilter {
            search: search.into(),
            status: Vec::new(),
            at: noon(),
            ..TokenFilter::default()
        };
        assert_eq!(found(&store, &filter).await, expected, "{search}");
    }
}
