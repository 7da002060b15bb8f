//! Signing in.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::{
    Error, addresses,
    call::{Call, form},
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
    let sign_in = Call::new(SignIn::PATH);
    let next = use_location()
        .search
        .with_untracked(|query| addresses::parameter(query, "next"));
    // Which of the two is not right stays untold; one types the password anew in any case.
    let refused = Signal::derive(move || match sign_in.error().get()? {
        Error::Domain(domain::Error::Unauthenticated) => Some(words.refused.to_owned()),
        _ => None,
    });
    let failed = move || match sign_in.error().get()? {
        Error::Domain(domain::Error::Unauthenticated) => None,
        error => Some(error_alert(text.error(&error))),
    };
    let fields = view! {
        <div class="card-body form">
            <h1>{words.title}</h1>
            {failed}
            <Input
                name="form[name]"
                label=words.name
                autocomplete="username"
                required=true
                autofocus=true
            />
            <Input
                name="form[password]"
                label=words.password
                kind="password"
                autocomplete="current-password"
                required=true
                error=refused
            />
            {next.map(|next| view! { <input type="hidden" name="form[next]" value=next /> })}
            {submit(words.submit, sign_in.pending(), "btn-primary btn-wide")}
        </div>
    };
    gate(
        view! {
            <Title text=words.title />
            {form(sign_in, None, fields.into_any())}
        }
        .into_any(),
    )
}
