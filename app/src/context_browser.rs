//! The browser's twin of `context.rs`: what a page asks, answered by the document that the host rendered.

use leptos::{
    prelude::*,
    server_fn::{ServerFn, error::ServerFnErrorErr},
};
use serde::de::DeserializeOwned;

use crate::{
    Error,
    addresses::encoded,
    browser,
    components::{busy::Busy, skeleton::skeleton},
    fns::{
        accounts::{LoadAccount, LoadAccounts, LoadInviteForm},
        audit::ListEntries,
        check::LoadCheck,
        keys::{LoadKeyForm, LoadKeys},
        selections::LoadSelection,
        sessions::{LoadInvitation, LoadVisitor},
        settings::LoadSettings,
        tokens::{ListTokens, LoadNewTokens, LoadSheet, LoadToken},
        trash::ListTrash,
        usages::{ListUsages, LoadOverview},
    },
    forms::once::Typed,
    load::{Answer, Ask},
    preferences::{NO_KEYS, Theme},
    text::Language,
};

fn root_attribute(name: &str) -> Option<String> {
    leptos::prelude::document()
        .document_element()?
        .get_attribute(name)
}

/// The language in which the host rendered the page.
pub(crate) fn language() -> Language {
    root_attribute("lang")
        .and_then(|tag| Language::parse(&tag))
        .unwrap_or_default()
}

/// Where people reach us, as the host knows it.
pub(crate) fn origin() -> String {
    root_attribute("data-origin").unwrap_or_default()
}

/// Whether the page is only being taken over: what is drawn now has to be what the host has drawn.
pub(crate) fn is_first_paint() -> bool {
    !browser::is_hydrated()
}

/// The theme in which the host rendered the page.
pub(crate) fn theme() -> Theme {
    root_attribute("data-theme")
        .map(|name| Theme::parse(&name))
        .unwrap_or_default()
}

/// Whether single keys did something when the host rendered the page.
pub(crate) fn single_keys() -> bool {
    root_attribute("data-keys").is_none_or(|kept| kept != NO_KEYS)
}

/// Nothing: the fields that the host rendered hold what was typed.
pub(crate) fn typed() -> Typed {
    Typed::default()
}

/// Nothing: the status of a page was sent before the browser saw it.
pub(crate) fn set_page_error(_error: &Error) {}

/// Nothing: the head of the document was sent before the browser saw it.
pub(crate) fn nonce() -> Option<String> {
    None
}

/// Nothing, as for `nonce`.
pub(crate) fn name_part(_name: &'static str) {}

/// Nothing, as for `nonce`.
pub(crate) fn part_script() -> Option<String> {
    None
}

/// What `work` gives; the page is busy until then.
pub(crate) async fn busy_while<T>(work: impl Future<Output = T>) -> T {
    let busy = use_context::<Busy>();
    let count = |begins| {
        if let Some(busy) = busy {
            busy.count(begins);
        }
    };
    count(true);
    let done = work.await;
    count(false);
    done
}

/// What is not there yet, until it is; `pending` while something new is on its way.
pub(crate) fn transition<V: IntoView + 'static>(
    body: impl Fn() -> V + Send + 'static,
    pending: RwSignal<bool>,
) -> AnyView {
    let busy: Busy = expect_context();
    let set = move |is_pending| {
        let was = pending.try_get_untracked();
        if was.is_some_and(|was| was != is_pending) {
            pending.set(is_pending);
            busy.count(is_pending);
        }
    };
    // Whoever leaves the page waits for nothing any more.
    on_cleanup(move || {
        if pending.try_get_untracked() == Some(true) {
            pending.set(false);
            busy.count(false);
        }
    });
    let set_pending = SignalSetter::map(set);
    view! { <Transition fallback=skeleton set_pending=set_pending>{body}</Transition> }.into_any()
}

/// Asks the host's server functions. Not through their own clients: each is a copy of the same code, of which this
/// is the part that we need.
pub(crate) async fn load(ask: Ask) -> Result<Answer, Error> {
    let (path, body) = match &ask {
        Ask::Visitor => (LoadVisitor::PATH, String::new()),
        Ask::Invitation(code) => (LoadInvitation::PATH, format!("code={}", encoded(code))),
        Ask::Tokens(query) => (
            ListTokens::PATH,
            format!("query={}", encoded(&query.query())),
        ),
        Ask::NewTokens(None) => (LoadNewTokens::PATH, String::new()),
        Ask::NewTokens(Some(like)) => (LoadNewTokens::PATH, format!("like={like}")),
        Ask::Token(uid, purpose, page) => (
            LoadToken::PATH,
            format!("uid={uid}&purpose={}&page={page}", purpose.as_str()),
        ),
        Ask::Check => (LoadCheck::PATH, String::new()),
        Ask::Settings => (LoadSettings::PATH, String::new()),
        Ask::Keys => (LoadKeys::PATH, String::new()),
        Ask::KeyForm(None) => (LoadKeyForm::PATH, String::new()),
        Ask::KeyForm(Some(uid)) => (LoadKeyForm::PATH, format!("uid={uid}")),
        Ask::Accounts => (LoadAccounts::PATH, String::new()),
        Ask::Account(None) => (LoadAccount::PATH, String::new()),
        Ask::Account(Some(uid)) => (LoadAccount::PATH, format!("uid={uid}")),
        Ask::InviteForm => (LoadInviteForm::PATH, String::new()),
        Ask::Trash(page) => (ListTrash::PATH, format!("page={page}")),
        Ask::Entries(query) => (ListEntries::PATH, format!("query={}", encoded(query))),
        Ask::Overview => (LoadOverview::PATH, String::new()),
        Ask::Usages(query) => (ListUsages::PATH, format!("query={}", encoded(query))),
        Ask::Sheet(query) => (LoadSheet::PATH, format!("query={}", encoded(query))),
        Ask::Selection(query) => (LoadSelection::PATH, format!("query={}", encoded(query))),
    };
    let (text, _) = browser::post(path, body).await?;
    match ask {
        Ask::Visitor => read(&text).map(Answer::Visitor),
        Ask::Tokens(_) => read(&text).map(Answer::Tokens),
        _ => Ok(Answer::Later(text)),
    }
}

/// Nobody calls a server function of a browser.
pub(crate) fn call_failed(_: &ServerFnErrorErr) {}

/// What a server function gave, as JSON.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::Call(ServerFnErrorErr::Deserialization(error.to_string())))
}
