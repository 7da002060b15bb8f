//! Asking before a token is deleted, on a page of its own: where there is no script, and from the list.

use domain::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    errors::failed,
    token::{delete_form, uid_in_address},
    tokens::name_of,
};
use crate::{
    addresses,
    components::{
        alert::form_alert, badge::status_badge, head::breadcrumb, skeleton::skeleton,
        toasts::Toasts,
    },
    fns::tokens::{DeleteToken as Delete, load_token},
    text::text,
};

/// The page that asks.
#[component]
pub(super) fn DeleteToken() -> impl IntoView {
    let text = text();
    let words = &text.token;
    let uid = uid_in_address();
    let delete = ServerAction::<Delete>::new();
    let page = Resource::new_blocking(move || uid.get(), |uid| load_token(uid, Permission::Delete));
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(())) = delete.value().get() {
            toasts.say(text.notices.deleted);
            navigate(addresses::TOKENS, NavigateOptions::default());
        }
    });
    let error = Signal::derive(move || delete.value().get().and_then(Result::err));
    let ask = move |token: domain::view::TokenView| {
        let name = name_of(&token);
        let back = addresses::token(token.uid);
        let cancel = view! {
            <a class="btn" href=back.clone()>
                {text.common.cancel}
            </a>
        };
        view! {
            {breadcrumb(
                vec![(text.tokens.title.into(), addresses::TOKENS.into()), (name.clone(), back)],
                words.delete.into(),
            )}
            <div class="card card-body form narrow">
                <div class="head-title">
                    <h1>{words.delete_title}</h1>
                    {status_badge(token.status)}
                </div>
                {form_alert(error)}
                {delete_form(token.uid, &name, delete, cancel.into_any())}
            </div>
        }
        .into_any()
    };
    view! {
        <Title text=words.delete_title />
        <Transition fallback=skeleton>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => ask(page.token),
                    Err(error) => failed(&error),
                }
            })}
        </Transition>
    }
    .into_any()
}
