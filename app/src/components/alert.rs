//! A message that stays until its cause is gone.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::{Error, text::text};

/// What went wrong as a whole, beside the flaws that stand at their fields. Screen readers say it at once.
pub(crate) fn error_alert(message: String) -> AnyView {
    view! {
        <div class="alert alert-bad" role="alert">
            {icon(Icon::CircleAlert)}
            <p>{message}</p>
        </div>
    }
    .into_any()
}

/// What one has to know before going on.
pub(crate) fn warning(words: &'static str) -> AnyView {
    view! {
        <div class="alert alert-warn">
            {icon(Icon::TriangleAlert)}
            <p>{words}</p>
        </div>
    }
    .into_any()
}

/// The last call of a form, if it went wrong.
pub(crate) fn form_alert(error: Signal<Option<Error>>) -> AnyView {
    let text = text();
    (move || error.get().map(|error| error_alert(text.error(&error)))).into_any()
}
