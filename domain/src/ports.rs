//! What the rules ask of the host besides a store.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use uuid::Uuid;

use crate::{
    account::{Password, PasswordHash},
    consume::{Consumption, Spend},
    error::Error,
    live::Event,
    settings::ZoneName,
    time::LocalTime,
};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, cut to microseconds (PostgreSQL keeps no more).
    fn now(&self) -> DateTime<Utc>;
}

/// Makes what must be new each time.
pub trait Ids: Send + Sync {
    /// A uuid that nobody can guess: it may become the value of a token.
    fn uid(&self) -> Uuid;
    /// 256 random bits for a secret.
    fn entropy(&self) -> [u8; 32];
}

/// Hashes passwords. Both calls are slow on purpose, and must not hold up others.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// The argon2id hash.
    async fn hash(&self, password: Password) -> Result<PasswordHash, Error>;
    /// Whether `password` has that hash. Without a hash the answer is no, after the same time.
    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Error>;
}

/// Knows the time zones of the world (the IANA database).
pub trait Zones: Send + Sync {
    /// The zones that one can choose, in order of their names.
    fn names(&self) -> Vec<&'static str>;
    /// Whether there is such a zone.
    fn knows(&self, zone: &ZoneName) -> bool;
    /// What the clocks in `zone` show at `at`.
    fn local(&self, zone: &ZoneName, at: DateTime<Utc>) -> NaiveDateTime;
    /// When the clocks in `zone` show `local`; none if that is beyond the calendar.
    fn instant(&self, zone: &ZoneName, local: NaiveDateTime) -> Option<LocalTime>;
}

/// Spends tokens, many attempts in one commit.
#[async_trait]
pub trait Consumer: Send + Sync {
    /// One attempt; none = no such token. When this answers, the attempt is on disk; when it fails with
    /// [`Error::Busy`], it was not made; [`Error::KeyReused`] if another request came under its key.
    async fn consume(&self, spend: Spend) -> Result<Option<Consumption>, Error>;
}

/// Tells those who watch what has happened.
pub trait Watchers: Send + Sync {
    /// These things have happened, and are on disk. Nobody waits for whoever hears of them.
    fn tell(&self, events: &mut dyn Iterator<Item = Event>);
}

/// Slows down those who try passwords and values.
pub trait Throttle: Send + Sync {
    /// Counts a try at signing in; an error says how long to wait.
    fn sign_in(&self, name: &str, address: &str) -> Result<(), Error>;
    /// Counts a question how a token stands, by somebody whom we do not know; an error says how long to wait.
    fn check(&self, address: &str) -> Result<(), Error>;
}
