//! How much of something is used, as a bar beside the number that says the same.

use leptos::prelude::*;

/// A bar filled by `part` of `whole`. Drawn, not styled: the page's policy forbids inline styles.
pub(crate) fn meter(part: u64, whole: u64) -> AnyView {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a bar of 72 pixels needs no more"
    )]
    let percent = if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64 * 100.0
    };
    view! {
        <svg class="meter" aria-hidden="true">
            <rect width=format!("{percent:.0}%") height="100%" rx="2"></rect>
        </svg>
    }
    .into_any()
}
