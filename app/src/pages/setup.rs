//! The first account, made by the link that the server prints.

use domain::Field;
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::{
    Error, addresses, browser,
    components::{
        alert::error_alert,
        field::{Input, flaw_of, submit},
    },
    fns::sessions::{AcceptInvitation, invitation_is_good},
    frame::gate,
    text::text,
};

/// The page to which the link leads.
#[component]
pub(super) fn Setup() -> impl IntoView {
    let words = &text().setup;
    let code = use_location()
        .search
        .with_untracked(|query| addresses::parameter(query, "code"));
    let code = code.unwrap_or_default();
    let accept = ServerAction::<AcceptInvitation>::new();
    let good = Resource::new_blocking(
        {
            let code = code.clone();
            move || code.clone()
        },
        invitation_is_good,
    );
    let form = move || {
        let code = code.clone();
        Suspend::new(async move {
            match good.await {
                Ok(true) => form(accept, code),
                Ok(false) => error_alert(words.bad_code.into()),
                Err(error) => error_alert(text().error(&error)),
            }
        })
    };
    gate(
        view! {
            <Title text=words.title />
            <div class="card-body form">
                <h1>{words.title}</h1>
                <Suspense>{form}</Suspense>
            </div>
        }
        .into_any(),
    )
}

fn form(accept: ServerAction<AcceptInvitation>, code: String) -> AnyView {
    let text = text();
    let words = &text.setup;
    let error = Signal::derive(move || accept.value().get().and_then(Result::err));
    // The code has no field of its own, so its flaw is told of the whole.
    let alert = move || match error.get()? {
        Error::Domain(domain::Error::Invalid { flaws }) => {
            let flaw = flaws.into_iter().find(|flaw| flaw.field == Field::Code)?;
            Some(error_alert(text.flaw(flaw.field, &flaw.kind)))
        }
        error => Some(error_alert(text.error(&error))),
    };
    Effect::new(move || {
        if error.with(Option::is_some) {
            browser::focus_first_flaw();
        }
    });
    view! {
        <p class="muted">{words.facts}</p>
        <ActionForm action=accept>
            <div class="form">
                {alert}
                <input type="hidden" name="form[code]" value=code />
                <Input
                    name="form[name]"
                    label=words.name
                    hint=words.name_hint
                    error=flaw_of(error, Field::Name)
                    autocomplete="username"
                    maxlength="64"
                    required=true
                    autofocus=true
                />
                <Input
                    name="form[password]"
                    label=words.password
                    hint=words.password_hint
                    error=flaw_of(error, Field::Password)
                    kind="password"
                    autocomplete="new-password"
                    minlength="10"
                    required=true
                />
                {submit(words.submit, accept.pending().into(), "btn-primary btn-wide")}
            </div>
        </ActionForm>
    }
    .into_any()
}
