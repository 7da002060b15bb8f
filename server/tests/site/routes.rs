//! The walk over all routes: each declared, and each role gets what is declared and nothing else.

use std::collections::BTreeSet;

use axum::body::Body;
use domain::{Actor, Permission, Permissions, account::Role, service::EntryQuery};
use http::{Method, Request, StatusCode, header};
use server::routes::{Access, Kind, ROUTES, Route};

use crate::host::{Answer, PASSWORD, TestHost};

// Listing the pages starts their resources, which want a reactor.
#[tokio::test]
async fn the_routes_that_exist_are_those_that_are_declared() {
    let declared = |kind| -> BTreeSet<String> {
        ROUTES
            .iter()
            .filter(|r| r.kind == kind)
            .map(|r| r.path.to_owned())
            .collect()
    };
    let pages: BTreeSet<String> = leptos_axum::generate_route_list(app::App)
        .into_iter()
        .map(|listing| listing.path().to_owned())
        .collect();
    assert_eq!(pages, declared(Kind::Page));
    let functions: BTreeSet<String> = server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect();
    assert_eq!(functions, declared(Kind::Function));
}

/// Who asks.
enum Caller {
    Nobody,
    Session(String, Permissions),
    Key(String, Permissions),
}

impl Caller {
    fn permissions(&self) -> Permissions {
        match self {
            Self::Nobody => Permissions::NONE,
            Self::Session(_, permissions) | Self::Key(_, permissions) => *permissions,
        }
    }

    fn sign(&self, request: http::request::Builder) -> http::request::Builder {
        match self {
            Self::Nobody => request,
            Self::Session(cookie, _) => request
                .header(header::COOKIE, cookie)
                .header("sec-fetch-site", "same-origin")
                .header("sec-fetch-mode", "cors"),
            Self::Key(key, _) => request.header(header::AUTHORIZATION, key),
        }
    }
}

/// A request to a route that is good in all respects but perhaps the caller.
async fn request(host: &TestHost, route: &Route, caller: &Caller, n: usize) -> Request<Body> {
    let token = host.token(&format!("{} {n}", route.path)).await;
    let uid = if route.path.contains("key") {
        host.api_key(&format!("{} {n}", route.path)).await
    } else if route.path.contains("account") || route.path == "/fn/set_role" {
        host.account(&format!("{} {n}", route.path)).await
    } else if route.path == "/fn/withdraw_invitation" {
        host.invitation().await
    } else {
        token.uid
    };
    let path = route.path.replace("{uid}", &uid.to_string());
    let form = |body: String| {
        caller
            .sign(Request::post(&path))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(body))
            .unwrap()
    };
    let get = |path: &str| {
        caller
            .sign(Request::get(path))
            .header(header::ACCEPT, "text/html")
            .body(Body::empty())
            .unwrap()
    };
    match (route.kind, route.path) {
        (Kind::Page | Kind::Probe | Kind::File | Kind::Download | Kind::Stream, _) => get(&path),
        (Kind::Call, "/tokens/query_token") => get("/tokens/query_token?value=x"),
        (Kind::Call, path) if path.ends_with("qr_code") => get(&replaced(path, uid)),
        (Kind::Call, "/tokens/delete_tokens") => form(format!("token_uids=[\"{uid}\"]")),
        (Kind::Call, _) => form(format!("token_uid={uid}")),
        (Kind::Function, name) => form(function_body(name, uid, token.version)),
    }
}

fn replaced(path: &str, uid: uuid::Uuid) -> String {
    path.replace("{uid}", &uid.to_string())
}

/// All routes; those last that end sessions, which the others need.
fn routes() -> Vec<&'static Route> {
    let last = ["/fn/change_password", "/fn/sign_out"];
    let mut routes: Vec<_> = ROUTES.iter().collect();
    routes.sort_by_key(|route| last.iter().position(|path| *path == route.path));
    routes
}

/// The arguments of each server function.
fn function_body(path: &str, uid: uuid::Uuid, version: i64) -> String {
    match path {
        "/fn/set_language" => "language=de".into(),
        "/fn/set_theme" => "theme=dark".into(),
        "/fn/set_single_keys" => "on=false".into(),
        "/fn/load_visitor"
        | "/fn/load_overview"
        | "/fn/load_new_tokens"
        | "/fn/load_settings"
        | "/fn/load_keys"
        | "/fn/load_key_form"
        | "/fn/load_accounts"
        | "/fn/load_account"
        | "/fn/load_invite_form"
        | "/fn/load_check"
        | "/fn/sign_out" => String::new(),
        "/fn/load_invitation" => "code=x".into(),
        "/fn/accept_invitation" => "form[code]=x&form[name]=x&form[password]=0123456789".into(),
        "/fn/sign_in" => format!("form[name]=nobody{uid}&form[password]=0123456789"),
        "/fn/list_tokens" | "/fn/list_usages" | "/fn/list_entries" | "/fn/load_sheet"
        | "/fn/load_selection" => "query=".into(),
        "/fn/change_tokens" => format!("form[selection]=uid={uid}&form[act]=disable"),
        "/fn/delete_selection" => format!("form[selection]=uid={uid}&form[act]=delete"),
        "/fn/check" | "/fn/look_up" | "/fn/use_token" => "value=x".into(),
        "/fn/add_scanned" => format!("value=scanned-{uid}"),
        "/fn/load_token" => format!("uid={uid}&purpose=view&page=1"),
        "/fn/delete_token" | "/fn/revoke_key" | "/fn/withdraw_invitation" | "/fn/restore_token" => {
            format!("uid={uid}")
        }
        "/fn/undo_deletion" => format!("deletion={uid}"),
        "/fn/list_trash" => "page=1".into(),
        "/fn/add_tokens" => "form[amount]=1&form[uses]=1".into(),
        "/fn/change_token" => format!("form[uid]={uid}&form[version]={version}&form[uses]=2"),
        "/fn/set_window" => format!("uid={uid}&preset=today"),
        "/fn/set_uses" => format!("uid={uid}&uses=5"),
        "/fn/set_disabled" | "/fn/set_account_disabled" => format!("uid={uid}&disabled=true"),
        "/fn/change_settings" => "form[morning_start]=08:00&form[morning_end]=12:00&\
             form[afternoon_start]=12:00&form[afternoon_end]=18:00&form[today_start]=08:00&\
             form[today_end]=18:00&form[default_lock]=0&form[default_uses]=0&form[zone]=UTC"
            .into(),
        "/fn/end_session" => format!("session={uid}"),
        "/fn/change_password" => format!("form[current]={PASSWORD}&form[password]={PASSWORD}2"),
        "/fn/set_role" => format!("uid={uid}&role=editor"),
        _ => panic!("the walk does not know the arguments of {path}"),
    }
}

/// Whether the answer is a no, and how it is said.
fn is_refused(route: &Route, caller: &Caller, answer: &Answer) -> bool {
    match (route.kind, caller) {
        (Kind::Page | Kind::Download, Caller::Nobody) => {
            answer.status.is_redirection() && answer.location().starts_with("/login")
        }
        // These answer nobody's sign-in with the same code.
        (Kind::Function, _) if route.access == Access::Public => false,
        (Kind::Function, Caller::Nobody) => answer.body.contains("\"unauthenticated\""),
        (Kind::Function, _) => answer.body.contains("\"forbidden\""),
        (_, Caller::Nobody) => answer.status == StatusCode::UNAUTHORIZED,
        _ => answer.status == StatusCode::FORBIDDEN,
    }
}

#[tokio::test]
async fn each_caller_gets_what_is_declared_and_nothing_else() {
    let host = TestHost::new().await;
    let mut callers = vec![Caller::Nobody];
    for role in Role::ALL {
        callers.push(Caller::Session(
            host.session(role).await,
            role.permissions(),
        ));
    }
    for permission in Permission::ALL
        .into_iter()
        .filter(|p| *p != Permission::Admin)
    {
        let permissions: Permissions = [permission].into_iter().collect();
        callers.push(Caller::Key(host.key(permissions).await, permissions));
    }
    for route in routes() {
        for (n, caller) in callers.iter().enumerate() {
            // What a key is good for is spending: pages and their functions take a key like a session, and are not
            // asked once more for each permission.
            if matches!(caller, Caller::Key(..)) && route.kind != Kind::Call {
                continue;
            }
            let may = match route.access {
                Access::Public => true,
                Access::May(permission) => caller.permissions().contain(permission),
            };
            let request = request(&host, route, caller, n).await;
            let answer = host.send(request).await;
            assert_eq!(
                is_refused(route, caller, &answer),
                !may,
                "{} as caller {n} ({:?}): {} {}",
                route.path,
                caller.permissions(),
                answer.status,
                answer.body.chars().take(300).collect::<String>(),
            );
            assert_ne!(
                answer.status,
                StatusCode::INTERNAL_SERVER_ERROR,
                "{}",
                route.path
            );
            assert_ne!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{}",
                route.path
            );
        }
    }
}

#[tokio::test]
async fn a_call_in_the_wrong_method_names_the_right_ones() {
    let host = TestHost::new().await;
    let key = host.key(Permissions::KEY).await;
    for route in ROUTES.iter().filter(|route| route.kind == Kind::Call) {
        let token = host.token(route.path).await;
        let request = Request::builder()
            .method(Method::PUT)
            .uri(route.path.replace("{uid}", &token.uid.to_string()))
            .header(header::AUTHORIZATION, &key)
            .body(Body::empty())
            .unwrap();
        let answer = host.send(request).await;
        assert_eq!(
            answer.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{}",
            route.path
        );
        let reads = route.path.ends_with("query_token") || route.path.ends_with("qr_code");
        let both = route.path.ends_with("consume_token");
        let allow = answer.header(header::ALLOW);
        assert_eq!(
            allow.contains("GET"),
            reads || both,
            "{}: {allow}",
            route.path
        );
        assert_eq!(allow.contains("POST"), !reads, "{}: {allow}", route.path);
        assert!(
            host.service
                .token(&Actor::Operator, token.uid)
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_call_that_nobody_can_read_is_the_callers_mistake() {
    let host = TestHost::new().await;
    let session = host.session(Role::Admin).await;
    let mut unread = Vec::new();
    for route in routes()
        .into_iter()
        .filter(|route| route.kind == Kind::Function)
    {
        for body in ["uid=a&uid=b&form=a&form=b", "form[name=a", "%ff=%ff&[=]"] {
            let request = Request::post(route.path)
                .header(header::HOST, "tessera.example")
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::COOKIE, &session)
                .body(Body::from(body))
                .unwrap();
            let answer = host.send(request).await;
            assert!(
                !answer.status.is_server_error(),
                "{} {body}: {}",
                route.path,
                answer.body
            );
            if answer.body.contains("\"Call\"") {
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", route.path);
                unread.push(route.path);
            }
        }
    }
    assert!(unread.contains(&"/fn/accept_invitation"), "{unread:?}");
}

/// How many things a good request to a route changes.
fn changes(route: &Route) -> usize {
    let is_change = match route.kind {
        // The calls that alter are not told what: all stays as it was. A use is no change.
        Kind::Call => ["add_token", "delete_token", "delete_tokens"]
            .iter()
            .any(|call| route.path.ends_with(call)),
        Kind::Function => [
            "add_tokens",
            "add_scanned",
            "change_token",
            "change_tokens",
            "set_window",
            "set_uses",
            "set_disabled",
            "delete_token",
            "delete_selection",
            "revoke_key",
            "withdraw_invitation",
            "set_role",
            "set_account_disabled",
            "change_password",
        ]
        .iter()
        .any(|name| route.path == format!("/fn/{name}")),
        _ => false,
    };
    usize::from(is_change)
}

#[tokio::test]
async fn each_change_through_any_route_is_in_the_audit_log() {
    let host = TestHost::new().await;
    let admin = Caller::Session(host.session(Role::Admin).await, Permissions::ALL);
    let entries = async || {
        let query = EntryQuery::default();
        let all = host.service.entries_after(&Actor::Operator, &query, 10_000);
        all.await.unwrap().len()
    };
    let mut wrong = Vec::new();
    for (n, route) in routes().into_iter().enumerate() {
        let request = request(&host, route, &admin, n).await;
        let before = entries().await;
        let answer = host.send(request).await;
        let written = entries().await - before;
        if written != changes(route) {
            let body: String = answer.body.chars().take(200).collect();
            wrong.push(format!(
                "{}: {written}, {} {body}",
                route.path, answer.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
