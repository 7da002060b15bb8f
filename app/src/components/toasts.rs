//! Short news of what was done. They are said politely, stay while somebody points at them, and are never the only
//! place where an error stands.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::icon::{Icon, icon};
use crate::{
    addresses, browser,
    text::{Text, text},
};

/// How long a toast stays.
const STAY: Duration = Duration::from_secs(6);

/// The most toasts at a time.
const MOST: usize = 3;

/// The toasts of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Toasts {
    text: &'static Text,
    shown: RwSignal<Vec<Toast>>,
    /// Somebody reads: nothing goes away.
    held: RwSignal<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    number: u32,
    sign: Sign,
    words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Done,
    Warning,
}

impl Toasts {
    /// Gives the components below the calling one a place for their news.
    pub(crate) fn provide() -> Self {
        let toasts = Self {
            text: text(),
            shown: RwSignal::new(Vec::new()),
            held: RwSignal::new(false),
        };
        provide_context(toasts);
        toasts
    }

    /// Something was done.
    pub(crate) fn say(self, words: impl Into<String>) {
        self.push(Sign::Done, words.into());
    }

    /// Something was done that an address tells of.
    pub(crate) fn news(self, notice: &str) {
        if let Some(words) = words_of(self.text, notice) {
            self.say(words);
        }
    }

    /// Something could not be done.
    pub(crate) fn warn(self, words: impl Into<String>) {
        self.push(Sign::Warning, words.into());
    }

    fn push(self, sign: Sign, words: String) {
        let number = self
            .shown
            .with_untracked(|shown| shown.last().map_or(0, |last| last.number + 1));
        // The same news again replaces the old.
        self.shown.update(|shown| {
            shown.retain(|toast| toast.words != words);
            let surplus = (shown.len() + 1).saturating_sub(MOST);
            shown.drain(..surplus);
            shown.push(Toast {
                number,
                sign,
                words,
            });
        });
        self.expire(number);
    }

    fn expire(self, number: u32) {
        set_timeout(
            move || {
                if self.held.get_untracked() {
                    self.expire(number);
                } else {
                    self.remove(number);
                }
            },
            STAY,
        );
    }

    fn remove(self, number: u32) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.number != number));
    }
}

/// What a form without a script has done stands in the address to which it led.
fn words_of(text: &Text, notice: &str) -> Option<String> {
    let words = &text.notices;
    Some(match notice {
        "saved" => words.saved.into(),
        "disabled" => words.disabled.into(),
        "enabled" => words.enabled.into(),
        "deleted" => words.deleted.into(),
        "revoked" => words.revoked.into(),
        "withdrawn" => words.withdrawn.into(),
        "session-ended" => words.session_ended.into(),
        "password-changed" => words.password_changed.into(),
        _ => {
            let amount = notice.strip_prefix("created-")?.parse().ok()?;
            text.plural(&words.created, amount)
        }
    })
}

/// The place where toasts appear. It is there from the first paint, so that screen readers listen to it.
#[component]
pub(crate) fn Toaster() -> impl IntoView {
    let text = text();
    let toasts = expect_context::<Toasts>();
    let location = use_location();
    let query = location.search.get_untracked();
    if let Some(words) =
        addresses::parameter(&query, "notice").and_then(|notice| words_of(text, &notice))
    {
        toasts.shown.set(vec![Toast {
            number: 0,
            sign: Sign::Done,
            words,
        }]);
        Effect::new(move || {
            browser::clean_address();
            toasts.expire(0);
        });
    }
    let here = location.pathname;
    let item = move |toast: Toast| {
        let close = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            toasts.held.set(false);
            toasts.remove(toast.number);
        };
        let sign = match toast.sign {
            Sign::Done => Icon::CircleCheck,
            Sign::Warning => Icon::TriangleAlert,
        };
        view! {
            <div class="toast">
                {icon(sign)} <p>{toast.words}</p>
                <a class="btn btn-icon" href=here.get_untracked() aria-label=text.notices.dismiss on:click=close>
                    {icon(Icon::X)}
                </a>
            </div>
        }
    };
    view! {
        <div
            class="toasts"
            role="status"
            aria-label=text.shell.messages
            on:mouseenter=move |_| toasts.held.set(true)
            on:mouseleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            {move || toasts.shown.get().into_iter().map(item).collect_view()}
        </div>
    }
    .into_any()
}
