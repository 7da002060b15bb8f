//! The fields that the forms of new tokens and of a token share.

use domain::{Field, token::Uses};
use leptos::prelude::*;

use crate::{
    Error,
    components::field::{Input, flaw_of},
    context,
    text::text,
};

/// When a token can be used: two local times, either of which may be left empty.
pub(super) fn window_fields(from: String, to: String, error: Signal<Option<Error>>) -> AnyView {
    let words = &text().create;
    view! {
        <div class="pair window-times">
            <Input
                name="form[from]"
                label=words.from
                kind="datetime-local"
                step=step(&from)
                value=from
                error=flaw_of(error, Field::ValidFrom)
                optional=true
            />
            <Input
                name="form[to]"
                label=words.to
                kind="datetime-local"
                step=step(&to)
                value=to
                error=flaw_of(error, Field::ValidTo)
                optional=true
            />
        </div>
    }
    .into_any()
}

/// A window as one of several to choose from.
pub(super) fn window_chip(value: &'static str, words: &'static str, is_first: bool) -> AnyView {
    let typed = context::typed();
    let checked = match typed.get("form[window]") {
        "" => is_first,
        typed => typed == value,
    };
    view! {
        <label class="chip">
            <input type="radio" name="form[window]" value=value checked=checked />
            {words}
        </label>
    }
    .into_any()
}

/// How often a token can be used.
pub(super) fn uses_field(uses: Option<Uses>, error: Signal<Option<Error>>) -> AnyView {
    let text = text();
    let left = match uses {
        None | Some(Uses::Unlimited) => String::new(),
        Some(Uses::Left(n)) => n.to_string(),
    };
    let unlimited = context::typed().ticked("form[unlimited]", uses == Some(Uses::Unlimited));
    view! {
        <div class="group uses-field">
            <Input
                name="form[uses]"
                label=text.create.uses
                kind="number"
                min="0"
                max="2147483647"
                value=left
                error=flaw_of(error, Field::Uses)
            />
            <label class="check">
                <input
                    type="checkbox"
                    name="form[unlimited]"
                    checked=unlimited
                />
                <span>{text.common.unlimited}</span>
            </label>
        </div>
    }
    .into_any()
}

/// How often a token can be used, and how long it rests.
pub(super) fn uses_fields(uses: Uses, lock: u32, error: Signal<Option<Error>>) -> AnyView {
    let text = text();
    let words = &text.create;
    view! {
        <div class="pair">
            {uses_field(Some(uses), error)}
            <Input
                name="form[lock]"
                label=words.lock
                kind="number"
                min="0"
                max="2147483647"
                value=lock.to_string()
                hint=words.lock_hint
                unit=text.common.seconds.other
                error=flaw_of(error, Field::Lock)
            />
        </div>
    }
    .into_any()
}

/// Seconds can be typed where there are some: else the browser would refuse what stands there.
fn step(value: &str) -> &'static str {
    if value.matches(':').count() > 1 {
        "1"
    } else {
        "60"
    }
}
