//! The log of attempts.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::view::{Overview, UsageList};
use leptos::prelude::*;

use crate::Error;

/// A page of the log of attempts, as the query of its address says.
#[server(prefix = "/fn", endpoint = "list_usages")]
pub async fn list_usages(query: String) -> Result<UsageList, Error> {
    use crate::context::{actor, answer, service};
    let query = crate::forms::usages::usage_query(&query);
    answer(service().usages(&actor(), &query).await)
}

/// What is going on.
#[server(prefix = "/fn", endpoint = "load_overview")]
pub async fn load_overview() -> Result<Overview, Error> {
    use crate::context::{actor, answer, service};
    answer(service().overview(&actor()).await)
}
