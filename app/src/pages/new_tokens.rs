//! Making tokens.

use domain::{
    Field, Uses,
    settings::{Preset, Settings},
    view::NewTokens as Start,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    errors::failed,
    token_fields::{uses_fields, window_chip, window_fields},
};
use crate::{
    addresses, browser,
    call::{Call, form},
    components::{
        alert::form_alert,
        field::{Input, flaw_of, submit},
        head::{breadcrumb, page_head},
        icon::{Icon, icon},
    },
    fns::tokens::AddTokens,
    forms::tokens::NewTokensForm,
    load::{Answer, Ask, Loading},
    text::{Text, fill, text},
    times,
};

const FORM: &str = "new-tokens";
/// The name of the choice that is no preset.
const CUSTOM: &str = "custom";

/// The page with the form.
#[component]
pub(super) fn NewTokens() -> impl IntoView {
    let text = text();
    let words = &text.create;
    let add = Call::new(AddTokens::PATH);
    let start = Loading::new(|| (Ask::NewTokens, 0));
    let above = vec![(text.tokens.title.into(), addresses::TOKENS.into())];
    let body = start.show(
        move |answer, _| match answer.and_then(Answer::read::<Start>) {
            Ok(start) => fields(add, start),
            Err(error) => failed(&error),
        },
    );
    view! {
        {breadcrumb(above, words.title.into())}
        {page_head(words.title, words.facts.into_any(), ().into_any())}
        {body}
    }
    .into_any()
}

fn fields(add: Call, start: Start) -> AnyView {
    let text = text();
    let words = &text.create;
    let error = add.error();
    // The form itself holds what was typed; this is what it held after the last change.
    let typed = RwSignal::new(first(&start));
    let read = move || {
        if let Some(form) = read_form() {
            typed.set(form);
        }
    };
    // What was typed or kept by the browser before the page came alive.
    Effect::new(read);
    let uses = first_uses(&start.settings);
    let lock = start.settings.default_lock;
    let zone_hint = fill(words.when_hint, &[("zone", &start.site.zone.0)]);
    let label = move || match typed.with(amount_of) {
        0 | 1 => words.submit.to_owned(),
        n => fill(words.submit_many, &[("n", &text.number(n))]),
    };
    let summary = move || typed.with(|form| describe(text, &start, form));
    let card = view! {
            <div class="card" on:input=move |_| read() on:change=move |_| read()>
                <div class="section">
                    {section_text(words.what, words.what_hint.into())} <div class="form">
                        {form_alert(error)}
                        <div class="fields">
                            <Input
                                name="form[amount]"
                                label=words.amount
                                kind="number"
                                min="1"
                                max="1000"
                                value="1"
                                hint=words.amount_hint
                                required=true
                                error=flaw_of(error, Field::Amount)
                            />
                            <Input
                                name="form[label]"
                                label=words.label
                                hint=words.label_hint
                                maxlength="200"
                                optional=true
                                error=flaw_of(error, Field::Label)
                            />
                        </div>
                        <Input
                            name="form[value]"
                            label=words.prefix
                            hint=words.prefix_hint
                            optional=true
                            error=flaw_of(error, Field::Value)
                        />
                    </div>
                </div>
                <div class="section">
                    {section_text(words.when, zone_hint)} <fieldset class="group window-field">
                        <legend>{words.window}</legend>
                        <div class="chips">
                            {Preset::ALL
                                .map(|preset| {
                                    window_chip(preset.as_str(), text.preset_name(preset), preset == Preset::NoLimit)
                                })
                                .collect_view()} {window_chip(CUSTOM, words.custom, false)}
                        </div>
                        {window_fields(String::new(), String::new(), error)}
                    </fieldset>
                </div>
                <div class="section">
                    {section_text(words.how_often, words.how_often_hint.into())}
                    {uses_fields(uses, lock, error)}
                </div>
                <div class="section section-wide">
                    <p class="summary">{icon(Icon::Info)} <output>{summary}</output></p>
                </div>
                <div class="card-foot">
                    <a class="btn" href=addresses::TOKENS>
                        {text.common.cancel}
                    </a>
                    {submit(label, add.pending(), "btn-primary")}
                </div>
            </div>
    };
    form(add, Some(FORM), card.into_any())
}

fn section_text(title: &'static str, hint: String) -> AnyView {
    view! { <div class="section-text"><h2>{title}</h2> <p>{hint}</p></div> }.into_any()
}

/// A default of no uses makes sense for programs that set them later; a person is offered one.
pub(super) fn first_uses(settings: &Settings) -> Uses {
    match settings.default_uses {
        Uses::Left(0) => Uses::Left(1),
        uses => uses,
    }
}

/// What the form holds when it is opened.
fn first(start: &Start) -> NewTokensForm {
    let uses = first_uses(&start.settings);
    NewTokensForm {
        amount: "1".into(),
        window: Preset::NoLimit.as_str().into(),
        uses: uses.number().to_string(),
        unlimited: (uses == Uses::Unlimited).then(String::new),
        lock: start.settings.default_lock.to_string(),
        ..NewTokensForm::default()
    }
}

/// What the form holds now.
fn read_form() -> Option<NewTokensForm> {
    let data = browser::form_values(FORM)?;
    let get = |name| browser::value_of(&data, name);
    Some(NewTokensForm {
        amount: get("form[amount]"),
        value: get("form[value]"),
        label: get("form[label]"),
        window: get("form[window]"),
        from: get("form[from]"),
        to: get("form[to]"),
        uses: get("form[uses]"),
        unlimited: data.has("form[unlimited]").then(String::new),
        lock: get("form[lock]"),
    })
}

fn amount_of(form: &NewTokensForm) -> u64 {
    form.amount.trim().parse().unwrap_or(0)
}

/// What the form would make, as a sentence. What cannot be read yet is left out of it.
fn describe(text: &Text, start: &Start, form: &NewTokensForm) -> String {
    let words = &text.create;
    let zone = &start.site.zone.0;
    let Ok(batch) = form.parse(&start.presets) else {
        return text.errors.invalid.into();
    };
    let local = |when: Option<domain::token::When>| match when? {
        domain::token::When::Local(local) | domain::token::When::Typed(local) => Some(local),
        domain::token::When::At(_) => None,
    };
    let window = match (local(batch.draft.from), local(batch.draft.to)) {
        (None, None) => words.valid_always.to_owned(),
        (Some(from), None) => fill(
            words.valid_from,
            &[("from", &times::date_time(text, from)), ("zone", zone)],
        ),
        (None, Some(to)) => fill(
            words.valid_to,
            &[("to", &times::date_time(text, to)), ("zone", zone)],
        ),
        (Some(from), Some(to)) => {
            let (from, to) = times::span(text, from, to);
            fill(
                words.valid_between,
                &[("from", &from), ("to", &to), ("zone", zone)],
            )
        }
    };
    let uses = match batch.draft.uses {
        Some(Uses::Left(n)) => text.plural(&words.uses_each, n.into()),
        _ => words.uses_unlimited.to_owned(),
    };
    let lock = batch.draft.lock.unwrap_or_default();
    fill(
        if lock == 0 {
            words.summary
        } else {
            words.summary_lock
        },
        &[
            (
                "amount",
                &text.plural(&words.amount_of, batch.amount.into()),
            ),
            ("window", &window),
            ("uses", &uses),
            ("n", &text.number(lock.into())),
        ],
    )
}
