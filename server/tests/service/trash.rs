//! Deleting, taking back, and emptying the trash.

use chrono::TimeDelta;
use domain::{
    Actor, Error, Field, FlawKind,
    account::Role,
    page::PageRequest,
    token::{Deletion, Draft, Value},
};
use uuid::Uuid;

use crate::host::TestHost;

const OPERATOR: Actor = Actor::Operator;

async fn add(host: &TestHost, value: &str) -> Uuid {
    let draft = Draft {
        value: Some(Value::parse(value).unwrap()),
        uses: Some(domain::Uses::Left(3)),
        ..Draft::default()
    };
    host.service.add_token(&OPERATOR, draft).await.unwrap().uid
}

async fn trash(host: &TestHost) -> Vec<String> {
    let list = host.service.trash(&OPERATOR, PageRequest::default()).await;
    let items = list.unwrap().tokens.items.into_iter();
    items
        .map(|trashed| trashed.token.value.as_str().to_owned())
        .collect()
}

#[tokio::test]
async fn a_deleted_token_does_not_exist_until_it_is_taken_back_with_its_history() {
    let host = TestHost::new().await;
    let service = &host.service;
    let uid = add(&host, "a").await;
    service.consume(&OPERATOR, uid, None).await.unwrap();
    let deleted = service.delete_tokens(&OPERATOR, &[uid]).await.unwrap();
    assert_eq!(service.token(&OPERATOR, uid).await, Err(Error::NotFound));
    assert_eq!(
        service.consume(&OPERATOR, uid, None).await,
        Err(Error::NotFound)
    );
    assert_eq!(service.find_token(&OPERATOR, "a").await, Ok(None));
    assert_eq!(trash(&host).await, ["a"]);

    let restored = service
        .undo_deletion(&OPERATOR, deleted.unwrap().deletion)
        .await
        .unwrap();
    assert_eq!((restored[0].uid, restored[0].used), (uid, 1));
    let page = service
        .token_page(
            &OPERATOR,
            uid,
            domain::Permission::View,
            PageRequest::default(),
        )
        .await
        .unwrap();
    assert_eq!(page.usages.total, 1.into());
    assert_eq!(trash(&host).await, Vec::<String>::new());
    let again = service
        .undo_deletion(&OPERATOR, deleted.unwrap().deletion)
        .await;
    assert_eq!(again, Err(Error::NotFound));
}

#[tokio::test]
async fn a_value_that_was_taken_meanwhile_is_said() {
    let host = TestHost::new().await;
    let uid = add(&host, "a").await;
    host.service
        .delete_tokens(&OPERATOR, &[uid])
        .await
        .unwrap()
        .unwrap();
    add(&host, "a").await;
    assert_eq!(
        host.service.restore_token(&OPERATOR, uid).await,
        Err(Error::flaw(Field::Value, FlawKind::Taken))
    );
    assert_eq!(trash(&host).await, ["a"]);
}

#[tokio::test]
async fn after_thirty_days_what_was_deleted_is_gone() {
    let host = TestHost::new().await;
    let (a, b) = (add(&host, "a").await, add(&host, "b").await);
    for uid in [a, b] {
        let deleted = host.service.delete_tokens(&OPERATOR, &[uid]).await;
        deleted.unwrap().unwrap();
        host.clock.advance(TimeDelta::days(1));
    }
    assert_eq!(host.service.empty_trash().await, Ok(0));
    host.clock
        .advance(Deletion::KEPT - TimeDelta::days(2) + TimeDelta::seconds(1));
    assert_eq!(host.service.empty_trash().await, Ok(1));
    assert_eq!(trash(&host).await, ["b"]);
    let gone = host.service.restore_token(&OPERATOR, a).await;
    assert_eq!(gone, Err(Error::NotFound));
}

#[tokio::test]
async fn only_those_who_may_delete_may_look_into_the_trash_and_take_out_of_it() {
    let host = TestHost::new().await;
    let uid = add(&host, "a").await;
    let deleted = host.service.delete_tokens(&OPERATOR, &[uid]).await;
    let deletion = deleted.unwrap().unwrap().deletion;
    let editor = Actor::Account {
        uid: Uuid::nil(),
        name: "e".into(),
        role: Role::Editor,
    };
    let service = &host.service;
    let page = PageRequest::default();
    assert_eq!(service.trash(&editor, page).await, Err(Error::Forbidden));
    assert_eq!(
        service.restore_token(&editor, uid).await,
        Err(Error::Forbidden)
    );
    assert_eq!(
        service.undo_deletion(&editor, deletion).await,
        Err(Error::Forbidden)
    );
}
