//! How much one client may ask for, and how much all of them at once.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use domain::{Permission, account::Role};
use http::{Request, StatusCode, header};
use server::limits::{Clients, Options};

use super::host::{Answer, TestHost};

fn options(by_key: &str, by_address: &str) -> Options {
    Options {
        by_key: by_key.parse().unwrap(),
        by_address: by_address.parse().unwrap(),
        clients: Clients {
            proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Clients::default()
        },
        ..Options::default()
    }
}

/// A key that may look, and one that may look and use.
async fn keys(host: &TestHost) -> [String; 2] {
    let view = Permission::View;
    [
        host.key([view].into_iter().collect()).await,
        host.key([view, Permission::Consume].into_iter().collect())
            .await,
    ]
}

/// A call from that address, with headers.
async fn call(host: &TestHost, from: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get("/tokens/query_token?value=none");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let from: SocketAddr = format!("{from}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(from));
    host.send(request).await
}

fn is_throttled(answer: &Answer) -> bool {
    answer.status == StatusCode::TOO_MANY_REQUESTS
}

#[tokio::test]
async fn an_answer_says_what_is_left_and_what_is_beyond_it_is_told_when_to_come_again() {
    let host = TestHost::limited(options("3/3600", "100/50")).await;
    let [gate, other] = keys(&host).await;
    let key = [("authorization", gate.as_str())];
    for left in [2, 1, 0] {
        let answer = call(&host, "192.0.2.1", &key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let told = |name: &str| -> Vec<String> {
            let lines = answer.headers.get_all(name).iter();
            lines.map(|line| line.to_str().unwrap().into()).collect()
        };
        let until_full = 1200 * (3 - left);
        assert_eq!(
            told("ratelimit"),
            [
                format!("\"key\";r={left};t={until_full}"),
                // Two are there again each second.
                format!("\"address\";r={};t={}", 97 + left, (4 - left) / 2),
            ]
        );
        assert_eq!(
            told("ratelimit-policy"),
            ["\"key\";q=3;w=3600", "\"address\";q=100;w=50"]
        );
    }
    let answer = call(&host, "192.0.2.2", &key).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = answer.header(header::RETRY_AFTER).parse().unwrap();
    assert!((1190..=1200).contains(&wait), "{wait}");
    let envelope: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        (&envelope["success"], &envelope["reason"]),
        (&false.into(), &"throttled".into())
    );
    assert_eq!(answer.header("ratelimit"), "\"key\";r=0;t=3600");
    // Another key is another limit, and a person is none of them.
    let answer = call(&host, "192.0.2.1", &[("authorization", other.as_str())]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let session = host.session(Role::Admin).await;
    let answer = call(&host, "192.0.2.1", &[("cookie", session.as_str())]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers.get_all("ratelimit").iter().count(), 1);
}

#[tokio::test]
async fn an_address_is_slowed_down_with_any_key_or_none_and_nobody_else_is() {
    let host = TestHost::limited(options("off", "2/3600")).await;
    let [key, _] = keys(&host).await;
    let good = [("authorization", key.as_str())];
    let bad = [("authorization", "Bearer tsr_none")];
    assert!(!is_throttled(&call(&host, "192.0.2.1", &bad).await));
    assert!(!is_throttled(&call(&host, "192.0.2.1", &good).await));
    for headers in [&good[..], &bad, &[]] {
        assert!(is_throttled(&call(&host, "192.0.2.1", headers).await));
    }
    assert!(!is_throttled(&call(&host, "192.0.2.2", &good).await));
}

#[tokio::test]
async fn behind_a_proxy_that_is_trusted_its_clients_count_and_behind_no_other() {
    let host = TestHost::limited(options("off", "1/3600")).await;
    let asked_by = |client: &'static str| [("x-forwarded-for", client)];
    let proxy = "10.0.0.7";
    assert!(!is_throttled(
        &call(&host, proxy, &asked_by("192.0.2.1")).await
    ));
    assert!(is_throttled(
        &call(&host, proxy, &asked_by("192.0.2.1")).await
    ));
    // What the client says of itself comes before what the proxy says of it.
    let lie = asked_by("203.0.113.9, 192.0.2.1");
    assert!(is_throttled(&call(&host, proxy, &lie).await));
    assert!(!is_throttled(
        &call(&host, proxy, &asked_by("192.0.2.2")).await
    ));
    // Somebody who is no proxy of ours can't take another's name.
    let stranger = "198.51.100.1";
    assert!(!is_throttled(
        &call(&host, stranger, &asked_by("192.0.2.7")).await
    ));
    assert!(is_throttled(
        &call(&host, stranger, &asked_by("192.0.2.8")).await
    ));
    assert!(!is_throttled(&call(&host, "192.0.2.7", &[]).await));
}

#[tokio::test]
async fn this_machine_is_not_slowed_down_unless_asked_for() {
    for (loopback, throttled) in [(false, false), (true, true)] {
        let options = Options {
            loopback,
            ..options("1/3600", "1/3600")
        };
        let host = TestHost::limited(options).await;
        let [key, _] = keys(&host).await;
        let key = [("authorization", key.as_str())];
        call(&host, "127.0.0.1", &key).await;
        let again = call(&host, "127.0.0.1", &key).await;
        assert_eq!(is_throttled(&again), throttled);
        assert_eq!(again.headers.contains_key("ratelimit"), throttled);
    }
}

#[tokio::test]
async fn what_does_not_find_room_is_told_so_at_once_and_the_rest_is_served() {
    let options = Options {
        at_once: 2,
        ..Options::default()
    };
    let host = TestHost::limited(options).await;
    let [key, _] = keys(&host).await;
    let key = [("authorization", key.as_str())];
    let calls = (0..50).map(|_| call(&host, "192.0.2.1", &key));
    let answers = futures_util::future::join_all(calls).await;
    let (served, shed): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status == StatusCode::OK);
    assert!(served.len() >= 2, "{}", served.len());
    assert!(!shed.is_empty());
    for answer in shed {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header(header::RETRY_AFTER), "1");
        assert!(answer.body.contains("\"busy\""), "{}", answer.body);
    }
    // When they have been answered there is room again.
    let answer = call(&host, "192.0.2.1", &key).await;
    assert_eq!(answer.status, StatusCode::OK);
}
