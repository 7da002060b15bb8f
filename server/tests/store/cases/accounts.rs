//! People.

use domain::{
    account::{Account, AccountName, PasswordHash, Role},
    store::StoreError,
};
use uuid::Uuid;

use super::{
    database, execute,
    made::{noon, time},
};

pub(super) fn account(number: u128, name: &str) -> Account {
    Account {
        uid: Uuid::from_u128(number),
        name: AccountName::parse(name).unwrap(),
        role: Role::Editor,
        password: PasswordHash(format!("$argon2id$ of {name}")),
        created: noon(),
        last_login: None,
        disabled: None,
    }
}

#[tokio::test]
async fn every_field_of_an_account_comes_back_as_it_went_in() {
    let store = database().await.open().await;
    let full = Account {
        role: Role::Admin,
        last_login: Some(time("2024-05-17T12:00:00.000001Z")),
        disabled: Some(time("2024-06-17T12:00:00.000001Z")),
        ..account(1, "Ädä Lövelace")
    };
    let mut unit = store.write().await.unwrap();
    unit.insert_account(&full).await.unwrap();
    for (number, role) in (2..).zip(Role::ALL) {
        let account = Account {
            role,
            ..account(number, role.as_str())
        };
        unit.insert_account(&account).await.unwrap();
        assert_eq!(unit.account(account.uid).await.unwrap(), Some(account));
    }
    unit.commit(&[]).await.unwrap();

    let mut rows = store.read().await.unwrap();
    assert_eq!(rows.account(full.uid).await.unwrap(), Some(full.clone()));
    assert_eq!(
        rows.account_named("ädä lövelace").await.unwrap(),
        Some(full)
    );
    assert_eq!(rows.account_named("Ädä Lövelace").await.unwrap(), None);
    assert_eq!(rows.account_named("nul\0l").await.unwrap(), None);
    assert_eq!(rows.account(Uuid::from_u128(99)).await.unwrap(), None);
    let names = rows.accounts().await.unwrap();
    let names: Vec<_> = names.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "admin",
            "editor",
            "manager",
            "operator",
            "viewer",
            "Ädä Lövelace"
        ]
    );
    assert_eq!(rows.count_accounts().await.unwrap(), 6);
}

#[tokio::test]
async fn a_name_is_taken_in_any_case() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_account(&account(1, "Ömer")).await.unwrap();
    unit.commit(&[]).await.unwrap();
    let mut unit = store.write().await.unwrap();
    let error = unit.insert_account(&account(2, "öMER")).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken), "{error:?}");
}

#[tokio::test]
async fn sign_ins_and_passwords_are_noted_for_that_account_alone() {
    let store = database().await.open().await;
    let (ada, bob) = (account(1, "Ada"), account(2, "Bob"));
    let mut unit = store.write().await.unwrap();
    unit.insert_account(&ada).await.unwrap();
    unit.insert_account(&bob).await.unwrap();
    unit.set_last_login(ada.uid, time("2024-06-01T00:00:00Z"))
        .await
        .unwrap();
    unit.set_password(ada.uid, &PasswordHash("new".into()))
        .await
        .unwrap();
    unit.commit(&[]).await.unwrap();
    let mut rows = store.read().await.unwrap();
    let changed = Account {
        last_login: Some(time("2024-06-01T00:00:00Z")),
        password: PasswordHash("new".into()),
        ..ada
    };
    assert_eq!(rows.accounts().await.unwrap(), [changed, bob]);
}

#[tokio::test]
async fn an_account_is_deleted_once() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_account(&account(1, "Ada")).await.unwrap();
    unit.insert_account(&account(2, "Bob")).await.unwrap();
    assert!(unit.delete_account(Uuid::from_u128(1)).await.unwrap());
    assert!(!unit.delete_account(Uuid::from_u128(1)).await.unwrap());
    unit.commit(&[]).await.unwrap();
    assert_eq!(
        store.read().await.unwrap().accounts().await.unwrap(),
        [account(2, "Bob")]
    );
}

#[tokio::test]
async fn of_16_who_make_an_account_only_if_there_is_none_exactly_one_does() {
    let store = database().await.open().await;
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..16 {
        let store = store.clone();
        tries.spawn(async move {
            let mut unit = store.write().await.unwrap();
            if unit.count_accounts().await.unwrap() > 0 {
                return false;
            }
            tokio::task::yield_now().await;
            unit.insert_account(&account(number, &format!("first {number}")))
                .await
                .unwrap();
            unit.commit(&[]).await.unwrap();
            true
        });
    }
    let made = tries.join_all().await;
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
    assert_eq!(
        store.read().await.unwrap().count_accounts().await.unwrap(),
        1
    );
}

#[tokio::test]
async fn an_account_that_does_not_fit_is_an_error_with_its_place() {
    let database = database().await;
    let store = database.open().await;
    let ada = account(1, "Ada");
    for (change, column) in [("role = 'king'", "role"), ("name = ''", "name")] {
        let mut unit = store.write().await.unwrap();
        unit.delete_account(ada.uid).await.unwrap();
        unit.insert_account(&ada).await.unwrap();
        unit.commit(&[]).await.unwrap();
        execute(&database, &format!("update accounts set {change}")).await;
        let error = store
            .read()
            .await
            .unwrap()
            .account(ada.uid)
            .await
            .unwrap_err();
        let StoreError::Failed(cause) = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            cause.to_string(),
            format!(
                "inconsistent data: table accounts, column {column}, row {}",
                ada.uid
            )
        );
    }
}

#[tokio::test]
async fn role_and_disabling_are_set_and_administrators_counted() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    for (number, role) in [(1, Role::Admin), (2, Role::Admin), (3, Role::Manager)] {
        let account = Account {
            role,
            ..account(number, &number.to_string())
        };
        unit.insert_account(&account).await.unwrap();
    }
    assert_eq!(unit.count_admins().await.unwrap(), 2);
    let (first, third) = (Uuid::from_u128(1), Uuid::from_u128(3));
    let since = Some(noon());
    unit.update_account(first, Role::Admin, since)
        .await
        .unwrap();
    assert_eq!(unit.count_admins().await.unwrap(), 1);
    unit.update_account(third, Role::Admin, None).await.unwrap();
    unit.commit(&[]).await.unwrap();

    let mut rows = store.read().await.unwrap();
    assert_eq!(rows.count_admins().await.unwrap(), 2);
    let accounts = rows.accounts().await.unwrap();
    let told: Vec<_> = accounts
        .iter()
        .map(|account| (account.role, account.disabled))
        .collect();
    assert_eq!(
        told,
        [
            (Role::Admin, since),
            (Role::Admin, None),
            (Role::Admin, None)
        ]
    );
}
