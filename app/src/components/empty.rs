//! What stands where there is nothing to show: why, and what one can do about it.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// A state without content. `heading` is its level, 1 where it is the whole page.
pub(crate) fn empty(
    sign: Icon,
    heading: u8,
    title: &'static str,
    words: String,
    actions: AnyView,
) -> AnyView {
    let title = if heading == 1 {
        view! { <h1>{title}</h1> }.into_any()
    } else {
        view! { <h2>{title}</h2> }.into_any()
    };
    view! {
        <div class="empty">
            {icon(sign)} {title} <p>{words}</p>
            <div class="actions">{actions}</div>
        </div>
    }
    .into_any()
}
