//! API keys.

use chrono::TimeDelta;
use domain::{
    Actor, Error, Field, FlawKind, Permissions, account::AccountName, ports::Clock as _,
    service::NewKey,
};

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
    let expires = Some(host.clock.now() + TimeDelta::days(90));
    let key = NewKey {
        expires,
        ..new("door", Permissions::KEY)
    };
    let key = service.add_key(&operator, key).await.unwrap();

    let actor = service.actor_of_key(key.expose()).await.unwrap().unwrap();
    assert_eq!(
        (actor.name(), actor.permissions()),
        ("door", Permissions::KEY)
    );
    assert_eq!(
        service.keys(&operator).await.unwrap()[0].last_used,
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
        expires: Some(host.clock.now()),
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
        let used = host.service.keys(&operator).await.unwrap()[0].last_used;
        assert_eq!(used, Some(noon + TimeDelta::seconds(noted)), "{seconds}");
    }
}
