//! The use cases over a store, put together as the host does.

use std::sync::Arc;

use domain::{Service, service::Host};
use server::{
    clock::SystemClock,
    consumption::{self, Queue},
    ids::RandomIds,
    passwords::Argon2id,
    throttle::SignInThrottle,
    zones::IanaZones,
};

use super::database::Opened;

/// All use cases over that store.
pub(crate) fn service(opened: &Opened) -> Service {
    let store = opened.store.clone();
    let options = consumption::Options::default();
    Service::new(Host {
        consumer: Arc::new(Queue::start(store.clone(), Arc::new(SystemClock), options)),
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        passwords: Arc::new(Argon2id),
        zones: Arc::new(IanaZones),
        throttle: Arc::new(SignInThrottle::default()),
    })
}
