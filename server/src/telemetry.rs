//! The log.

use std::time::Instant;

use axum::extract::Request;
use http::{Method, StatusCode};
use tracing_subscriber::EnvFilter;

use crate::routes::Route;

/// Starts the log, on standard error, so that what a command prints stays clean.
pub fn start(filter: &str, json: bool) -> anyhow::Result<()> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(filter)?)
        .with_target(false)
        .with_writer(std::io::stderr);
    if json {
        builder.json().init();
    } else {
        builder.init();
    }
    Ok(())
}

/// A request that is noted at level debug: by its route, never by the address that was asked for, because a value may
/// stand in it.
pub(crate) struct Note {
    method: Method,
    route: &'static str,
    start: Instant,
}

impl Note {
    /// Begins one; none if nobody reads it.
    pub(crate) fn of(request: &Request, route: Option<&'static Route>) -> Option<Self> {
        tracing::enabled!(tracing::Level::DEBUG).then(|| Self {
            method: request.method().clone(),
            route: route.map_or("none", |route| route.path),
            start: Instant::now(),
        })
    }

    /// Ends it.
    pub(crate) fn write(self, status: StatusCode) {
        tracing::debug!(
            method = %self.method,
            route = self.route,
            status = status.as_u16(),
            ms = self.start.elapsed().as_secs_f64() * 1000.0,
            "request"
        );
    }
}
