//! Who may hear of what happens.

use chrono::TimeDelta;
use domain::{
    Actor, Error, Permission,
    account::{AccountName, Password, Role},
    service::NewAccount,
};
use uuid::Uuid;

use crate::host::TestHost;

#[tokio::test]
async fn who_watches_by_a_session_does_not_keep_it_and_loses_it_with_its_end() {
    let host = TestHost::new().await;
    let service = &host.service;
    let password = Password::parse("correct horse battery").unwrap();
    let new = NewAccount {
        name: AccountName::parse("ada").unwrap(),
        password: password.clone(),
    };
    let account = service
        .add_account(&Actor::Operator, new, Role::Viewer)
        .await
        .unwrap();
    let signed_in = service
        .sign_in("ada", password, "192.0.2.1", None)
        .await
        .unwrap();
    let secret = signed_in.secret.expose();
    let seen = async || {
        let uid = account.uid;
        let page = service.account(&signed_in.actor, uid, None).await.unwrap();
        page.sessions[0].seen.at
    };
    let before = seen().await;
    host.clock.advance(TimeDelta::hours(2));
    let watcher = service.watcher_of_session(secret).await.unwrap();
    assert_eq!(watcher, Some(signed_in.actor.clone()));
    assert_eq!(seen().await, before);
    service.actor_of_session(secret).await.unwrap();
    assert_eq!(seen().await, before + TimeDelta::hours(2));

    service.sign_out(secret).await.unwrap();
    assert_eq!(service.watcher_of_session(secret).await, Ok(None));
    assert_eq!(service.watcher_of_session("").await, Ok(None));
}

#[tokio::test]
async fn only_who_may_look_may_watch() {
    let host = TestHost::new().await;
    let key = |permission| Actor::Key {
        uid: Uuid::nil(),
        name: "gate".into(),
        permissions: [permission].into_iter().collect(),
    };
    let may = |actor: &Actor| host.service.may_watch(actor);
    assert_eq!(may(&key(Permission::View)), Ok(()));
    assert_eq!(may(&key(Permission::Consume)), Err(Error::Forbidden));
    assert_eq!(may(&Actor::Anonymous), Err(Error::Unauthenticated));
}
