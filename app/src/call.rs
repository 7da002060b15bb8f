//! Forms that post to a server function: by the browser itself, or by a script that stays on the page.
//!
//! Leptos has `ServerAction` and `ActionForm` for this. They are compiled anew for each server function, which is a
//! third of the bundle for as many forms as we have; these are compiled once, for they know no more than a path.

use leptos::{
    prelude::*, server::ServerActionError, server_fn::error::ServerFnUrlError, task::spawn_local,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::{Error, addresses, browser, components::toasts::Toasts};

/// A server function that a form calls, and what came of the last call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    path: &'static str,
    pending: RwSignal<bool>,
    error: RwSignal<Option<Error>>,
    answers: RwSignal<u32>,
    successes: RwSignal<u32>,
    go: Callback<String>,
    here: Memo<String>,
    toasts: Toasts,
}

impl Call {
    /// A call of the server function at `path`. What went wrong with it before the page was loaded stands in the
    /// address of the page.
    pub(crate) fn new(path: &'static str) -> Self {
        let error = use_context::<ServerActionError>()
            .filter(|error| error.path() == path)
            .map(|error| ServerFnUrlError::<Error>::decode_err(error.err()));
        let navigate = use_navigate();
        Self {
            path,
            pending: RwSignal::new(false),
            error: RwSignal::new(error),
            answers: RwSignal::new(0),
            successes: RwSignal::new(0),
            go: Callback::new(move |page: String| navigate(&page, NavigateOptions::default())),
            here: use_location().pathname,
            toasts: expect_context(),
        }
    }

    /// What went wrong with the last call.
    pub(crate) fn error(self) -> Signal<Option<Error>> {
        self.error.into()
    }

    /// Whether it is under way.
    pub(crate) fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// Changes with each answer, for what has to be loaded anew then.
    pub(crate) fn answers(self) -> u32 {
        self.answers.get()
    }

    /// Changes with each answer that is a yes: a form that was refused keeps what was typed.
    pub(crate) fn successes(self) -> u32 {
        self.successes.get()
    }

    /// Sends `body`, urlencoded.
    pub(crate) fn send(self, body: String) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        spawn_local(async move {
            let answer = browser::post(self.path, body).await;
            // Whoever sent it may have left the page.
            if self.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok((_, next)) => {
                    self.error.set(None);
                    self.successes.update(|successes| *successes += 1);
                    let (page, notice) = addresses::split_notice(next.as_deref().unwrap_or(""));
                    if let Some(notice) = notice {
                        self.toasts.news(notice);
                    }
                    let path = page.split('?').next().unwrap_or_default();
                    if !path.is_empty() && self.here.with_untracked(|here| here != path) {
                        self.go.run(page.to_owned());
                    }
                }
                Err(error) => {
                    self.error.set(Some(error));
                    // After the fields have learned of it.
                    request_animation_frame(browser::focus_first_flaw);
                }
            }
            self.answers.try_update(|answers| *answers += 1);
        });
    }
}

/// A form that calls a server function.
pub(crate) fn form(call: Call, id: Option<&'static str>, children: AnyView) -> AnyView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(body) = browser::urlencoded(&event) {
            call.send(body);
        }
    };
    view! {
        <form method="post" action=call.path id=id on:submit=submit>
            {children}
        </form>
    }
    .into_any()
}
