//! The settings, on one node and on another.

use chrono::TimeDelta;
use domain::{Actor, Error, Field, FlawKind, Uses, settings::SettingKey, token::Draft};

use crate::host::TestHost;

#[tokio::test]
async fn settings_are_changed_all_or_none() {
    let host = TestHost::new().await;
    let service = &host.service;
    let change = async |changes: &[(SettingKey, &str)]| {
        let changes: Vec<_> = changes
            .iter()
            .map(|(key, text)| (*key, (*text).to_owned()))
            .collect();
        service
            .change_settings(&Actor::Operator, &changes)
            .await
            .map(drop)
    };
    let refused = change(&[
        (SettingKey::DefaultLock, "5"),
        (SettingKey::Zone, "Mars/Olympus"),
        (SettingKey::DefaultUses, "many"),
    ])
    .await
    .unwrap_err();
    assert_eq!(refused.flaw_of(Field::Zone), Some(&FlawKind::Unknown));
    assert_eq!(
        refused.flaw_of(Field::DefaultUses),
        Some(&FlawKind::NotAnInteger)
    );
    assert_eq!(
        service
            .settings(&Actor::Operator)
            .await
            .unwrap()
            .default_lock,
        0
    );
    let backwards = change(&[(SettingKey::MorningStart, "12:01")]).await;
    assert_eq!(
        backwards,
        Err(Error::flaw(Field::MorningEnd, FlawKind::EndNotAfterStart))
    );

    change(&[
        (SettingKey::DefaultLock, "5"),
        (SettingKey::DefaultUses, "-1"),
    ])
    .await
    .unwrap();
    let token = service
        .add_token(&Actor::Operator, Draft::default())
        .await
        .unwrap();
    assert_eq!((token.lock, token.uses), (5, Uses::Unlimited));
}

#[tokio::test]
async fn what_a_reader_was_shown_is_a_second_old_at_most() {
    let host = TestHost::new().await;
    let service = &host.service;
    let uses = async || {
        service
            .add_token(&Actor::Operator, Draft::default())
            .await
            .unwrap()
            .uses
    };
    assert_eq!(uses().await, Uses::Left(0));
    let change = [(SettingKey::DefaultUses, "7".to_owned())];
    service
        .change_settings(&Actor::Operator, &change)
        .await
        .unwrap();
    assert_eq!(uses().await, Uses::Left(7));
    host.clock.advance(TimeDelta::seconds(1));
    assert_eq!(uses().await, Uses::Left(7));
    // A clock that steps back does not keep old settings alive.
    host.clock.advance(TimeDelta::minutes(-1));
    assert_eq!(uses().await, Uses::Left(7));
}

#[tokio::test]
async fn attempts_are_forgotten_once_they_are_older_than_the_settings_keep_them() {
    let host = TestHost::new().await;
    let service = &host.service;
    let draft = Draft {
        uses: Some(Uses::Unlimited),
        ..Draft::default()
    };
    let token = service.add_token(&Actor::Operator, draft).await.unwrap();
    for _ in 0..3 {
        service
            .consume(&Actor::Operator, token.uid, None)
            .await
            .unwrap();
        host.clock.advance(TimeDelta::days(10));
    }
    let attempts = async || {
        let usages = service.usages_after(&Actor::Operator, 0, 10).await.unwrap();
        usages.len()
    };
    assert_eq!(service.forget_attempts().await, Ok(0), "kept for ever");
    assert_eq!(attempts().await, 3);
    let change = [(SettingKey::Retention, "20".to_owned())];
    service
        .change_settings(&Actor::Operator, &change)
        .await
        .unwrap();
    // They are 30, 20 and 10 days old: what is exactly as old as is kept stays.
    assert_eq!(service.forget_attempts().await, Ok(1));
    assert_eq!(attempts().await, 2);
    let kept = service.token(&Actor::Operator, token.uid).await.unwrap();
    assert_eq!(kept.used, 3);
}
