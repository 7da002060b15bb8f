//! What every answer carries, and what none does.

use axum::body::Body;
use domain::account::Role;
use http::{Request, StatusCode, header};

use crate::host::TestHost;

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let host = TestHost::new().await;
    for path in [
        "/login",
        "/healthz",
        "/tokens/query_token",
        "/nowhere",
        "/pkg/nothing.js",
    ] {
        let answer = host.page(path, "").await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path} {name}");
        }
        assert!(
            answer.headers.contains_key(header::CONTENT_SECURITY_POLICY),
            "{path}"
        );
    }
}

#[tokio::test]
async fn scripts_of_a_page_run_by_a_nonce_that_is_new_each_time() {
    let host = TestHost::new().await;
    let nonce = |policy: &str| {
        let (_, rest) = policy.split_once("'nonce-").expect(policy);
        rest.split_once('\'').unwrap().0.to_owned()
    };
    let mut seen = Vec::new();
    for _ in 0..2 {
        let answer = host.page("/login", "").await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY).to_owned();
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        let nonce = nonce(&policy);
        assert!(answer.body.contains(&format!("nonce=\"{nonce}\"")));
        for script in answer.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&nonce), "a script without the nonce: {tag}");
        }
        assert!(!answer.body.contains(" style=\""), "an inline style");
        seen.push(nonce);
    }
    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn what_is_made_for_one_person_is_kept_by_no_cache() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    for path in ["/tokens", "/login", "/tokens/query_token?value=x"] {
        let answer = host.page(path, &session).await;
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test]
async fn what_keeps_files_in_the_browser_may_load_nothing_from_elsewhere() {
    let host = TestHost::new().await;
    let answer = host.page("/sw.js", "").await;
    assert_eq!(
        answer.header(header::CONTENT_SECURITY_POLICY),
        "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
    );
    let page = host.page("/login", "").await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("worker-src 'self'"), "{policy}");
    assert!(
        page.body
            .contains("rel=\"manifest\" href=\"/manifest.webmanifest\"")
    );
}

#[tokio::test]
async fn an_unknown_path_is_a_page_for_people_and_an_envelope_for_programs() {
    let host = TestHost::new().await;
    let page = host.page("/nowhere", "").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"));
    let answer = host
        .send(Request::get("/nowhere").body(Body::empty()).unwrap())
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(
        answer.body.starts_with("{\"success\":false"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn the_probes_answer() {
    let host = TestHost::new().await;
    for (path, body) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = host.page(path, "").await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, body)
        );
    }
}
