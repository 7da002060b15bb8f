//! What a page or a server function asks of the request it answers, and of the host.
//!
//! Only the host compiles this file; `context_browser.rs` has those of these functions that pages call.

use domain::{Actor, Service, settings::SiteLanguage, view::TokenView};
use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, HeaderName, SET_COOKIE},
    request::Parts,
};
use leptos::{WasmSplitManifest, prelude::*, server_fn::error::ServerFnErrorErr};
use leptos_axum::ResponseOptions;
use leptos_meta::Link;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    ClientAddress, Error, HostOptions, Origin, addresses,
    components::skeleton::skeleton,
    fns::{accounts, audit, check, keys, selections, sessions, settings, tokens, trash, usages},
    forms::once::{Once, Typed},
    load::{Answer, Ask},
    preferences::{NO_KEYS, Theme},
    text::Language,
};

/// The use cases.
pub(crate) fn service() -> Service {
    expect_context()
}

/// Who is asking.
pub(crate) fn actor() -> Actor {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Actor>().cloned())
        .unwrap_or_default()
}

/// The account that is meant; none = one's own.
pub(crate) fn account_or_own(uid: Option<Uuid>) -> domain::Result<Uuid> {
    uid.or(actor().account_uid())
        .ok_or(domain::Error::Unauthenticated)
}

/// From where it is asked.
pub(crate) fn address() -> String {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<ClientAddress>().copied())
        .map_or_else(String::new, |address| address.0.to_string())
}

/// The language that the reader chose, else the site's, else the first of the browser's that we speak.
pub(crate) fn language() -> Language {
    let of_the_site = || match use_context::<Parts>()?.extensions.get()? {
        SiteLanguage::Browser => None,
        SiteLanguage::En => Some(Language::En),
        SiteLanguage::De => Some(Language::De),
    };
    cookie(HostOptions::LANGUAGE_COOKIE)
        .and_then(|tag| Language::parse(&tag))
        .or_else(of_the_site)
        .or_else(|| Language::negotiate(&header(&ACCEPT_LANGUAGE)?))
        .unwrap_or_default()
}

/// Where people reach us.
pub(crate) fn origin() -> String {
    use_context::<Origin>().unwrap_or_default().0
}

/// Whether what is drawn now is what the host draws.
pub(crate) fn is_first_paint() -> bool {
    true
}

/// The theme that the reader chose.
pub(crate) fn theme() -> Theme {
    cookie(HostOptions::THEME_COOKIE)
        .map(|name| Theme::parse(&name))
        .unwrap_or_default()
}

/// Whether single keys do something, which the reader can turn off.
pub(crate) fn single_keys() -> bool {
    cookie(HostOptions::KEYS_COOKIE).is_none_or(|kept| kept != NO_KEYS)
}

/// The secret of the session in which this request is made.
pub(crate) fn session() -> Option<String> {
    cookie(options().session_cookie())
}

/// Begins a session in this browser.
pub(crate) fn begin_session(secret: &str) {
    set_cookie(&options().begin_session(secret));
}

/// Ends the session of this browser.
pub(crate) fn end_session() {
    set_cookie(&options().end_session());
}

/// Keeps a preference in this browser. A future, for server functions give nothing else.
pub(crate) fn keep_preference(name: &str, value: &str) -> std::future::Ready<Result<(), Error>> {
    set_cookie(&options().preference(name, value));
    std::future::ready(Ok(()))
}

/// Leads to a page of ours: a browser by itself, a script by telling it.
pub(crate) fn redirect(address: &str) {
    leptos_axum::redirect(address);
}

/// What came of the form that this page answers; nothing if it answers none.
pub(crate) fn once() -> Once {
    use_context().unwrap_or_default()
}

/// What was typed into the form of this page when it was refused; nothing if it is new.
pub(crate) fn typed() -> Typed {
    use_context().unwrap_or_default()
}

/// Gives the page that is being rendered the status of what went wrong with it.
pub(crate) fn set_page_error(error: &Error) {
    set_status(match error {
        Error::Domain(error) => status_of(error),
        Error::Call(_) => 400,
    });
}

/// What is not there yet, until it is. Nobody hears of `_pending`: a page is sent with what it waited for, and who
/// watches would do so on another thread than the one that renders, find a signal locked now and then, and panic.
pub(crate) fn transition<V: IntoView + 'static>(
    body: impl Fn() -> V + Send + 'static,
    _pending: RwSignal<bool>,
) -> AnyView {
    view! { <Transition fallback=skeleton>{body}</Transition> }.into_any()
}

/// What `work` gives. On the host nobody sees that it is under way.
pub(crate) async fn busy_while<T>(work: impl Future<Output = T>) -> T {
    work.await
}

/// What the scripts of this page are known by.
pub(crate) fn nonce() -> Option<String> {
    leptos::nonce::use_nonce().map(|nonce| nonce.to_string())
}

/// Names a part of the code in the head of the document, so that it comes with the rest.
///
/// `leptos::prefetch_lazy_fn_on_server` is to do that, but leptos 0.8.23 looks for what the parts are called where nobody
/// has told it, and names none. Nothing but titles of `leptos_meta` may stand on pages with such a part: a browser takes
/// over what it draws into the head by its place there, and does not draw this.
pub(crate) fn name_part(name: &'static str) {
    for address in part_files(name) {
        // A piece of the head, wherever it is written.
        drop(
            view! { <Link rel="preload" href=address as_="fetch" type_="application/wasm" crossorigin="anonymous" /> }
                .to_html(),
        );
    }
}

/// Where the files of a part are; none if the module is in one piece.
fn part_files(name: &str) -> Vec<String> {
    let Some(WasmSplitManifest(parts)) = use_context() else {
        return Vec::new();
    };
    let (folder, files, _) = &*parts.read_value();
    let files = files.get(name).into_iter().flatten();
    files.map(|file| format!("{folder}/{file}.wasm")).collect()
}

/// The script that fetches parts of the code, which the main one needs before it can begin; none if the module is in one
/// piece. It is known below `HydrationScripts`.
pub(crate) fn part_script() -> Option<String> {
    let WasmSplitManifest(parts) = use_context()?;
    let (folder, _, script) = &*parts.read_value();
    Some(format!("{folder}/{script}"))
}

/// The notice that tokens were deleted, as [`addresses::parse_deleted`] reads it.
pub(crate) fn deleted(count: u64, deletion: Uuid) -> String {
    format!("deleted-{count}-{deletion}")
}

/// Answers what a page asks for.
pub(crate) async fn load(ask: Ask) -> Result<Answer, Error> {
    match ask {
        Ask::Visitor => sessions::load_visitor().await.map(Answer::Visitor),
        Ask::Invitation(code) => later(&sessions::load_invitation(code).await?),
        Ask::Tokens(query) => tokens::list_tokens(query.query()).await.map(Answer::Tokens),
        Ask::NewTokens(like) => later(&tokens::load_new_tokens(like).await?),
        Ask::Token(uid, purpose, page) => later(&tokens::load_token(uid, purpose, page).await?),
        Ask::Check => later(&check::load_check().await?),
        Ask::Settings => later(&settings::load_settings().await?),
        Ask::Keys => later(&keys::load_keys().await?),
        Ask::KeyForm(uid) => later(&keys::load_key_form(uid).await?),
        Ask::Accounts => later(&accounts::load_accounts().await?),
        Ask::Account(uid) => later(&accounts::load_account(uid).await?),
        Ask::InviteForm => later(&accounts::load_invite_form().await?),
        Ask::Trash(page) => later(&trash::list_trash(page).await?),
        Ask::Entries(query) => later(&audit::list_entries(query).await?),
        Ask::Overview => later(&usages::load_overview().await?),
        Ask::Usages(query) => later(&usages::list_usages(query).await?),
        Ask::Sheet(query) => later(&tokens::load_sheet(query).await?),
        Ask::Selection(query) => later(&selections::load_selection(query).await?),
    }
}

/// An answer for a page that is not met first.
fn later(shown: &impl Serialize) -> Result<Answer, Error> {
    let text = serde_json::to_string(shown).map_err(|_| domain::Error::Internal)?;
    Ok(Answer::Later(text))
}

/// What a server function gave, as JSON.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    Ok(serde_json::from_str(text).map_err(|_| domain::Error::Internal)?)
}

/// What a use case gave, with a status that fits. A form posted without a script keeps its 302: with another status the
/// browser would not follow it.
pub(crate) fn answer<T>(result: domain::Result<T>) -> Result<T, Error> {
    if let Err(error) = &result
        && !wants_html()
    {
        set_status(status_of(error));
    }
    Ok(result?)
}

/// Gives a call that nobody can read the status of it: it is the caller's mistake, not ours. Not a page, which may be told
/// by its address what went wrong with a form.
pub(crate) fn call_failed(error: &ServerFnErrorErr) {
    use ServerFnErrorErr::{Args, Deserialization, MissingArg};
    let is_call = use_context::<Parts>().is_some_and(|parts| parts.uri.path().starts_with("/fn/"));
    if is_call && matches!(error, Args(_) | Deserialization(_) | MissingArg(_)) && !wants_html() {
        set_status(400);
    }
}

/// A token that was changed: its page is where one looks at it.
pub(crate) fn changed(result: domain::Result<TokenView>, notice: &str) -> Result<(), Error> {
    let token = answer(result)?;
    redirect(&addresses::with_notice(
        &addresses::token(token.uid),
        notice,
    ));
    Ok(())
}

/// Leads to the part of the list in which a selection was made, with the news of what was done with it.
pub(crate) fn back_to_list(selection: &str, notice: &str) {
    let list = addresses::ListQuery::parse(selection).on_page(1).address();
    redirect(&addresses::with_notice(&list, notice));
}

/// The status of an error: here and nowhere else in the pages.
fn status_of(error: &domain::Error) -> u16 {
    match error {
        domain::Error::Unauthenticated => 401,
        domain::Error::Forbidden => 403,
        domain::Error::NotFound => 404,
        domain::Error::Conflict
        | domain::Error::Outdated { .. }
        | domain::Error::Refused { .. } => 409,
        domain::Error::Invalid { .. } | domain::Error::KeyReused => 422,
        domain::Error::Throttled { .. } => 429,
        domain::Error::Internal => 500,
        domain::Error::Busy { .. } | domain::Error::InDoubt { .. } => 503,
    }
}

fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (
        use_context::<ResponseOptions>(),
        StatusCode::from_u16(status),
    ) {
        response.set_status(status);
    }
}

fn options() -> HostOptions {
    use_context().unwrap_or_default()
}

fn wants_html() -> bool {
    header(&ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

fn header(name: &HeaderName) -> Option<String> {
    let parts = use_context::<Parts>()?;
    Some(parts.headers.get(name)?.to_str().ok()?.to_owned())
}

fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

fn set_cookie(cookie: &str) {
    if let (Some(response), Ok(cookie)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(cookie),
    ) {
        response.append_header(SET_COOKIE, cookie);
    }
}
