//! The whole work of a browser without JavaScript: forms, redirects, pages.

use domain::{Actor, Status, Uses, account::Role};
use http::{StatusCode, header};

use crate::host::{Answer, PASSWORD, TestHost};

/// The path of a redirect, whether it names the host or not.
fn target(answer: &Answer) -> &str {
    assert!(
        answer.status.is_redirection(),
        "{}: {}",
        answer.status,
        answer.body
    );
    answer
        .location()
        .trim_start_matches("http://tessera.example")
}

/// The session cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let set = answer.headers.get_all(header::SET_COOKIE).iter();
    let set = set
        .map(|value| value.to_str().unwrap())
        .find(|c| c.starts_with("tessera_session="));
    set.expect("a session cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn the_set_up_link_makes_one_account_and_signs_it_in() {
    let host = TestHost::new().await;
    let code = host.service.set_up_code().await.unwrap().unwrap();
    let page = format!("/setup?code={}", code.expose());
    let shown = host.page(&page, "").await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("name=\"form[password]\""));

    let form = |name: &str, password: &str| {
        format!(
            "form[code]={}&form[name]={name}&form[password]={password}",
            code.expose()
        )
    };
    let short = host
        .form("/fn/accept_invitation", &page, "", &form("ada", "short"))
        .await;
    let again = host.page(target(&short), "").await;
    assert!(
        again.body.contains("role=\"alert\""),
        "no alert: {}",
        again.body
    );
    let accounts = host.service.accounts(&Actor::Operator).await.unwrap();
    assert!(accounts.accounts.is_empty());

    let made = host
        .form(
            "/fn/accept_invitation",
            &page,
            "",
            &form("ada", "0123456789"),
        )
        .await;
    assert_eq!(target(&made), "/");
    let list = host.page("/", &cookie(&made)).await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.body.contains("ada"));

    let second = host
        .form(
            "/fn/accept_invitation",
            &page,
            "",
            &form("eve", "0123456789"),
        )
        .await;
    assert!(target(&second).starts_with("/setup"));
    let accounts = host.service.accounts(&Actor::Operator).await.unwrap();
    assert_eq!(accounts.accounts.len(), 1);
    assert_eq!(host.service.set_up_code().await.unwrap().map(|_| ()), None);
}

#[tokio::test]
async fn one_signs_in_goes_where_one_wanted_and_signs_out() {
    let host = TestHost::new().await;
    host.session(Role::Admin).await;
    let asked = host.page("/tokens?page=2", "").await;
    assert_eq!(target(&asked), "/login?next=/tokens%3Fpage%3D2");

    let sign_in = |password: &str, next: &str| {
        format!(
            "form[name]=ADMIN&form[password]={}&form[next]={next}",
            password.replace(' ', "+")
        )
    };
    let wrong = host
        .form("/fn/sign_in", "/login", "", &sign_in("wrong password", ""))
        .await;
    assert!(!wrong.headers.contains_key(header::SET_COOKIE));
    let told = host.page(target(&wrong), "").await;
    assert!(told.body.contains("role=\"alert\""));
    assert!(told.body.contains("value=\"ADMIN\""));
    assert!(!told.body.contains("wrong password"));

    let right = host
        .form("/fn/sign_in", "/login", "", &sign_in(PASSWORD, "/settings"))
        .await;
    assert_eq!(target(&right), "/settings");
    let session = cookie(&right);
    assert_eq!(
        host.page("/settings", &session).await.status,
        StatusCode::OK
    );

    let away = host
        .form(
            "/fn/sign_in",
            "/login",
            "",
            &sign_in(PASSWORD, "//evil.example"),
        )
        .await;
    assert_eq!(target(&away), "/");

    host.form("/fn/sign_out", "/tokens", &session, "").await;
    assert!(target(&host.page("/settings", &session).await).starts_with("/login"));
}

#[tokio::test]
async fn a_token_is_made_found_altered_disabled_and_deleted_by_forms() {
    let host = TestHost::new().await;
    let session = host.session(Role::Manager).await;
    let operator = Actor::Operator;

    let form = "form[amount]=1&form[value]=VIP-1&form[label]=Gala&form[window]=no_limit&form[uses]=3&form[lock]=60";
    let made = host
        .form("/fn/add_tokens", "/tokens/new", &session, form)
        .await;
    let token = host
        .service
        .find_token(&operator, "VIP-1")
        .await
        .unwrap()
        .unwrap();
    assert!(target(&made).starts_with(&format!("/tokens/{}", token.uid)));
    assert_eq!(
        (token.uses, token.lock, token.status),
        (Uses::Left(3), 60, Status::Active)
    );

    let again = host
        .form("/fn/add_tokens", "/tokens/new", &session, form)
        .await;
    assert!(
        !again.location().contains("VIP-1"),
        "a value in an address: {}",
        again.location()
    );
    let told = host.page(target(&again), &session).await;
    assert!(told.body.contains("role=\"alert\""));

    let list = host.page("/tokens?q=gAlA", &session).await;
    assert!(list.body.contains("VIP-1"));
    let none = host.page("/tokens?q=nothing", &session).await;
    assert!(!none.body.contains("VIP-1"));

    let address = format!("/tokens/{}", token.uid);
    let page = host.page(&address, &session).await;
    assert!(page.body.contains("<path"), "no QR code");
    let quick = |path: &'static str, body: String| {
        let (host, address, session) = (&host, &address, &session);
        async move {
            let answer = host.form(path, address, session, &body).await;
            assert!(
                target(&answer).starts_with(address),
                "{path}: {}",
                answer.location()
            );
        }
    };
    let uid = token.uid;
    quick("/fn/set_uses", format!("uid={uid}&uses=-1")).await;
    quick("/fn/set_window", format!("uid={uid}&preset=today")).await;
    quick("/fn/set_disabled", format!("uid={uid}&disabled=true")).await;
    let now = host.service.token(&operator, uid).await.unwrap();
    assert_eq!((now.uses, now.status), (Uses::Unlimited, Status::Disabled));
    assert!(now.from.is_some() && now.to.is_some());

    let edit = |version| {
        format!(
            "form[uid]={uid}&form[version]={version}&form[value]=VIP-2&form[label]=&form[uses]=5&form[lock]=0&\
             form[from]=&form[from_before]=shown&form[to]=&form[to_before]=shown"
        )
    };
    let edit_page = format!("{address}/edit");
    let overtaken = host
        .form(
            "/fn/change_token",
            &edit_page,
            &session,
            &edit(token.version),
        )
        .await;
    let told = host.page(target(&overtaken), &session).await;
    assert!(told.body.contains("role=\"alert\""));
    quick("/fn/change_token", edit(now.version)).await;
    let now = host.service.token(&operator, uid).await.unwrap();
    assert_eq!(
        (now.value.as_str(), now.uses, now.from),
        ("VIP-2", Uses::Left(5), None)
    );

    let confirm = host.page(&format!("{address}/delete"), &session).await;
    assert_eq!(confirm.status, StatusCode::OK);
    let deleted = host
        .form(
            "/fn/delete_token",
            &address,
            &session,
            &format!("uid={uid}"),
        )
        .await;
    assert!(
        target(&deleted).starts_with("/tokens?"),
        "{}",
        deleted.location()
    );
    assert_eq!(
        host.service.find_token(&operator, "VIP-2").await.unwrap(),
        None
    );
    assert_eq!(
        host.page(&address, &session).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_form_that_was_refused_comes_back_as_it_was_sent_and_to_nobody_else() {
    let host = TestHost::new().await;
    let session = host.session(Role::Manager).await;
    let form = "form[amount]=0&form[value]=VIP-1&form[label]=%3CGala%3E&form[window]=today&\
                form[uses]=3&form[unlimited]=on&form[lock]=60";
    let refused = host
        .form("/fn/add_tokens", "/tokens/new", &session, form)
        .await;
    assert!(!refused.location().contains("VIP-1"));
    let told = host.page(target(&refused), &session).await;
    for typed in ["0", "VIP-1", "&lt;Gala&gt;", "60"] {
        let typed = format!("value=\"{typed}\"");
        assert!(told.body.contains(&typed), "{typed} is gone: {}", told.body);
    }
    assert_eq!(told.body.matches(" checked").count(), 2, "{}", told.body);
    // Refused once more, it is known by another name alone.
    let again = host
        .form("/fn/add_tokens", target(&refused), &session, form)
        .await;
    assert_ne!(target(&again), target(&refused));
    assert_eq!(target(&again).matches("__typed=").count(), 1);

    let other = host.session(Role::Admin).await;
    let of_another = host.page(target(&refused), &other).await;
    assert_eq!(of_another.status, StatusCode::OK);
    assert!(!of_another.body.contains("VIP-1"));
}

#[tokio::test]
async fn passwords_that_were_refused_are_kept_nowhere() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    let form = "form[current]=not-the-one&form[password]=short";
    let refused = host
        .form("/fn/change_password", "/account", &session, form)
        .await;
    assert!(!refused.location().contains("__typed"));
    let told = host.page(target(&refused), &session).await;
    assert!(told.body.contains("role=\"alert\""));
    assert!(!told.body.contains("not-the-one") && !told.body.contains("short\""));
}

#[tokio::test]
async fn a_thousand_are_made_at_once_and_paged_through() {
    let host = TestHost::new().await;
    let session = host.session(Role::Manager).await;
    let form = "form[amount]=1000&form[value]=X-&form[label]=Gala&form[uses]=1&form[unlimited]=on&form[lock]=0";
    let made = host
        .form("/fn/add_tokens", "/tokens/new", &session, form)
        .await;
    let codes = host.page(target(&made), &session).await;
    assert_eq!(
        codes.body.matches("role=\"img\"").count(),
        100,
        "codes that the host draws"
    );
    assert!(codes.body.contains("Gala-0100"));
    let list = host.page("/tokens", &session).await;
    let place = |label| list.body.find(label).expect(label);
    assert!(place("Gala-0001") < place("Gala-0002") && place("Gala-0049") < place("Gala-0050"));
    let twentieth = host.page("/tokens?page=20", &session).await;
    assert_eq!(
        twentieth.body.matches("<tr").count(),
        51,
        "a head and fifty rows"
    );
    let form = "form[amount]=1001&form[uses]=1";
    let refused = host
        .form("/fn/add_tokens", "/tokens/new", &session, form)
        .await;
    assert!(
        host.page(target(&refused), &session)
            .await
            .body
            .contains("role=\"alert\"")
    );
    let query = domain::service::TokenQuery::default();
    assert_eq!(
        host.service
            .tokens(&Actor::Operator, &query)
            .await
            .unwrap()
            .all,
        1000.into()
    );
}

#[tokio::test]
async fn settings_are_changed_by_a_form_and_a_flaw_changes_nothing() {
    let host = TestHost::new().await;
    let session = host.session(Role::Admin).await;
    let form = |zone: &str, end: &str| {
        format!(
            "form[morning_start]=07:00&form[morning_end]={end}&form[afternoon_start]=12:00&\
             form[afternoon_end]=18:00&form[today_start]=08:00&form[today_end]=18:00&\
             form[default_lock]=5&form[default_uses]=-1&form[zone]={zone}&form[qr_content]=value"
        )
    };
    for (zone, end) in [("Mars/Olympus", "11:00"), ("Europe/Vienna", "06:00")] {
        let refused = host
            .form(
                "/fn/change_settings",
                "/settings",
                &session,
                &form(zone, end),
            )
            .await;
        let told = host.page(target(&refused), &session).await;
        assert!(told.body.contains("role=\"alert\""));
        for typed in [zone, end] {
            assert!(told.body.contains(&format!("value=\"{typed}\"")), "{typed}");
        }
        let settings = host.service.settings(&Actor::Operator).await.unwrap();
        assert_eq!(settings, domain::settings::Settings::default());
    }
    let form = form("Europe/Vienna", "11:00");
    host.form("/fn/change_settings", "/settings", &session, &form)
        .await;
    let settings = host.service.settings(&Actor::Operator).await.unwrap();
    assert_eq!(
        (settings.zone.0.as_str(), settings.default_lock),
        ("Europe/Vienna", 5)
    );
    assert!(
        host.page("/settings", &session)
            .await
            .body
            .contains("Europe/Vienna")
    );
}

#[tokio::test]
async fn language_and_theme_are_kept_by_cookies() {
    let host = TestHost::new().await;
    let english = host.page("/login", "").await;
    assert!(english.body.contains("lang=\"en\""));
    let answer = host
        .form("/fn/set_language", "/login", "", "language=de")
        .await;
    assert!(target(&answer).starts_with("/login"));
    assert!(
        answer
            .header(header::SET_COOKIE)
            .starts_with("tessera_language=de;")
    );
    let german = host
        .page("/login", "tessera_language=de; tessera_theme=dark")
        .await;
    assert!(german.body.contains("lang=\"de\"") && german.body.contains("data-theme=\"dark\""));
    assert!(german.body.contains("Anmelden"));
}
