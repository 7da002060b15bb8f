//! Looking at attempts: by the days of the site, each with its token.

use chrono::NaiveDate;
use domain::{
    Actor, Error, Permission, Status, Uses,
    page::PageRequest,
    service::UsageQuery,
    settings::SettingKey,
    token::{Draft, Value, When},
    usage::{Outcome, Tally},
    view::{DayView, TokenView},
};
use uuid::Uuid;

use crate::host::TestHost;

const OPERATOR: Actor = Actor::Operator;

async fn token(host: &TestHost, value: &str, uses: Uses) -> TokenView {
    let draft = Draft {
        value: Some(Value::parse(value).unwrap()),
        uses: Some(uses),
        ..Draft::default()
    };
    host.service.add_token(&OPERATOR, draft).await.unwrap()
}

fn gate(name: &str) -> Actor {
    Actor::Key {
        uid: Uuid::nil(),
        name: name.into(),
        permissions: [Permission::Consume].into_iter().collect(),
    }
}

#[tokio::test]
async fn the_days_of_a_filter_are_those_of_the_site_and_the_last_belongs_to_it() {
    let host = TestHost::new().await;
    let zone = [(SettingKey::Zone, "Europe/Vienna".to_owned())];
    host.service
        .change_settings(&OPERATOR, &zone)
        .await
        .unwrap();
    let free = token(&host, "free", Uses::Unlimited).await.uid;
    // On 25 October the clocks are put back: its day has 25 hours, from 22:00 to 23:00 UTC.
    for at in [
        "2026-10-24T21:59:59.999999Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T22:59:59.999999Z",
        "2026-10-25T23:00:00Z",
    ] {
        host.clock.set(at);
        let by = gate(&at[8..13]);
        host.service.consume(&by, free, None).await.unwrap();
    }
    let october = |day| NaiveDate::from_ymd_opt(2026, 10, day);
    for (from, to, expected) in [
        (october(25), october(25), vec!["25T22", "24T22"]),
        (october(26), None, vec!["25T23"]),
        (None, october(24), vec!["24T21"]),
        (october(26), october(25), vec![]),
    ] {
        let query = UsageQuery {
            from,
            to,
            ..UsageQuery::default()
        };
        let list = host.service.usages(&OPERATOR, &query).await.unwrap();
        let actors: Vec<_> = list.usages.iter().map(|l| &*l.usage.actor).collect();
        assert_eq!(actors, expected, "{from:?} {to:?}");
    }
}

#[tokio::test]
async fn attempts_are_shown_by_the_page_with_what_their_tokens_are_called() {
    let host = TestHost::new().await;
    let once = token(&host, "once", Uses::Left(1)).await;
    for n in 0..=UsageQuery::PAGE {
        let by = gate(&n.to_string());
        host.service.consume(&by, once.uid, None).await.unwrap();
    }
    let query = UsageQuery::default();
    let list = host.service.usages(&OPERATOR, &query).await.unwrap();
    assert_eq!(list.usages.len(), 50);
    assert_eq!(list.usages[0].usage.actor, "50");
    assert_eq!(list.usages[0].usage.outcome, Outcome::UsedUp);
    assert_eq!(list.usages[0].token, once.uid);
    assert!(list.usages[0].label.is_some());

    let older = UsageQuery {
        older_than: list.older_than,
        ..query.clone()
    };
    let rest = host.service.usages(&OPERATOR, &older).await.unwrap();
    assert_eq!(rest.usages.len(), 1);
    assert_eq!(rest.usages[0].usage.outcome, Outcome::Accepted);
    assert_eq!(rest.older_than, None);

    host.service
        .delete_tokens(&OPERATOR, &[once.uid])
        .await
        .unwrap()
        .unwrap();
    let list = host.service.usages(&OPERATOR, &query).await.unwrap();
    assert_eq!(list.usages[0].label, None);
    assert_eq!(list.usages[0].value, once.value);
}

#[tokio::test]
async fn the_overview_counts_by_the_days_of_the_site_over_a_change_of_clocks() {
    let host = TestHost::new().await;
    let zone = [(SettingKey::Zone, "Europe/Vienna".to_owned())];
    host.service
        .change_settings(&OPERATOR, &zone)
        .await
        .unwrap();
    let free = token(&host, "free", Uses::Unlimited).await.uid;
    let gone = token(&host, "gone", Uses::Left(0)).await.uid;
    // On 25 October the clocks are put back: its day has 25 hours, from 22:00 to 23:00 UTC.
    for (at, uid) in [
        ("2026-10-05T21:59:59.999999Z", free),
        ("2026-10-05T22:00:00Z", free),
        ("2026-10-24T21:59:59.999999Z", free),
        ("2026-10-24T22:00:00Z", free),
        ("2026-10-25T22:59:59.999999Z", gone),
        ("2026-10-25T23:00:00Z", free),
        ("2026-11-02T11:00:00Z", gone),
    ] {
        host.clock.set(at);
        let by = gate("gate");
        host.service.consume(&by, uid, None).await.unwrap();
    }
    host.clock.set("2026-11-02T12:00:00Z");
    let shown = host.service.overview(&OPERATOR).await.unwrap();
    assert_eq!(shown.days.len(), 28);
    let tried = |days: &[DayView]| -> Vec<(String, u64, u64)> {
        days.iter()
            .filter(|day| day.tally != Tally::default())
            .map(|day| (day.day.to_string(), day.tally.accepted, day.tally.refused))
            .collect()
    };
    let day = |day: &str, accepted, refused| (day.to_owned(), accepted, refused);
    assert_eq!(
        tried(&shown.days),
        [
            day("2026-10-06", 1, 0),
            day("2026-10-24", 1, 0),
            day("2026-10-25", 1, 1),
            day("2026-10-26", 1, 0),
            day("2026-11-02", 0, 1),
        ]
    );
    assert_eq!(shown.refusals, [(Outcome::UsedUp, 2)]);
    assert_eq!(shown.usages.len(), 7);
    assert_eq!((shown.all(), shown.count(Status::UsedUp)), (2, 1));

    let request = PageRequest::new(1, 20);
    let page = host
        .service
        .token_page(&OPERATOR, gone, Permission::View, request)
        .await
        .unwrap();
    assert_eq!(
        tried(&page.days),
        [day("2026-10-25", 0, 1), day("2026-11-02", 0, 1)]
    );
}

#[tokio::test]
async fn the_overview_names_what_ends_within_a_day_the_next_first() {
    let host = TestHost::new().await;
    for (value, to) in [
        ("late", "2026-11-03T12:00:01Z"),
        ("second", "2026-11-03T11:00:00Z"),
        ("first", "2026-11-02T13:00:00Z"),
        ("over", "2026-11-02T11:00:00Z"),
    ] {
        let draft = Draft {
            value: Some(Value::parse(value).unwrap()),
            uses: Some(Uses::Left(1)),
            to: Some(When::At(to.parse().unwrap())),
            ..Draft::default()
        };
        host.service.add_token(&OPERATOR, draft).await.unwrap();
    }
    let shown = host.service.overview(&OPERATOR).await.unwrap();
    let ending: Vec<_> = shown.ending.iter().map(|t| t.value.as_str()).collect();
    assert_eq!(ending, ["first", "second"]);
    assert_eq!(shown.count(Status::ExpiresSoon), 2);
    assert_eq!(shown.count(Status::Active), 1);
}

#[tokio::test]
async fn only_who_may_look_sees_attempts() {
    let host = TestHost::new().await;
    let query = UsageQuery::default();
    let seen = host.service.usages(&gate("blind"), &query).await;
    assert_eq!(seen.unwrap_err(), Error::Forbidden);
    let taken = host.service.usages_before(&gate("blind"), &query, 10).await;
    assert_eq!(taken.unwrap_err(), Error::Forbidden);
    let shown = host.service.overview(&gate("blind")).await;
    assert_eq!(shown.unwrap_err(), Error::Forbidden);
}
