//! The list of tokens.

mod picking;

use std::time::Duration;

use domain::{
    Permission, Status, Uses,
    actor::Permissions,
    token::{Days, OrderBy, TimeOf},
    view::{TokenList, TokenView},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::errors::{failed, retry};
use crate::{
    Error,
    addresses::{self, ListQuery, USES_FILTERS},
    browser,
    components::{
        badge::{reason, status_badge},
        copy::{copy_button, copy_value, middle_cut},
        empty::empty,
        head::page_head,
        icon::{Icon, icon},
        meter::meter,
        pager::pager,
        time::{day_time, time, with_time},
        toasts::Toasts,
    },
    load::{Answer, Ask, Loading},
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

/// The list page.
#[component]
pub(super) fn Tokens() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|search| ListQuery::parse(search)));
    let toasts: Toasts = expect_context();
    let acts = picking::Acts::new();
    let list = Loading::new(move || (Ask::Tokens(query.get()), toasts.undone() + acts.answers()));
    let head = list.show(move |answer, permissions| match answer {
        Ok(Answer::Tokens(list)) => head(Some(&list), query, permissions),
        _ => head(None, query, permissions),
    });
    let rows = list.show(move |answer, permissions| match answer {
        Ok(Answer::Tokens(list)) => rows(list, &query.get_untracked(), &acts, permissions),
        Err(error) => not_loaded(&error, &query.get_untracked()),
        Ok(_) => ().into_any(),
    });
    let pending = list.pending();
    view! {
        {head}
        {toolbar(query)}
        {acts.refused()}
        <div class="table-area" class:stale=move || pending.get()>{rows}</div>
    }
    .into_any()
}

fn head(list: Option<&TokenList>, query: Memo<ListQuery>, permissions: Permissions) -> AnyView {
    let text = text();
    let words = &text.tokens;
    let facts = list.map(|list| {
        let count = text.plural_count(&words.count, list.all);
        let active = fill(words.active_now, &[("n", &text.count(list.usable))]);
        format!("{count} · {active}")
    });
    let new = permissions.contain(Permission::Add).then(|| {
        view! {
            <a class="btn btn-primary" href=addresses::NEW_TOKENS>
                {icon(Icon::Plus)}
                {words.new}
            </a>
        }
    });
    let trash = permissions.contain(Permission::Delete).then(|| {
        view! {
            <a class="btn" href=addresses::TRASH>
                {icon(Icon::Trash)}
                {text.trash.title}
            </a>
        }
    });
    let all_at = move |page| move || query.read().on_page(1).at(page);
    let actions = view! {
        <a
            class="btn btn-icon"
            href=all_at(addresses::EXPORT)
            aria-label=words.export
            title=words.export
            rel="external"
            download
        >
            {icon(Icon::Download)}
        </a>
        <a class="btn btn-icon" href=all_at(addresses::PRINT) aria-label=words.print title=words.print>
            {icon(Icon::Printer)}
        </a>
        {trash}
        {new}
    };
    page_head(words.title, facts.into_any(), actions.into_any())
}

/// Search and filters: a form that a browser sends by itself, and links.
fn toolbar(query: Memo<ListQuery>) -> AnyView {
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
                action=addresses::TOKENS
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

/// The filters that are asked for on a page of their own, in words, each with the list without it.
pub(super) fn told(query: &ListQuery) -> Vec<(String, ListQuery)> {
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
    times.into_iter().chain([uses]).flatten().collect()
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
                <a class="chip btn-quiet" href=addresses::TOKENS>
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

fn rows(
    list: TokenList,
    query: &ListQuery,
    acts: &picking::Acts,
    permissions: Permissions,
) -> AnyView {
    let words = &text().tokens;
    if list.tokens.items.is_empty() {
        return nothing(&list, query, permissions);
    }
    let pages = list.tokens.pages();
    let size = list.tokens.request.size;
    let total = list.tokens.total;
    let zone = list.site.zone.0;
    let picks = picking::Picks::new(list.tokens.items.len(), total);
    let table = view! {
        <div class="table-card table-cards">
            <table class="table table-hover" role="table">
                <caption class="visually-hidden">{words.caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {picks.head()}
                        {sort_head(query, OrderBy::Label, words.column_token)}
                        <th scope="col" role="columnheader">
                            {words.column_status}
                        </th>
                        {sort_head(query, OrderBy::Uses, words.column_uses)}
                        {sort_head(query, OrderBy::ValidTo, words.column_valid_to)}
                        {sort_head(query, OrderBy::LastUsed, words.column_last_used)}
                        {sort_head(query, OrderBy::Created, words.column_created)}
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">{words.column_actions}</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {list
                        .tokens
                        .items
                        .into_iter()
                        .map(|token| row(token, &zone, permissions))
                        .collect_view()}
                </tbody>
            </table>
        </div>
    };
    view! {
        {picking::form(query, picks, acts, permissions, table.into_any())}
        {pager(query.page().min(pages), pages, size, total, |page| query.on_page(page).address())}
    }
    .into_any()
}

/// The head of a column by which one can sort.
fn sort_head(query: &ListQuery, by: OrderBy, name: &'static str) -> AnyView {
    let class = if by == OrderBy::Created {
        "sortable drop"
    } else {
        "sortable"
    };
    let (direction, sign) = match query.order {
        order if order.by != by => (None, Icon::ChevronsUpDown),
        order if order.descending => (Some("descending"), Icon::ChevronDown),
        _ => (Some("ascending"), Icon::ChevronUp),
    };
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=direction>
            <a class="sort" href=query.sorted_by(by).address() rel="nofollow">
                {name}
                {icon(sign)}
            </a>
        </th>
    }
    .into_any()
}

fn row(token: TokenView, zone: &str, permissions: Permissions) -> AnyView {
    let text = text();
    let words = &text.tokens;
    let value = token.value.as_str();
    let name = name_of(&token);
    let why = reason(text, &token);
    let address = addresses::token(token.uid);
    // What has not begun says when it does, under a head of its own.
    let ends = (token.status != Status::Scheduled).then_some(words.column_valid_to);
    let title = if token.label.is_empty() {
        view! {
            <span class="copy">
                <a class="row-title mono" href=address>
                    {name.clone()}
                </a>
                {copy_button(value)}
            </span>
        }
        .into_any()
    } else {
        view! {
            <a class="row-title" href=address>
                {name.clone()}
            </a>
            <span class="row-value">{copy_value(value)}</span>
        }
        .into_any()
    };
    let action = |permission, address: String, label: &str, sign| {
        let label = fill(label, &[("name", &name)]);
        permissions.contain(permission).then(|| {
            view! {
                <a class="btn btn-icon" href=address aria-label=label.clone() title=label>
                    {icon(sign)}
                </a>
            }
        })
    };
    view! {
        <tr role="row">
            {picking::pick(token.uid, &name)}
            <th scope="row" role="rowheader" class="grow">
                {title}
            </th>
            <td role="cell" title=why>
                {status_badge(token.status)}
            </td>
            <td role="cell" class="uses">
                {uses(&token)}
            </td>
            <td role="cell" class="secondary" data-label=ends>
                {valid_to(&token, zone)}
            </td>
            <td role="cell" class="secondary" data-label=words.column_last_used>
                {token
                    .last_used
                    .map_or_else(|| text.common.never.into_any(), |moment| time(moment, zone))}
            </td>
            <td role="cell" class="secondary drop">
                {time(token.created, zone)}
            </td>
            <td role="cell" class="tight row-actions-cell">
                <div class="row-actions">
                    {action(Permission::Add, addresses::new_like(token.uid), words.like, Icon::Plus)}
                    {action(Permission::Edit, addresses::edit_token(token.uid), words.edit, Icon::Pencil)}
                    {action(
                        Permission::Delete,
                        addresses::delete_token(token.uid),
                        words.delete,
                        Icon::Trash,
                    )}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// What people call a token: its label, else its value.
pub(super) fn name_of(token: &TokenView) -> String {
    if token.label.is_empty() {
        middle_cut(token.value.as_str(), 40)
    } else {
        token.label.as_str().to_owned()
    }
}

fn uses(token: &TokenView) -> AnyView {
    let text = text();
    let (total, bar) = match token.uses {
        Uses::Unlimited => ("∞".to_owned(), None),
        Uses::Left(left) => {
            let total = token.used.saturating_add(left.into());
            (text.number(total), Some(meter(token.used, total)))
        }
    };
    let words = fill(
        text.tokens.uses_of,
        &[("used", &text.number(token.used)), ("total", &total)],
    );
    view! { <span>{words}</span> {bar} }.into_any()
}

fn valid_to(token: &TokenView, zone: &str) -> AnyView {
    let words = &text().tokens;
    match (token.status, token.from, token.to) {
        (Status::Scheduled, Some(from), _) => {
            let starts = with_time(words.starts, day_time(from, zone));
            view! { <span class="nowrap">{starts}</span> }.into_any()
        }
        (Status::Expired, _, Some(to)) => day_time(to, zone),
        (_, _, Some(to)) => time(to, zone),
        (_, _, None) => words.no_end.into_any(),
    }
}

/// Nothing to show: because there is nothing yet, or nothing that matches.
fn nothing(list: &TokenList, query: &ListQuery, permissions: Permissions) -> AnyView {
    let words = &text().tokens;
    let state = if list.all.number > 0 || query.is_filtered() {
        let clear = view! {
            <a class="btn" href=addresses::TOKENS>
                {icon(Icon::X)}
                {words.clear}
            </a>
        };
        empty(
            Icon::SearchX,
            2,
            words.none_title,
            words.none_text.into(),
            clear.into_any(),
        )
    } else {
        let new = permissions.contain(Permission::Add).then(|| {
            view! {
                <a class="btn btn-primary" href=addresses::NEW_TOKENS>
                    {icon(Icon::Plus)}
                    {words.new}
                </a>
            }
        });
        empty(
            Icon::Ticket,
            2,
            words.first_title,
            words.first_text.into(),
            new.into_any(),
        )
    };
    view! { <div class="card">{state}</div> }.into_any()
}

/// The list could not be had: because one may not, or because something went wrong.
fn not_loaded(error: &Error, query: &ListQuery) -> AnyView {
    let text = text();
    let words = &text.tokens;
    let state = match error {
        Error::Domain(domain::Error::Unauthenticated) => return failed(error),
        Error::Domain(domain::Error::Forbidden) => empty(
            Icon::Lock,
            2,
            words.forbidden_title,
            words.forbidden_text.into(),
            ().into_any(),
        ),
        Error::Domain(domain::Error::Invalid { flaws }) => {
            let told = flaws.iter().map(|flaw| {
                let field = text.field_name(flaw.field);
                format!("{field}: {}", text.flaw(flaw.field, &flaw.kind))
            });
            let change = view! {
                <a class="btn" href=query.at(addresses::FILTER)>
                    {words.filters}
                </a>
            };
            let told = told.collect::<Vec<_>>().join(" ");
            empty(Icon::SearchX, 2, words.bad_filter, told, change.into_any())
        }
        error => empty(
            Icon::TriangleAlert,
            2,
            words.error_title,
            text.error(error),
            retry(),
        ),
    };
    crate::context::set_page_error(error);
    view! { <div class="card">{state}</div> }.into_any()
}
