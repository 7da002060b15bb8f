//! How a token stands, for whoever holds its code: without an account, and without using it.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::{Service, view::Checked};
use leptos::prelude::*;

use crate::{
    Error,
    forms::once::{Once, Typed},
};

/// How the token of a value stands; none = there is no such token. The value comes in the body: addresses are logged,
/// here and elsewhere.
#[server(prefix = "/fn", endpoint = "check")]
pub async fn check(value: String) -> Result<Option<Checked>, Error> {
    use crate::context::{address, answer, service};
    let value = crate::door::scanned(&value);
    answer(service().check(&address(), &value).await)
}

/// What the form of the page came to, where it was posted without a script.
#[server(prefix = "/fn", endpoint = "load_check")]
pub async fn load_check() -> Result<Once, Error> {
    std::future::ready(Ok(crate::context::once())).await
}

/// Checks a value, for the page that then shows what came of it.
pub async fn check_typed(service: &Service, address: &str, typed: Typed) -> Once {
    let value = crate::door::scanned(typed.get("value"));
    let checked = match service.check(address, &value).await {
        Ok(checked) => serde_json::to_string(&checked).map_err(|_| domain::Error::Internal.into()),
        Err(error) => Err(error.into()),
    };
    Once::new(typed, checked)
}
