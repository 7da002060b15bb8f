//! What a reader prefers.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use leptos::prelude::*;

use crate::{Error, preferences::Theme, text::Language};

/// Keeps the language in this browser.
#[server(prefix = "/fn", endpoint = "set_language")]
pub async fn set_language(language: Language) -> Result<(), Error> {
    crate::context::keep_preference(crate::HostOptions::LANGUAGE_COOKIE, language.tag()).await
}

/// Keeps in this browser whether single keys do something.
#[server(prefix = "/fn", endpoint = "set_single_keys")]
pub async fn set_single_keys(on: bool) -> Result<(), Error> {
    let kept = if on {
        "on"
    } else {
        crate::preferences::NO_KEYS
    };
    crate::context::keep_preference(crate::HostOptions::KEYS_COOKIE, kept).await
}

/// Keeps the theme in this browser.
#[server(prefix = "/fn", endpoint = "set_theme")]
pub async fn set_theme(theme: Theme) -> Result<(), Error> {
    crate::context::keep_preference(crate::HostOptions::THEME_COOKIE, theme.as_str()).await
}
