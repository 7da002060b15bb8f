//! A scanner that types anywhere on the page, as a keyboard does.

use std::time::Duration;

use leptos::{ev::keydown, prelude::*};

use super::Scanner;
use crate::{browser, door::Wedge, text::later::later_text};

/// How long a scanner that ends with nothing is silent when it has said all.
const SILENCE: Duration = Duration::from_millis(120);

/// Where the browser keeps that its scanner ends with nothing.
const SUFFIX: &str = "scanner-suffix";
const NONE: &str = "none";

/// Whether the scanner of this device ends with nothing. Devices differ, so that each keeps it for itself.
pub(super) fn ends_with_nothing() -> RwSignal<bool> {
    let nothing = RwSignal::new(false);
    Effect::new(move || nothing.set(browser::kept(SUFFIX).as_deref() == Some(NONE)));
    nothing
}

/// Chooses how the scanner of this device ends.
pub(super) fn suffix_choice(nothing: RwSignal<bool>) -> AnyView {
    let words = &later_text().scan;
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event) == NONE;
        browser::keep(SUFFIX, chosen.then_some(NONE));
        nothing.set(chosen);
    };
    view! {
        <div class="field needs-script">
            <label class="label" for="suffix">
                {words.suffix}
            </label>
            <select class="input" id="suffix" on:change=choose>
                <option value="key" selected=move || !nothing.get()>
                    {words.suffix_key}
                </option>
                <option value=NONE selected=move || nothing.get()>
                    {words.suffix_none}
                </option>
            </select>
        </div>
    }
    .into_any()
}

/// Hears it: quick letters outside of fields, and what ends them.
pub(super) fn listen(scanner: Scanner, nothing: RwSignal<bool>) {
    let wedge = StoredValue::new(Wedge::default());
    let silence = StoredValue::new(None::<TimeoutHandle>);
    let take = move |typed: Option<String>| {
        if let Some(typed) = typed {
            scanner.take(&typed);
        }
    };
    let said_all = move || {
        if let Some(typed) = wedge.try_update_value(Wedge::end) {
            take(typed);
        }
    };
    let hush = move || {
        if let Some(handle) = silence.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move || {
        let listener = window_event_listener(keydown, move |event| {
            if event.ctrl_key()
                || event.alt_key()
                || event.meta_key()
                || browser::is_in_field(&event)
            {
                return;
            }
            let key = event.key();
            // What is being typed presses no button and scrolls no page.
            if key == " " && wedge.with_value(Wedge::is_typing) {
                event.prevent_default();
            }
            let typed = wedge.try_update_value(|wedge| wedge.hear(&key, event.time_stamp()));
            hush();
            match typed.flatten() {
                Some(typed) => {
                    event.prevent_default();
                    take(Some(typed));
                }
                None if nothing.get_untracked() => {
                    silence.set_value(set_timeout_with_handle(said_all, SILENCE).ok());
                }
                None => {}
            }
        });
        on_cleanup(move || {
            listener.remove();
            hush();
        });
    });
}
