//! Inviting somebody by a one-time link, which is shown once.

use domain::Field;
use leptos::prelude::*;

use super::{account::role_choice, errors::failed};
use crate::{
    addresses,
    components::{
        alert::form_alert,
        field::{field_error, flaw_of, submit},
        head::{breadcrumb, page_head},
        once::shown_once,
    },
    context,
    forms::{accounts::InviteForm, once::Once},
    load::{Answer, Ask, Loading},
    text::text,
};

/// The page with the form.
#[component]
pub(super) fn Invite() -> impl IntoView {
    let start = Loading::new(|| (Ask::InviteForm, 0));
    start.show(
        |answer, _| match answer.and_then(Answer::read::<InviteForm>) {
            Ok(form) => page(form.once),
            Err(error) => failed(&error),
        },
    )
}

fn page(once: Once) -> AnyView {
    let words = &text().accounts;
    let above = vec![(words.title.into(), addresses::ACCOUNTS.into())];
    if let Some(error) = &once.error {
        context::set_page_error(error);
    }
    let body = match &once.secret {
        Some(link) => shown_once(
            link,
            words.link.into(),
            words.link_text,
            addresses::ACCOUNTS,
        ),
        None => fields(once),
    };
    view! {
        {breadcrumb(above, words.invite.into())}
        {page_head(words.invite_title, ().into_any(), ().into_any())}
        {body}
    }
    .into_any()
}

fn fields(once: Once) -> AnyView {
    let text = text();
    let words = &text.accounts;
    let chosen = domain::account::Role::parse(once.typed.get("role"));
    let error = Signal::stored(once.error);
    view! {
        <form method="post" action=addresses::INVITE>
            <div class="card">
                <div class="section">
                    <div class="section-text">
                        <h2>{words.column_role}</h2>
                        <p>{words.invite_hint}</p>
                    </div>
                    <div class="form">
                        {form_alert(error)} <fieldset class="group">
                            <legend class="visually-hidden">{words.column_role}</legend>
                            {role_choice(chosen)}
                            {field_error("role-error".into(), flaw_of(error, Field::Role))}
                        </fieldset>
                    </div>
                </div>
                <div class="card-foot">
                    <a class="btn" href=addresses::ACCOUNTS>
                        {text.common.cancel}
                    </a>
                    {submit(words.make_link, Signal::stored(false), "btn-primary")}
                </div>
            </div>
        </form>
    }
    .into_any()
}
