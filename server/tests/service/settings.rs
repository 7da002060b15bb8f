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
