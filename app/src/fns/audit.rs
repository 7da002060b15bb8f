//! The audit log.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::view::EntryList;
use leptos::prelude::*;

use crate::Error;

/// A page of the audit log, as the query of its address says.
#[server(prefix = "/fn", endpoint = "list_entries")]
pub async fn list_entries(query: String) -> Result<EntryList, Error> {
    use crate::context::{actor, answer, service};
    let query = crate::forms::audit::entry_query(&query);
    answer(service().entries(&actor(), &query).await)
}
