//! Databases for tests, one each.

use std::{ops::Deref, sync::Arc, time::Duration};

use domain::{ports::Ids as _, store::Store};
use server::{
    ids::RandomIds,
    store::{self, Options},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

/// A database that nobody else has.
#[derive(Clone)]
pub(crate) struct Database {
    /// Where it is.
    pub(crate) address: String,
    /// The folder of its file, which goes when the last who uses it goes.
    _folder: Option<Arc<TempDir>>,
}

impl Database {
    /// A file of its own.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/tessera.db");
        Self {
            address: format!("sqlite://{}", file.display()),
            _folder: Some(Arc::new(folder)),
        }
    }

    /// A database of its own on the server for tests. It is left behind, as that server is thrown away afterwards.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no other configuration than this"
    )]
    pub(crate) async fn postgres() -> Self {
        let server = std::env::var("TESSERA_TEST_POSTGRES").expect(
            "TESSERA_TEST_POSTGRES names a PostgreSQL on which tests may make databases, such as \
             postgres://postgres@127.0.0.1:5432/postgres; `cargo xtask test` starts one",
        );
        let name = format!("test_{}", RandomIds.uid().simple());
        let mut connection = PgConnection::connect(&server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut connection)
            .await
            .unwrap();
        let (server, _) = server.rsplit_once('/').unwrap();
        Self {
            address: format!("{server}/{name}"),
            _folder: None,
        }
    }

    /// A store on it, with connections of its own, as another process would have.
    pub(crate) async fn open(&self) -> Opened {
        let options = Options {
            connections: 8,
            patience: Duration::from_secs(20),
        };
        self.open_with(options).await
    }

    /// A store on it that is used so.
    pub(crate) async fn open_with(&self, options: Options) -> Opened {
        let store = store::connect(&self.address.parse().unwrap(), &options)
            .await
            .unwrap();
        Opened {
            store,
            _database: self.clone(),
        }
    }
}

/// One that is there already, and that nobody else uses.
impl From<String> for Database {
    fn from(address: String) -> Self {
        Self {
            address,
            _folder: None,
        }
    }
}

/// A store, and what it is on.
#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    _database: Database,
}

impl Deref for Opened {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}
