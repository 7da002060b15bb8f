//! Making tokens.

use domain::{
    Field, Uses,
    settings::{Preset, Settings},
    time::Moment,
    token::MAX_NUMBER,
    view::{NewTokens as Start, TokenView},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use super::{
    errors::failed,
    token_fields::{uses_fields, window_chip, window_fields},
};
use crate::{
    addresses::{self, parameter},
    browser,
    call::{Call, form},
    components::{
        alert::form_alert,
        field::{Input, flaw_of, submit},
        head::{breadcrumb, page_head},
        icon::{Icon, icon},
    },
    context,
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
    let search = use_location().search;
    let like = Memo::new(move |_| {
        let like = search.with(|search| parameter(search, "like"));
        like.and_then(|like| like.parse().ok())
    });
    let start = Loading::new(move || (Ask::NewTokens(like.get()), 0));
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
    let first = first(&start);
    let typed = RwSignal::new(first.clone());
    let read = move || {
        if let Some(form) = read_form() {
            typed.set(form);
        }
    };
    // What was typed or kept by the browser before the page came alive.
    Effect::new(read);
    let uses = uses_of(&start);
    let lock = lock_of(&start);
    let zone_hint = fill(words.when_hint, &[("zone", &start.site.zone.0)]);
    let verb = move || match typed.with(amount_of) {
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
                                value=first.label.clone()
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
                                    window_chip(preset.as_str(), text.preset_name(preset), preset.as_str() == first.window)
                                })
                                .collect_view()} {window_chip(CUSTOM, words.custom, first.window == CUSTOM)}
                        </div>
                        {window_fields(first.from.clone(), first.to.clone(), error)}
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
                    {submit(verb, add.pending(), "btn-primary")}
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
    at_least_one(settings.default_uses)
}

/// What a token began with is what is left of it and what was taken.
fn uses_of(start: &Start) -> Uses {
    let Some(like) = &start.like else {
        return first_uses(&start.settings);
    };
    let used = u32::try_from(like.used).unwrap_or(MAX_NUMBER);
    at_least_one(match like.uses {
        Uses::Unlimited => Uses::Unlimited,
        Uses::Left(left) => Uses::Left(left.saturating_add(used).min(MAX_NUMBER)),
    })
}

fn at_least_one(uses: Uses) -> Uses {
    match uses {
        Uses::Left(0) => Uses::Left(1),
        uses => uses,
    }
}

fn lock_of(start: &Start) -> u32 {
    let like = start.like.as_ref();
    like.map_or(start.settings.default_lock, |like| like.lock)
}

/// What the form holds when it is opened, or was refused.
fn first(start: &Start) -> NewTokensForm {
    let typed = context::typed();
    if !typed.is_empty() {
        return form_of(
            |name| typed.get(name).to_owned(),
            |name| typed.ticked(name, false),
        );
    }
    let uses = uses_of(start);
    let end = |end: fn(&TokenView) -> Option<Moment>| {
        let moment = start.like.as_ref().and_then(end);
        moment.map_or_else(String::new, |moment| times::input_value(moment.local))
    };
    let (from, to) = (end(|like| like.from), end(|like| like.to));
    let is_limited = !(from.is_empty() && to.is_empty());
    let window = if is_limited {
        CUSTOM
    } else {
        Preset::NoLimit.as_str()
    };
    let label = start.like.as_ref().map(|like| like.label.as_str());
    NewTokensForm {
        amount: "1".into(),
        label: label.unwrap_or_default().to_owned(),
        window: window.into(),
        from,
        to,
        uses: uses.number().to_string(),
        unlimited: (uses == Uses::Unlimited).then(String::new),
        lock: lock_of(start).to_string(),
        ..NewTokensForm::default()
    }
}

/// What the form holds now.
fn read_form() -> Option<NewTokensForm> {
    let data = browser::form_values(FORM)?;
    Some(form_of(
        |name| browser::value_of(&data, name),
        |name| data.has(name),
    ))
}

fn form_of(get: impl Fn(&str) -> String, is_ticked: impl Fn(&str) -> bool) -> NewTokensForm {
    NewTokensForm {
        amount: get("form[amount]"),
        value: get("form[value]"),
        label: get("form[label]"),
        window: get("form[window]"),
        from: get("form[from]"),
        to: get("form[to]"),
        uses: get("form[uses]"),
        unlimited: is_ticked("form[unlimited]").then(String::new),
        lock: get("form[lock]"),
    }
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
