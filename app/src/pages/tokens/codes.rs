//! The list as a grid of codes.

use std::sync::Arc;

use domain::{
    codes::CodeStyle,
    page::PageRequest,
    token::OrderBy,
    view::{TokenList, TokenView},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    head_of, not_loaded, nothing, sort_link,
    toolbar::{Link, toolbar},
};
use crate::{
    addresses::{self, ListQuery, PER_PAGE, SIZES, USUAL_SIZE},
    components::{
        badge::status_badge,
        copy::middle_cut,
        drawing::{Drawing, FIRST},
        pager::pager,
        qr::{code_label, square},
        toasts::Toasts,
    },
    context,
    load::{Answer, Ask, Loading},
    sheet::grouped,
    text::{fill, later::later_text, text},
};

/// CSS pixels along the side of a code of the usual size.
const SIDE: u32 = 256;

/// Codes that are drawn together.
const TOGETHER: usize = 10;

/// The page.
#[component]
pub(in crate::pages) fn Codes() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| {
        let query = search.with(|search| ListQuery::parse(search));
        let size = query.codes.unwrap_or(USUAL_SIZE);
        query.shown_as(Some(size))
    });
    let toasts: Toasts = expect_context();
    let list = Loading::new(move || {
        // The same tokens, however large.
        let codes = Some(USUAL_SIZE);
        (Ask::Tokens(query.get().shown_as(codes)), toasts.undone())
    });
    let head = head_of(list, query);
    let codes = list.show(move |answer, permissions| match answer {
        Ok(Answer::Tokens(list)) if list.tokens.items.is_empty() => {
            nothing(&list, &query.get_untracked(), permissions)
        }
        Ok(Answer::Tokens(list)) => codes(list, query),
        Err(error) => not_loaded(&error, &query.get_untracked()),
        Ok(_) => ().into_any(),
    });
    let pending = list.pending();
    view! {
        {head}
        {toolbar(query)}
        <div class:stale=move || pending.get()>{codes}</div>
    }
    .into_any()
}

fn codes(list: TokenList, query: Memo<ListQuery>) -> AnyView {
    let (pages, total) = (list.tokens.pages(), list.tokens.total);
    let request = list.tokens.request;
    // Without a script the others follow where the host ended.
    let rest = query
        .get_untracked()
        .with_per_page(None)
        .on_page(first_page_after(request, FIRST));
    let tokens: Arc<[TokenView]> = list.tokens.items.into();
    let style = list.site.codes;
    let percent = Memo::new(move |_| query.read().codes.unwrap_or(USUAL_SIZE));
    let grid = move || {
        let percent = percent.get();
        let rest = rest.shown_as(Some(percent)).address();
        grid(&tokens, style, percent, rest)
    };
    let links = move || {
        let query = query.read();
        let current = request.number.min(pages);
        pager(current, pages, request.size, total, |page| {
            query.on_page(page).address()
        })
    };
    view! {
        {move || choices(&query.read())}
        {grid}
        {links}
    }
    .into_any()
}

/// The page of the usual size on which the token is that follows the first `count` of a page.
fn first_page_after(page: PageRequest, count: usize) -> u32 {
    let before = page.offset() + count as u64;
    let pages = before / u64::from(PageRequest::DEFAULT_SIZE);
    u32::try_from(pages).map_or(u32::MAX, |pages| pages.saturating_add(1))
}

/// The codes, with how far they are if they are many; `rest` is where those are that the host leaves out.
fn grid(tokens: &Arc<[TokenView]>, style: CodeStyle, percent: u32, rest: String) -> AnyView {
    let words = &later_text().codes;
    let count = tokens.len();
    let drawing = Drawing::new(count, TOGETHER);
    let state = (count > FIRST).then(|| {
        view! {
            <div class="sheet-state">
                {drawing.state(words.drawn)} <a class="btn plain-only" href=rest>
                    {words.next}
                </a>
            </div>
        }
    });
    let pixels = SIDE * percent / USUAL_SIZE;
    let origin: Arc<str> = context::origin().into();
    let parts = (0..count).step_by(TOGETHER).map(|first| {
        let (tokens, origin) = (tokens.clone(), origin.clone());
        let ready = Memo::new(move |_| drawing.has(first));
        move || {
            ready.get().then(|| {
                let some = tokens.iter().skip(first).take(TOGETHER);
                let draw = |token: &TokenView| {
                    // Every value has a code; see `Value::MAX_BYTES`.
                    let matrix = style.draw(token.value.as_str(), &origin).ok()?;
                    let label = code_label(token.value.as_str());
                    Some(tile(token, square(&matrix, label, pixels)))
                };
                some.filter_map(draw).collect_view()
            })
        }
    });
    view! {
        {state}
        <ul class="codes" data-size=percent.to_string()>
            {parts.collect_view()}
        </ul>
    }
    .into_any()
}

/// The order, the size, and how many a page has: links, so that each is an address.
fn choices(query: &ListQuery) -> AnyView {
    let text = text();
    let words = &later_text().codes;
    let columns = &text.tokens;
    let order = query.order;
    let sorts = [
        (OrderBy::Label, columns.column_token),
        (OrderBy::Uses, columns.column_uses),
        (OrderBy::ValidTo, columns.column_valid_to),
        (OrderBy::LastUsed, columns.column_last_used),
        (OrderBy::Created, columns.column_created),
    ];
    let sorts = sorts.map(|(by, name)| {
        let told = if order.descending {
            words.descending
        } else {
            words.ascending
        };
        let told = (order.by == by).then(|| fill(told, &[("name", name)]));
        view! { <li>{sort_link(query, by, name, told)}</li> }
    });
    let sizes = SIZES.map(|size| {
        let is_here = query.codes == Some(size);
        segment(&query.shown_as(Some(size)), format!("{size} %"), is_here)
    });
    let usual = (None, PageRequest::DEFAULT_SIZE);
    let numbers = PER_PAGE.map(|number| (Some(number), number));
    let per_page = [usual].into_iter().chain(numbers).map(|(asked, number)| {
        let is_here = query.per_page == asked;
        let told = text.number(number.into());
        segment(&query.with_per_page(asked), told, is_here)
    });
    view! {
        <div class="code-choices">
            <nav aria-label=words.sort>
                <ul class="sorts">{sorts.into_iter().collect_view()}</ul>
            </nav>
            <nav aria-label=words.size>
                <ul class="segmented">{sizes.into_iter().collect_view()}</ul>
            </nav>
            <nav aria-label=words.per_page>
                <span aria-hidden="true">{words.per_page}</span>
                <ul class="segmented">{per_page.collect_view()}</ul>
            </nav>
        </div>
    }
    .into_any()
}

fn segment(query: &ListQuery, told: String, is_here: bool) -> AnyView {
    let link = Link {
        is_here,
        ..Link::new("segment nums", query.address(), told)
    };
    link.item()
}

/// A code and what it is. All of it leads to the token.
fn tile(token: &TokenView, code: AnyView) -> AnyView {
    let address = addresses::token(token.uid);
    let value = grouped(&middle_cut(token.value.as_str(), 80));
    let (name, class, value) = if token.label.is_empty() {
        (value, "row-link mono", None)
    } else {
        (token.label.as_str().to_owned(), "row-link", Some(value))
    };
    view! {
        <li class="code">
            {code}
            <a class=class href=address>
                {name}
            </a>
            {value.map(|value| view! { <p class="mono">{value}</p> })}
            {status_badge(token.status)}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_leaves_out_follows_on_a_page_of_the_usual_size() {
        assert_eq!(first_page_after(PageRequest::new(1, 1000), 100), 3);
        assert_eq!(first_page_after(PageRequest::new(2, 200), 100), 7);
    }
}
