//! The trash.

use domain::view::{TrashList, TrashedView};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use super::{errors::failed, tokens::name_of};
use crate::{
    addresses::{self, parameter},
    call::{Call, form},
    components::{
        alert::error_alert,
        copy::copy_value,
        empty::empty,
        head::page_head,
        icon::{Icon, icon},
        pager::pager,
        table::column,
        time::{day_time, time},
        toasts::Toasts,
    },
    fns::trash::RestoreToken,
    load::{Answer, Ask, Loading},
    text::{fill, text},
};

/// The page of the trash.
#[component]
pub(super) fn Trash() -> impl IntoView {
    let search = use_location().search;
    let page = Memo::new(move |_| {
        let page = search.with(|search| parameter(search, "page"));
        page.and_then(|page| page.parse::<u32>().ok()).unwrap_or(1)
    });
    let restore = Call::new(RestoreToken::PATH);
    let toasts: Toasts = expect_context();
    let list = Loading::new(move || (Ask::Trash(page.get()), restore.answers() + toasts.undone()));
    list.show(
        move |answer, _| match answer.and_then(Answer::read::<TrashList>) {
            Ok(list) => trash(list, restore),
            Err(error) => failed(&error),
        },
    )
}

fn trash(list: TrashList, restore: Call) -> AnyView {
    let text = text();
    let words = &text.trash;
    let count = text.plural_count(&text.tokens.count, list.tokens.total);
    let facts = format!("{count} · {}", words.facts);
    let back = view! {
        <a class="btn" href=addresses::TOKENS>
            {icon(Icon::Ticket)}
            {text.errors.home}
        </a>
    };
    let body = if list.tokens.items.is_empty() {
        let state = empty(
            Icon::Trash,
            2,
            words.empty_title,
            words.empty_text.into(),
            ().into_any(),
        );
        view! { <div class="card">{state}</div> }.into_any()
    } else {
        rows(list, restore)
    };
    let error = restore.error();
    let refused = move || {
        error
            .get()
            .map(|error| error_alert(text.undo_error(&error)))
    };
    view! {
        {page_head(words.title, facts.into_any(), back.into_any())}
        {refused}
        <div class="table-area">{body}</div>
    }
    .into_any()
}

fn rows(list: TrashList, restore: Call) -> AnyView {
    let text = text();
    let words = &text.trash;
    let pages = list.tokens.pages();
    let (request, total) = (list.tokens.request, list.tokens.total);
    let zone = list.site.zone.0;
    let rows = list
        .tokens
        .items
        .into_iter()
        .map(|trashed| row(trashed, &zone, restore))
        .collect_view();
    view! {
        <div class="table-card table-cards">
            <table class="table table-hover" role="table">
                <caption class="visually-hidden">{words.title}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {column(text.tokens.column_token)} {column(words.column_deleted)}
                        {column(text.token.column_actor)} {column(words.column_ends)}
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">{text.tokens.column_actions}</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        {pager(request.number.min(pages), pages, request.size, total, addresses::trash)}
    }
    .into_any()
}

fn row(trashed: TrashedView, zone: &str, restore: Call) -> AnyView {
    let text = text();
    let words = &text.trash;
    let name = name_of(&trashed.token);
    let label = fill(words.restore_label, &[("name", &name)]);
    let value = (!trashed.token.label.is_empty()).then(|| {
        let value = copy_value(trashed.token.value.as_str());
        view! { <span class="row-value">{value}</span> }
    });
    let button = view! {
        <input type="hidden" name="uid" value=trashed.token.uid.to_string() />
        <button class="btn btn-small" aria-label=label>
            {icon(Icon::Undo)}
            {words.restore}
        </button>
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader" class="grow">
                <span class="row-title">{name}</span>
                {value}
            </th>
            <td role="cell" class="secondary" data-label=words.column_deleted>
                {time(trashed.deleted, zone)}
            </td>
            <td role="cell" class="secondary anywhere" data-label=text.token.column_actor>
                {trashed.by}
            </td>
            <td role="cell" class="secondary" data-label=words.column_ends>
                {day_time(trashed.ends, zone)}
            </td>
            <td role="cell" class="tight">
                {form(restore, None, button.into_any())}
            </td>
        </tr>
    }
    .into_any()
}
