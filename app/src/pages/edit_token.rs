//! Altering a token.

use domain::{Field, Permission, view::TokenPage};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    errors::failed,
    token::uid_in_address,
    token_fields::{uses_fields, window_fields},
    tokens::name_of,
};
use crate::{
    addresses, browser,
    components::{
        alert::form_alert,
        field::{Input, flaw_of, submit},
        head::breadcrumb,
        skeleton::skeleton,
        toasts::Toasts,
    },
    fns::tokens::{ChangeToken, load_token},
    text::{fill, text},
    times,
};

/// The page with the form.
#[component]
pub(super) fn EditToken() -> impl IntoView {
    let uid = uid_in_address();
    let change = ServerAction::<ChangeToken>::new();
    let page = Resource::new_blocking(move || uid.get(), |uid| load_token(uid, Permission::Edit));
    let words = &text().notices;
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    Effect::new(move || match change.value().get() {
        Some(Ok(token)) => {
            toasts.say(words.saved);
            navigate(&addresses::token(token.uid), NavigateOptions::default());
        }
        Some(Err(_)) => browser::focus_first_flaw(),
        None => {}
    });
    view! {
        <Transition fallback=skeleton>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => form(change, page),
                    Err(error) => failed(&error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn form(change: ServerAction<ChangeToken>, page: TokenPage) -> AnyView {
    let text = text();
    let words = &text.token;
    let form = &text.create;
    let token = page.token;
    let error = Signal::derive(move || change.value().get().and_then(Result::err));
    let name = name_of(&token);
    let local = |moment: Option<domain::time::Moment>| {
        moment
            .map(|moment| times::input_value(moment.local))
            .unwrap_or_default()
    };
    let (from, to) = (local(token.from), local(token.to));
    let zone_hint = fill(form.when_hint, &[("zone", &page.site.zone.0)]);
    let back = addresses::token(token.uid);
    view! {
        <Title text=words.edit_title />
        {breadcrumb(
            vec![(text.tokens.title.into(), addresses::TOKENS.into()), (name, back.clone())],
            words.edit.into(),
        )}
        <header class="head">
            <div class="head-text">
                <h1>{words.edit_title}</h1>
            </div>
        </header>
        <ActionForm action=change>
            <input type="hidden" name="form[uid]" value=token.uid.to_string() />
            <input type="hidden" name="form[version]" value=token.version.to_string() />
            <input type="hidden" name="form[from_before]" value=from.clone() />
            <input type="hidden" name="form[to_before]" value=to.clone() />
            <div class="card">
                <div class="section">
                    {section_text(form.what, String::new())} <div class="form">
                        {form_alert(error)}
                        <Input
                            name="form[label]"
                            label=form.label
                            hint=form.label_hint
                            maxlength="200"
                            optional=true
                            value=token.label.as_str()
                            error=flaw_of(error, Field::Label)
                        />
                        <Input
                            name="form[value]"
                            label=form.value
                            hint=words.value_hint
                            value=token.value.as_str()
                            error=flaw_of(error, Field::Value)
                        />
                    </div>
                </div>
                <div class="section">
                    {section_text(form.when, zone_hint)} {window_fields(from, to, error)}
                </div>
                <div class="section">
                    {section_text(form.how_often, form.how_often_hint.into())}
                    {uses_fields(token.uses, token.lock, error)}
                </div>
                <div class="card-foot">
                    <a class="btn" href=back>
                        {text.common.cancel}
                    </a>
                    {submit(text.common.save, change.pending().into(), "btn-primary")}
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn section_text(title: &'static str, hint: String) -> AnyView {
    view! { <div class="section-text"><h2>{title}</h2> <p>{hint}</p></div> }.into_any()
}
