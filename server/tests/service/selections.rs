//! Acting on many tokens at once: who may, and what is refused as a whole.

use domain::{
    Actor, Error, Field, FlawKind, Permission, Uses,
    account::Role,
    service::{Selection, TokenQuery},
    settings::Preset,
    token::{CommonChange, Draft, Label, When, WindowChange},
};
use uuid::Uuid;

use crate::host::{TestHost, utc};

const OPERATOR: Actor = Actor::Operator;

async fn add(host: &TestHost, label: &str, from: Option<&str>) -> Uuid {
    let draft = Draft {
        label: Label::parse(label).unwrap(),
        from: from.map(|from| When::At(utc(from))),
        ..Draft::default()
    };
    host.service.add_token(&OPERATOR, draft).await.unwrap().uid
}

fn account(role: Role) -> Actor {
    Actor::Account {
        uid: Uuid::nil(),
        name: "a".into(),
        role,
    }
}

fn window(window: WindowChange) -> CommonChange {
    CommonChange {
        window,
        ..CommonChange::default()
    }
}

#[tokio::test]
async fn the_window_and_the_uses_of_many_become_the_same() {
    let host = TestHost::new().await;
    let a = add(&host, "a", Some("2026-11-01T00:00:00Z")).await;
    let b = add(&host, "b", None).await;
    let named = Selection::Named(vec![a, b, a]);
    let until = window(WindowChange::Ends {
        from: None,
        to: Some(Some(When::At(utc("2026-12-01T00:00:00Z")))),
    });
    let changed = host.service.change_tokens(&OPERATOR, &named, until).await;
    assert_eq!(changed, Ok(2));
    let uses = CommonChange {
        uses: Some(Uses::Left(5)),
        window: WindowChange::Preset(Preset::Today),
        ..CommonChange::default()
    };
    let changed = host.service.change_tokens(&OPERATOR, &named, uses).await;
    assert_eq!(changed, Ok(2));
    for uid in [a, b] {
        let token = host.service.token(&OPERATOR, uid).await.unwrap();
        assert_eq!(token.from.map(|m| m.at), Some(utc("2026-11-02T08:00:00Z")));
        assert_eq!(token.to.map(|m| m.at), Some(utc("2026-11-02T18:00:00Z")));
        assert_eq!((token.uses, token.version), (Uses::Left(5), 2));
    }
}

#[tokio::test]
async fn a_window_that_one_of_them_cannot_have_is_given_to_none() {
    let host = TestHost::new().await;
    let a = add(&host, "a", None).await;
    let b = add(&host, "b", Some("2027-01-01T00:00:00Z")).await;
    let until = window(WindowChange::Ends {
        from: None,
        to: Some(Some(When::At(utc("2026-12-01T00:00:00Z")))),
    });
    let answer = host
        .service
        .change_tokens(&OPERATOR, &Selection::Named(vec![a, b]), until)
        .await;
    let flaw = Error::flaw(Field::ValidTo, FlawKind::EndNotAfterStart);
    assert_eq!(answer, Err(flaw));
    assert_eq!(host.service.token(&OPERATOR, a).await.unwrap().to, None);
}

#[tokio::test]
async fn what_is_so_already_is_not_changed_again() {
    let host = TestHost::new().await;
    let uid = add(&host, "a", None).await;
    let named = Selection::Named(vec![uid]);
    let disable = CommonChange {
        disabled: Some(true),
        ..CommonChange::default()
    };
    for expected in [1, 0] {
        let change = disable.clone();
        let changed = host.service.change_tokens(&OPERATOR, &named, change).await;
        assert_eq!(changed, Ok(expected));
    }
    assert_eq!(host.service.token(&OPERATOR, uid).await.unwrap().version, 1);
}

#[tokio::test]
async fn more_than_one_act_is_for_are_refused_before_anything_is_held() {
    let host = TestHost::new().await;
    let selection = Selection::Matching {
        query: TokenQuery::default(),
        seen: 20_001,
    };
    let answer = host.service.delete_selection(&OPERATOR, &selection).await;
    let flaw = Error::flaw(Field::Amount, FlawKind::TooLarge { max: 20_000 });
    assert_eq!(answer, Err(flaw));
}

#[tokio::test]
async fn who_is_about_to_act_sees_how_many_and_which() {
    let host = TestHost::new().await;
    let mut uids = Vec::new();
    for number in 0..10 {
        uids.push(add(&host, &format!("x{number}"), None).await);
    }
    let service = &host.service;
    let query = TokenQuery {
        search: "x".into(),
        ..TokenQuery::default()
    };
    let matching = Selection::Matching { query, seen: 10 };
    let selected = service.selected(&OPERATOR, &matching, Permission::Delete);
    let selected = selected.await.unwrap();
    assert_eq!((selected.count, selected.first.len()), (10, 8));
    let named = Selection::Named(vec![uids[3], Uuid::nil()]);
    let selected = service.selected(&OPERATOR, &named, Permission::Delete);
    let selected = selected.await.unwrap();
    assert_eq!(selected.count, 1);
    assert_eq!(selected.first[0].uid, uids[3]);
    let operator = account(Role::Operator);
    let selected = service.selected(&operator, &named, Permission::Edit).await;
    assert_eq!(selected, Err(Error::Forbidden));
}

#[tokio::test]
async fn many_are_changed_by_editors_and_deleted_by_managers() {
    let host = TestHost::new().await;
    let uid = add(&host, "a", None).await;
    let named = Selection::Named(vec![uid]);
    let service = &host.service;
    let change = async |role| {
        let change = CommonChange::default();
        service.change_tokens(&account(role), &named, change).await
    };
    let delete = async |role| {
        let deleted = service.delete_selection(&account(role), &named).await;
        deleted.map(|deleted| deleted.count)
    };
    assert_eq!(change(Role::Operator).await, Err(Error::Forbidden));
    assert_eq!(change(Role::Editor).await, Ok(0));
    assert_eq!(delete(Role::Editor).await, Err(Error::Forbidden));
    assert_eq!(delete(Role::Manager).await, Ok(1));
}
