//! The filters of the list: a form that a browser sends by itself.

use domain::{
    Field,
    service::TokenQuery,
    token::{Days, TimeOf},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::{
    addresses::{self, ListQuery, USES_FILTERS},
    browser,
    components::{
        alert::error_alert,
        field::{Input, field_error, hidden},
        head::{breadcrumb, page_head},
        icon::{Icon, icon},
    },
    forms::tokens,
    text::{later::later_text, text},
};

const FORM: &str = "filter";

/// The page.
#[component]
pub(super) fn Filter() -> impl IntoView {
    let search = use_location().search;
    let words = &later_text().filter;
    let above = vec![(text().tokens.title.into(), addresses::TOKENS.into())];
    view! {
        {breadcrumb(above, words.title.into())}
        {page_head(words.title, words.facts.into_any(), ().into_any())}
        {move || search.with(|search| fields(&ListQuery::parse(search)))}
    }
    .into_any()
}

fn fields(query: &ListQuery) -> AnyView {
    let text = text();
    let words = &later_text().filter;
    // It has no field here, where one could see what is wrong with it.
    let query = &query.without_unreadable_batch();
    let error = TokenQuery::try_from(query.clone()).err();
    let flaw = |field| {
        let flaw = error.as_ref().and_then(|error| error.flaw_of(field));
        flaw.map(|flaw| text.flaw(field, flaw))
    };
    let kept = hidden(query.without_filters().pairs());
    let times = TimeOf::ALL.map(|of| times(query, of, flaw(of.field())));
    let [least, most] = USES_FILTERS;
    // Both numbers are of one field: what is wrong without the second one is wrong with the first.
    let without_most = TokenQuery::try_from(query.without(&[most])).err();
    let (of_least, of_most) =
        match without_most.and_then(|error| error.flaw_of(Field::Uses).cloned()) {
            Some(flaw) => (Some(text.flaw(Field::Uses, &flaw)), None),
            None => (None, flaw(Field::Uses)),
        };
    let uses = |name, label: &'static str, error| {
        let value = query.filter(name).unwrap_or_default().to_owned();
        view! { <Input name label kind="number" min="0" value error=Signal::stored(error) /> }
    };
    let wrong = error
        .is_some()
        .then(|| error_alert(text.errors.invalid.into()));
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(sent) = browser::urlencoded(&event) else {
            return;
        };
        // What was left empty stays out of the address.
        let address = ListQuery::parse(&sent).address();
        navigate(&address, NavigateOptions::default());
    };
    view! {
        <form id=FORM method="get" action=query.path() on:submit=submit>
            {kept}
            <div class="card">
                {wrong.map(|wrong| view! { <div class="card-body">{wrong}</div> })}
                {times.into_iter().collect_view()}
                <fieldset class="section">
                    <legend class="visually-hidden">{text.create.uses}</legend>
                    <div class="section-text" aria-hidden="true">
                        <h2>{words.uses}</h2>
                        <p>{words.uses_hint}</p>
                    </div>
                    <div class="group">
                        <div class="pair-short pair">
                            {uses(least, words.least, of_least)}
                            {uses(most, words.most, of_most)}
                        </div>
                    </div>
                </fieldset>
                <div class="card-foot">
                    <a class="btn" href=query.without_filters().address()>
                        {icon(Icon::X)}
                        {text.tokens.clear}
                    </a>
                    <button class="btn btn-primary">
                        {icon(Icon::Search)}
                        {words.apply}
                    </button>
                </div>
            </div>
        </form>
    }
    .into_any()
}

/// The days of one time: by name, or from one to another.
fn times(query: &ListQuery, of: TimeOf, flaw: Option<String>) -> AnyView {
    let text = text();
    let [name, from, to] = ListQuery::filters_of(of);
    let title = text.time_name(of);
    let days: &[Days] = match of {
        TimeOf::Created => &[Days::Last(1), Days::Last(7), Days::Last(30)],
        TimeOf::ValidFrom => &[Days::Next(1), Days::Next(7), Days::Next(30), Days::Never],
        TimeOf::ValidTo => &[Days::Next(3), Days::Next(7), Days::Next(30), Days::Never],
        TimeOf::LastUsed => &[Days::Last(1), Days::Last(7), Days::Last(30), Days::Never],
    };
    let chosen = query.filter(name).unwrap_or_default();
    let chip = |value: String, label: String| {
        let checked = value == chosen;
        view! {
            <label class="chip">
                <input type="radio" name=name value=value checked=checked />
                {label}
            </label>
        }
    };
    let chips: Vec<_> = days
        .iter()
        .map(|days| chip(days.to_string(), text.days_name(of, *days)))
        .collect();
    let error_id = format!("{name}-error");
    let is_wrong = flaw.is_some();
    let day = |name: &'static str, label: &'static str| {
        // What is no date, a field for dates cannot hold.
        let value = query
            .filter(name)
            .filter(|text| tokens::day(text).is_some());
        let value = value.unwrap_or_default().to_owned();
        view! {
            <label class="field">
                <span class="label">{label}</span>
                <input
                    class="input"
                    type="date"
                    name=name
                    value=value
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=is_wrong.then(|| error_id.clone())
                />
            </label>
        }
    };
    let days_between = [day(from, text.create.from), day(to, text.create.to)];
    view! {
        <fieldset class="section">
            <legend class="visually-hidden">{title}</legend>
            <div class="section-text" aria-hidden="true">
                <h2>{title}</h2>
            </div>
            <div class="group days-field">
                <div class="chips">{chip(String::new(), text.create.custom.into())} {chips}</div>
                <div class="pair-short pair">{days_between}</div>
                {field_error(error_id, Signal::stored(flaw))}
            </div>
        </fieldset>
    }
    .into_any()
}
