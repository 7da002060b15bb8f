//! What the vectors do not cover: aliases, refusals with their additions, limits, methods, and how errors look.

use std::fmt::Write as _;

use domain::{
    Actor, Error,
    service::Batch,
    settings::SettingKey,
    token::{Change, Draft},
};
use insta::assert_snapshot;
use serde_json::json;
use uuid::Uuid;

use crate::host::{Answer, Engine, TestHost};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// An answer on a few lines: the status, the headers that matter, the body.
fn shown(answer: &Answer) -> String {
    let mut text = answer.status.to_string();
    for name in ["allow", "www-authenticate", "retry-after"] {
        if answer.headers.contains_key(name) {
            write!(text, "\n{name}: {}", answer.header(name)).unwrap();
        }
    }
    text + "\n" + std::str::from_utf8(&answer.body).unwrap()
}

/// The same with a uuid that is another one each time.
fn shown_without(uid: Uuid, answer: &Answer) -> String {
    shown(answer).replace(&uid.to_string(), "<uid>")
}

#[tokio::test]
async fn each_call_on_a_token_has_three_addresses() {
    let host = TestHost::start(Engine::Sqlite).await;
    for call in [
        "consume_token",
        "update_token",
        "edit_token",
        "delete_token",
    ] {
        for address in [
            "/tokens/{uid}/{call}",
            "/{uid}/{call}",
            "/tokens/{call}?token_uid={uid}",
        ] {
            let uid = host.add_token("usage_count=5").await;
            let address = address
                .replace("{uid}", &uid.to_string())
                .replace("{call}", call);
            let answer = host.ask_as_admin("POST", &address, "usage_count=7").await;
            assert_eq!(answer.json()["success"], true, "{address}");
            let token = host.service.token(&Actor::Operator, uid).await;
            let uses = token.ok().map(|token| token.uses.number());
            let expected = match call {
                "consume_token" => Some(4),
                "delete_token" => None,
                _ => Some(7),
            };
            assert_eq!(uses, expected, "{address}");
        }
    }
    let answer = host.ask_as_admin("POST", "/tokens/consume_token", "").await;
    assert_snapshot!(shown(&answer), @r#"
    200 OK
    {"success":false,"message":"Missing ``token_uid`` parameter","error_code":6,"reason":"bad_request"}
    "#);
    host.stop().await;
}

#[tokio::test]
async fn the_query_string_counts_more_than_the_body_and_the_last_of_two_more_than_the_first() {
    let host = TestHost::start(Engine::Sqlite).await;
    host.ask_as_admin("POST", "/tokens/add_token?value=query", "value=form")
        .await;
    host.ask_as_admin("POST", "/tokens/add_token", "value=first&value=last")
        .await;
    for (value, is_there) in [
        ("query", true),
        ("form", false),
        ("first", false),
        ("last", true),
    ] {
        let token = host
            .service
            .find_token(&Actor::Operator, value)
            .await
            .unwrap();
        assert_eq!(token.is_some(), is_there, "{value}");
    }
    host.stop().await;
}

#[tokio::test]
async fn a_consumption_says_what_is_left_and_a_refusal_when_to_come_back() {
    let host = TestHost::start(Engine::Sqlite).await;
    let vienna = [(SettingKey::Zone, "Europe/Vienna".to_owned())];
    host.service
        .change_settings(&Actor::Operator, &vienna)
        .await
        .unwrap();
    let consume = async |uid: Uuid| {
        let answer = host
            .ask_as_admin("GET", &format!("/tokens/{uid}/consume_token"), "")
            .await;
        shown_without(uid, &answer)
    };

    let uid = host.add_token("usage_count=2").await;
    assert_snapshot!(consume(uid).await, @r#"
    200 OK
    {"success":true,"consumed":true,"remaining":1}
    "#);
    assert_snapshot!(consume(uid).await, @r#"
    200 OK
    {"success":true,"consumed":true,"remaining":0}
    "#);
    assert_snapshot!(consume(uid).await, @r#"
    200 OK
    {"success":false,"message":"Token <uid> usage count exceeded","error_code":2,"reason":"used_up","remaining":0}
    "#);
    let uid = host.add_token("usage_count=-1").await;
    assert_snapshot!(consume(uid).await, @r#"
    200 OK
    {"success":true,"consumed":true,"remaining":-1}
    "#);
    let uid = host
        .add_token("usage_count=5&valid_from=2999-01-01T08:00:00Z")
        .await;
    assert_snapshot!(consume(uid).await, @r#"
    200 OK
    {"success":false,"message":"Token <uid> out of time range","error_code":4,"reason":"not_yet_valid","retry_at":"2999-01-01T09:00:00","remaining":5}
    "#);
    let uid = host.add_token("usage_count=5&valid_to=2023-01-01").await;
    assert_snapshot!(consume(uid).await, @r#"
    200 OK
    {"success":false,"message":"Token <uid> out of time range","error_code":4,"reason":"expired","remaining":5}
    "#);
    let disable = Change {
        disabled: Some(true),
        ..Change::default()
    };
    host.service
        .change_token(&Actor::Operator, uid, disable, None)
        .await
        .unwrap();
    assert_snapshot!(consume(uid).await, @r#"
    200 OK
    {"success":false,"message":"Token <uid> is disabled","error_code":6,"reason":"disabled","remaining":5}
    "#);

    let uid = host.add_token("usage_count=5&lock_time=3600").await;
    consume(uid).await;
    let answer = host
        .ask_as_admin("GET", &format!("/{uid}/consume_token"), "")
        .await
        .json();
    let token = host.service.token(&Actor::Operator, uid).await.unwrap();
    let until = token
        .locked_until
        .unwrap()
        .local
        .format("%Y-%m-%dT%H:%M:%S")
        .to_string();
    assert_eq!(answer["reason"], "locked");
    assert_eq!(answer["remaining"], 4);
    assert!(
        answer["retry_at"].as_str().unwrap().starts_with(&until),
        "{answer} {until}"
    );
    host.stop().await;
}

#[tokio::test]
async fn head_does_not_consume_and_methods_that_are_not_served_are_named() {
    let host = TestHost::start(Engine::Sqlite).await;
    let uid = host.add_token("usage_count=5").await;
    let address = format!("/tokens/{uid}/consume_token");
    let answer = host.ask_as_admin("HEAD", &address, "").await;
    assert_snapshot!(shown(&answer), @r"
    405 Method Not Allowed
    allow: GET, POST
    ");
    let answer = host.ask_as_admin("PUT", &address, "").await;
    assert_snapshot!(shown(&answer), @r#"
    405 Method Not Allowed
    allow: GET, POST
    {"success":false,"message":"Method not allowed","error_code":6,"reason":"method_not_allowed"}
    "#);
    for alias in [
        format!("/{uid}/consume_token"),
        format!("/tokens/consume_token?token_uid={uid}"),
    ] {
        assert_eq!(host.ask_as_admin("HEAD", &alias, "").await.status, 405);
    }
    assert_eq!(host.uses_of(uid).await, 5);

    let answer = host
        .ask_as_admin("DELETE", "/tokens/query_token?value=x", "")
        .await;
    assert_snapshot!(shown(&answer), @r#"
    405 Method Not Allowed
    allow: GET,HEAD
    {"success":false,"message":"Method not allowed","error_code":6,"reason":"method_not_allowed"}
    "#);
    let answer = host
        .ask_as_admin("GET", &format!("/tokens/{uid}/delete_token"), "")
        .await;
    assert_snapshot!(shown(&answer), @r#"
    405 Method Not Allowed
    allow: POST
    {"success":false,"message":"Method not allowed","error_code":6,"reason":"method_not_allowed"}
    "#);
    let answer = host
        .ask_as_admin("HEAD", "/tokens/query_token?value=x", "")
        .await;
    assert_snapshot!(shown(&answer), @"200 OK");
    host.stop().await;
}

#[tokio::test]
async fn who_may_not_call_is_not_told_what_is_wrong_with_the_call() {
    let host = TestHost::start(Engine::Sqlite).await;
    let json = ("content-type", "application/json");
    let norole = format!("Bearer {}", host.norole);
    let anonymous = host
        .ask("POST", "/tokens/add_token", &[json], "{oops")
        .await;
    assert_snapshot!(shown(&anonymous), @r#"
    401 Unauthorized
    www-authenticate: Bearer
    {"success":false,"message":"API key or sign-in needed","error_code":6,"reason":"unauthenticated"}
    "#);
    let address = "/tokens/not-a-uuid/consume_token";
    assert_eq!(host.ask("GET", address, &[], "").await.status, 401);
    let headers = [json, ("authorization", norole.as_str())];
    let forbidden = host
        .ask("POST", "/tokens/add_token", &headers, "{oops")
        .await;
    assert_snapshot!(shown(&forbidden), @r#"
    403 Forbidden
    {"success":false,"message":"Not permitted","error_code":6,"reason":"forbidden"}
    "#);
    host.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_404_and_a_name_that_is_no_uuid_is_not_repeated() {
    let host = TestHost::start(Engine::Sqlite).await;
    let unknown = host
        .ask_as_admin("GET", &format!("/tokens/{UNKNOWN}/qr_code"), "")
        .await;
    assert_snapshot!(shown(&unknown), @r#"
    404 Not Found
    {"success":false,"message":"Token 00000000-0000-4000-8000-000000000000 not exists","error_code":1,"reason":"not_found"}
    "#);
    let malformed = host
        .ask_as_admin("POST", "/tokens/secret-value/update_token", "")
        .await;
    assert_snapshot!(shown(&malformed), @r#"
    404 Not Found
    {"success":false,"message":"Token not exists","error_code":1,"reason":"not_found"}
    "#);
    for address in [
        "/tokens/query_token/some/sub/path".to_owned(),
        format!("/tokens/{UNKNOWN}/add_token"),
        format!("/{UNKNOWN}/qr_code"),
    ] {
        for method in ["GET", "POST"] {
            let answer = host.ask_as_admin(method, &address, "").await;
            assert_eq!(answer.status, 404, "{method} {address}");
            assert_eq!(
                answer.json()["reason"],
                "no_such_call",
                "{method} {address}"
            );
        }
    }
    host.stop().await;
}

#[tokio::test]
async fn a_json_object_is_read_and_anything_else_is_refused() {
    let host = TestHost::start(Engine::Sqlite).await;
    let key = format!("Bearer {}", host.admin);
    let add = async |body: &str| {
        let json = "application/json; charset=utf-8";
        let headers = [("authorization", key.as_str()), ("content-type", json)];
        let answer = host
            .ask("POST", "/tokens/add_token", &headers, body)
            .await
            .json();
        answer["message"]
            .as_str()
            .map(str::to_owned)
            .unwrap_or_default()
    };
    assert_snapshot!(add("").await, @"");
    assert_snapshot!(add(r#"{"value": null, "usage_count": 3, "other": {}}"#).await, @"");
    assert_snapshot!(add("[]").await, @"Malformed JSON body: an object is needed");
    assert_snapshot!(add(r#"{"usage_count": 3"#).await, @"Malformed JSON body: an object is needed");
    assert_snapshot!(add(r#"{"usage_count": 3.5}"#).await, @"usage_count: value is no integer");
    assert_snapshot!(add(r#"{"lock_time": 1e30}"#).await, @"lock_time: out of range");
    assert_snapshot!(add(r#"{"value": 5}"#).await, @"value: must be text in UTF-8");
    assert_snapshot!(add(r#"{"valid_to": 1700000000}"#).await, @"valid_to: invalid datetime format");
    host.stop().await;
}

#[tokio::test]
async fn a_body_that_is_too_long_is_not_read() {
    let host = TestHost::start(Engine::Sqlite).await;
    let form = format!("value={}", "x".repeat(1024 * 1024));
    let answer = host.ask_as_admin("POST", "/tokens/add_token", &form).await;
    assert_snapshot!(shown(&answer), @r#"
    413 Payload Too Large
    {"success":false,"message":"Request body too large","error_code":6,"reason":"too_large"}
    "#);
    let key = format!("Bearer {}", host.admin);
    let multipart = "multipart/form-data; boundary=edge";
    let headers = [("authorization", key.as_str()), ("content-type", multipart)];
    let head = "--edge\r\nContent-Disposition: form-data; name=\"value\"\r\n\r\n";
    let body = format!("{head}{}\r\n--edge--\r\n", "x".repeat(1024 * 1024));
    assert_eq!(
        host.ask("POST", "/tokens/add_token", &headers, &body)
            .await
            .status,
        413
    );
    let answer = host
        .ask("POST", "/tokens/add_token", &headers, "--edge\r\n")
        .await;
    assert_snapshot!(shown(&answer), @r#"
    200 OK
    {"success":false,"message":"Malformed multipart body","error_code":6,"reason":"bad_request"}
    "#);
    host.stop().await;
}

async fn ten_thousand_tokens_are_deleted_at_once(engine: Engine) {
    let host = TestHost::start(engine).await;
    let mut uids = Vec::new();
    for _ in 0..10 {
        let batch = Batch {
            draft: Draft::default(),
            amount: Batch::MAX,
        };
        let tokens = host
            .service
            .add_tokens(&Actor::Operator, batch)
            .await
            .unwrap();
        uids.extend(tokens.into_iter().map(|token| token.uid.to_string()));
    }
    let delete = async |uids: &[String]| {
        let list = json!(uids)
            .to_string()
            .replace('"', "%22")
            .replace(',', "%2C");
        let form = format!("token_uids={list}");
        host.ask_as_admin("POST", "/tokens/delete_tokens", &form)
            .await
            .json()["message"]
            .clone()
    };
    assert_eq!(delete(&uids).await, "Successfully deleted 10000 Tokens.");
    assert_eq!(
        delete(&uids[..1]).await,
        format!("Token {} not exists", uids[0])
    );
    uids.push(UNKNOWN.to_owned());
    assert_eq!(
        delete(&uids).await,
        "token_uids: at most 10000 tokens at once"
    );
    host.stop().await;
}

#[tokio::test]
async fn ten_thousand_tokens_are_deleted_at_once_on_sqlite() {
    ten_thousand_tokens_are_deleted_at_once(Engine::Sqlite).await;
}

#[tokio::test]
async fn ten_thousand_tokens_are_deleted_at_once_on_postgres() {
    ten_thousand_tokens_are_deleted_at_once(Engine::Postgres).await;
}

#[tokio::test]
async fn answers_are_not_kept_by_caches() {
    let host = TestHost::start(Engine::Sqlite).await;
    let uid = host.add_token("usage_count=5").await;
    for address in [
        "/tokens/query_token?value=x".to_owned(),
        format!("/tokens/{uid}/consume_token"),
        format!("/tokens/{uid}/qr_code"),
        format!("/tokens/{UNKNOWN}/consume_token"),
    ] {
        let answer = host.ask_as_admin("GET", &address, "").await;
        assert_eq!(answer.header("cache-control"), "no-store", "{address}");
    }
    host.stop().await;
}

#[tokio::test]
async fn what_is_our_fault_says_no_more_than_when_to_come_back() {
    let failed = async |error: Error| {
        let (parts, body) = server::json_api::failed(&error).into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        shown(&Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    };
    assert_snapshot!(failed(Error::Busy { retry_after: 1 }).await, @r#"
    503 Service Unavailable
    retry-after: 1
    {"success":false,"message":"Busy, try again later","error_code":6,"reason":"busy"}
    "#);
    assert_snapshot!(failed(Error::Internal).await, @r#"
    500 Internal Server Error
    {"success":false,"message":"Internal error","error_code":6,"reason":"internal"}
    "#);
    assert_snapshot!(failed(Error::Throttled { retry_after: 12 }).await, @r#"
    429 Too Many Requests
    retry-after: 12
    {"success":false,"message":"Too many tries, try again later","error_code":6,"reason":"throttled"}
    "#);
}
