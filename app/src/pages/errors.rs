//! What stands where a page could not be made.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_location};

use crate::{
    Error, addresses,
    components::{
        empty::empty,
        icon::{Icon, icon},
    },
    context,
    text::text,
};

/// No route leads to this address.
pub(super) fn not_found_page() -> AnyView {
    let text = text();
    context::set_page_error(&domain::Error::NotFound.into());
    page(
        Icon::SearchX,
        text.errors.not_found_title,
        text.errors.not_found.into(),
        to_list(text.errors.home),
    )
}

/// What was asked for as a page could not be had.
pub(super) fn failed(error: &Error) -> AnyView {
    let text = text();
    let words = &text.errors;
    context::set_page_error(error);
    match error {
        Error::Domain(domain::Error::Unauthenticated) => sign_in_first(),
        Error::Domain(domain::Error::NotFound) => page(
            Icon::SearchX,
            text.token.gone_title,
            text.token.gone_text.into(),
            to_list(text.token.to_list),
        ),
        Error::Domain(domain::Error::Forbidden) => page(
            Icon::Lock,
            words.forbidden_title,
            words.forbidden.into(),
            to_list(words.home),
        ),
        error => page(
            Icon::TriangleAlert,
            words.failed_title,
            text.error(error),
            retry(),
        ),
    }
}

/// Loads the page anew, script or not.
pub(super) fn retry() -> AnyView {
    let location = use_location();
    let here = format!(
        "{}{}",
        location.pathname.get_untracked(),
        query(&location.search.get_untracked())
    );
    view! { <a class="btn" href=here rel="external">{text().common.retry}</a> }.into_any()
}

/// Leads to the sign-in page, and from there back here.
fn sign_in_first() -> AnyView {
    let location = use_location();
    let here = format!(
        "{}{}",
        location.pathname.get_untracked(),
        query(&location.search.get_untracked())
    );
    let login = format!("{}?next={}", addresses::LOGIN, addresses::encoded(&here));
    view! { <Redirect path=login /> }.into_any()
}

fn query(search: &str) -> String {
    match search.strip_prefix('?').unwrap_or(search) {
        "" => String::new(),
        search => format!("?{search}"),
    }
}

fn to_list(words: &'static str) -> AnyView {
    view! { <a class="btn" href=addresses::TOKENS>{icon(Icon::Ticket)} {words}</a> }.into_any()
}

fn page(sign: Icon, title: &'static str, words: String, actions: AnyView) -> AnyView {
    view! { <Title text=title /> {empty(sign, 1, title, words, actions)} }.into_any()
}
