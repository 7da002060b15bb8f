//! What a foreign page can make a browser send changes nothing.

use axum::body::Body;
use domain::{Actor, Permissions, Uses, account::Role, settings::SettingKey};
use http::{Request, StatusCode, header};

use crate::host::TestHost;

/// A form on a page of another site, sent with the session's cookie.
fn foreign_form(path: &str, session: &str, fetch_site: Option<&str>) -> Request<Body> {
    let mut request = Request::post(path)
        .header(header::HOST, "tessera.example")
        .header(header::ORIGIN, "http://evil.example")
        .header(header::REFERER, "http://evil.example/")
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, session);
    if let Some(site) = fetch_site {
        request = request.header("sec-fetch-site", site);
    }
    request.body(Body::from("language=de&theme=dark")).unwrap()
}

#[tokio::test]
async fn a_form_of_another_site_reaches_no_server_function() {
    let host = TestHost::new().await;
    let session = host.session(Role::Admin).await;
    for (path, _) in server_fn::axum::server_fn_paths() {
        for site in [Some("cross-site"), Some("same-site"), None] {
            let answer = host.send(foreign_form(path, &session, site)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {site:?}");
            // A page that a proxy brought into this finds here what to do.
            assert!(answer.body.contains("--base-url"), "{}", answer.body);
        }
    }
    let settings = host.service.settings(&Actor::Operator).await.unwrap();
    assert_eq!(settings.get(SettingKey::Zone), "UTC");
}

#[tokio::test]
async fn links_images_prefetches_and_foreign_forms_spend_nothing() {
    let host = TestHost::new().await;
    let session = host.session(Role::Admin).await;
    let token = host.token("abc").await;
    let consume = format!("/tokens/{}/consume_token", token.uid);
    let get = |headers: &[(&'static str, &'static str)]| {
        let mut request = Request::get(&consume)
            .header(header::HOST, "tessera.example")
            .header(header::COOKIE, &session);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    };
    let refused = [
        get(&[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "no-cors"),
        ]),
        get(&[
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "no-cors"),
        ]),
        get(&[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ]),
        get(&[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "navigate"),
        ]),
        get(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]),
        get(&[
            ("sec-fetch-site", "same-origin"),
            ("sec-purpose", "prefetch"),
        ]),
        foreign_form(&consume, &session, Some("cross-site")),
        foreign_form(&consume, &session, None),
        foreign_form(
            &format!("/tokens/{}/delete_token", token.uid),
            &session,
            Some("cross-site"),
        ),
        foreign_form(
            &format!("/tokens/{}/update_token", token.uid),
            &session,
            Some("same-site"),
        ),
        foreign_form("/tokens/add_token", &session, Some("cross-site")),
        foreign_form("/tokens/delete_tokens", &session, None),
    ];
    for (n, request) in refused.into_iter().enumerate() {
        let answer = host.send(request).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "request {n}: {}",
            answer.body
        );
    }
    let after = host
        .service
        .token(&Actor::Operator, token.uid)
        .await
        .unwrap();
    assert_eq!(after, domain::view::TokenView { ..token.clone() });

    let own = host
        .send(get(&[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors"),
        ]))
        .await;
    assert_eq!(
        (own.status, own.body.contains("\"consumed\":true")),
        (StatusCode::OK, true)
    );
    let key = host.key(Permissions::KEY).await;
    let foreign_program = Request::get(&consume)
        .header(header::AUTHORIZATION, key)
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .body(Body::empty())
        .unwrap();
    assert_eq!(host.send(foreign_program).await.status, StatusCode::OK);
    let after = host
        .service
        .token(&Actor::Operator, token.uid)
        .await
        .unwrap();
    assert_eq!(after.uses, Uses::Left(8));
}
