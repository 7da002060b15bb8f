//! A host in this process, with a database of its own that goes with it.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use domain::{
    Actor, Permission, Permissions, Service,
    account::{AccountName, Password, Role},
    ports::Ids as _,
    service::{NewAccount, NewKey},
};
use http::{HeaderMap, Request, StatusCode, header};
use leptos::config::LeptosOptions;
use server::{
    config::DatabaseConfig,
    consumption,
    entrance::Site,
    host::Host,
    ids::RandomIds,
    limits::Limits,
    state::{AppState, Shared},
    typed::TypedForms,
};
use sqlx::{Connection as _, PgConnection};
use tower::ServiceExt as _;
use uuid::Uuid;

/// Where the tests find a PostgreSQL in which they may make databases.
const POSTGRES: &str = "TESSERA_TEST_POSTGRES";

/// The name by which the tests call the host.
pub(crate) const HOST: &str = "tessera.test";

/// Whose database.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// The host, a key for everything and a key that can only look.
pub(crate) struct TestHost {
    pub(crate) service: Service,
    pub(crate) admin: String,
    pub(crate) norole: String,
    site: Site,
    queue: Arc<consumption::Queue>,
    database: Database,
}

/// What a request came to.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl TestHost {
    /// A host that nobody has used yet.
    pub(crate) async fn start(engine: Engine) -> Self {
        let database = Database::create(engine).await;
        let config = DatabaseConfig {
            database_url: database.url.parse().unwrap(),
        };
        let host = Host::open(&config, consumption::Options::default())
            .await
            .unwrap();
        let Host {
            service,
            queue,
            live,
            ..
        } = host;
        let state = AppState::from(Shared {
            service: service.clone(),
            live,
            leptos_options: LeptosOptions::builder().output_name("tessera").build(),
            host_options: app::HostOptions::default(),
            typed: TypedForms::default(),
            limits: Limits::default(),
            origin: None,
        });
        Self {
            admin: new_key(&service, "admin", Permissions::KEY).await,
            norole: new_key(&service, "norole", [Permission::View].into_iter().collect()).await,
            site: Site::new(state),
            service,
            queue,
            database,
        }
    }

    /// Another node on the same database.
    pub(crate) async fn another(&self) -> Service {
        let config = DatabaseConfig {
            database_url: self.database.url.parse().unwrap(),
        };
        let host = Host::open(&config, consumption::Options::default()).await;
        host.unwrap().service
    }

    /// Takes the database away.
    pub(crate) async fn stop(self) {
        self.queue.stop().await;
        drop((self.service, self.site));
        self.database.remove().await;
    }

    /// What the host answers.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.site.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The same for a request in parts.
    pub(crate) async fn ask(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, HOST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    /// The same with the key for everything, and a form.
    pub(crate) async fn ask_as_admin(&self, method: &str, address: &str, form: &str) -> Answer {
        let key = format!("Bearer {}", self.admin);
        let form_type = "application/x-www-form-urlencoded";
        let headers = [("authorization", key.as_str()), ("content-type", form_type)];
        self.ask(method, address, &headers, form).await
    }

    /// A new token with the parameters of `form`.
    pub(crate) async fn add_token(&self, form: &str) -> Uuid {
        let answer = self
            .ask_as_admin("POST", "/tokens/add_token", form)
            .await
            .json();
        answer["token_uid"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .parse()
            .unwrap()
    }

    /// The uses that a token has left.
    pub(crate) async fn uses_of(&self, uid: Uuid) -> i64 {
        self.service
            .token(&Actor::Operator, uid)
            .await
            .unwrap()
            .uses
            .number()
    }

    /// The cookie of somebody who has just signed in and may do everything.
    pub(crate) async fn sign_in(&self) -> String {
        let password = || Password::parse("correct horse battery").unwrap();
        let name = AccountName::parse("Ada").unwrap();
        let account = NewAccount {
            name,
            password: password(),
        };
        self.service
            .add_account(&Actor::Operator, account, Role::Admin)
            .await
            .unwrap();
        let signed_in = self
            .service
            .sign_in("Ada", password(), "192.0.2.1", None)
            .await
            .unwrap();
        let cookie = app::HostOptions::default().session_cookie();
        format!("{cookie}={}", signed_in.secret.expose())
    }
}

impl Answer {
    /// The envelope.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The media type without its parameters.
    pub(crate) fn content_type(&self) -> &str {
        let value = self.header(header::CONTENT_TYPE.as_str());
        value.split(';').next().unwrap_or_default().trim()
    }

    /// A header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

async fn new_key(service: &Service, name: &str, permissions: Permissions) -> String {
    let key = NewKey {
        name: AccountName::parse(name).unwrap(),
        permissions,
        expires: None,
    };
    service
        .add_key(&Actor::Operator, key)
        .await
        .unwrap()
        .expose()
        .to_owned()
}

/// A database that nobody else uses.
struct Database {
    url: String,
    /// Goes with the file in it.
    _folder: Option<tempfile::TempDir>,
    /// The server's own database, and the name of ours.
    on_server: Option<(String, String)>,
}

impl Database {
    async fn create(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}/tessera.db", folder.path().display());
                Self {
                    url,
                    _folder: Some(folder),
                    on_server: None,
                }
            }
            Engine::Postgres => {
                let server = postgres();
                let name = format!("json_api_{}", RandomIds.uid().simple());
                execute(&server, &format!("create database {name}")).await;
                let (server_part, _) = server.rsplit_once('/').expect("a URL with a database");
                let url = format!("{server_part}/{name}");
                Self {
                    url,
                    _folder: None,
                    on_server: Some((server, name)),
                }
            }
        }
    }

    async fn remove(self) {
        if let Some((server, name)) = self.on_server {
            execute(&server, &format!("drop database {name} with (force)")).await;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "`cargo xtask test` tells it by the environment"
)]
fn postgres() -> String {
    std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES} is not set: run `cargo xtask test`, or set it to the URL of a PostgreSQL \
             in which databases may be made, such as postgres://postgres@127.0.0.1:5432/postgres"
        )
    })
}

async fn execute(server: &str, statement: &str) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}
