//! A host whose time and ids are known.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Error, Service,
    account::{Password, PasswordHash},
    ports::{Clock, Ids, Passwords, Throttle},
    service::Host,
};
use server::{
    consumption::{self, Queue},
    live::Live,
    store,
    zones::IanaZones,
};
use tempfile::TempDir;
use uuid::Uuid;

/// A clock that stands.
pub(crate) struct StandingClock(Mutex<DateTime<Utc>>);

impl StandingClock {
    pub(crate) fn set(&self, text: &str) {
        *self.0.lock().unwrap() = utc(text);
    }

    pub(crate) fn advance(&self, span: TimeDelta) {
        *self.0.lock().unwrap() += span;
    }
}

impl Clock for StandingClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// 1, 2, 3, …
struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn uid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed)))
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        bytes
    }
}

/// Hashes that cost nothing: what argon2id is worth is not the question here.
struct PlainPasswords;

#[async_trait]
impl Passwords for PlainPasswords {
    async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        Ok(PasswordHash(password.expose().to_owned()))
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Error> {
        Ok(hash.is_some_and(|hash| hash.0 == password.expose()))
    }
}

struct Patience;

impl Throttle for Patience {
    fn sign_in(&self, _: &str, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn check(&self, _: &str) -> Result<(), Error> {
        Ok(())
    }
}

pub(crate) struct TestHost {
    pub(crate) service: Service,
    pub(crate) clock: Arc<StandingClock>,
    folder: TempDir,
}

impl TestHost {
    /// At noon of 2 November 2026, UTC.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(StandingClock(Mutex::new(utc("2026-11-02T12:00:00Z"))));
        let service = service(&folder, clock.clone()).await;
        Self {
            service,
            clock,
            folder,
        }
    }

    /// Another node on the same database.
    pub(crate) async fn another(&self) -> Service {
        service(&self.folder, self.clock.clone()).await
    }
}

async fn service(folder: &TempDir, clock: Arc<StandingClock>) -> Service {
    let url = format!("sqlite://{}", folder.path().join("tessera.db").display());
    let store = store::connect(&url.parse().unwrap(), &store::Options::default())
        .await
        .unwrap();
    let live = Live::start(clock.clone());
    let queue = Queue::start(
        store.clone(),
        clock.clone(),
        live.clone(),
        consumption::Options::default(),
    );
    Service::new(Host {
        store,
        consumer: Arc::new(queue),
        clock,
        ids: Arc::new(CountedIds(AtomicU64::new(1))),
        passwords: Arc::new(PlainPasswords),
        zones: Arc::new(IanaZones),
        throttle: Arc::new(Patience),
        watchers: live,
    })
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
