//! Who calls, and whether a browser may have been tricked into calling.

use axum::extract::{FromRequestParts, MatchedPath};
use domain::{Actor, Error, Permission};
use http::{HeaderMap, Method, header, request::Parts};

use super::error::CallError;
use crate::{
    auth::Credential,
    routes::{Access, Route},
    state::AppState,
};

/// How a call came in. One that did not come by the entrance has none, and is refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// What was called.
    pub(crate) route: &'static Route,
    /// By what it is known who calls.
    pub(crate) credential: Credential,
}

/// Who calls. A handler gets at its actor only by this, and it comes before the parameters: whoever may not call is
/// told that, and not what is wrong with what they sent.
pub(super) struct Caller(pub(super) Actor);

impl FromRequestParts<AppState> for Caller {
    type Rejection = CallError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, CallError> {
        let actor = parts.extensions.get::<Actor>().cloned().unwrap_or_default();
        let Some(Entry { route, credential }) = parts.extensions.get().copied() else {
            return Err(CallError::Foreign);
        };
        // The router has found another handler than was declared for this address.
        if parts.extensions.get().map(MatchedPath::as_str) != Some(route.path) {
            tracing::error!(route = route.path, "a call without a declared permission");
            return Err(Error::Internal.into());
        }
        if let Access::May(permission) = route.access {
            actor.require(permission)?;
        }
        // Only a program that has a key can send it; a cookie comes along whoever makes the browser send a request.
        let by_session = credential != Credential::Key;
        let consumes = route.access == Access::May(Permission::Consume);
        if by_session && !is_own(parts, state.origin.as_deref(), consumes) {
            return Err(CallError::Foreign);
        }
        Ok(Self(actor))
    }
}

/// Whether a request with a session's cookie comes from a page of our own, or only reads (contract, D19).
fn is_own(parts: &Parts, origin: Option<&str>, consumes: bool) -> bool {
    if parts.method == Method::POST {
        is_own_post(&parts.headers, origin)
    } else {
        !consumes || is_own_get(&parts.headers)
    }
}

/// A GET that consumes is sent by a script of ours: not by a link or the address bar (a navigation), not by a tag on
/// a page of another site, not ahead of a navigation that may never come.
fn is_own_get(headers: &HeaderMap) -> bool {
    let is = |name, wanted| headers.get(name).is_some_and(|value| value == wanted);
    (!headers.contains_key("sec-fetch-site") || is("sec-fetch-site", "same-origin"))
        && !is("sec-fetch-mode", "navigate")
        && !headers.contains_key("sec-purpose")
        // What browsers send in its place that do not know `Sec-Purpose` yet.
        && !headers.contains_key("purpose")
        && !headers.contains_key("x-moz")
}

/// A POST comes from our own origin. Browsers that do not send `Sec-Fetch-Site` send the `Origin`; who sends neither
/// is no browser, and whoever else has the cookie can do as they like anyway.
fn is_own_post(headers: &HeaderMap, origin: Option<&str>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(sender) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(sender) = sender.to_str() else {
        return false;
    };
    if let Some(origin) = origin {
        return sender.eq_ignore_ascii_case(origin);
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let sender = sender.split_once("://").map(|(_, host)| host);
    host.zip(sender)
        .is_some_and(|(host, sender)| sender.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, extract::Request, routing::post};
    use http::{HeaderName, HeaderValue, StatusCode};
    use tower::ServiceExt as _;

    use super::*;
    use crate::routes::ROUTES;

    #[tokio::test]
    async fn a_call_is_not_reached_under_the_declaration_of_another_or_of_none() {
        let folder = tempfile::tempdir().unwrap();
        let handle = async |_: Caller| "called";
        let doors = Router::new()
            .route("/tokens/all/consume_token", post(handle))
            .route("/tokens/{uid}/consume_token", post(handle))
            .with_state(AppState::in_folder(folder.path(), 1).await);
        let path = "/tokens/{uid}/consume_token";
        let entry = Entry {
            route: ROUTES.iter().find(|route| route.path == path).unwrap(),
            credential: Credential::Key,
        };
        for (uid, entry, status) in [
            ("7", Some(entry), StatusCode::OK),
            ("all", Some(entry), StatusCode::INTERNAL_SERVER_ERROR),
            ("7", None, StatusCode::FORBIDDEN),
        ] {
            let mut request = Request::post(path.replace("{uid}", uid))
                .extension(Actor::Operator)
                .body(Body::empty())
                .unwrap();
            if let Some(entry) = entry {
                request.extensions_mut().insert(entry);
            }
            let answer = doors.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), status, "{uid} {entry:?}");
        }
    }

    #[test]
    fn without_word_from_the_browser_the_origin_decides() {
        let ours = "https://tokens.example";
        for (host, sender, configured, is_own) in [
            ("tokens.example", None, Some(ours), true),
            ("tokens.example", Some(ours), Some(ours), true),
            ("inner:3000", Some(ours), Some(ours), true),
            (
                "tokens.example",
                Some("http://tokens.example"),
                Some(ours),
                false,
            ),
            (
                "tokens.example",
                Some("https://tokens.example:8443"),
                Some(ours),
                false,
            ),
            ("tokens.example", Some("null"), Some(ours), false),
            ("localhost:3000", Some("http://localhost:3000"), None, true),
            ("localhost:3000", Some("http://127.0.0.1:3000"), None, false),
            ("localhost:3000", Some("null"), None, false),
            ("null", Some("null"), None, false),
        ] {
            let mut headers = HeaderMap::new();
            let mut insert = |name: HeaderName, value| {
                headers.insert(name, HeaderValue::from_static(value));
            };
            insert(header::HOST, host);
            if let Some(sender) = sender {
                insert(header::ORIGIN, sender);
            }
            let case = (host, sender, configured);
            assert_eq!(is_own_post(&headers, configured), is_own, "{case:?}");
        }
    }
}
