//! API keys in a browser without JavaScript.

use domain::{Actor, account::Role};
use http::{StatusCode, header};

use crate::host::{Answer, TestHost};

/// The keys that a page shows.
fn shown(answer: &Answer) -> Vec<String> {
    let mut keys: Vec<String> = answer
        .body
        .match_indices("tsr_")
        .filter_map(|(place, _)| Some(answer.body.get(place..place + 76)?.to_owned()))
        .filter(|key| key[4..].bytes().all(|byte| byte.is_ascii_hexdigit()))
        .collect();
    keys.dedup();
    keys
}

#[tokio::test]
async fn a_key_is_made_shown_once_rotated_and_revoked_without_a_script() {
    let host = TestHost::new().await;
    let admin = host.session(Role::Admin).await;
    let form = host.page("/keys/new", &admin).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains("action=\"/keys/new\""));

    let asked = "name=Front+door&permission=view&permission=consume&expires=90";
    let made = host.form("/keys/new", "/keys/new", &admin, asked).await;
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(made.header(header::CACHE_CONTROL), "no-store");
    let first = shown(&made).first().expect("the key is shown").clone();
    let holds = async |key: &str| {
        let actor = host.service.actor_of_key(key).await.unwrap();
        actor.map(|actor| (actor.name().to_owned(), actor.permissions().to_string()))
    };
    let door = Some(("Front door".to_owned(), "view,consume".to_owned()));
    assert_eq!(holds(&first).await, door);
    for page in ["/keys", "/keys/new"] {
        let later = host.page(page, &admin).await;
        assert!(shown(&later).is_empty(), "{page}");
    }
    let list = host.page("/keys", &admin).await;
    assert!(list.body.contains("Front door") && list.body.contains(&first[..12]));

    let uid = host.service.keys(&Actor::Operator).await.unwrap().keys[0].uid;
    let rotate = format!("/keys/{uid}/rotate");
    assert_eq!(host.page(&rotate, &admin).await.status, StatusCode::OK);
    let rotated = host
        .form(&rotate, &rotate, &admin, "expires=never&overlap=0")
        .await;
    let second = shown(&rotated).first().expect("the key is shown").clone();
    assert_eq!((holds(&first).await, holds(&second).await), (None, door));

    let revoke = format!("/keys/{uid}/revoke");
    assert!(host.page(&revoke, &admin).await.body.contains("Front door"));
    let revoked = host
        .form("/fn/revoke_key", &revoke, &admin, &format!("uid={uid}"))
        .await;
    assert!(revoked.location().ends_with("/keys?notice=revoked"));
    assert_eq!(holds(&second).await, None);
    let gone = host.page(&rotate, &admin).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refused_form_says_why_and_holds_what_was_typed() {
    let host = TestHost::new().await;
    let admin = host.session(Role::Admin).await;
    let refused = host
        .form(
            "/keys/new",
            "/keys/new",
            &admin,
            "name=Ta%26%22&permission=edit",
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("value=\"Ta&amp;&quot;\""));
    assert!(refused.body.contains("role=\"alert\""));
    let keys = host.service.keys(&Actor::Operator).await.unwrap().keys;
    assert!(keys.is_empty());
}

#[tokio::test]
async fn nobody_but_an_administrator_makes_a_key_by_its_form() {
    let host = TestHost::new().await;
    let asked = "name=x&permission=view&expires=never";
    let manager = host.session(Role::Manager).await;
    let refused = host.form("/keys/new", "/keys/new", &manager, asked).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let nobody = host.form("/keys/new", "/keys/new", "", asked).await;
    assert!(nobody.location().starts_with("/login"));
    let uid = host.api_key("there").await;
    let rotate = format!("/keys/{uid}/rotate");
    let refused = host
        .form(&rotate, &rotate, &manager, "expires=never&overlap=0")
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(shown(&refused).is_empty());
    let keys = host.service.keys(&Actor::Operator).await.unwrap().keys;
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn a_foreign_page_makes_no_key() {
    let host = TestHost::new().await;
    let admin = host.session(Role::Admin).await;
    let request = http::Request::post("/keys/new")
        .header(header::HOST, "tessera.example")
        .header(header::ORIGIN, "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, admin)
        .body("name=x&permission=view&expires=never".into())
        .unwrap();
    let answer = host.send(request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(
        host.service
            .keys(&Actor::Operator)
            .await
            .unwrap()
            .keys
            .is_empty()
    );
}
