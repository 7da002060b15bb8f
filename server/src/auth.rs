//! Who asks: an API key or a session cookie stands for a [`domain::Actor`].
//!
//! Every door finds it in the request's extensions. What an actor may do is not asked here: that is the service's business.

use domain::{Actor, Error};
use http::{HeaderMap, header};

use crate::state::AppState;

/// By what a request is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// By nothing that is good.
    None,
    /// By the cookie of a session. A browser sends it whoever made it send the request, so what a foreign page could
    /// trigger must not change anything.
    Session,
    /// By an API key, which only a program that has it sends.
    Key,
}

/// Whether whoever sent these headers may still hear of what happens. That a session was looked at is not noted: what
/// keeps it is what its page asks for, not that the page is left open.
pub(crate) async fn may_still_watch(state: &AppState, headers: &HeaderMap) -> bool {
    let actor = if headers.contains_key(header::AUTHORIZATION) {
        identify(state, headers).await.map(|(actor, _)| Some(actor))
    } else {
        let secret = session_secret(headers, state.host_options).unwrap_or_default();
        state.service.watcher_of_session(secret).await
    };
    match actor {
        Ok(actor) => state.service.may_watch(&actor.unwrap_or_default()).is_ok(),
        // A database that is away for a moment says nothing about anybody.
        Err(_) => true,
    }
}

/// Who sent these headers. A key counts more than a cookie; a key that is no good is nobody, even beside a good cookie.
///
/// # Errors
///
/// The store can't tell.
pub(crate) async fn identify(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<(Actor, Credential), Error> {
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let key = authorization.to_str().ok().and_then(|text| {
            let (scheme, key) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
        });
        let actor = match key {
            Some(key) => state.service.actor_of_key(key).await?,
            None => None,
        };
        return Ok(actor.map_or((Actor::Anonymous, Credential::None), |a| {
            (a, Credential::Key)
        }));
    }
    let actor = match session_secret(headers, state.host_options) {
        Some(secret) => state.service.actor_of_session(secret).await?,
        None => None,
    };
    Ok(actor.map_or((Actor::Anonymous, Credential::None), |a| {
        (a, Credential::Session)
    }))
}

/// The secret in the session cookie.
fn session_secret(headers: &HeaderMap, options: app::HostOptions) -> Option<&str> {
    let wanted = options.session_cookie();
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, secret)| secret)
}
