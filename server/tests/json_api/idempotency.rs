//! Calls under an `Idempotency-Key`, on both engines.

use std::time::{Duration, Instant};

use domain::{Actor, Uses, account::AccountName};
use serde_json::{Value, json};

use crate::host::{Answer, Engine, TestHost};

const FORM: &str = "application/x-www-form-urlencoded";

/// The call with the key for everything.
async fn call(host: &TestHost, address: &str, form: &str, key: &str) -> (u16, Value) {
    let authorization = format!("Bearer {}", host.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", FORM),
        ("idempotency-key", key),
    ];
    let answer: Answer = host.ask("POST", address, &headers, form).await;
    (answer.status.as_u16(), answer.json())
}

async fn a_call_is_done_once(engine: Engine) {
    let host = TestHost::start(engine).await;

    // Accepted
    let added = call(&host, "/tokens/add_token", "usage_count=5", "\"add\"").await;
    assert_eq!(added.1["success"], true);
    // The same, whatever the quotes.
    let again = call(&host, "/tokens/add_token", "usage_count=5", "add").await;
    assert_eq!(again, added);
    let uid = added.1["token_uid"].as_str().unwrap().to_owned();
    let consume = format!("/tokens/{uid}/consume_token");
    let consumed = call(&host, &consume, "", "consume").await;
    assert_eq!(
        consumed.1,
        json!({"success": true, "consumed": true, "remaining": 4})
    );
    assert_eq!(call(&host, &consume, "", "consume").await, consumed);
    assert_eq!(call(&host, &consume, "", "next").await.1["remaining"], 3);
    assert_eq!(call(&host, &consume, "", "consume").await, consumed);

    let update = format!("/tokens/{uid}/update_token");
    let updated = call(&host, &update, "usage_count=9", "update").await;
    assert_eq!(updated, (200, json!({"success": true})));
    call(&host, &consume, "", "third").await;
    assert_eq!(
        call(&host, &update, "usage_count=9", "update").await,
        updated
    );
    let token = host
        .service
        .token(&Actor::Operator, uid.parse().unwrap())
        .await;
    assert_eq!(token.unwrap().uses, Uses::Left(8));

    // Refused
    call(&host, "/tokens/add_token", "value=taken", "first").await;
    let refused = call(&host, "/tokens/add_token", "value=taken", "second").await;
    assert_eq!(refused.1["error_code"], 5);
    host.ask_as_admin("POST", &update, "value=taken2").await;
    assert_eq!(
        call(&host, "/tokens/add_token", "value=taken", "second").await,
        refused
    );

    // Deleted, and answered all the same
    let delete = format!("/tokens/{uid}/delete_token");
    let deleted = call(&host, &delete, "", "delete").await;
    assert_eq!(deleted, (200, json!({"success": true})));
    assert_eq!(call(&host, &delete, "", "delete").await, deleted);
    assert_eq!(call(&host, &delete, "", "delete again").await.0, 404);
    assert_eq!(call(&host, &consume, "", "consume").await, consumed);
    let one = host.add_token("").await;
    let list = format!("token_uids=[\"{one}\"]");
    let deleted = call(&host, "/tokens/delete_tokens", &list, "list").await;
    assert_eq!(deleted.1["message"], "Successfully deleted 1 Tokens.");
    assert_eq!(
        call(&host, "/tokens/delete_tokens", &list, "list").await,
        deleted
    );

    // Another call under the same key
    for (address, form, key) in [
        ("/tokens/add_token", "usage_count=6", "add"),
        ("/tokens/add_token", "usage_count=5", "consume"),
        (update.as_str(), "usage_count=9", "add"),
        (consume.as_str(), "", "add"),
        (delete.as_str(), "", "update"),
    ] {
        let (status, answer) = call(&host, address, form, key).await;
        assert_eq!(
            (
                status,
                answer["reason"].as_str(),
                answer["error_code"].as_i64()
            ),
            (422, Some("idempotency_key_reused"), Some(6)),
            "{address} {key}"
        );
    }
    // What is no key
    let (status, answer) = call(&host, &consume, "", "\"").await;
    assert_eq!(
        (status, answer["reason"].as_str()),
        (400, Some("bad_idempotency_key"))
    );
    host.stop().await;
}

#[tokio::test]
async fn a_call_is_done_once_on_sqlite() {
    a_call_is_done_once(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_call_is_done_once_on_postgres() {
    a_call_is_done_once(Engine::Postgres).await;
}

#[tokio::test]
async fn a_key_of_somebody_else_is_another_key() {
    let host = TestHost::start(Engine::Sqlite).await;
    let uid = host.add_token("usage_count=5").await;
    let consume = format!("/tokens/{uid}/consume_token");
    let first = call(&host, &consume, "", "k").await;
    assert_eq!(first.1["remaining"], 4);
    let operator = host
        .service
        .consume(
            &Actor::Operator,
            uid,
            domain::idempotency::IdempotencyKey::parse("k").ok(),
        )
        .await;
    assert_eq!(operator.unwrap().token.uses, Uses::Left(3));
    host.stop().await;
}

async fn a_revoked_key_is_out_within_a_second(engine: Engine) {
    let host = TestHost::start(engine).await;
    let other = host.another().await;
    let is_in = async |service: &domain::Service| {
        let actor = service.actor_of_key(&host.admin).await;
        actor.unwrap().is_some()
    };
    assert!(is_in(&host.service).await && is_in(&other).await);
    let name = AccountName::parse("admin").unwrap();
    host.service
        .revoke_key(&Actor::Operator, &name)
        .await
        .unwrap();
    let revoked = Instant::now();
    assert!(!is_in(&host.service).await, "on this node at once");
    // In use all the time, as under load.
    while is_in(&other).await {
        assert!(revoked.elapsed() < Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    host.stop().await;
}

#[tokio::test]
async fn a_revoked_key_is_out_within_a_second_on_two_nodes_with_sqlite() {
    a_revoked_key_is_out_within_a_second(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_revoked_key_is_out_within_a_second_on_two_nodes_with_postgres() {
    a_revoked_key_is_out_within_a_second(Engine::Postgres).await;
}
