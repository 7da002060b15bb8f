//! The use cases over a store, put together as the host does.

use domain::Service;
use server::{consumption::Options, host::Host};

use super::database::Opened;

/// All use cases over that store.
pub(crate) fn service(opened: &Opened) -> Service {
    Host::over(opened.store.clone(), Options::default()).service
}
