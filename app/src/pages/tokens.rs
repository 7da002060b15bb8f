//! The list of tokens.

pub(super) mod codes;
mod picking;
mod toolbar;

use domain::{
    Permission, Status, Uses,
    actor::Permissions,
    token::OrderBy,
    view::{TokenList, TokenView},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

pub(super) use toolbar::told;
use toolbar::toolbar;

use super::errors::{failed, retry};
use crate::{
    Error,
    addresses::{self, ListQuery},
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

/// The list page.
#[component]
pub(super) fn Tokens() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|search| ListQuery::parse(search).shown_as(None)));
    let toasts: Toasts = expect_context();
    let acts = picking::Acts::new();
    let list = Loading::new(move || (Ask::Tokens(query.get()), toasts.undone() + acts.answers()));
    let head = head_of(list, query);
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

/// The head of the page, with how many tokens there are once that is known.
fn head_of(list: Loading, query: Memo<ListQuery>) -> AnyView {
    list.show(move |answer, permissions| match answer {
        Ok(Answer::Tokens(list)) => head(Some(&list), query, permissions),
        _ => head(None, query, permissions),
    })
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
    let all_at = move |page| move || query.read().shown_as(None).on_page(1).at(page);
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
    let direction = match query.order {
        order if order.by != by => None,
        order if order.descending => Some("descending"),
        _ => Some("ascending"),
    };
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=direction>
            {sort_link(query, by, name, None)}
        </th>
    }
    .into_any()
}

/// Sorts the list by `by`; `told` says which way it is, where nothing else does.
fn sort_link(query: &ListQuery, by: OrderBy, name: &'static str, told: Option<String>) -> AnyView {
    let sign = match query.order {
        order if order.by != by => Icon::ChevronsUpDown,
        order if order.descending => Icon::ChevronDown,
        _ => Icon::ChevronUp,
    };
    let current = told.is_some().then_some("true");
    view! {
        <a
            class="sort"
            href=query.sorted_by(by).address()
            rel="nofollow"
            aria-current=current
            aria-label=told
        >
            {name}
            {icon(sign)}
        </a>
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
            <a class="btn" href=query.every().address()>
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
        // Which one and why is said where it can be changed.
        Error::Domain(domain::Error::Invalid { .. }) => {
            let change = view! {
                <a class="btn" href=query.at(addresses::FILTER)>
                    {words.filters}
                </a>
            };
            empty(
                Icon::SearchX,
                2,
                words.bad_filter,
                text.errors.invalid.into(),
                change.into_any(),
            )
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
