//! The browser's twin of `context.rs`: what a page asks, answered by the document that the host rendered.

use crate::{Error, preferences::Theme, text::Language};

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

/// The theme in which the host rendered the page.
pub(crate) fn theme() -> Theme {
    root_attribute("data-theme")
        .map(|name| Theme::parse(&name))
        .unwrap_or_default()
}

/// Nothing: the status of a page was sent before the browser saw it.
pub(crate) fn set_page_error(_error: &Error) {}
