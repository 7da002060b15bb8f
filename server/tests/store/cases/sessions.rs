//! Who is signed in.

use chrono::TimeDelta;
use domain::{
    account::{Account, Session},
    secret::SecretHash,
};
use uuid::Uuid;

use super::{
    accounts::account,
    database,
    made::{noon, time},
};
use crate::support::database::Opened;

fn session(number: u8, account: &Account) -> Session {
    Session {
        uid: Uuid::from_u128(number.into()),
        hash: SecretHash([number; 32]),
        account_uid: account.uid,
        created: noon(),
        seen: noon(),
        address: None,
    }
}

async fn with(accounts: &[Account], sessions: &[Session]) -> Opened {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    for account in accounts {
        unit.insert_account(account).await.unwrap();
    }
    for session in sessions {
        unit.insert_session(session).await.unwrap();
    }
    unit.commit(&[]).await.unwrap();
    store
}

/// Which of the sessions 1 to 4 there are.
async fn existing(store: &Opened) -> Vec<u8> {
    let mut rows = store.read().await.unwrap();
    let mut existing = Vec::new();
    for number in 1..=4 {
        if rows
            .session(&SecretHash([number; 32]))
            .await
            .unwrap()
            .is_some()
        {
            existing.push(number);
        }
    }
    existing
}

#[tokio::test]
async fn a_session_comes_back_with_its_account() {
    let ada = Account {
        last_login: Some(time("2024-01-01T00:00:00Z")),
        created: time("2023-01-01T00:00:00Z"),
        ..account(1, "Ada")
    };
    let full = Session {
        created: time("2024-02-02T02:02:02.000002Z"),
        seen: time("2024-03-03T03:03:03.000003Z"),
        address: Some("2001:db8::1".into()),
        ..session(1, &ada)
    };
    let store = with(
        &[ada.clone(), account(2, "Bob")],
        std::slice::from_ref(&full),
    )
    .await;
    let mut rows = store.read().await.unwrap();
    assert_eq!(rows.session(&full.hash).await.unwrap(), Some((full, ada)));
    assert_eq!(rows.session(&SecretHash([9; 32])).await.unwrap(), None);
}

#[tokio::test]
async fn a_request_is_noted_for_that_session_alone() {
    let ada = account(1, "Ada");
    let store = with(
        std::slice::from_ref(&ada),
        &[session(1, &ada), session(2, &ada)],
    )
    .await;
    let mut unit = store.write().await.unwrap();
    let later = noon() + TimeDelta::hours(1);
    unit.touch_session(&SecretHash([1; 32]), later)
        .await
        .unwrap();
    unit.commit(&[]).await.unwrap();
    let mut rows = store.read().await.unwrap();
    let mut seen = Vec::new();
    for number in [1, 2] {
        seen.push(
            rows.session(&SecretHash([number; 32]))
                .await
                .unwrap()
                .unwrap()
                .0
                .seen,
        );
    }
    assert_eq!(seen, [later, noon()]);
}

#[tokio::test]
async fn sessions_end_one_by_one_by_account_and_with_the_account() {
    let (ada, bob) = (account(1, "Ada"), account(2, "Bob"));
    let sessions = [
        session(1, &ada),
        session(2, &ada),
        session(3, &ada),
        session(4, &bob),
    ];
    let store = with(&[ada.clone(), bob.clone()], &sessions).await;

    let mut unit = store.write().await.unwrap();
    unit.delete_session(&SecretHash([2; 32])).await.unwrap();
    unit.delete_session(&SecretHash([9; 32])).await.unwrap();
    unit.commit(&[]).await.unwrap();
    assert_eq!(existing(&store).await, [1, 3, 4]);

    let mut unit = store.write().await.unwrap();
    unit.delete_sessions_of(ada.uid, None).await.unwrap();
    unit.commit(&[]).await.unwrap();
    assert_eq!(existing(&store).await, [4]);

    let mut unit = store.write().await.unwrap();
    assert!(unit.delete_account(bob.uid).await.unwrap());
    unit.commit(&[]).await.unwrap();
    assert_eq!(existing(&store).await, [0_u8; 0]);
}

#[tokio::test]
async fn sessions_that_rested_or_lasted_too_long_end() {
    let ada = account(1, "Ada");
    let hours = |hours| noon() + TimeDelta::hours(hours);
    let sessions = [
        Session {
            created: hours(0),
            seen: hours(9),
            ..session(1, &ada)
        },
        Session {
            created: hours(0),
            seen: hours(10),
            ..session(2, &ada)
        },
        Session {
            created: hours(-1),
            seen: hours(10),
            ..session(3, &ada)
        },
        Session {
            created: hours(5),
            seen: hours(20),
            ..session(4, &ada)
        },
    ];
    let store = with(&[ada], &sessions).await;
    let mut unit = store.write().await.unwrap();
    unit.delete_sessions_before(hours(10), hours(0))
        .await
        .unwrap();
    unit.commit(&[]).await.unwrap();
    assert_eq!(existing(&store).await, [2, 4]);
}

#[tokio::test]
async fn nobody_has_no_session() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    let nobody = Session {
        account_uid: Uuid::nil(),
        ..session(1, &account(1, "Ada"))
    };
    unit.insert_session(&nobody).await.unwrap_err();
    drop(unit);
    assert_eq!(existing(&store).await, [0_u8; 0]);
}

#[tokio::test]
async fn the_sessions_of_an_account_come_last_seen_first_and_end_by_name() {
    let (ada, bob) = (account(1, "Ada"), account(2, "Bob"));
    let later = Session {
        seen: noon() + TimeDelta::hours(1),
        ..session(2, &ada)
    };
    let sessions = [
        session(1, &ada),
        later.clone(),
        session(3, &ada),
        session(4, &bob),
    ];
    let store = with(&[ada.clone(), bob.clone()], &sessions).await;
    let listed = store.read().await.unwrap().sessions_of(ada.uid).await;
    assert_eq!(
        listed.unwrap(),
        [later.clone(), session(1, &ada), session(3, &ada)]
    );

    let mut unit = store.write().await.unwrap();
    let uid = later.uid;
    assert!(!unit.delete_session_of(bob.uid, uid).await.unwrap());
    assert!(unit.delete_session_of(ada.uid, uid).await.unwrap());
    assert!(!unit.delete_session_of(ada.uid, uid).await.unwrap());
    unit.commit(&[]).await.unwrap();
    assert_eq!(existing(&store).await, [1, 3, 4]);

    let mut unit = store.write().await.unwrap();
    let kept = session(3, &ada).hash;
    unit.delete_sessions_of(ada.uid, Some(&kept)).await.unwrap();
    unit.commit(&[]).await.unwrap();
    assert_eq!(existing(&store).await, [3, 4]);
}
