//! What is compressed on its way, and for whom.

use std::io::Read as _;

use axum::{
    body::{Body, to_bytes},
    response::Response,
};
use domain::{Permission, account::Role};
use flate2::read::GzDecoder;
use http::{Request, StatusCode, header, request::Builder};
use tower::ServiceExt as _;

use crate::host::TestHost;

/// What a browser asks for that takes gzip.
fn get(path: &str) -> Builder {
    Request::get(path)
        .header(header::HOST, "tessera.example")
        .header(header::ACCEPT, "text/html")
        .header(header::ACCEPT_ENCODING, "gzip, deflate, br")
}

async fn answer(host: &TestHost, request: Builder) -> Response {
    let request = request.body(Body::empty()).unwrap();
    host.site.clone().oneshot(request).await.unwrap()
}

fn is_compressed(answer: &Response) -> bool {
    answer
        .headers()
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| encoding == "gzip")
}

#[tokio::test]
async fn a_page_is_compressed_and_says_so() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    host.token("a-value-that-is-shown").await;
    let request = get("/tokens").header(header::COOKIE, &session);
    let page = answer(&host, request).await;
    assert!(is_compressed(&page));
    assert_eq!(page.headers()[header::VARY], "accept-encoding");
    assert!(!page.headers().contains_key(header::CONTENT_LENGTH));
    let packed = to_bytes(page.into_body(), 1_000_000).await.unwrap();
    let mut whole = String::new();
    GzDecoder::new(&packed[..])
        .read_to_string(&mut whole)
        .unwrap();
    assert!(whole.contains("a-value-that-is-shown"));
    assert!(whole.ends_with("</script>"), "not to its end");
    assert!(
        packed.len() * 3 < whole.len(),
        "{} of {}",
        packed.len(),
        whole.len()
    );
}

#[tokio::test]
async fn who_takes_no_gzip_gets_the_page_as_it_is() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    host.token("a-value-that-is-shown").await;
    let page = host.page("/tokens", &session).await;
    assert!(!page.headers.contains_key(header::CONTENT_ENCODING));
    assert!(page.body.contains("a-value-that-is-shown"));
}

#[tokio::test]
async fn what_another_site_has_caused_is_not_compressed() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    for (cause, is_ours) in [
        ("cross-site", false),
        ("same-site", false),
        ("same-origin", true),
        ("none", true),
    ] {
        let request = get("/tokens?q=guess")
            .header(header::COOKIE, &session)
            .header("sec-fetch-site", cause);
        assert_eq!(
            is_compressed(&answer(&host, request).await),
            is_ours,
            "{cause}"
        );
    }
}

#[tokio::test]
async fn what_a_script_asks_for_is_compressed_and_what_a_program_does_is_not() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    let key = host.key([Permission::View].into_iter().collect()).await;
    host.token("a-value").await;
    let script = Request::post("/fn/list_tokens")
        .header(header::HOST, "tessera.example")
        .header(header::ORIGIN, "http://tessera.example")
        .header(header::ACCEPT, "application/json")
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, &session)
        .body(Body::from("query="));
    let list = host.site.clone().oneshot(script.unwrap()).await.unwrap();
    assert_eq!(list.status(), StatusCode::OK);
    assert!(is_compressed(&list));
    let call = get("/tokens/query_token?value=a-value").header(header::AUTHORIZATION, key);
    let call = answer(&host, call).await;
    assert_eq!(call.status(), StatusCode::OK);
    assert!(!is_compressed(&call));
}
