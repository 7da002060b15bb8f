//! What was typed into a form that was refused, for the page that says why.
//!
//! A form that a browser sends by itself is answered by a redirect to its page, which has the error in its address. What
//! was typed does not belong there: it is kept here for a while, under a random number, for the same account alone.
//! Another node does not know it; there the fields are as they are at first.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::forms::once::Typed;
use axum::{
    Form,
    body::{Body, HttpBody as _, to_bytes},
    extract::{FromRequest as _, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::{Actor, ports::Ids as _};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use lru::LruCache;
use uuid::Uuid;

use crate::{ids::RandomIds, state::AppState};

/// The longest form that is kept, in bytes: a token with a value and a label as long as they may be, encoded.
const LONGEST: usize = 16 * 1024;
const MOST: NonZeroUsize = NonZeroUsize::new(256).expect("it is more than none");
const KEPT: Duration = Duration::from_mins(10);
/// The parameter of a page's address that names what was typed.
const PARAMETER: &str = "__typed";

/// The forms that were refused last.
#[derive(Debug)]
pub struct TypedForms(Mutex<LruCache<Uuid, Entry>>);

#[derive(Debug)]
struct Entry {
    typed: Typed,
    account: Option<Uuid>,
    since: Instant,
}

impl Default for TypedForms {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }
}

impl TypedForms {
    fn keep(&self, typed: Typed, actor: &Actor) -> Uuid {
        let name = RandomIds.uid();
        let entry = Entry {
            typed,
            account: actor.account_uid(),
            since: Instant::now(),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .put(name, entry);
        name
    }

    /// What the address of a page names, if it is there for whoever asks for the page.
    pub(crate) fn of(&self, request: &Parts) -> Option<Typed> {
        let name = parameters(request.uri.query()?)
            .find_map(|(name, value)| (name == PARAMETER).then_some(value))?;
        let name = name.parse().ok()?;
        let account = request
            .extensions
            .get::<Actor>()
            .and_then(Actor::account_uid);
        let mut forms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forms
            .get(&name)
            .filter(|entry| entry.account == account && entry.since.elapsed() < KEPT)
            .map(|entry| entry.typed.clone())
    }
}

/// Keeps what a browser sends by itself if the answer is a redirect to a page that says what is wrong with it.
pub(crate) async fn keep_typed(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if !is_plain_form(&request) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let actor = parts.extensions.get::<Actor>().cloned();
    let again = as_form(&parts);
    let Ok(bytes) = to_bytes(body, LONGEST).await else {
        // The connection broke, or the length was a lie.
        return StatusCode::BAD_REQUEST.into_response();
    };
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let mut response = next.run(request).await;
    if let Some(page) = page_of_refusal(response.headers()) {
        let form = Form::from_request(again.map(|()| Body::from(bytes)), &()).await;
        if let Ok(Form(fields)) = form {
            let name = state
                .typed
                .keep(without_secrets(fields), &actor.unwrap_or_default());
            if let Ok(page) = HeaderValue::from_str(&naming(&page, name)) {
                response.headers_mut().insert(header::LOCATION, page);
            }
        }
    }
    response
}

fn is_plain_form(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    request.method() == Method::POST
        && request.uri().path().starts_with("/fn/")
        && accept.is_some_and(|accept| accept.contains("text/html"))
        && request
            .body()
            .size_hint()
            .upper()
            .is_some_and(|length| length <= LONGEST as u64)
}

/// A request with what it takes to read a form.
fn as_form(parts: &Parts) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = parts.method.clone();
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, kind.clone());
    }
    request
}

/// The page to which a refusal leads.
fn page_of_refusal(headers: &HeaderMap) -> Option<String> {
    let page = headers.get(header::LOCATION)?.to_str().ok()?;
    let (_, query) = page.split_once('?')?;
    let is_refusal = parameters(query).any(|(name, _)| name == "__err");
    is_refusal.then(|| page.to_owned())
}

/// The address of `page` with this name in place of the one before.
fn naming(page: &str, name: Uuid) -> String {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(PARAMETER));
    let mut query: Vec<String> = others.map(str::to_owned).collect();
    query.push(format!("{PARAMETER}={name}"));
    format!("{path}?{}", query.join("&"))
}

/// Whoever typed a password types it again.
fn without_secrets(fields: Vec<(String, String)>) -> Typed {
    let is_secret = |name: &str| {
        ["password", "code", "secret"]
            .iter()
            .any(|part| name.contains(part))
    };
    Typed(
        fields
            .into_iter()
            .filter(|(name, _)| !is_secret(name))
            .collect(),
    )
}

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

#[cfg(test)]
mod tests {
    use domain::account::Role;

    use super::*;

    #[test]
    fn the_name_replaces_the_one_before_and_nothing_else() {
        let page = naming(
            "http://h/tokens/new?like=1&__typed=old&__path=%2Ffn%2Fadd&__err=x",
            Uuid::nil(),
        );
        assert_eq!(
            page,
            "http://h/tokens/new?like=1&__path=%2Ffn%2Fadd&__err=x\
             &__typed=00000000-0000-0000-0000-000000000000"
        );
    }

    #[test]
    fn secrets_are_not_kept() {
        let fields = ["form[name]", "form[password]", "form[code]", "new_password"];
        let fields = fields.map(|name| (name.to_owned(), "x".to_owned()));
        let Typed(kept) = without_secrets(fields.to_vec());
        assert_eq!(kept, [("form[name]".to_owned(), "x".to_owned())]);
    }

    #[test]
    fn what_was_typed_is_there_for_the_same_account_alone() {
        let forms = TypedForms::default();
        let name = forms.keep(Typed(vec![("a".into(), "b".into())]), &Actor::Anonymous);
        let page = |name: Uuid| {
            let request = Request::get(format!("/login?x=1&{PARAMETER}={name}")).body(());
            request.unwrap().into_parts().0
        };
        assert_eq!(forms.of(&page(name)).unwrap().get("a"), "b");
        assert!(forms.of(&page(Uuid::nil())).is_none());
        let mut of_another = page(name);
        of_another.extensions.insert(Actor::Account {
            uid: Uuid::nil(),
            name: "ada".into(),
            role: Role::Admin,
        });
        assert!(forms.of(&of_another).is_none());
    }
}
