//! All attempts to use tokens.

use domain::{
    usage::Outcome,
    view::{LoggedView, UsageList},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::errors::failed;
use crate::{
    addresses,
    components::{
        badge::outcome_badge, copy::list_cut, filters::Filters, head::page_head, icon::Icon,
        table::column, time::exact_time,
    },
    forms::usages::REFUSED,
    live::Live,
    load::{Answer, Ask, Loading},
    text::{later::later_text, text},
};

/// What one can filter by, as it is called in the address.
const FILTERS: [&str; 4] = ["outcome", "by", "from", "to"];

/// The page of all attempts.
#[component]
pub(super) fn Activity() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|query| query.trim_start_matches('?').to_owned()));
    let live = Live::new(|| None);
    let list = Loading::new(move || (Ask::Usages(query.get()), live.changes()));
    let pending = list.pending();
    let said = StoredValue::new(query.get_untracked());
    let usages = list.show(
        move |answer, _| match answer.and_then(Answer::read::<UsageList>) {
            Ok(list) => page(list, query, said, live),
            Err(error) => failed(&error),
        },
    );
    view! {
        {live.status()}
        <div class="table-area" class:stale=move || pending.get() && !live.switch().get()>
            {usages}
        </div>
    }
    .into_any()
}

fn page(list: UsageList, query: Memo<String>, said: StoredValue<String>, live: Live) -> AnyView {
    live.shows(&list.site);
    let words = &later_text().activity;
    let filters = Filters {
        id: "activity-filter",
        address: addresses::ACTIVITY,
        names: &FILTERS,
        query: query.get_untracked(),
        said,
    };
    let body = if list.usages.is_empty() {
        let empty = (words.empty_title, words.empty_text);
        filters.nothing(Icon::Activity, words.none_title, empty)
    } else {
        table(list, &filters)
    };
    let actions = view! { {switch(live)} {filters.export(addresses::ACTIVITY_EXPORT)} };
    view! {
        {page_head(words.title, words.facts.into_any(), actions.into_any())}
        {fields(&filters)}
        {body}
    }
    .into_any()
}

/// Whether the page follows what happens.
fn switch(live: Live) -> AnyView {
    let on = live.switch();
    view! {
        <button
            type="button"
            class="btn live needs-script"
            aria-pressed=move || on.get().to_string()
            on:click=move |_| on.update(|on| *on = !*on)
        >
            <span class="live-dot" aria-hidden="true"></span>
            {later_text().live.switch}
        </button>
    }
    .into_any()
}

fn fields(filters: &Filters) -> AnyView {
    let (text, words) = (text(), &later_text().activity);
    let outcome = |outcome: Outcome| (outcome.as_str(), text.outcome_name(outcome));
    let accepted = outcome(Outcome::Accepted);
    let outcomes = [accepted, (REFUSED, words.refused)]
        .into_iter()
        .chain(Outcome::refusals().map(outcome));
    let fields = view! {
        {filters.select("outcome", text.token.column_outcome, outcomes.collect())}
        {filters.input("by", "search", text.token.column_actor)}
        {filters.input("from", "date", text.create.from)}
        {filters.input("to", "date", text.create.to)}
    };
    filters.form(fields.into_any())
}

fn table(list: UsageList, filters: &Filters) -> AnyView {
    let (text, words) = (text(), &later_text().activity);
    let zone = list.site.zone.0;
    let older_than = list.older_than.map(|place| place.to_string());
    let rows = list.usages.into_iter().map(|usage| row(usage, &zone));
    view! {
        <div class="table-card table-cards">
            <table class="table table-dense" role="table">
                <caption class="visually-hidden">{words.title}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {column(text.token.column_time)} {column(text.tokens.column_token)}
                        {column(text.token.column_outcome)} {column(text.token.column_actor)}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows.collect_view()}</tbody>
            </table>
        </div>
        {filters.pager(older_than)}
    }
    .into_any()
}

fn row(logged: LoggedView, zone: &str) -> AnyView {
    let text = text();
    let usage = logged.usage.clone();
    view! {
        <tr role="row">
            <td role="cell" class="secondary">
                {exact_time(usage.at, zone)}
            </td>
            <td role="cell" class="anywhere wide-on-phone">
                {token_name(&logged)}
            </td>
            <td role="cell" class="wide-on-phone">
                {outcome_badge(usage.outcome)}
            </td>
            <td role="cell" class="secondary anywhere" data-label=text.token.column_actor>
                {usage.actor}
            </td>
        </tr>
    }
    .into_any()
}

/// How a token is called, leading to its page if there is one.
pub(super) fn token_name(logged: &LoggedView) -> AnyView {
    let value = list_cut(logged.value.as_str());
    match &logged.label {
        None => view! {
            <span class="mono">{value}</span>
            " "
            <span class="faint">{later_text().activity.gone}</span>
        }
        .into_any(),
        Some(label) => {
            let (name, class) = if label.is_empty() {
                (value, "row-link mono")
            } else {
                (label.as_str().to_owned(), "row-link")
            };
            view! {
                <a class=class href=addresses::token(logged.token)>
                    {name}
                </a>
            }
            .into_any()
        }
    }
}
