//! A question that has to be answered first.

use leptos::prelude::*;

/// A native dialog, opened by [`show_dialog`](crate::browser::show_dialog): the browser keeps the focus in it, gives it
/// back afterwards, and closes it on Escape.
pub(crate) fn dialog(id: &'static str, title: String, children: AnyView) -> AnyView {
    view! {
        <dialog class="dialog" id=id aria-labelledby=format!("{id}-title")>
            <h2 id=format!("{id}-title")>{title}</h2>
            {children}
        </dialog>
    }
    .into_any()
}
