//! All SQL of the project.
//!
//! The address of the database decides about the engine, at start. The major components are:
//!
//! - [`postgres`] and [`sqlite`]: the engines. What differs between them stands there: how a connection is made, how a
//!   row is locked, and the statements of the hot path (`spend`).
//! - `unit/`: the row operations, one file a resource, written once. Each engine mounts that folder for itself under its
//!   own `type Db`, so it is ordinary code without type parameters.
//! - `rows`: what a row holds, and its way to and from the types of `domain`; `at`: how a time is kept; `list`: which
//!   tokens and in what order, as conditions; `lookup` and `together`: tokens looked up for many who ask at once.
//! - `error`: what an error of an engine means.
//!
//! To add an operation: a method of a trait in `domain::store`, its SQL in the file of its resource under `unit/`, a
//! case in `tests/store/cases/`. To add a column: a migration of the same name in both folders of `migrations/`.

mod at;
mod error;
mod list;
mod lookup;
mod postgres;
mod rows;
mod sqlite;
mod together;

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use domain::store::{Store, StoreError};
use sqlx::{migrate::MigrateError, postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

pub use error::Inconsistent;
pub use postgres::{Ear, Wire};

/// Where the database is. Prints without its password.
#[derive(Clone)]
pub struct DatabaseUrl(Engine);

#[derive(Clone)]
enum Engine {
    // Boxed, for the options are long and an address is handed around.
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

/// How a database is used.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The most connections that are open at once. SQLite reads with a few of them, writes with one, and looks up for many
    /// with one more.
    pub connections: u32,
    /// How long a request waits for a connection, and `SQLite` for another process that writes, before it is told that
    /// the store is not available; and how long for the disk of `SQLite`, before it is told that nothing is certain.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 16,
            patience: Duration::from_secs(5),
        }
    }
}

/// Why there is no store to work with.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Another engine, or none.
    #[error("a database address begins with sqlite:// or postgres://")]
    Scheme,
    /// The engine can't read its address.
    #[error("the database address can't be read")]
    Address(#[source] sqlx::Error),
    /// A database in memory would be gone with the first connection that rests.
    #[error("a database in memory keeps nothing: name a file")]
    Memory,
    /// The folder of the file can't be made.
    #[error("the folder {} can't be made", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    /// The engine does not let us in.
    #[error("the database can't be opened")]
    Open(#[source] StoreError),
    /// The tables can't be brought up to date.
    #[error("the tables can't be brought up to date")]
    Migrate(#[from] MigrateError),
}

/// Opens the database, makes it if it is a file that does not exist, and brings its tables up to date.
pub async fn connect(url: &DatabaseUrl, options: &Options) -> Result<Arc<dyn Store>, ConnectError> {
    match &url.0 {
        Engine::Postgres(engine) => Ok(Arc::new(
            postgres::PostgresStore::connect(engine, options).await?,
        )),
        Engine::Sqlite(engine) => Ok(Arc::new(
            sqlite::SqliteStore::connect(engine, options).await?,
        )),
    }
}

/// The way to other nodes on the same database; none where one process alone writes to it.
pub fn wire(url: &DatabaseUrl) -> Option<Wire> {
    match &url.0 {
        Engine::Postgres(engine) => Some(Wire::new(engine)),
        Engine::Sqlite(_) => None,
    }
}

impl DatabaseUrl {
    /// Whether one process alone writes to it.
    pub fn is_embedded(&self) -> bool {
        matches!(self.0, Engine::Sqlite(_))
    }
}

impl FromStr for DatabaseUrl {
    type Err = ConnectError;

    fn from_str(text: &str) -> Result<Self, ConnectError> {
        let (scheme, _) = text.split_once(':').ok_or(ConnectError::Scheme)?;
        match scheme {
            "postgres" | "postgresql" => {
                let options = text.parse().map_err(ConnectError::Address)?;
                Ok(Self(Engine::Postgres(Box::new(options))))
            }
            "sqlite" => {
                if text.contains(":memory:") || text.contains("mode=memory") {
                    return Err(ConnectError::Memory);
                }
                let options = text.parse().map_err(ConnectError::Address)?;
                Ok(Self(Engine::Sqlite(Box::new(options))))
            }
            _ => Err(ConnectError::Scheme),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // Put together from what may be seen, rather than cutting out what may not.
            Engine::Postgres(options) => {
                let (user, host) = (options.get_username(), options.get_host());
                write!(f, "postgres://{user}@{host}:{}", options.get_port())?;
                options
                    .get_database()
                    .map_or(Ok(()), |name| write!(f, "/{name}"))
            }
            Engine::Sqlite(options) => write!(f, "sqlite://{}", options.get_filename().display()),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_prints_without_its_password() {
        let url: DatabaseUrl = "postgres://ada:se%21cret@db.example:5433/tessera?sslmode=prefer"
            .parse()
            .unwrap();
        assert_eq!(url.to_string(), "postgres://ada@db.example:5433/tessera");
        assert_eq!(
            format!("{url:?}"),
            "DatabaseUrl(postgres://ada@db.example:5433/tessera)"
        );
        let url: DatabaseUrl = "postgresql://db/t?user=ada&password=secret"
            .parse()
            .unwrap();
        assert_eq!(url.to_string(), "postgres://ada@db:5432/t");
        let url: DatabaseUrl = "sqlite://data/tessera.db?cache=private".parse().unwrap();
        assert_eq!(url.to_string(), "sqlite://data/tessera.db");
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_repeated() {
        for (text, message) in [
            (
                "",
                "a database address begins with sqlite:// or postgres://",
            ),
            (
                "mysql://ada:secret@db/t",
                "a database address begins with sqlite:// or postgres://",
            ),
            (
                "sqlite::memory:",
                "a database in memory keeps nothing: name a file",
            ),
            (
                "sqlite://x?mode=memory",
                "a database in memory keeps nothing: name a file",
            ),
            (
                "postgres://ada:secret@db:port/t",
                "the database address can't be read",
            ),
        ] {
            let error = DatabaseUrl::from_str(text).unwrap_err();
            assert_eq!(error.to_string(), message, "{text}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }
}
