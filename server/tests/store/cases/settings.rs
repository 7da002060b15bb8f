//! Settings.

use domain::{
    Uses,
    settings::{SettingKey, Settings, ZoneName},
    store::StoreError,
};

use super::{database, execute};

/// None of them as it is by default.
fn other() -> Settings {
    let mut settings = Settings::default();
    for (key, text) in [
        (SettingKey::MorningStart, "06:30"),
        (SettingKey::MorningEnd, "11:00"),
        (SettingKey::AfternoonStart, "13:00"),
        (SettingKey::AfternoonEnd, "19:00"),
        (SettingKey::TodayStart, "00:00"),
        (SettingKey::TodayEnd, "23:59"),
        (SettingKey::DefaultLock, "60"),
        (SettingKey::DefaultUses, "-1"),
        (SettingKey::Zone, "Europe/Vienna"),
    ] {
        settings.set(key, text).unwrap();
    }
    settings
}

#[tokio::test]
async fn settings_are_the_defaults_until_somebody_sets_them() {
    let store = database().await.open().await;
    assert_eq!(
        store.read().await.unwrap().settings().await.unwrap(),
        Settings::default()
    );
    let again = Settings {
        default_uses: Uses::Left(5),
        ..other()
    };
    for settings in [other(), again] {
        let mut unit = store.write().await.unwrap();
        unit.set_settings(&settings).await.unwrap();
        assert_eq!(unit.settings().await.unwrap(), settings);
        unit.commit(&[]).await.unwrap();
        assert_eq!(
            store.read().await.unwrap().settings().await.unwrap(),
            settings
        );
    }
}

#[tokio::test]
async fn a_setting_that_is_missing_is_its_default() {
    let database = database().await;
    let store = database.open().await;
    execute(
        &database,
        "insert into settings (key, value) values ('site_timezone', 'Asia/Tokyo')",
    )
    .await;
    let expected = Settings {
        zone: ZoneName("Asia/Tokyo".into()),
        ..Settings::default()
    };
    assert_eq!(
        store.read().await.unwrap().settings().await.unwrap(),
        expected
    );
}

#[tokio::test]
async fn a_setting_that_does_not_fit_is_an_error_with_its_place() {
    for (row, message) in [
        (
            "'colour', 'red'",
            "inconsistent data: table settings, column key, row colour",
        ),
        (
            "'morning.start', 'dawn'",
            "inconsistent data: table settings, column value, row morning.start",
        ),
    ] {
        let database = database().await;
        let store = database.open().await;
        execute(
            &database,
            &format!("insert into settings (key, value) values ({row})"),
        )
        .await;
        let error = store.read().await.unwrap().settings().await.unwrap_err();
        let StoreError::Failed(cause) = error else {
            panic!("{error:?}")
        };
        assert_eq!(cause.to_string(), message);
    }
}
