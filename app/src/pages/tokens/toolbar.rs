//! What stands over the list: the search, the filters, and how tokens are shown.

use std::time::Duration;

use domain::{
    Status,
    token::{Days, TimeOf},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    addresses::{self, BATCH, ListQuery, USES_FILTERS, USUAL_SIZE},
    browser,
    components::icon::{Icon, icon},
    text::{fill, text},
};

/// How long the list waits for more letters before it searches.
const TYPING: Duration = Duration::from_millis(250);

/// What one can filter by, in the order in which a token lives.
const FILTERS: [Status; 7] = [
    Status::Active,
    Status::ExpiresSoon,
    Status::Scheduled,
    Status::Locked,
    Status::UsedUp,
    Status::Expired,
    Status::Disabled,
];

/// Search and filters: a form that a browser sends by itself, and links.
pub(super) fn toolbar(query: Memo<ListQuery>) -> AnyView {
    let words = &text().tokens;
    let navigate = use_navigate();
    let go = move |search: String, replace: bool| {
        let address = query.get_untracked().with_search(search).address();
        navigate(
            &address,
            NavigateOptions {
                replace,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    };
    let mut later = {
        let go = go.clone();
        leptos::leptos_dom::helpers::debounce(TYPING, move |search: String| {
            // By then it may have been sent or cleared, or the page left.
            let typed = browser::form_values("search").map(|form| browser::value_of(&form, "q"));
            let shown = query.try_get_untracked().map(|query| query.search);
            if typed.as_ref() == Some(&search) && shown.is_some_and(|shown| shown != search) {
                go(search, true);
            }
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = browser::form_values("search") {
            go(browser::value_of(&form, "q"), false);
        }
    };
    let kept = move || {
        let pairs = query.read().with_search(String::new()).pairs();
        pairs
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view()
    };
    let chip = move |status: Option<Status>| {
        let name = status.map_or(words.all, |status| text().status_name(status));
        let current = move || (query.read().status == status).then_some("true");
        view! {
            <li>
                <a
                    class="chip"
                    href=move || query.read().with_status(status).address()
                    aria-current=current
                >
                    {name}
                </a>
            </li>
        }
    };
    view! {
        <div class="toolbar">
            <form
                id="search"
                class="search"
                role="search"
                method="get"
                action=query.get_untracked().path()
                on:submit=submit
            >
                <div class="with-icon">
                    {icon(Icon::Search)}
                    <input
                        class="input"
                        type="search"
                        name="q"
                        aria-label=words.search_hint
                        placeholder=words.search_hint
                        autocomplete="off"
                        value=query.get_untracked().search
                        prop:value=move || query.read().search.clone()
                        on:input=move |event| later(event_target_value(&event))
                    />
                </div>
                {kept}
                <button class="btn">{words.search_submit}</button>
            </form>
            {views(query)}
            <nav aria-label=words.filter>
                <ul class="chips">
                    {chip(None)} {FILTERS.map(|status| chip(Some(status))).collect_view()}
                    {move || others(&query.read())}
                </ul>
            </nav>
        </div>
    }
    .into_any()
}

/// The list as rows or as codes.
fn views(query: Memo<ListQuery>) -> AnyView {
    let words = &text().tokens;
    let view = move |codes: Option<u32>, sign, name: &'static str| {
        let current = move || (query.read().codes.is_some() == codes.is_some()).then_some("true");
        view! {
            <li>
                <a
                    class="segment"
                    href=move || query.read().shown_as(codes).address()
                    aria-current=current
                >
                    {icon(sign)}
                    {name}
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label=words.view>
            <ul class="segmented">
                {view(None, Icon::Rows, words.as_rows)}
                {view(Some(USUAL_SIZE), Icon::Grid, words.as_codes)}
            </ul>
        </nav>
    }
    .into_any()
}

/// The filters that are asked for on a page of their own, in words, each with the list without it.
pub(in crate::pages) fn told(query: &ListQuery) -> Vec<(String, ListQuery)> {
    let text = text();
    let times = TimeOf::ALL.map(|of| {
        let names = ListQuery::filters_of(of);
        let [name, from, to] = names.map(|name| query.filter(name));
        let told = match name.map(|name| (name, Days::parse(name))) {
            Some((_, Some(days))) => text.days_name(of, days),
            Some((name, None)) => name.to_owned(),
            None => between(from, to)?,
        };
        let told = format!("{}: {told}", text.time_name(of));
        Some((told, query.without(&names)))
    });
    let [least, most] = USES_FILTERS.map(|name| query.filter(name));
    let uses = between(least, most).map(|told| {
        let told = format!("{}: {told}", text.tokens.column_uses);
        (told, query.without(&USES_FILTERS))
    });
    let batch = query.filter(BATCH).map(|_| {
        let told = text.tokens.together.to_owned();
        (told, query.without(&[BATCH]))
    });
    times.into_iter().chain([uses, batch]).flatten().collect()
}

/// What takes a filter away that is told, all of them, and what leads to more.
fn others(query: &ListQuery) -> AnyView {
    let words = &text().tokens;
    let told = told(query);
    // What a search or a status leaves nothing of, is cleared where that is said.
    let clear = !told.is_empty();
    let chips = told.into_iter().map(|(told, without)| {
        let label = fill(words.without, &[("filter", &told)]);
        view! {
            <li>
                <a class="chip" href=without.address() aria-current="true" aria-label=label>
                    {told}
                    {icon(Icon::X)}
                </a>
            </li>
        }
    });
    let clear = clear.then(|| {
        view! {
            <li>
                <a class="chip btn-quiet" href=query.every().address()>
                    {words.clear}
                </a>
            </li>
        }
    });
    view! {
        {chips.collect_view()}
        <li>
            <a class="chip" href=query.on_page(1).at(addresses::FILTER)>
                {icon(Icon::Plus)}
                {words.filters}
            </a>
        </li>
        {clear}
    }
    .into_any()
}

/// Two ends as they were typed; nothing if there are none.
fn between(from: Option<&str>, to: Option<&str>) -> Option<String> {
    match (from, to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("≥ {from}")),
        (None, Some(to)) => Some(format!("≤ {to}")),
        (Some(from), Some(to)) => Some(format!("{from} – {to}")),
    }
}
