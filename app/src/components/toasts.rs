//! Short news of what was done. They are said politely, stay while somebody points at them, and are never the only
//! place where an error stands.

use std::time::Duration;

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use uuid::Uuid;

use super::icon::{Icon, icon};
use crate::{
    addresses, browser,
    call::{Call, form},
    fns::trash::UndoDeletion,
    text::{Text, text},
};

/// How long a toast stays.
const STAY: Duration = Duration::from_secs(6);

/// How long one stays by which a deletion can be undone.
const STAY_TO_UNDO: Duration = Duration::from_secs(10);

/// The most toasts at a time.
const MOST: usize = 3;

/// The toasts of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Toasts {
    text: &'static Text,
    shown: RwSignal<Vec<Toast>>,
    /// Somebody reads: nothing goes away.
    held: RwSignal<bool>,
    /// How many deletions were undone here.
    undone: RwSignal<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    number: u32,
    sign: Sign,
    words: String,
    /// The deletion that it tells of.
    deletion: Option<Uuid>,
}

impl Toast {
    fn stay(&self) -> Duration {
        if self.deletion.is_some() {
            STAY_TO_UNDO
        } else {
            STAY
        }
    }
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
            undone: RwSignal::new(0),
        };
        provide_context(toasts);
        toasts
    }

    /// Something was done.
    pub(crate) fn say(self, words: impl Into<String>) {
        self.push(Sign::Done, words.into(), None);
    }

    /// Changes with each deletion that is undone by a toast, for what has to be loaded anew then.
    pub(crate) fn undone(self) -> u32 {
        self.undone.get()
    }

    /// Something was done that an address tells of.
    pub(crate) fn news(self, notice: &str) {
        if let Some(words) = words_of(self.text, notice) {
            self.push(Sign::Done, words, deletion_of(notice));
        }
    }

    /// Something could not be done.
    pub(crate) fn warn(self, words: impl Into<String>) {
        self.push(Sign::Warning, words.into(), None);
    }

    fn push(self, sign: Sign, words: String, deletion: Option<Uuid>) {
        let number = self
            .shown
            .with_untracked(|shown| shown.last().map_or(0, |last| last.number + 1));
        let toast = Toast {
            number,
            sign,
            words,
            deletion,
        };
        // The same news again replaces the old.
        self.shown.update(|shown| {
            shown.retain(|other| other.words != toast.words);
            let surplus = (shown.len() + 1).saturating_sub(MOST);
            shown.drain(..surplus);
            shown.push(toast.clone());
        });
        self.expire(number, toast.stay());
    }

    fn expire(self, number: u32, stay: Duration) {
        set_timeout(
            move || {
                if self.held.get_untracked() {
                    self.expire(number, stay);
                } else {
                    self.remove(number);
                }
            },
            stay,
        );
    }

    fn remove(self, number: u32) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.number != number));
    }
}

fn deletion_of(notice: &str) -> Option<Uuid> {
    addresses::parse_deleted(notice).map(|(_, deletion)| deletion)
}

/// What a form without a script has done stands in the address to which it led.
fn words_of(text: &Text, notice: &str) -> Option<String> {
    let words = &text.notices;
    Some(match notice {
        "saved" => words.saved.into(),
        "disabled" => text.plural(&words.disabled, 1),
        "enabled" => text.plural(&words.enabled, 1),
        "revoked" => words.revoked.into(),
        "withdrawn" => words.withdrawn.into(),
        "session-ended" => words.session_ended.into(),
        "password-changed" => words.password_changed.into(),
        _ => {
            let amount = |name| notice.strip_prefix(name)?.parse().ok();
            if let Some((amount, _)) = addresses::parse_deleted(notice) {
                text.plural(&words.deleted, amount)
            } else if let Some(amount) = amount("restored-") {
                text.plural(&words.restored, amount)
            } else if let Some(amount) = amount("disabled-") {
                text.plural(&words.disabled, amount)
            } else if let Some(amount) = amount("enabled-") {
                text.plural(&words.enabled, amount)
            } else if let Some(amount) = amount("changed-") {
                text.plural(&words.changed, amount)
            } else {
                text.plural(&words.created, amount("created-")?)
            }
        }
    })
}

/// A form, so that it works without a script too.
fn undo_form(undo: Call, deletion: Uuid) -> AnyView {
    let button = view! {
        <input type="hidden" name="deletion" value=deletion.to_string() />
        <button class="btn btn-text">{text().notices.undo}</button>
    };
    form(undo, None, button.into_any())
}

/// The place where toasts appear. It is there from the first paint, so that screen readers listen to it.
#[component]
pub(crate) fn Toaster() -> impl IntoView {
    let text = text();
    let toasts = expect_context::<Toasts>();
    let location = use_location();
    let query = location.search.get_untracked();
    let notice = addresses::parameter(&query, "notice").unwrap_or_default();
    if let Some(words) = words_of(text, &notice) {
        let toast = Toast {
            number: 0,
            sign: Sign::Done,
            words,
            deletion: deletion_of(&notice),
        };
        let stay = toast.stay();
        toasts.shown.set(vec![toast]);
        Effect::new(move || {
            browser::clean_address();
            toasts.expire(0, stay);
        });
    }
    let undo = Call::new(UndoDeletion::PATH);
    Effect::new(move |before: Option<u32>| {
        let answers = undo.answers();
        // Another than the first is an answer: what the pages show is old, and so is the toast, if it is undone.
        if before.is_some() {
            match undo.error().get_untracked() {
                Some(error) => toasts.warn(text.undo_error(&error)),
                None => toasts
                    .shown
                    .update(|shown| shown.retain(|toast| toast.deletion.is_none())),
            }
            toasts.undone.update(|undone| *undone += 1);
        }
        answers
    });
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
                {icon(sign)} <p>{toast.words}</p> {toast.deletion.map(|deletion| undo_form(undo, deletion))}
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
