//! Numbered pages.

use domain::page::Count;
use leptos::prelude::*;

use crate::text::{fill, text};

/// The pages around `current`, the first and the last; none = a gap.
fn shown_pages(current: u32, last: u32) -> Vec<Option<u32>> {
    let mut pages = Vec::new();
    let mut before = 0;
    for page in (1..=last).filter(|page| *page == 1 || *page == last || page.abs_diff(current) <= 1)
    {
        if page - before == 2 {
            pages.push(Some(before + 1));
        } else if page - before > 2 {
            pages.push(None);
        }
        pages.push(Some(page));
        before = page;
    }
    pages
}

/// Which items are shown, and links to the other pages.
pub(crate) fn pager(
    current: u32,
    last: u32,
    size: u32,
    total: Count,
    address: impl Fn(u32) -> String,
) -> AnyView {
    let text = text();
    let words = &text.tokens;
    let first_item = (u64::from(current.max(1) - 1) * u64::from(size) + 1).min(total.number);
    let last_item = (u64::from(current) * u64::from(size)).min(total.number);
    let shown = fill(
        words.shown,
        &[
            ("first", &text.number(first_item)),
            ("last", &text.number(last_item)),
            ("total", &text.count(total)),
        ],
    );
    let step = |page: Option<u32>, label: &'static str, rel: &'static str| match page {
        Some(page) => {
            view! { <li><a class="btn" href=address(page) rel=rel>{label}</a></li> }.into_any()
        }
        None => view! { <li><span class="btn" aria-disabled="true">{label}</span></li> }.into_any(),
    };
    let number = |page: Option<u32>| match page {
        None => view! { <li class="gap">"…"</li> }.into_any(),
        Some(page) => {
            let label = fill(words.page, &[("n", &page.to_string())]);
            let here = (page == current).then_some("page");
            view! {
                <li>
                    <a class="btn" href=address(page) aria-label=label aria-current=here>
                        {text.number(page.into())}
                    </a>
                </li>
            }
            .into_any()
        }
    };
    let pages = (last > 1).then(|| {
        view! {
            <nav aria-label=words.pages>
                <ul>
                    {step((current > 1).then(|| current - 1), words.previous, "prev")}
                    {shown_pages(current, last).into_iter().map(number).collect_view()}
                    {total.is_more.then(|| number(None))}
                    {step((current < last).then(|| current + 1), words.next, "next")}
                </ul>
            </nav>
        }
    });
    view! { <div class="pager"><p>{shown}</p> {pages}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_far_away_are_a_gap_but_no_gap_hides_a_single_page() {
        let told = |current, last| -> Vec<u32> {
            shown_pages(current, last)
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect()
        };
        assert_eq!(told(1, 1), [1]);
        assert_eq!(told(1, 26), [1, 2, 0, 26]);
        assert_eq!(told(13, 26), [1, 0, 12, 13, 14, 0, 26]);
        assert_eq!(told(4, 6), [1, 2, 3, 4, 5, 6]);
    }
}
