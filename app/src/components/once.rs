//! A secret that is shown once.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    alert::warning,
    icon::{Icon, icon},
    toasts::Toasts,
};
use crate::{browser, text::text};

/// The secret, with a button that copies it and goes on to `next`. Whoever is about to leave without it is asked first.
pub(crate) fn shown_once(
    secret: &str,
    title: String,
    words: &'static str,
    next: &'static str,
) -> AnyView {
    let text = text();
    let shared = &text.once;
    let toasts = expect_context::<Toasts>();
    let held = RwSignal::new(true);
    Effect::new(move || browser::ask_before_leaving(held, shared.leave));
    let navigate = use_navigate();
    let copy = {
        let secret = secret.to_owned();
        move |_| {
            let (secret, navigate) = (secret.clone(), navigate.clone());
            spawn_local(async move {
                if browser::copy(secret).await {
                    held.set(false);
                    toasts.say(shared.copied);
                    navigate(next, NavigateOptions::default());
                } else {
                    toasts.warn(text.common.copy_refused);
                }
            });
        }
    };
    view! {
        <div class="card card-body form narrow">
            <h2 class="anywhere">{title}</h2>
            {warning(words)}
            <p class="secret mono" id="secret">{secret.to_owned()}</p>
            <div class="actions">
                <button type="button" class="btn btn-primary needs-script" on:click=copy>
                    {icon(Icon::Copy)}
                    {shared.copy_and_close}
                </button>
                <a class="btn" href=next>
                    {text.common.close}
                </a>
            </div>
        </div>
    }
    .into_any()
}
