//! Asking before a key is revoked.

use domain::view::KeyView;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use super::{errors::failed, token::uid_in_address};
use crate::{
    addresses,
    call::{Call, form},
    components::{alert::form_alert, field::submit, head::breadcrumb},
    fns::keys::RevokeKey as Revoke,
    forms::keys::KeyForm,
    load::{Answer, Ask, Loading},
    text::{fill, text},
};

/// The page that asks.
#[component]
pub(super) fn RevokeKey() -> impl IntoView {
    let uid = uid_in_address();
    let revoke = Call::new(Revoke::PATH);
    let page = Loading::new(move || (Ask::KeyForm(Some(uid.get())), 0));
    page.show(
        move |answer, _| match answer.and_then(Answer::read::<KeyForm>) {
            Ok(start) => start
                .key
                .map_or_else(|| ().into_any(), |key| question(revoke, &key)),
            Err(error) => failed(&error),
        },
    )
}

fn question(revoke: Call, key: &KeyView) -> AnyView {
    let text = text();
    let words = &text.keys;
    let above = vec![(words.title.into(), addresses::KEYS.into())];
    let buttons = view! {
        <input type="hidden" name="uid" value=key.uid.to_string() />
        <div class="actions">
            <a class="btn" href=addresses::KEYS>
                {text.common.cancel}
            </a>
            {submit(words.revoke, revoke.pending(), "btn-danger")}
        </div>
    };
    view! {
        <Title text=words.revoke_title />
        {breadcrumb(above, words.revoke.into())}
        <div class="card card-body form narrow">
            <h1>{words.revoke_title}</h1>
            <p class="anywhere">{fill(words.revoke_text, &[("name", key.name.as_str())])}</p>
            {form_alert(revoke.error())}
            {form(revoke, None, buttons.into_any())}
        </div>
    }
    .into_any()
}
