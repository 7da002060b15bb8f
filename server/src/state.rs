//! What all requests share.

use domain::Service;
use leptos::config::LeptosOptions;

/// Handed to every handler; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The use cases.
    pub service: Service,
    /// What leptos must know to render pages.
    pub leptos_options: LeptosOptions,
    /// How cookies are set and named.
    pub host_options: app::HostOptions,
    /// The origin under which people reach us, such as `https://tokens.example`, without a slash at its end; none =
    /// whatever the `Host` header says.
    pub origin: Option<std::sync::Arc<str>>,
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}
