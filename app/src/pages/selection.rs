//! Before something is done with many tokens: which, what comes of it, and what it needs to know.

use domain::{Field, Status, service::Selection as Tokens, settings::Preset, view::Selected};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{
    errors::failed,
    token_fields::{uses_field, window_chip, window_fields},
    tokens::{name_of, told as filters_told},
};
use crate::{
    Error,
    addresses::{ListQuery, parameter},
    call::{Call, form},
    components::{
        alert::form_alert,
        badge::status_badge,
        empty::empty,
        field::{Input, flaw_of, submit},
        head::breadcrumb,
        icon::Icon,
    },
    fns::selections::{ChangeTokens, DeleteSelection},
    forms::selections::{Act, seen},
    load::{Answer, Ask, Loading},
    text::{Text, fill, later::later_text, text},
};

/// The page.
#[component]
pub(super) fn Selection() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|query| query.trim_start_matches('?').to_owned()));
    let change = Call::new(ChangeTokens::PATH);
    let delete = Call::new(DeleteSelection::PATH);
    // Others than were seen are looked at again; what was typed wrong stays.
    let outdated = move || match (change.error().get(), delete.error().get()) {
        (Some(Error::Domain(domain::Error::Outdated { count })), _)
        | (_, Some(Error::Domain(domain::Error::Outdated { count }))) => count,
        _ => 0,
    };
    let selected = Loading::new(move || {
        let count = u32::try_from(outdated()).unwrap_or(u32::MAX);
        (Ask::Selection(query.get()), count)
    });
    selected.show(
        move |answer, _| match answer.and_then(Answer::read::<Selected>) {
            Ok(selected) => {
                let query = query.get_untracked();
                match Act::of_query(&query) {
                    Some(act) if selected.count > 0 => {
                        let call = if act == Act::Delete { delete } else { change };
                        question(&query, act, selected, call)
                    }
                    _ => nothing(&query),
                }
            }
            Err(error) => failed(&error),
        },
    )
}

fn question(query: &str, act: Act, selected: Selected, call: Call) -> AnyView {
    let text = text();
    let words = &later_text().selection;
    let error = call.error();
    let count = selected.count;
    let (title, effect, verb) = match act {
        Act::Disable => (&words.disable, words.disable_effect, text.token.disable),
        Act::Enable => (&words.enable, words.enable_effect, text.token.enable),
        Act::Window => (&words.window, words.window_effect, text.common.save),
        Act::Uses => (&words.uses, words.uses_effect, text.common.save),
        Act::Delete => (&words.delete, words.delete_effect, text.token.delete),
    };
    let title = text.plural(title, count);
    let class = if act == Act::Delete {
        "btn-danger"
    } else {
        "btn-primary"
    };
    let fields = match act {
        Act::Window => window(&selected, error),
        Act::Uses => uses_field(None, error),
        Act::Disable | Act::Enable | Act::Delete => ().into_any(),
    };
    let back = ListQuery::parse(query).on_page(1).address();
    let above = vec![(text.tokens.title.into(), back.clone())];
    let body = view! {
        <input type="hidden" name="form[selection]" value=seen(query, count) />
        <input type="hidden" name="form[act]" value=act.as_str() />
        <div class="card card-body form narrow">
            <h1>{title.clone()}</h1>
            {form_alert(error)}
            <p>{effect}</p>
            {which(query, selected)}
            {fields}
            {typed(count, error)}
            <div class="actions">
                {submit(verb, call.pending(), class)}
                <a class="btn" href=back>
                    {text.common.cancel}
                </a>
            </div>
        </div>
    };
    view! {
        <Title text=title.clone() />
        {breadcrumb(above, title)}
        {form(call, None, body.into_any())}
    }
    .into_any()
}

/// What they match, if that is how they were picked, and some of them.
fn which(query: &str, selected: Selected) -> AnyView {
    let text = text();
    let words = &later_text().selection;
    let filter = parameter(query, "all").map(|_| {
        let told = told(text, query);
        let told = if told.is_empty() {
            words.every.to_owned()
        } else {
            fill(words.matching, &[("filter", &told.join(", "))])
        };
        view! { <p class="anywhere">{told}</p> }
    });
    let more = selected.count - (selected.first.len() as u64).min(selected.count);
    let more = (more > 0).then(|| {
        let told = text.plural(&words.more, more);
        view! { <li class="faint">{told}</li> }
    });
    let first = selected.first.into_iter().map(|token| {
        view! {
            <li>
                <span class="anywhere">{name_of(&token)}</span>
                {status_badge(token.status)}
            </li>
        }
    });
    view! {
        {filter}
        <ul class="picked">{first.collect_view()} {more}</ul>
    }
    .into_any()
}

/// A filter in words, one for each thing that it asks for.
fn told(text: &Text, query: &str) -> Vec<String> {
    let list = ListQuery::parse(query);
    let words = &later_text().selection;
    let mut told = Vec::new();
    if let Some(status) = list.status {
        let name = text.status_name(status);
        told.push(match status {
            Status::Active => format!("{name} / {}", text.status_name(Status::ExpiresSoon)),
            _ => name.to_owned(),
        });
    }
    if !list.search.is_empty() {
        told.push(fill(words.search, &[("search", &list.search)]));
    }
    let others = filters_told(&list).into_iter();
    told.extend(others.map(|(told, _)| told));
    told
}

/// When they can be used: a preset, or new ends.
fn window(selected: &Selected, error: Signal<Option<Error>>) -> AnyView {
    let text = text();
    let zone = fill(text.create.when_hint, &[("zone", &selected.site.zone.0)]);
    view! {
        <fieldset class="group window-field">
            <legend>{text.create.window}</legend>
            <div class="chips">
                {window_chip("custom", text.create.custom, true)}
                {Preset::ALL
                    .map(|preset| window_chip(preset.as_str(), text.preset_name(preset), false))
                    .collect_view()}
            </div>
            <p class="hint window-times">{later_text().selection.window_hint} " " {zone}</p>
            {window_fields(String::new(), String::new(), error)}
        </fieldset>
    }
    .into_any()
}

/// Many are meant only by those who type how many they are.
fn typed(count: u64, error: Signal<Option<Error>>) -> AnyView {
    if count <= Tokens::FEW {
        return ().into_any();
    }
    let words = &later_text().selection;
    let hint = fill(words.typed_hint, &[("n", &count.to_string())]);
    view! { <Input name="form[typed]" label=words.typed hint required=true error=flaw_of(error, Field::Amount) /> }
        .into_any()
}

/// There is nothing to act on: it is gone, or nothing was picked.
fn nothing(query: &str) -> AnyView {
    let words = &later_text().selection;
    let back = ListQuery::parse(query).on_page(1).address();
    let back = view! { <a class="btn" href=back>{text().tokens.title}</a> };
    let state = empty(
        Icon::SearchX,
        1,
        words.nothing_title,
        words.nothing.into(),
        back.into_any(),
    );
    view! {
        <Title text=words.nothing_title />
        <div class="card">{state}</div>
    }
    .into_any()
}
