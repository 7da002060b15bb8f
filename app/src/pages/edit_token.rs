//! Altering a token.

use domain::{Field, Permission, view::TokenPage};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    errors::failed,
    token::{help::repeated, uid_in_address},
    token_fields::{uses_fields, window_fields},
    tokens::name_of,
};
use crate::{
    addresses,
    call::{Call, form},
    components::{
        alert::form_alert,
        field::{Input, flaw_of, submit},
        head::{breadcrumb, page_head},
    },
    fns::tokens::ChangeToken,
    load::{Answer, Ask, Loading},
    text::{fill, text},
    times,
};

/// The page with the form.
#[component]
pub(super) fn EditToken() -> impl IntoView {
    let uid = uid_in_address();
    let change = Call::new(ChangeToken::PATH);
    let page = Loading::new(move || (Ask::Token(uid.get(), Permission::Edit, 1), 0));
    page.show(
        move |answer, _| match answer.and_then(Answer::read::<TokenPage>) {
            Ok(page) => fields(change, page),
            Err(error) => failed(&error),
        },
    )
}

fn fields(change: Call, page: TokenPage) -> AnyView {
    let text = text();
    let words = &text.token;
    let shared = &text.create;
    let token = page.token;
    let error = change.error();
    let name = name_of(&token);
    let local = |moment: Option<domain::time::Moment>| {
        moment
            .map(|moment| times::input_value(moment.local))
            .unwrap_or_default()
    };
    let (from, to) = (local(token.from), local(token.to));
    let zone_hint = fill(shared.when_hint, &[("zone", &page.site.zone.0)]);
    let back = addresses::token(token.uid);
    let above = vec![
        (text.tokens.title.into(), addresses::TOKENS.into()),
        (name, back.clone()),
    ];
    let card = view! {
            <input type="hidden" name="form[uid]" value=token.uid.to_string() />
            <input type="hidden" name="form[version]" value=token.version.to_string() />
            <input type="hidden" name="form[from_before]" value=from.clone() />
            <input type="hidden" name="form[to_before]" value=to.clone() />
            <div class="card">
                <div class="section">
                    {section_text(shared.what, String::new())} <div class="form">
                        {form_alert(error)}
                        <Input
                            name="form[label]"
                            label=shared.label
                            hint=words.label_hint
                            maxlength="200"
                            optional=true
                            value=token.label.as_str()
                            error=flaw_of(error, Field::Label)
                        />
                        <Input
                            name="form[value]"
                            label=shared.value
                            hint=words.value_hint
                            value=token.value.as_str()
                            error=flaw_of(error, Field::Value)
                        />
                    </div>
                </div>
                <div class="section">
                    {section_text(shared.when, zone_hint)}
                    <div class="group">{window_fields(from, to, error)} {repeated(&page.repeated)}</div>
                </div>
                <div class="section">
                    {section_text(shared.how_often, shared.how_often_hint.into())}
                    {uses_fields(token.uses, token.lock, error)}
                </div>
                <div class="card-foot">
                    <a class="btn" href=back>
                        {text.common.cancel}
                    </a>
                    {submit(text.common.save, change.pending(), "btn-primary")}
                </div>
            </div>
    };
    view! {
        {breadcrumb(above, words.edit.into())}
        {page_head(words.edit_title, ().into_any(), ().into_any())}
        {form(change, None, card.into_any())}
    }
    .into_any()
}

fn section_text(title: &'static str, hint: String) -> AnyView {
    view! { <div class="section-text"><h2>{title}</h2> <p>{hint}</p></div> }.into_any()
}
