//! What the rules of a token mean, and how long a lock still holds.

use std::time::Duration;

use domain::{Status, time::Repeated, view::TokenView};
use leptos::prelude::*;

use crate::{
    browser,
    live::Live,
    text::{fill, later::later_text, text},
    times,
};

/// A question mark that opens the sentence that explains a rule; it needs no script.
pub(super) fn help(rule: &'static str, words: &'static str) -> AnyView {
    let label = fill(later_text().help.label, &[("rule", rule)]);
    view! {
        <details class="help">
            <summary aria-label=label>"?"</summary>
            <p>{words}</p>
        </details>
    }
    .into_any()
}

/// Which of two is meant, where the clocks of the site are put back over an end of the window.
pub(in crate::pages) fn repeated(ends: &[Repeated]) -> AnyView {
    let words = &later_text().help;
    let note = |end: &Repeated| {
        let sentence = if end.is_second {
            words.second
        } else {
            words.first
        };
        let told = fill(
            sentence,
            &[("time", &times::date_time(text(), end.moment.local))],
        );
        view! { <span class="rule-note">{told}</span> }
    };
    ends.iter().map(note).collect_view().into_any()
}

/// How long the lock still holds, as a clock that runs once the page is alive. At its end the page looks anew.
pub(super) fn countdown(token: &TokenView, live: Live) -> Option<AnyView> {
    let until = token
        .locked_until
        .filter(|_| token.status == Status::Locked)?;
    let left = RwSignal::new(None);
    Effect::new(move || {
        let tick = move || {
            let seconds = until.at.timestamp() - browser::now();
            let _ = left.try_set(Some(seconds.max(0)));
            seconds
        };
        tick();
        let ended = StoredValue::new(false);
        let every_second = set_interval_with_handle(
            move || {
                // The server's clock decides: it is asked a moment after ours says so.
                if tick() < 0 && ended.try_get_value() == Some(false) {
                    ended.set_value(true);
                    live.change();
                }
            },
            Duration::from_secs(1),
        );
        if let Ok(interval) = every_second {
            on_cleanup(move || interval.clear());
        }
    });
    let clock = move || {
        let left: Option<i64> = left.get();
        left.map(|seconds| format!("{}:{:02}", seconds / 60, seconds % 60))
    };
    Some(view! { <span class="countdown nums">{clock}</span> }.into_any())
}
