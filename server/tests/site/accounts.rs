//! Accounts in a browser without JavaScript.

use domain::{Actor, account::Role};
use http::{StatusCode, header};

use crate::host::{PASSWORD, TestHost};

#[tokio::test]
async fn somebody_is_invited_joins_is_promoted_and_shut_out_without_a_script() {
    let host = TestHost::new().await;
    let admin = host.session(Role::Admin).await;
    let page = "/accounts/invite";
    assert_eq!(host.page(page, &admin).await.status, StatusCode::OK);
    let made = host.form(page, page, &admin, "role=editor").await;
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(made.header(header::CACHE_CONTROL), "no-store");
    let start = made
        .body
        .find("http://tessera.example/setup?code=")
        .expect("the link is shown");
    let link = &made.body[start..];
    let link = &link[..link.find(['<', '"', '\\']).unwrap()];
    let path = link.trim_start_matches("http://tessera.example");
    let code = path.split_once('=').unwrap().1;

    let listed = host.page("/accounts", &admin).await;
    assert!(listed.body.contains("Open invitations") && !listed.body.contains(code));
    let join = host.page(path, "").await;
    assert!(join.body.contains("Join Tessera"), "{}", join.body);
    let account = format!("form[code]={code}&form[name]=eve&form[password]=0123456789");
    let joined = host.form("/fn/accept_invitation", path, "", &account).await;
    assert!(joined.status.is_redirection());
    let cookie = joined.header(header::SET_COOKIE);
    let eve = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(host.page("/tokens", &eve).await.status, StatusCode::OK);
    assert_eq!(
        host.page("/settings", &eve).await.status,
        StatusCode::FORBIDDEN
    );

    let accounts = host.service.accounts(&Actor::Operator).await.unwrap();
    let uid = accounts.accounts[1].uid;
    assert_eq!(accounts.accounts[1].role, Role::Editor);
    let page = format!("/accounts/{uid}");
    let body = host.page(&page, &admin).await.body;
    assert!(body.contains("eve") && body.contains("End session"));
    let promoted = format!("uid={uid}&role=admin");
    let promoted = host.form("/fn/set_role", &page, &admin, &promoted).await;
    assert!(
        promoted
            .location()
            .ends_with(&format!("{page}?notice=saved"))
    );
    assert_eq!(host.page("/settings", &eve).await.status, StatusCode::OK);

    let disable = format!("uid={uid}&disabled=true");
    host.form("/fn/set_account_disabled", &page, &admin, &disable)
        .await;
    let out = host.page("/tokens", &eve).await;
    assert!(out.location().starts_with("/login"));
}

#[tokio::test]
async fn the_last_administrator_is_named_where_it_is_refused() {
    let host = TestHost::new().await;
    let admin = host.session(Role::Admin).await;
    let accounts = host.service.accounts(&Actor::Operator).await.unwrap();
    let uid = accounts.accounts[0].uid;
    let page = format!("/accounts/{uid}");
    for (path, body) in [
        ("/fn/set_role", format!("uid={uid}&role=viewer")),
        (
            "/fn/set_account_disabled",
            format!("uid={uid}&disabled=true"),
        ),
    ] {
        let refused = host.form(path, &page, &admin, &body).await;
        let target = refused
            .location()
            .trim_start_matches("http://tessera.example");
        let told = host.page(target, &admin).await;
        assert!(
            told.body.contains("the last account that can administer"),
            "{path}: {}",
            told.body
        );
    }
}

#[tokio::test]
async fn everybody_changes_their_own_password_and_ends_their_own_sessions() {
    let host = TestHost::new().await;
    let viewer = host.session(Role::Viewer).await;
    let sign_in = format!(
        "form[name]=viewer&form[password]={}",
        PASSWORD.replace(' ', "+")
    );
    let other = host.form("/fn/sign_in", "/login", "", &sign_in).await;
    let other = other
        .header(header::SET_COOKIE)
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = host.page("/account", &viewer).await;
    assert!(page.body.contains("This session") && page.body.contains("End session"));

    let field = "name=\"session\" value=\"";
    let start = page.body.find(field).unwrap() + field.len();
    let session = &page.body[start..start + 36];
    let ended = host
        .form(
            "/fn/end_session",
            "/account",
            &viewer,
            &format!("session={session}"),
        )
        .await;
    assert!(ended.location().ends_with("/account?notice=session-ended"));
    assert!(
        host.page("/tokens", &other)
            .await
            .location()
            .starts_with("/login")
    );

    let change = |current: &str| {
        format!(
            "form[current]={}&form[password]=another+password",
            current.replace(' ', "+")
        )
    };
    let wrong = host
        .form("/fn/change_password", "/account", &viewer, &change("wrong"))
        .await;
    let target = wrong
        .location()
        .trim_start_matches("http://tessera.example");
    let told = host.page(target, &viewer).await.body;
    assert!(told.contains("not your present password"), "{told}");
    let right = host
        .form(
            "/fn/change_password",
            "/account",
            &viewer,
            &change(PASSWORD),
        )
        .await;
    assert!(
        right
            .location()
            .ends_with("/account?notice=password-changed")
    );
    assert_eq!(host.page("/account", &viewer).await.status, StatusCode::OK);
}
