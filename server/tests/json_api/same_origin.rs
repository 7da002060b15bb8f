//! What a browser may be made to send does not consume and does not change anything (contract, D19); what a program
//! with a key sends does, whatever its headers say.

use crate::host::{Engine, TestHost};

/// Headers of a request, and whether a session's cookie may come with them.
type Case = (&'static [(&'static str, &'static str)], bool);

/// For a GET that consumes.
const GETS: &[Case] = &[
    (&[], true),
    // A script of our pages.
    (
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors"),
        ],
        true,
    ),
    // A link, a form or a redirect on our own page, or somebody who types the address.
    (
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "navigate"),
        ],
        false,
    ),
    (
        &[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
        false,
    ),
    (&[("sec-fetch-mode", "navigate")], false),
    // The same and an image on a foreign page.
    (
        &[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ],
        false,
    ),
    (
        &[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "no-cors"),
        ],
        false,
    ),
    (
        &[
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "no-cors"),
        ],
        false,
    ),
    (&[("sec-fetch-site", "none")], false),
    // Ahead of a click that may never come.
    (
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-purpose", "prefetch"),
        ],
        false,
    ),
    (
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-purpose", "prefetch;prerender"),
        ],
        false,
    ),
    (&[("purpose", "prefetch")], false),
];

/// For a POST.
const POSTS: &[Case] = &[
    (&[], true),
    (
        &[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://tessera.test"),
        ],
        true,
    ),
    (&[("sec-fetch-site", "none")], true),
    (&[("origin", "http://tessera.test")], true),
    (&[("sec-fetch-site", "cross-site")], false),
    (&[("sec-fetch-site", "same-site")], false),
    // What the browser says counts, whatever else is said.
    (
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://tessera.test"),
        ],
        false,
    ),
    (&[("origin", "http://evil.example")], false),
    (&[("origin", "http://tessera.test.evil.example")], false),
    (&[("origin", "http://tessera.test:8080")], false),
    (&[("origin", "null")], false),
    (&[("origin", "")], false),
];

#[tokio::test]
async fn a_get_consumes_by_session_only_from_a_script_of_our_own_and_by_key_always() {
    let host = TestHost::start(Engine::Sqlite).await;
    let cookie = host.sign_in().await;
    let key = format!("Bearer {}", host.admin);
    for (headers, is_own) in GETS {
        let uid = host.add_token("usage_count=5").await;
        for address in [
            format!("/tokens/{uid}/consume_token"),
            format!("/{uid}/consume_token"),
            format!("/tokens/consume_token?token_uid={uid}"),
        ] {
            let uses = host.uses_of(uid).await;
            let by_session = [&[("cookie", cookie.as_str())], *headers].concat();
            let answer = host.ask("GET", &address, &by_session, "").await;
            let expected = if *is_own {
                (200, uses - 1)
            } else {
                (403, uses)
            };
            let got = (answer.status.as_u16(), host.uses_of(uid).await);
            assert_eq!(got, expected, "{address} {headers:?}");
            assert_eq!(answer.json()["success"], *is_own, "{headers:?}");
        }
        let uid = host.add_token("usage_count=1").await;
        let by_key = [&[("authorization", key.as_str())], *headers].concat();
        let answer = host
            .ask("GET", &format!("/tokens/{uid}/consume_token"), &by_key, "")
            .await;
        assert_eq!(answer.json()["consumed"], true, "{headers:?}");
    }
    host.stop().await;
}

#[tokio::test]
async fn a_get_that_only_reads_is_answered_wherever_it_comes_from() {
    let host = TestHost::start(Engine::Sqlite).await;
    let cookie = host.sign_in().await;
    let uid = host.add_token("value=abc").await;
    for address in [
        "/tokens/query_token?value=abc".to_owned(),
        format!("/tokens/{uid}/qr_code"),
    ] {
        for (headers, _) in GETS {
            let by_session = [&[("cookie", cookie.as_str())], *headers].concat();
            assert_eq!(host.ask("GET", &address, &by_session, "").await.status, 200);
        }
    }
    host.stop().await;
}

#[tokio::test]
async fn a_post_by_session_is_refused_from_another_site_and_by_key_never() {
    let host = TestHost::start(Engine::Sqlite).await;
    let cookie = host.sign_in().await;
    let key = format!("Bearer {}", host.admin);
    for (headers, is_own) in POSTS {
        let by_session = [&[("cookie", cookie.as_str())], *headers].concat();
        let by_key = [&[("authorization", key.as_str())], *headers].concat();
        for call in ["consume_token", "update_token", "delete_token"] {
            let uid = host.add_token("usage_count=5").await;
            let address = format!("/tokens/{uid}/{call}");
            let answer = host.ask("POST", &address, &by_session, "").await;
            let expected = if *is_own { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{call} {headers:?}");
            assert_eq!(answer.json()["success"], *is_own, "{call} {headers:?}");
            if !is_own {
                assert_eq!(host.uses_of(uid).await, 5, "{call} {headers:?}");
                let answer = host.ask("POST", &address, &by_key, "").await;
                assert_eq!(answer.json()["success"], true, "{call} {headers:?}");
            }
        }
        for address in ["/tokens/add_token", "/tokens/delete_tokens?token_uids=[]"] {
            let answer = host.ask("POST", address, &by_session, "").await;
            assert_eq!(answer.json()["success"], *is_own, "{address} {headers:?}");
        }
    }
    host.stop().await;
}

#[tokio::test]
async fn a_wrong_key_is_nobody_even_beside_a_good_cookie() {
    let host = TestHost::start(Engine::Sqlite).await;
    let cookie = host.sign_in().await;
    let headers = [
        ("cookie", cookie.as_str()),
        ("authorization", "Bearer wrong"),
    ];
    let answer = host
        .ask("GET", "/tokens/query_token?value=x", &headers, "")
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    host.stop().await;
}
