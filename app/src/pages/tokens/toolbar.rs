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
    components::{
        field::hidden,
        icon::{Icon, icon},
    },
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
    let kept = move || hidden(query.read().with_search(String::new()).pairs());
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
                <ul class="chips">{move || chips(&query.read())}</ul>
            </nav>
        </div>
    }
    .into_any()
}

/// The list as rows or as codes.
fn views(query: Memo<ListQuery>) -> AnyView {
    let words = &text().tokens;
    let view = |query: &ListQuery, codes: Option<u32>, sign, name: &'static str| {
        let link = Link {
            signs: [Some(sign), None],
            is_here: query.codes.is_some() == codes.is_some(),
            ..Link::new("segment", query.shown_as(codes).address(), name.into())
        };
        link.item()
    };
    let views = move || {
        let query = query.read();
        vec![
            view(&query, None, Icon::Rows, words.as_rows),
            view(&query, Some(USUAL_SIZE), Icon::Grid, words.as_codes),
        ]
    };
    view! {
        <nav aria-label=words.view>
            <ul class="segmented">{views}</ul>
        </nav>
    }
    .into_any()
}

/// A link in a row of them. One kind for all rows: what draws it is compiled once.
pub(super) struct Link {
    pub(super) class: &'static str,
    pub(super) address: String,
    pub(super) words: String,
    /// Before and after the words.
    pub(super) signs: [Option<Icon>; 2],
    /// Whether it leads to what is shown.
    pub(super) is_here: bool,
    /// What it does, where the words do not say it.
    pub(super) label: Option<String>,
}

impl Link {
    pub(super) fn new(class: &'static str, address: String, words: String) -> Self {
        Self {
            class,
            address,
            words,
            signs: [None, None],
            is_here: false,
            label: None,
        }
    }

    pub(super) fn item(self) -> AnyView {
        let [before, after] = self.signs.map(|sign| sign.map(icon));
        let current = self.is_here.then_some("true");
        view! {
            <li>
                <a
                    class=self.class
                    href=self.address
                    aria-current=current
                    aria-label=self.label
                    rel="nofollow"
                >
                    {before}
                    {self.words}
                    {after}
                </a>
            </li>
        }
        .into_any()
    }
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

/// The statuses, what takes away a filter that is asked for besides, all of them, and what leads to more.
fn chips(query: &ListQuery) -> Vec<AnyView> {
    let words = &text().tokens;
    let statuses = [None].into_iter().chain(FILTERS.map(Some));
    let statuses = statuses.map(|status| {
        let name = status.map_or(words.all, |status| text().status_name(status));
        Link {
            is_here: query.status == status,
            ..Link::new("chip", query.with_status(status).address(), name.into())
        }
    });
    let told = told(query);
    // What a search or a status leaves nothing of, is cleared where that is said.
    let clear = (!told.is_empty()).then(|| {
        let address = query.every().address();
        Link::new("chip btn-quiet", address, words.clear.into())
    });
    let told = told.into_iter().map(|(told, without)| Link {
        signs: [None, Some(Icon::X)],
        is_here: true,
        label: Some(fill(words.without, &[("filter", &told)])),
        ..Link::new("chip", without.address(), told)
    });
    let more = Link {
        signs: [Some(Icon::Plus), None],
        ..Link::new(
            "chip",
            query.on_page(1).at(addresses::FILTER),
            words.filters.into(),
        )
    };
    let links = statuses.chain(told).chain([more]).chain(clear);
    links.map(Link::item).collect()
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
