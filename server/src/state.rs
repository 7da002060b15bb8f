//! What all requests share.

use std::{ops::Deref, sync::Arc};

use domain::Service;
use http::{HeaderMap, header};
use leptos::config::LeptosOptions;

use crate::{limits::Limits, live::Live, typed::TypedForms};

/// Handed to every handler. One pointer: the router copies it for each layer that a request passes.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Shared>);

/// What is in it.
#[derive(Debug)]
pub struct Shared {
    /// The use cases.
    pub service: Service,
    /// What happens, for those who watch.
    pub live: Arc<Live>,
    /// What leptos must know to render pages.
    pub leptos_options: LeptosOptions,
    /// How cookies are set and named.
    pub host_options: app::HostOptions,
    /// How much clients asked for, and may.
    pub limits: Limits,
    /// What was typed into forms that were refused.
    pub typed: TypedForms,
    /// The origin under which people reach us, such as `https://tokens.example`, without a slash at its end; none =
    /// whatever the `Host` header says.
    pub origin: Option<Arc<str>>,
}

impl From<Shared> for AppState {
    fn from(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// Where people reach us: as we were told, else as the browser of whoever asks reached us.
    pub fn origin(&self, headers: &HeaderMap) -> String {
        if let Some(origin) = &self.origin {
            return origin.to_string();
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        format!("http://{}", host.unwrap_or("localhost"))
    }
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{consumption, host::Host, limits, store};

    impl AppState {
        /// One over a new database in a folder, with room for so many requests at once.
        pub(crate) async fn in_folder(folder: &Path, at_once: usize) -> Self {
            let url = format!("sqlite://{}", folder.join("tessera.db").display());
            let options = store::Options::default();
            let url = url.parse().unwrap();
            let store = store::connect(&url, &options).await.unwrap();
            let Host { service, live, .. } = Host::over(store, consumption::Options::default());
            let limits = limits::Options {
                at_once,
                ..Default::default()
            };
            Self::from(Shared {
                service,
                live,
                leptos_options: LeptosOptions::builder().output_name("tessera").build(),
                host_options: app::HostOptions::default(),
                typed: TypedForms::default(),
                limits: Limits::new(limits),
                origin: None,
            })
        }
    }
}
