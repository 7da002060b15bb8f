//! Signing in.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::{
    Error, addresses, browser,
    components::{
        alert::error_alert,
        field::{Input, submit},
    },
    fns::sessions::SignIn,
    frame::gate,
    text::text,
};

/// The sign-in page.
#[component]
pub(super) fn Login() -> impl IntoView {
    let text = text();
    let words = &text.login;
    let sign_in = ServerAction::<SignIn>::new();
    let next = use_location()
        .search
        .with_untracked(|query| addresses::parameter(query, "next"));
    let refused = move || match sign_in.value().get()?.err()? {
        Error::Domain(domain::Error::Unauthenticated) => Some(error_alert(words.refused.into())),
        error => Some(error_alert(text.error(&error))),
    };
    Effect::new(move || {
        if sign_in.value().with(|value| matches!(value, Some(Err(_)))) {
            browser::focus("form[password]");
        }
    });
    gate(
        view! {
            <Title text=words.title />
            <ActionForm action=sign_in>
                <div class="card-body form">
                    <h1>{words.title}</h1>
                    {refused}
                    <Input name="form[name]" label=words.name autocomplete="username" required=true autofocus=true />
                    <Input
                        name="form[password]"
                        label=words.password
                        kind="password"
                        autocomplete="current-password"
                        required=true
                    />
                    {next.map(|next| view! { <input type="hidden" name="form[next]" value=next /> })}
                    {submit(words.submit, sign_in.pending().into(), "btn-primary btn-wide")}
                </div>
            </ActionForm>
        }
        .into_any(),
    )
}
