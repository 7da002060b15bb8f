//! What stands where something is on its way.

use leptos::prelude::*;

use crate::text::text;

/// Lines that are still to come; they show only when the wait is long enough to be noticed.
pub(crate) fn skeleton() -> AnyView {
    view! {
        <div class="card card-body" aria-busy="true">
            <p class="visually-hidden">{text().common.loading}</p>
            <div class="skeleton" aria-hidden="true">
                <span></span>
                <span></span>
                <span></span>
                <span></span>
                <span></span>
                <span></span>
            </div>
        </div>
    }
    .into_any()
}
