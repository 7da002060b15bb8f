//! What all requests share.

use domain::Service;
use leptos::config::LeptosOptions;

/// Handed to every handler; cheap to clone.
#[derive(Debug, Clone, axum::extract::FromRef)]
pub struct AppState {
    /// The use cases.
    pub service: Service,
    /// What leptos must know to render pages.
    pub leptos_options: LeptosOptions,
}
