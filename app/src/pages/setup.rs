//! An account made by a one-time link: the first by the one that the server prints, others by those that are sent.

use domain::{Field, view::OpenInvitation};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::{
    Error, addresses,
    call::{Call, form},
    components::{
        alert::error_alert,
        field::{Input, flaw_of, submit},
    },
    fns::sessions::AcceptInvitation,
    frame::gate,
    load::{Answer, Ask, Loading},
    text::{fill, text},
};

/// The page to which the link leads.
#[component]
pub(super) fn Setup() -> impl IntoView {
    let text = text();
    let words = &text.setup;
    let code = use_location()
        .search
        .with_untracked(|query| addresses::parameter(query, "code"));
    let code = code.unwrap_or_default();
    let accept = Call::new(AcceptInvitation::PATH);
    let invitation = Loading::new({
        let code = code.clone();
        move || (Ask::Invitation(code.clone()), 0)
    });
    let body = invitation.show(move |answer, _| {
        match answer.and_then(Answer::read::<Option<OpenInvitation>>) {
            Ok(Some(invitation)) => new_account(accept, &invitation, code.clone()),
            Ok(None) => refused(error_alert(words.bad_code.into())),
            Err(error) => refused(error_alert(text.error(&error))),
        }
    });
    gate(view! { <div class="card-body form">{body}</div> }.into_any())
}

fn refused(alert: AnyView) -> AnyView {
    let title = text().setup.title;
    view! {
        <Title text=title />
        <h1>{title}</h1>
        {alert}
    }
    .into_any()
}

fn new_account(accept: Call, invitation: &OpenInvitation, code: String) -> AnyView {
    let text = text();
    let words = &text.setup;
    let error = accept.error();
    // The code has no field of its own, so its flaw is told of the whole.
    let alert = move || match error.get()? {
        Error::Domain(domain::Error::Invalid { flaws }) => {
            let flaw = flaws.into_iter().find(|flaw| flaw.field == Field::Code)?;
            Some(error_alert(text.flaw(flaw.field, &flaw.kind)))
        }
        error => Some(error_alert(text.error(&error))),
    };
    let fields = view! {
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
            {submit(words.submit, accept.pending(), "btn-primary btn-wide")}
        </div>
    };
    let (title, facts) = match &invitation.by {
        None => (words.title, words.facts.to_owned()),
        Some(by) => (
            words.join,
            fill(
                words.join_facts,
                &[("name", by), ("role", text.role_name(invitation.role))],
            ),
        ),
    };
    view! {
        <Title text=title />
        <h1>{title}</h1>
        <p class="muted anywhere">{facts}</p>
        {form(accept, None, fields.into_any())}
    }
    .into_any()
}
