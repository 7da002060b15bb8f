//! Asking before a token is deleted, on a page of its own: where there is no script, and from the list.

use domain::{
    Permission,
    view::{TokenPage, TokenView},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use super::{
    errors::failed,
    token::{delete_form, uid_in_address},
    tokens::name_of,
};
use crate::{
    addresses,
    call::Call,
    components::{badge::status_badge, head::breadcrumb},
    fns::tokens::DeleteToken as Delete,
    load::{Answer, Ask, Loading},
    text::text,
};

/// The page that asks.
#[component]
pub(super) fn DeleteToken() -> impl IntoView {
    let uid = uid_in_address();
    let delete = Call::new(Delete::PATH);
    let page = Loading::new(move || (Ask::Token(uid.get(), Permission::Delete, 1), 0));
    page.show(
        move |answer, _| match answer.and_then(Answer::read::<TokenPage>) {
            Ok(page) => question(delete, &page.token),
            Err(error) => failed(&error),
        },
    )
}

fn question(delete: Call, token: &TokenView) -> AnyView {
    let text = text();
    let words = &text.token;
    let name = name_of(token);
    let back = addresses::token(token.uid);
    let above = vec![
        (text.tokens.title.into(), addresses::TOKENS.into()),
        (name.clone(), back.clone()),
    ];
    let cancel = view! {
        <a class="btn" href=back>
            {text.common.cancel}
        </a>
    };
    view! {
        <Title text=words.delete_title />
        {breadcrumb(above, words.delete.into())}
        <div class="card card-body form narrow">
            <div class="head-title">
                <h1>{words.delete_title}</h1>
                {status_badge(token.status)}
            </div>
            {delete_form(token.uid, &name, delete, cancel.into_any())}
        </div>
    }
    .into_any()
}
