//! A value, cut to its room, with a button that copies all of it.

use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

use super::{
    icon::{Icon, icon},
    toasts::Toasts,
};
use crate::{browser, text::text};

/// The longest value that is shown whole in a list.
const LIST_CHARS: usize = 40;

/// A value in a list, its middle left out if it is long.
pub(crate) fn copy_value(value: &str) -> AnyView {
    view(value, list_cut(value), "copy")
}

/// The same as text.
pub(crate) fn list_cut(value: &str) -> String {
    middle_cut(value, LIST_CHARS)
}

/// A value in a box of its own.
pub(crate) fn copy_box(value: &str) -> AnyView {
    view(value, middle_cut(value, 200), "copy copy-box")
}

fn view(value: &str, shown: String, class: &'static str) -> AnyView {
    view! {
        <span class=class>
            <span class="copy-text mono">{shown}</span>
            {copy_button(value)}
        </span>
    }
    .into_any()
}

/// The button alone.
pub(crate) fn copy_button(value: &str) -> AnyView {
    let text = text();
    let toasts = expect_context::<Toasts>();
    let done = RwSignal::new(false);
    let value = value.to_owned();
    let copy = move |_| {
        let value = value.clone();
        spawn_local(async move {
            if browser::copy(value).await {
                toasts.say(text.common.copied);
                // The button may be gone by then.
                done.try_set(true);
                let calm = move || {
                    let _ = done.try_set(false);
                };
                set_timeout(calm, Duration::from_secs(2));
            } else {
                toasts.warn(text.common.copy_refused);
            }
        });
    };
    view! {
        <button
            type="button"
            class="btn btn-icon needs-script"
            aria-label=text.common.copy
            title=text.common.copy
            data-done=move || done.get().then_some("")
            on:click=copy
        >
            {move || icon(if done.get() { Icon::Check } else { Icon::Copy })}
        </button>
    }
    .into_any()
}

/// `text` with its middle left out, where it is longer than `max` characters.
pub(crate) fn middle_cut(text: &str, max: usize) -> String {
    let count = text.chars().count();
    if count <= max {
        return text.to_owned();
    }
    let half = (max - 1) / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(count - half).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_lose_their_middle() {
        assert_eq!(middle_cut("short", 9), "short");
        assert_eq!(middle_cut("abcdefghijklm", 9), "abcd…jklm");
        assert_eq!(middle_cut("🎟🎟🎟🎟🎟🎟", 5), "🎟🎟…🎟🎟");
    }
}
