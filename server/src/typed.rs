//! What was typed into a form that was refused, for the page that says why.
//!
//! A form that a browser sends by itself is answered by a redirect to its page, which has the error in its address. What
//! was typed does not belong there: it is kept here for a while, under a random number, for the same account alone. What
//! may be a secret is not.
//! Another node does not know it; there the fields are as they are at first.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use app::{
    fns::{
        selections::ChangeTokens,
        sessions::{AcceptInvitation, SignIn},
        settings::ChangeSettings,
        tokens::{AddTokens, ChangeToken},
    },
    forms::once::Typed,
};
use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{Query, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::{Actor, ports::Ids as _};
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use lru::LruCache;
use server_fn::ServerFn as _;
use uuid::Uuid;

use crate::{ids::RandomIds, posted, state::AppState};

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
    fn keep(&self, typed: Typed, account: Option<Uuid>) -> Uuid {
        let name = RandomIds.uid();
        let entry = Entry {
            typed,
            account,
            since: Instant::now(),
        };
        self.forms().put(name, entry);
        name
    }

    /// What the address of a page names, if it is there for whoever asks for the page.
    pub(crate) fn of(&self, request: &Parts) -> Option<Typed> {
        let name = parameter(&request.uri, PARAMETER)?.parse().ok()?;
        let account = account(&request.extensions);
        self.forms()
            .get(&name)
            .filter(|entry| entry.account == account && entry.since.elapsed() < KEPT)
            .map(|entry| entry.typed.clone())
    }

    fn forms(&self) -> MutexGuard<'_, LruCache<Uuid, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else {
        // The connection broke, or the length was a lie.
        return StatusCode::BAD_REQUEST.into_response();
    };
    let again = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let mut response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    if let Some(page) = page_of_refusal(response.headers())
        && let Ok((request, Typed(mut fields))) = posted::read(again).await
    {
        fields.retain(|(field, _)| may_be_kept(&path, field));
        if fields.is_empty() {
            return response;
        }
        let name = state
            .typed
            .keep(Typed(fields), account(request.extensions()));
        if let Ok(page) = HeaderValue::from_str(&naming(&page, name)) {
            response.headers_mut().insert(header::LOCATION, page);
        }
    }
    response
}

/// Whether a field of the form that is sent to `path` can be shown again. A form that is not named here may hold a secret.
fn may_be_kept(path: &str, field: &str) -> bool {
    match path {
        AddTokens::PATH | ChangeToken::PATH | ChangeTokens::PATH | ChangeSettings::PATH => true,
        SignIn::PATH | AcceptInvitation::PATH => field == "form[name]",
        _ => false,
    }
}

fn is_plain_form(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    let length = request.body().size_hint().upper();
    request.method() == Method::POST
        && accept.is_some_and(|accept| accept.contains("text/html"))
        && length.is_some_and(|length| length <= LONGEST as u64)
}

/// The page to which a refused server function leads, as `server_fn` names it.
fn page_of_refusal(headers: &HeaderMap) -> Option<String> {
    let page = headers.get(header::LOCATION)?.to_str().ok()?;
    parameter(&page.parse().ok()?, "__err")?;
    Some(page.to_owned())
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

fn parameter(address: &Uri, name: &str) -> Option<String> {
    let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(address).ok()?;
    let mut values = parameters.into_iter();
    values.find_map(|(key, value)| (key == name).then_some(value))
}

fn account(of: &Extensions) -> Option<Uuid> {
    of.get::<Actor>().and_then(Actor::account_uid)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
    fn forms_are_kept_only_if_they_are_named_here() {
        let kept = |field: &str| -> BTreeSet<&str> {
            let paths = server_fn::axum::server_fn_paths().map(|(path, _)| path);
            paths.filter(|path| may_be_kept(path, field)).collect()
        };
        let whole = BTreeSet::from([
            AddTokens::PATH,
            ChangeToken::PATH,
            ChangeTokens::PATH,
            ChangeSettings::PATH,
        ]);
        for field in ["form[password]", "form[current]", "code"] {
            assert_eq!(kept(field), whole, "{field}");
        }
        let mut named = whole;
        named.extend([SignIn::PATH, AcceptInvitation::PATH]);
        assert_eq!(kept("form[name]"), named);
    }

    #[test]
    fn what_was_typed_is_there_for_the_same_account_alone() {
        let forms = TypedForms::default();
        let name = forms.keep(Typed(vec![("a".into(), "b".into())]), None);
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
