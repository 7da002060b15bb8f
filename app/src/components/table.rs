//! Tables.

use leptos::prelude::*;

/// The head of a column. The roles are said because phones show rows as cards, which takes them from the elements.
pub(crate) fn column(name: &'static str) -> AnyView {
    view! {
        <th scope="col" role="columnheader">
            {name}
        </th>
    }
    .into_any()
}
