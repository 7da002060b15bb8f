//! API keys.

use chrono::TimeDelta;
use domain::{
    Actor, Error, Field, FlawKind, Permission, Permissions,
    account::{AccountName, ApiKey, KeyStatus, Role},
    ports::Clock as _,
    service::{Expiry, NewKey},
    token::When,
};
use uuid::Uuid;

use crate::host::TestHost;

fn new(name: &str, permissions: Permissions) -> NewKey {
    NewKey {
        name: AccountName::parse(name).unwrap(),
        permissions,
        expires: None,
    }
}

#[tokio::test]
async fn a_key_is_good_until_it_expires_or_is_revoked() {
    let host = TestHost::new().await;
    let service = &host.service;
    let operator = Actor::Operator;
    let key = NewKey {
        expires: Some(Expiry::After(TimeDelta::days(90))),
        ..new("door", Permissions::KEY)
    };
    let key = service.add_key(&operator, key).await.unwrap();

    let actor = service.actor_of_key(key.expose()).await.unwrap().unwrap();
    assert_eq!(
        (actor.name(), actor.permissions()),
        ("door", Permissions::KEY)
    );
    let listed = service.keys(&operator).await.unwrap().keys;
    assert_eq!(
        listed[0].last_used.map(|used| used.at),
        Some(host.clock.now())
    );
    host.clock.advance(TimeDelta::days(90));
    assert_eq!(service.actor_of_key(key.expose()).await.unwrap(), None);

    let other = service
        .add_key(&operator, new("gate", Permissions::KEY))
        .await
        .unwrap();
    service
        .revoke_key(&operator, &AccountName::parse("GATE").unwrap())
        .await
        .unwrap();
    assert_eq!(service.actor_of_key(other.expose()).await.unwrap(), None);
    let again = service
        .revoke_key(&operator, &AccountName::parse("gate").unwrap())
        .await;
    assert_eq!(again, Err(Error::NotFound));
}

#[tokio::test]
async fn a_key_holds_something_and_never_administration() {
    let host = TestHost::new().await;
    let add = async |key| host.service.add_key(&Actor::Operator, key).await.map(drop);
    assert_eq!(
        add(new("none", Permissions::NONE)).await,
        Err(Error::flaw(Field::Permissions, FlawKind::Missing))
    );
    assert_eq!(
        add(new("king", Permissions::ALL)).await,
        Err(Error::flaw(Field::Permissions, FlawKind::Invalid))
    );
    let late = NewKey {
        expires: Some(Expiry::At(When::At(host.clock.now()))),
        ..new("late", Permissions::KEY)
    };
    assert_eq!(
        add(late).await,
        Err(Error::flaw(Field::Expires, FlawKind::OutOfRange))
    );
    assert_eq!(add(new("door", Permissions::KEY)).await, Ok(()));
    let taken = add(new("Door", Permissions::KEY)).await;
    assert_eq!(taken, Err(Error::flaw(Field::Name, FlawKind::Taken)));
}

#[tokio::test]
async fn a_key_that_another_node_revokes_is_believed_for_less_than_a_second() {
    let host = TestHost::new().await;
    let other = host.another().await;
    let operator = Actor::Operator;
    let key = new("door", Permissions::KEY);
    let key = host.service.add_key(&operator, key).await.unwrap();
    let is_in = async || {
        let actor = host.service.actor_of_key(key.expose()).await;
        actor.unwrap().is_some()
    };
    assert!(is_in().await);
    let name = AccountName::parse("door").unwrap();
    other.revoke_key(&operator, &name).await.unwrap();
    host.clock.advance(TimeDelta::milliseconds(499));
    assert!(is_in().await, "out of memory");
    host.clock.advance(TimeDelta::milliseconds(501));
    assert!(!is_in().await);
}

#[tokio::test]
async fn the_use_of_a_key_is_noted_once_a_minute() {
    let host = TestHost::new().await;
    let operator = Actor::Operator;
    let key = new("door", Permissions::KEY);
    let key = host.service.add_key(&operator, key).await.unwrap();
    let noon = host.clock.now();
    for (seconds, noted) in [(0, 0), (30, 0), (59, 0), (60, 60), (119, 60), (121, 121)] {
        let now = noon + TimeDelta::seconds(seconds);
        host.clock.set(&now.to_rfc3339());
        let actor = host.service.actor_of_key(key.expose()).await.unwrap();
        assert!(actor.is_some());
        let used = host.service.keys(&operator).await.unwrap().keys[0].last_used;
        assert_eq!(
            used.map(|used| used.at),
            Some(noon + TimeDelta::seconds(noted)),
            "{seconds}"
        );
    }
}

#[tokio::test]
async fn a_rotated_key_keeps_its_name_and_for_a_while_its_former_secret() {
    let host = TestHost::new().await;
    let service = &host.service;
    let operator = Actor::Operator;
    let first = service
        .add_key(&operator, new("door", Permissions::KEY))
        .await
        .unwrap();
    let uid = service.keys(&operator).await.unwrap().keys[0].uid;
    let holds = async |secret: &domain::secret::Secret| {
        let actor = service.actor_of_key(secret.expose()).await.unwrap();
        actor.map(|actor| actor.name().to_owned())
    };
    let door = Some("door".to_owned());

    let year = Some(Expiry::After(TimeDelta::days(365)));
    let second = service
        .rotate_key(&operator, uid, year, TimeDelta::hours(24))
        .await
        .unwrap();
    assert_eq!(
        (holds(&first).await, holds(&second).await),
        (door.clone(), door.clone())
    );
    let listed = service.keys(&operator).await.unwrap().keys;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].prefix.as_deref(), Some(second.prefix()));
    assert_eq!(
        listed[0].former_until.map(|until| until.at),
        Some(host.clock.now() + TimeDelta::hours(24))
    );
    host.clock.advance(TimeDelta::hours(24));
    assert_eq!(
        (holds(&first).await, holds(&second).await),
        (None, door.clone())
    );
    assert_eq!(
        service.keys(&operator).await.unwrap().keys[0].former_until,
        None
    );

    let third = service
        .rotate_key(&operator, uid, None, TimeDelta::zero())
        .await
        .unwrap();
    assert_eq!((holds(&second).await, holds(&third).await), (None, door));
    let too_long = ApiKey::MAX_OVERLAP + TimeDelta::seconds(1);
    for overlap in [too_long, TimeDelta::seconds(-1)] {
        let error = service.rotate_key(&operator, uid, None, overlap).await;
        assert_eq!(
            error.unwrap_err(),
            Error::flaw(Field::Overlap, FlawKind::OutOfRange)
        );
    }

    service.revoke_key_of(&operator, uid).await.unwrap();
    assert_eq!(holds(&third).await, None);
    let gone = service.rotate_key(&operator, uid, None, TimeDelta::zero());
    assert_eq!(gone.await.unwrap_err(), Error::NotFound);
    let again = service.revoke_key_of(&operator, uid).await;
    assert_eq!(again, Err(Error::NotFound));
    let listed = service.keys(&operator).await.unwrap().keys;
    assert_eq!(listed[0].status, KeyStatus::Revoked);
}

#[tokio::test]
async fn a_former_secret_does_not_outlive_its_own_end() {
    let host = TestHost::new().await;
    let service = &host.service;
    let operator = Actor::Operator;
    let key = NewKey {
        expires: Some(Expiry::After(TimeDelta::hours(1))),
        ..new("door", Permissions::KEY)
    };
    let first = service.add_key(&operator, key).await.unwrap();
    let uid = service.keys(&operator).await.unwrap().keys[0].uid;
    service
        .rotate_key(&operator, uid, None, TimeDelta::days(7))
        .await
        .unwrap();
    assert!(
        service
            .actor_of_key(first.expose())
            .await
            .unwrap()
            .is_some()
    );
    host.clock.advance(TimeDelta::hours(1));
    assert_eq!(service.actor_of_key(first.expose()).await.unwrap(), None);
}

#[tokio::test]
async fn keys_say_who_made_them_how_they_begin_and_when_they_end() {
    let host = TestHost::new().await;
    let service = &host.service;
    let ada = Actor::Account {
        uid: Uuid::nil(),
        name: "ada".into(),
        role: Role::Admin,
    };
    for (name, days) in [("a", 1), ("b", 6), ("c", 8)] {
        let key = NewKey {
            expires: Some(Expiry::After(TimeDelta::days(days))),
            ..new(name, [Permission::View].into_iter().collect())
        };
        service.add_key(&ada, key).await.unwrap();
    }
    host.clock.advance(TimeDelta::days(1));
    let keys = service.keys(&ada).await.unwrap().keys;
    let told: Vec<_> = keys
        .iter()
        .map(|key| (key.name.as_str(), key.status, key.creator.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("b", KeyStatus::ExpiresSoon, Some("ada")),
            ("c", KeyStatus::Good, Some("ada")),
            ("a", KeyStatus::Expired, Some("ada")),
        ]
    );
    assert!(keys.iter().all(|key| {
        let prefix = key.prefix.as_deref().unwrap();
        prefix.starts_with("tsr_") && prefix.len() == 12
    }));
}

#[tokio::test]
async fn only_an_administrator_sees_makes_rotates_and_revokes_keys() {
    let host = TestHost::new().await;
    let manager = Actor::Account {
        uid: Uuid::nil(),
        name: "m".into(),
        role: Role::Manager,
    };
    let service = &host.service;
    let uid = Uuid::nil();
    let no = Error::Forbidden;
    assert_eq!(service.keys(&manager).await.unwrap_err(), no);
    let made = service.add_key(&manager, new("x", Permissions::KEY)).await;
    assert_eq!(made.unwrap_err(), no);
    let rotated = service.rotate_key(&manager, uid, None, TimeDelta::zero());
    assert_eq!(rotated.await.unwrap_err(), no);
    assert_eq!(service.revoke_key_of(&manager, uid).await.unwrap_err(), no);
}
