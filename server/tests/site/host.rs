//! A host for a test: a database of its own, an account of each role, and requests.

use axum::{
    body::{Body, to_bytes},
    response::Response,
};
use domain::{
    Actor, Permission, Permissions, Service,
    account::{AccountName, Password, Role},
    service::{NewAccount, NewKey},
    token::{Draft, Uses, Value},
    view::TokenView,
};
use http::{HeaderMap, Request, StatusCode, header};
use leptos::config::LeptosOptions;
use server::{
    consumption,
    entrance::Site,
    host::Host,
    limits::{self, Limits},
    state::{AppState, Shared},
    store,
    typed::TypedForms,
};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

/// What every account in these tests signs in with.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct TestHost {
    pub(crate) service: Service,
    site: Site,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION)
    }
}

impl TestHost {
    pub(crate) async fn new() -> Self {
        Self::limited(limits::Options::default()).await
    }

    /// One that lets clients ask for so much.
    pub(crate) async fn limited(options: limits::Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tessera.db").display());
        let store = store::connect(&url.parse().unwrap(), &store::Options::default())
            .await
            .unwrap();
        let Host { service, live, .. } = Host::over(store, consumption::Options::default());
        // An answer is read to its end, which what one watches has only when the node stops.
        live.stop();
        let state = AppState::from(Shared {
            service: service.clone(),
            live,
            leptos_options: LeptosOptions::builder()
                .output_name("tessera")
                .site_root("nowhere")
                .site_pkg_dir("pkg/test")
                .build(),
            host_options: app::HostOptions::default(),
            typed: TypedForms::default(),
            limits: Limits::new(options),
            origin: None,
        });
        Self {
            service,
            site: Site::new(state),
            _folder: folder,
        }
    }

    /// The answer as it comes.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Response {
        self.site.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.respond(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// A page, as a browser asks for it.
    pub(crate) async fn page(&self, path: &str, session: &str) -> Answer {
        self.send(
            Request::get(path)
                .header(header::HOST, "tessera.example")
                .header(header::ACCEPT, "text/html,application/xhtml+xml")
                .header("sec-fetch-site", "same-origin")
                .header("sec-fetch-mode", "navigate")
                .header(header::COOKIE, session)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// A form on the page `from`, sent as a browser without JavaScript sends it.
    pub(crate) async fn form(&self, path: &str, from: &str, session: &str, body: &str) -> Answer {
        self.send(
            Request::post(path)
                .header(header::HOST, "tessera.example")
                .header(header::ORIGIN, "http://tessera.example")
                .header(header::REFERER, format!("http://tessera.example{from}"))
                .header("sec-fetch-site", "same-origin")
                .header(header::ACCEPT, "text/html,application/xhtml+xml")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::COOKIE, session)
                .body(Body::from(body.to_owned()))
                .unwrap(),
        )
        .await
    }

    /// A signed-in browser of an account with that role: its cookie.
    pub(crate) async fn session(&self, role: Role) -> String {
        let name = AccountName::parse(role.as_str()).unwrap();
        let password = Password::parse(PASSWORD).unwrap();
        let new = NewAccount {
            name,
            password: password.clone(),
        };
        self.service
            .add_account(&Actor::Operator, new, role)
            .await
            .unwrap();
        let signed_in = self
            .service
            .sign_in(role.as_str(), password, "192.0.2.1", None)
            .await
            .unwrap();
        format!("tessera_session={}", signed_in.secret.expose())
    }

    /// An API key with these permissions, as an `Authorization` header.
    pub(crate) async fn key(&self, permissions: Permissions) -> String {
        let name = AccountName::parse(&permissions.to_string()).unwrap();
        let new = NewKey {
            name,
            permissions,
            expires: None,
        };
        let key = self.service.add_key(&Actor::Operator, new).await.unwrap();
        format!("Bearer {}", key.expose())
    }

    /// An account that may look: its uid.
    pub(crate) async fn account(&self, name: &str) -> Uuid {
        let new = NewAccount {
            name: AccountName::parse(name).unwrap(),
            password: Password::parse(PASSWORD).unwrap(),
        };
        let account = self
            .service
            .add_account(&Actor::Operator, new, Role::Viewer);
        account.await.unwrap().uid
    }

    /// An invitation: its uid.
    pub(crate) async fn invitation(&self) -> Uuid {
        self.service
            .invite(&Actor::Operator, Role::Viewer)
            .await
            .unwrap();
        let accounts = self.service.accounts(&Actor::Operator).await.unwrap();
        accounts.invitations[0].uid
    }

    /// A key that may look: its uid.
    pub(crate) async fn api_key(&self, name: &str) -> Uuid {
        let new = NewKey {
            name: AccountName::parse(name).unwrap(),
            permissions: [Permission::View].into_iter().collect(),
            expires: None,
        };
        self.service.add_key(&Actor::Operator, new).await.unwrap();
        let keys = self.service.keys(&Actor::Operator).await.unwrap().keys;
        let key = keys.into_iter().find(|key| key.name.as_str() == name);
        key.unwrap().uid
    }

    /// A token that can be used ten times.
    pub(crate) async fn token(&self, value: &str) -> TokenView {
        let draft = Draft {
            value: Some(Value::parse(value).unwrap()),
            uses: Some(Uses::Left(10)),
            ..Draft::default()
        };
        self.service
            .add_token(&Actor::Operator, draft)
            .await
            .unwrap()
    }
}
