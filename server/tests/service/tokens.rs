//! Tokens through the use cases.

use chrono::{NaiveDateTime, TimeDelta};
use domain::usage::Outcome::{Accepted, Locked, UsedUp};
use domain::{
    Actor, Error, Field, FlawKind, Status, Uses,
    page::PageRequest,
    service::{Batch, OnDays, Together, TokenQuery},
    settings::{Preset, SettingKey},
    token::{
        Change, Days, Draft, Label, Order, OrderBy, Refusal, TimeOf, Value, When, WindowChange,
    },
};
use uuid::Uuid;

use crate::host::{TestHost, utc};

const OPERATOR: Actor = Actor::Operator;

fn draft(value: &str, uses: u32) -> Draft {
    Draft {
        value: Some(Value::parse(value).unwrap()),
        uses: Some(Uses::Left(uses)),
        ..Draft::default()
    }
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

async fn vienna() -> TestHost {
    let host = TestHost::new().await;
    let change = [(SettingKey::Zone, "Europe/Vienna".to_owned())];
    host.service
        .change_settings(&OPERATOR, &change)
        .await
        .unwrap();
    host
}

#[tokio::test]
async fn the_tokens_of_a_batch_are_found_by_when_the_first_was_made_and_no_others() {
    let host = TestHost::new().await;
    let add = async |value: &str, amount| {
        let draft = draft(value, 1);
        let batch = Batch { draft, amount };
        host.service.add_tokens(&OPERATOR, batch).await.unwrap()
    };
    add("before-", 3).await;
    host.clock.advance(TimeDelta::milliseconds(1));
    let batch = add("batch-", 1000).await;
    host.clock.advance(TimeDelta::microseconds(3));
    let few = add("after-", 3).await;
    for made in [batch, few] {
        let amount = u32::try_from(made.len()).unwrap();
        let query = TokenQuery {
            batch: Some(Together {
                first: made[0].created.at,
                amount,
            }),
            page: PageRequest::new(1, 1000),
            ..TokenQuery::default()
        };
        let found = host.service.tokens(&OPERATOR, &query).await.unwrap();
        assert_eq!(found.tokens.total, u64::from(amount).into());
        assert_eq!(found.tokens.items, made);
    }
}

#[tokio::test]
async fn a_batch_shares_a_prefix_and_numbers_its_labels() {
    let host = TestHost::new().await;
    let draft = Draft {
        value: Some(Value::parse("VIP-").unwrap()),
        label: Label::parse("Gala").unwrap(),
        ..Draft::default()
    };
    let tokens = host
        .service
        .add_tokens(&OPERATOR, Batch { draft, amount: 10 })
        .await
        .unwrap();
    let names: Vec<_> = tokens
        .iter()
        .map(|t| (t.value.as_str().to_owned(), t.label.as_str()))
        .collect();
    assert_eq!(
        names[0],
        ("VIP-00000000-0000-0000-0000-000000000001".into(), "Gala-01")
    );
    assert_eq!(
        names[9],
        ("VIP-00000000-0000-0000-0000-00000000000a".into(), "Gala-10")
    );
    let listed = host
        .service
        .tokens(&OPERATOR, &TokenQuery::default())
        .await
        .unwrap();
    let labels: Vec<_> = listed
        .tokens
        .items
        .iter()
        .map(|t| t.label.as_str())
        .collect();
    assert_eq!((labels[0], labels[9]), ("Gala-01", "Gala-10"));
}

#[tokio::test]
async fn a_batch_is_made_whole_or_not_at_all() {
    let host = TestHost::new().await;
    let service = &host.service;
    // The second token of the next batch would have this value.
    service
        .add_token(&OPERATOR, draft("X00000000-0000-0000-0000-000000000003", 1))
        .await
        .unwrap();
    let batch = Batch {
        draft: draft("X", 1),
        amount: 5,
    };
    let taken = service.add_tokens(&OPERATOR, batch.clone()).await;
    assert_eq!(
        taken.unwrap_err(),
        Error::flaw(Field::Value, FlawKind::Taken)
    );
    let all = service
        .tokens(&OPERATOR, &TokenQuery::default())
        .await
        .unwrap()
        .all;
    assert_eq!(all, 1.into());
    for (amount, kind) in [
        (0, FlawKind::TooSmall { min: 1 }),
        (1001, FlawKind::TooLarge { max: 1000 }),
    ] {
        let refused = service
            .add_tokens(
                &OPERATOR,
                Batch {
                    amount,
                    ..batch.clone()
                },
            )
            .await;
        assert_eq!(refused.unwrap_err(), Error::flaw(Field::Amount, kind));
    }
    let long = Batch {
        draft: draft(&"x".repeat(965), 1),
        amount: 2,
    };
    let refused = service.add_tokens(&OPERATOR, long).await.unwrap_err();
    assert_eq!(
        refused,
        Error::flaw(Field::Value, FlawKind::TooLong { max: 1000 })
    );
}

#[tokio::test]
async fn presets_are_today_by_the_clocks_of_the_site() {
    let host = vienna().await;
    let service = &host.service;
    // Half past midnight of 30 March in Vienna; in UTC it is still the 29th.
    host.clock.set("2026-03-29T22:30:00Z");
    let token = service.add_token(&OPERATOR, draft("a", 1)).await.unwrap();
    let set = async |preset| {
        let change = Change {
            window: WindowChange::Preset(preset),
            ..Change::default()
        };
        let token = service
            .change_token(&OPERATOR, token.uid, change, None)
            .await
            .unwrap();
        (token.from.map(|m| m.at), token.to.map(|m| m.at))
    };
    let span = |from, to| (Some(utc(from)), Some(utc(to)));
    assert_eq!(
        set(Preset::Morning).await,
        span("2026-03-30T06:00:00Z", "2026-03-30T10:00:00Z")
    );
    assert_eq!(
        set(Preset::Afternoon).await,
        span("2026-03-30T10:00:00Z", "2026-03-30T16:00:00Z")
    );
    assert_eq!(
        set(Preset::Today).await,
        span("2026-03-30T06:00:00Z", "2026-03-30T16:00:00Z")
    );
    assert_eq!(
        set(Preset::SevenDays).await,
        span("2026-03-29T22:30:00Z", "2026-04-06T21:59:59Z")
    );
    assert_eq!(set(Preset::NoLimit).await, (None, None));
}

#[tokio::test]
async fn a_time_that_the_clocks_skip_is_moved_for_programs_and_told_to_people() {
    let host = vienna().await;
    let skipped = local("2027-03-28T02:30:00");
    let add = async |from| {
        let draft = Draft {
            from: Some(from),
            ..Draft::default()
        };
        host.service
            .add_token(&OPERATOR, draft)
            .await
            .map(|token| token.from.unwrap())
    };
    let moved = add(When::Local(skipped)).await.unwrap();
    assert_eq!(
        (moved.at, moved.local),
        (utc("2027-03-28T01:30:00Z"), local("2027-03-28T03:30:00"))
    );
    let next = local("2027-03-28T03:30:00");
    assert_eq!(
        add(When::Typed(skipped)).await,
        Err(Error::flaw(
            Field::ValidFrom,
            FlawKind::NoSuchLocalTime { next }
        ))
    );
    let twice = add(When::Typed(local("2026-10-25T02:30:00")))
        .await
        .unwrap();
    assert_eq!(twice.at, utc("2026-10-25T00:30:00Z"), "the first of two");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_window_is_told_at_once() {
    let host = vienna().await;
    let wrong = Draft {
        from: Some(When::At(utc("9999-12-31T23:30:00Z"))),
        to: Some(When::Typed(local("2027-03-28T02:30:00"))),
        ..Draft::default()
    };
    let error = host.service.add_token(&OPERATOR, wrong).await.unwrap_err();
    assert_eq!(error.flaw_of(Field::ValidFrom), Some(&FlawKind::OutOfRange));
    assert!(error.flaw_of(Field::ValidTo).is_some());
    let noon = When::At(utc("2026-11-02T12:00:00Z"));
    let empty = Draft {
        from: Some(noon),
        to: Some(noon),
        ..Draft::default()
    };
    assert_eq!(
        host.service.add_token(&OPERATOR, empty).await.unwrap_err(),
        Error::flaw(Field::ValidTo, FlawKind::EndNotAfterStart)
    );
}

#[tokio::test]
async fn a_change_that_somebody_overtook_is_refused() {
    let host = TestHost::new().await;
    let service = &host.service;
    let seen = service.add_token(&OPERATOR, draft("a", 5)).await.unwrap();
    let change = |uses| Change {
        uses: Some(Uses::Left(uses)),
        ..Change::default()
    };
    service
        .change_token(&OPERATOR, seen.uid, change(9), Some(seen.version))
        .await
        .unwrap();
    let late = service
        .change_token(&OPERATOR, seen.uid, change(1), Some(seen.version))
        .await;
    assert_eq!(late, Err(Error::Conflict));
    let now = service.token(&OPERATOR, seen.uid).await.unwrap();
    assert_eq!(now.uses, Uses::Left(9));
}

#[tokio::test]
async fn a_use_is_taken_logged_and_refused_when_it_must_be() {
    let host = TestHost::new().await;
    let service = &host.service;
    let token = Draft {
        lock: Some(60),
        ..draft("a", 1)
    };
    let uid = service.add_token(&OPERATOR, token).await.unwrap().uid;
    let spend = async || service.consume(&OPERATOR, uid, None).await.unwrap().outcome;
    assert_eq!(spend().await, Ok(()));
    assert_eq!(spend().await, Err(Refusal::UsedUp));
    let more = Change {
        uses: Some(Uses::Left(2)),
        ..Change::default()
    };
    service
        .change_token(&OPERATOR, uid, more, None)
        .await
        .unwrap();
    assert_eq!(
        spend().await,
        Err(Refusal::Locked {
            until: utc("2026-11-02T12:01:00Z")
        })
    );
    host.clock.set("2026-11-02T12:01:00Z");
    assert_eq!(spend().await, Ok(()));
    assert_eq!(
        service.consume(&OPERATOR, Uuid::max(), None).await,
        Err(Error::NotFound)
    );

    let page = service
        .token_page(
            &OPERATOR,
            uid,
            domain::Permission::View,
            domain::page::PageRequest::default(),
        )
        .await
        .unwrap();
    let outcomes: Vec<_> = page
        .usages
        .items
        .iter()
        .map(|usage| usage.outcome)
        .collect();
    assert_eq!(outcomes, [Accepted, Locked, UsedUp, Accepted]);
    assert_eq!((page.tally.accepted, page.tally.refused), (2, 2));
    assert_eq!((page.token.used, page.token.status), (2, Status::Locked));
    assert_eq!(page.usages.items[0].actor, "command line");
}

#[tokio::test]
async fn tokens_are_deleted_all_or_none_and_their_log_stays() {
    let host = TestHost::new().await;
    let service = &host.service;
    let a = service
        .add_token(&OPERATOR, draft("a", 1))
        .await
        .unwrap()
        .uid;
    let b = service
        .add_token(&OPERATOR, draft("b", 1))
        .await
        .unwrap()
        .uid;
    service.consume(&OPERATOR, a, None).await.unwrap();
    let missing = service
        .delete_tokens(&OPERATOR, &[a, Uuid::max(), b])
        .await
        .unwrap();
    assert_eq!(missing.unwrap_err().0, Uuid::max());
    assert!(service.token(&OPERATOR, a).await.is_ok());
    let deleted = service.delete_tokens(&OPERATOR, &[a, b, a]).await.unwrap();
    assert_eq!(deleted.unwrap().count, 2);
    assert_eq!(service.token(&OPERATOR, a).await, Err(Error::NotFound));
    let log = service.usages_after(&OPERATOR, 0, 10).await.unwrap();
    assert_eq!(log[0].1.token_value.as_str(), "a");
}

#[tokio::test]
async fn the_last_day_of_a_filter_belongs_to_it_however_long_it_is() {
    let host = vienna().await;
    let found = async |of, days| {
        let query = TokenQuery {
            days: vec![OnDays { of, days }],
            order: Order {
                by: OrderBy::Label,
                descending: false,
            },
            ..TokenQuery::default()
        };
        let list = host.service.tokens(&OPERATOR, &query).await.unwrap();
        let labels = list.tokens.items.into_iter();
        labels
            .map(|token| token.label.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    // The 25th of October has 25 hours there, the 28th of March 23.
    for (label, created) in [
        ("a before", "2026-10-24T21:59:59.999999Z"),
        ("b first", "2026-10-24T22:00:00Z"),
        ("c last", "2026-10-25T22:59:59.999999Z"),
        ("d after", "2026-10-25T23:00:00Z"),
        ("e short", "2027-03-28T21:59:59.999999Z"),
        ("f after", "2027-03-28T22:00:00Z"),
    ] {
        host.clock.set(created);
        let draft = Draft {
            label: Label::parse(label).unwrap(),
            to: Some(When::At(utc(created) + TimeDelta::days(5))),
            ..Draft::default()
        };
        host.service.add_token(&OPERATOR, draft).await.unwrap();
    }
    let day = |text: &str| Some(text.parse().unwrap());
    let on = |text| Days::Between(day(text), day(text));
    let created = TimeOf::Created;
    assert_eq!(
        found(created, on("2026-10-25")).await,
        ["b first", "c last"]
    );
    assert_eq!(found(created, on("2027-03-28")).await, ["e short"]);
    let from = Days::Between(day("2027-03-28"), None);
    assert_eq!(found(created, from).await, ["e short", "f after"]);
    let to = Days::Between(None, day("2026-10-25"));
    assert_eq!(found(created, to).await, ["a before", "b first", "c last"]);

    host.clock.set("2027-03-29T12:00:00Z");
    assert_eq!(found(created, Days::Last(1)).await, ["f after"]);
    assert_eq!(found(created, Days::Last(2)).await, ["e short", "f after"]);
    // They end on the 2nd and 3rd of April, there.
    let ends = TimeOf::ValidTo;
    assert_eq!(found(ends, Days::Next(4)).await, ["e short"]);
    assert_eq!(found(ends, Days::Next(5)).await, ["e short", "f after"]);
    host.clock.set("2027-04-02T21:59:59.999999Z");
    assert_eq!(found(ends, Days::Next(1)).await, ["e short", "f after"]);
    host.clock.set("2027-04-02T22:00:00Z");
    assert_eq!(found(ends, Days::Next(1)).await, ["f after"]);
    assert_eq!(found(TimeOf::LastUsed, Days::Never).await.len(), 6);
}
