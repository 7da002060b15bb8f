//! How much of something is used, as a bar beside the number that says the same.

use leptos::prelude::*;

/// A bar filled by `part` of `whole`. Drawn, not styled: the page's policy forbids inline styles.
pub(crate) fn meter(part: u64, whole: u64) -> AnyView {
    let percent = part.saturating_mul(100).checked_div(whole).unwrap_or(0);
    view! {
        <svg class="meter" aria-hidden="true">
            <rect width=format!("{percent}%") height="100%" rx="2"></rect>
        </svg>
    }
    .into_any()
}
