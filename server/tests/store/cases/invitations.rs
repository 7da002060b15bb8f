//! One-time links.

use domain::{
    account::{Invitation, Role},
    secret::SecretHash,
};
use uuid::Uuid;

use super::{database, made::time};
use crate::support::database::Opened;

fn invitation(number: u8) -> Invitation {
    Invitation {
        uid: Uuid::from_u128(number.into()),
        hash: SecretHash([number; 32]),
        role: Role::Manager,
        expires: time("2024-05-18T12:00:00.000001Z"),
        creator: Some("Ada".into()),
        created: Some(time("2024-05-17T12:00:00.000001Z")),
    }
}

async fn with(invitations: &[Invitation]) -> Opened {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    for invitation in invitations {
        unit.insert_invitation(invitation).await.unwrap();
    }
    unit.commit(&[]).await.unwrap();
    store
}

#[tokio::test]
async fn an_invitation_can_be_looked_at_and_taken_away_once() {
    let store = with(&[invitation(1), invitation(2)]).await;
    let hash = invitation(1).hash;
    let looked = store.read().await.unwrap().invitation(&hash).await.unwrap();
    assert_eq!(looked, Some(invitation(1)));
    let mut unit = store.write().await.unwrap();
    assert_eq!(
        unit.take_invitation(&hash).await.unwrap(),
        Some(invitation(1))
    );
    assert_eq!(unit.take_invitation(&hash).await.unwrap(), None);
    assert_eq!(unit.invitation(&hash).await.unwrap(), None);
    assert_eq!(
        unit.invitation(&invitation(2).hash).await.unwrap(),
        Some(invitation(2))
    );
    drop(unit);
    // It was not taken after all.
    let looked = store.read().await.unwrap().invitation(&hash).await.unwrap();
    assert_eq!(looked, Some(invitation(1)));
}

#[tokio::test]
async fn of_16_who_take_an_invitation_exactly_one_gets_it() {
    let store = with(&[invitation(1)]).await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        tries.spawn(async move {
            let mut unit = store.write().await.unwrap();
            let taken = unit.take_invitation(&invitation(1).hash).await.unwrap();
            tokio::task::yield_now().await;
            unit.commit(&[]).await.unwrap();
            taken.is_some()
        });
    }
    let taken = tries.join_all().await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
}

#[tokio::test]
async fn all_invitations_can_be_deleted() {
    let store = with(&[invitation(1), invitation(2)]).await;
    let mut unit = store.write().await.unwrap();
    unit.delete_invitations().await.unwrap();
    unit.commit(&[]).await.unwrap();
    let mut rows = store.read().await.unwrap();
    for number in [1, 2] {
        assert_eq!(
            rows.invitation(&invitation(number).hash).await.unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn invitations_are_listed_by_their_end_and_withdrawn_by_name() {
    let earlier = Invitation {
        expires: time("2024-05-18T11:00:00Z"),
        creator: None,
        created: None,
        ..invitation(3)
    };
    let store = with(&[invitation(1), invitation(2), earlier.clone()]).await;
    let listed = store.read().await.unwrap().invitations().await.unwrap();
    assert_eq!(listed, [earlier, invitation(1), invitation(2)]);

    let mut unit = store.write().await.unwrap();
    let uid = invitation(1).uid;
    let gone = unit.delete_invitation(uid).await.unwrap();
    assert_eq!(gone, Some(invitation(1)));
    assert_eq!(unit.delete_invitation(uid).await.unwrap(), None);
    unit.commit(&[]).await.unwrap();
    let listed = store.read().await.unwrap().invitations().await.unwrap();
    assert_eq!(listed.len(), 2);
}
