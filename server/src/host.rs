//! Putting the host together: a store, a queue, and the use cases over them.

use std::sync::Arc;

use anyhow::Context as _;
use domain::{
    Service,
    ports::Clock,
    service::Host,
    store::Store,
};

use crate::{
    clock::SystemClock,
    config::{DatabaseConfig, redacted},
    consumption::Queue,
    ids::RandomIds,
    passwords::Argon2id,
    store,
    throttle::SignInThrottle,
    zones::IanaZones,
};

/// The use cases over the database of `config`, which is migrated first. Up to `waiting` attempts to spend may wait.
pub async fn service(config: &DatabaseConfig, waiting: usize) -> anyhow::Result<Service> {
    let url = &config.database_url;
    let store = store::connect(url)
        .await
        .with_context(|| format!("the database {} can't be used", redacted(url)))?;
    Ok(service_over(store, waiting))
}

/// The use cases over a store.
pub fn service_over(store: Arc<dyn Store>, waiting: usize) -> Service {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let consumer = Arc::new(Queue::new(store.clone(), clock.clone(), waiting));
    Service::new(Host {
        store,
        consumer,
        clock,
        ids: Arc::new(RandomIds),
        passwords: Arc::new(Argon2id),
        zones: Arc::new(IanaZones),
        throttle: Arc::new(SignInThrottle::default()),
    })
}
