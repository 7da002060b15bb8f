//! The head of a page: its title, one line of facts, its actions.

use leptos::prelude::*;
use leptos_meta::Title;

/// The head of a page whose title is plain text. The title of the document is the same.
pub(crate) fn page_head(title: &'static str, facts: AnyView, actions: AnyView) -> AnyView {
    view! {
        <Title text=title />
        <header class="head">
            <div class="head-text">
                <h1>{title}</h1>
                <p class="head-facts">{facts}</p>
            </div>
            <div class="head-actions">{actions}</div>
        </header>
    }
    .into_any()
}

/// Where a page lies below others: `(words, address)` of each, then the page itself.
pub(crate) fn breadcrumb(above: Vec<(String, String)>, here: String) -> AnyView {
    let label = crate::text::text().shell.breadcrumb;
    view! {
        <nav class="crumbs" aria-label=label>
            <ol>
                {above
                    .into_iter()
                    .map(|(words, address)| view! { <li><a href=address>{words}</a></li> })
                    .collect_view()}
                <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
    .into_any()
}
