//! What is compressed on its way, and for whom.

use std::io::Read as _;

use axum::{
    body::{Body, to_bytes},
    response::Response,
};
use domain::{Permission, account::Role};
use flate2::read::GzDecoder;
use http::{Request, StatusCode, header, request::Builder};

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
    host.respond(request).await
}

/// A form that a script or a browser sends.
fn post(path: &str) -> Builder {
    Request::post(path)
        .header(header::HOST, "tessera.example")
        .header(header::ORIGIN, "http://tessera.example")
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
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
        let answer = answer(&host, request).await;
        assert_eq!(is_compressed(&answer), is_ours, "{cause}");
    }
}

/// What a script of a page asks for.
fn call(path: &str, session: &str, form: &str) -> Request<Body> {
    post(path)
        .header(header::ACCEPT, "application/json")
        .header(header::COOKIE, session)
        .body(Body::from(form.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn what_a_script_asks_for_is_compressed_if_it_is_long() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    for (tokens, is_long) in [(0, false), (10, true)] {
        for n in 0..tokens {
            host.token(&format!("value-{n}")).await;
        }
        let list = call("/fn/list_tokens", &session, "query=");
        let list = host.respond(list).await;
        assert_eq!(list.status(), StatusCode::OK);
        assert_eq!(is_compressed(&list), is_long, "{tokens} tokens");
    }
}

#[tokio::test]
async fn what_live_pages_ask_for_by_themselves_is_not_compressed() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    let key = [Permission::Consume].into_iter().collect();
    let key = host.key(key).await;
    for n in 0..20 {
        let token = host.token(&format!("value-{n}")).await;
        let uid = token.uid;
        let consume = Request::post(format!("/tokens/{uid}/consume_token"))
            .header(header::AUTHORIZATION, &key)
            .body(Body::empty())
            .unwrap();
        assert_eq!(host.send(consume).await.status, StatusCode::OK);
    }
    let token = host.token(&"long".repeat(200)).await.uid;
    let token = format!("uid={token}&purpose=view&page=1");
    for (path, form) in [
        ("/fn/list_usages", "query="),
        ("/fn/load_token", token.as_str()),
    ] {
        let told = host.respond(call(path, &session, form)).await;
        assert_eq!(told.status(), StatusCode::OK, "{path}");
        assert!(!is_compressed(&told), "{path}");
        let body = to_bytes(told.into_body(), 1_000_000).await.unwrap();
        assert!(body.len() > 1024, "{path}: {} bytes are few", body.len());
    }
}

#[tokio::test]
async fn programs_and_files_get_answers_as_they_are() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    let key = host.key([Permission::View].into_iter().collect()).await;
    for n in 0..40 {
        host.token(&format!("value-{n}")).await;
    }
    let one = get("/tokens/query_token?value=value-7").header(header::AUTHORIZATION, key);
    let file = get("/tokens/export.csv").header(header::COOKIE, &session);
    for request in [one, file] {
        let answer = answer(&host, request).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!is_compressed(&answer));
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_as_it_was() {
    let host = TestHost::new().await;
    host.session(Role::Viewer).await;
    let sign_in = post("/fn/sign_in")
        .header(header::REFERER, "http://tessera.example/login")
        .header(header::ACCEPT, "text/html")
        .body(Body::from(
            "form[name]=viewer&form[password]=correct+horse+battery",
        ))
        .unwrap();
    let signed_in = host.respond(sign_in).await;
    assert!(signed_in.status().is_redirection());
    assert!(!is_compressed(&signed_in));
    assert!(signed_in.headers().contains_key(header::SET_COOKIE));
    let head = get("/login").method("HEAD");
    let head = answer(&host, head).await;
    assert_eq!(head.status(), StatusCode::OK);
    let body = to_bytes(head.into_body(), 1_000_000).await.unwrap();
    assert!(body.is_empty());
}
