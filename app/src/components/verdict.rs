//! What a door says, told from afar: by colour, by shape and by a mark.

use domain::{Uses, token::Verdict};
use leptos::prelude::*;

use crate::text::text;

/// The class that colours what says it.
pub(crate) fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "door-ok",
        Verdict::Stop => "door-no",
        Verdict::Wait => "door-wait",
    }
}

/// A sign, a word and a sentence.
pub(crate) fn told(verdict: Verdict, word: AnyView, sentence: String) -> AnyView {
    let (shape, mark) = match verdict {
        Verdict::Go => (
            "M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0",
            "M7.5 12.5l3 3 6-6.5",
        ),
        Verdict::Stop => (
            "M7.86 2h8.28L22 7.86v8.28L16.14 22H7.86L2 16.14V7.86z",
            "M9 9l6 6M15 9l-6 6",
        ),
        Verdict::Wait => ("M12 3.5L22 20.5H2z", "M12 9.5v5M12 17.6v.1"),
    };
    view! {
        <div class="door-main">
            <svg class="door-sign" viewBox="0 0 24 24" aria-hidden="true">
                <path class="door-shape" d=shape />
                <path class="door-mark" d=mark />
            </svg>
            <p class="door-word">{word}</p>
            <p class="door-sentence anywhere">{sentence}</p>
        </div>
    }
    .into_any()
}

/// What is known of the token: how often it can still be used, and what else there is.
pub(crate) fn facts(uses: Uses, others: Vec<(&'static str, Option<String>)>) -> AnyView {
    let text = text();
    let left = match uses {
        Uses::Unlimited => text.common.unlimited.to_owned(),
        Uses::Left(n) => text.number(n.into()),
    };
    let known = others
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let rows = std::iter::once((text.rules.uses_left, left)).chain(known);
    let rows = rows.map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd class="nums">{value}</dd>
            </div>
        }
    });
    view! { <dl class="door-facts">{rows.collect_view()}</dl> }.into_any()
}
