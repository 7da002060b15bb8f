//! What lets programs in.

use domain::{
    Permission, Permissions,
    account::{AccountName, ApiKey, FormerKey},
    secret::SecretHash,
    store::StoreError,
};
use uuid::Uuid;

use super::{
    database, execute,
    made::{noon, time},
};

fn key(number: u8, name: &str) -> ApiKey {
    ApiKey {
        uid: Uuid::from_u128(number.into()),
        name: AccountName::parse(name).unwrap(),
        hash: SecretHash([number; 32]),
        prefix: None,
        permissions: [Permission::View].into_iter().collect(),
        expires: None,
        creator: None,
        created: noon(),
        last_used: None,
        revoked: None,
        former: None,
    }
}

fn former(number: u8) -> FormerKey {
    FormerKey {
        hash: SecretHash([number; 32]),
        until: time("2024-05-18T12:00:00.000001Z"),
    }
}

#[tokio::test]
async fn every_field_of_a_key_comes_back_as_it_went_in() {
    let store = database().await.open().await;
    let full = ApiKey {
        prefix: Some("tsr_01234567".into()),
        permissions: Permissions::KEY,
        expires: Some(time("2025-01-01T00:00:00.000001Z")),
        creator: Some("Ada".into()),
        last_used: Some(time("2024-06-01T00:00:00.5Z")),
        revoked: Some(time("2024-07-01T00:00:00.000001Z")),
        former: Some(former(11)),
        ..key(1, "Türsteher")
    };
    let none = ApiKey {
        permissions: Permissions::NONE,
        ..key(2, "another")
    };
    let mut unit = store.write().await.unwrap();
    unit.insert_key(&full).await.unwrap();
    unit.insert_key(&none).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let mut rows = store.read().await.unwrap();
    assert_eq!(rows.key(&full.hash).await.unwrap(), Some(full.clone()));
    assert_eq!(rows.key(&SecretHash([9; 32])).await.unwrap(), None);
    assert_eq!(rows.keys().await.unwrap(), [none, full]);
}

#[tokio::test]
async fn a_name_of_a_key_is_taken_in_any_case() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_key(&key(1, "Gate")).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let mut unit = store.write().await.unwrap();
    let error = unit.insert_key(&key(2, "gATE")).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken), "{error:?}");
}

#[tokio::test]
async fn a_request_is_noted_for_that_key_alone() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_key(&key(1, "a")).await.unwrap();
    unit.insert_key(&key(2, "b")).await.unwrap();
    unit.touch_key(Uuid::from_u128(2), time("2024-06-01T00:00:00Z"))
        .await
        .unwrap();
    unit.commit(&[]).await.unwrap();
    let keys = store.read().await.unwrap().keys().await.unwrap();
    let used = ApiKey {
        last_used: Some(time("2024-06-01T00:00:00Z")),
        ..key(2, "b")
    };
    assert_eq!(keys, [key(1, "a"), used]);
}

#[tokio::test]
async fn a_key_is_found_by_its_secret_now_and_before_its_rotation() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_key(&key(1, "Gate")).await.unwrap();
    unit.insert_key(&key(2, "Bar")).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let rotated = ApiKey {
        hash: SecretHash([7; 32]),
        prefix: Some("tsr_07070707".into()),
        expires: Some(time("2025-01-01T00:00:00Z")),
        former: Some(former(1)),
        ..key(1, "Gate")
    };
    let mut unit = store.write().await.unwrap();
    let before = unit.key_for_update(rotated.uid).await.unwrap();
    assert_eq!(before, Some(key(1, "Gate")));
    unit.update_key(&rotated).await.unwrap();
    unit.commit(&[]).await.unwrap();

    let mut rows = store.read().await.unwrap();
    for (hash, expected) in [
        (7, Some(&rotated)),
        (1, Some(&rotated)),
        (2, Some(&key(2, "Bar"))),
        (9, None),
    ] {
        let found = rows.key(&SecretHash([hash; 32])).await.unwrap();
        assert_eq!(found.as_ref(), expected, "{hash}");
    }
    assert_eq!(
        rows.key_for_update(Uuid::from_u128(99)).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn the_name_of_a_revoked_key_is_free_again() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_key(&key(1, "Gate")).await.unwrap();
    let revoked = ApiKey {
        revoked: Some(noon()),
        ..key(1, "Gate")
    };
    assert_eq!(unit.key_named("gate").await.unwrap(), Some(revoked.uid));
    assert_eq!(unit.key_named("Gate").await.unwrap(), None);
    assert_eq!(unit.key_named("nul\0l").await.unwrap(), None);
    unit.update_key(&revoked).await.unwrap();
    assert_eq!(unit.key_named("gate").await.unwrap(), None);
    unit.insert_key(&key(2, "gate")).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let mut rows = store.read().await.unwrap();
    assert_eq!(rows.keys().await.unwrap(), [revoked, key(2, "gate")]);
    assert_eq!(
        rows.key_named("gate").await.unwrap(),
        Some(Uuid::from_u128(2))
    );
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_an_error_with_its_place() {
    let database = database().await;
    let store = database.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_key(&key(1, "Gate")).await.unwrap();
    unit.commit(&[]).await.unwrap();
    execute(&database, "update keys set permissions = 'view,fly'").await;
    let error = store.read().await.unwrap().keys().await.unwrap_err();
    let StoreError::Failed(cause) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        cause.to_string(),
        "inconsistent data: table keys, column permissions, \
         row 00000000-0000-0000-0000-000000000001"
    );
}
