//! What is done with a value that was scanned or typed. It comes in the body: addresses are logged, here and elsewhere.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::view::Used;
use leptos::prelude::*;

use crate::Error;

/// Leads to the token of a value, or to where one is told that there is none.
#[server(prefix = "/fn", endpoint = "look_up")]
pub async fn look_up(value: String) -> Result<(), Error> {
    use crate::{
        addresses,
        context::{actor, answer, redirect, service},
    };
    let value = crate::door::scanned(&value);
    redirect(
        &match answer(service().find_token(&actor(), &value).await)? {
            Some(token) => addresses::token(token.uid),
            None => addresses::SCAN_UNKNOWN.to_owned(),
        },
    );
    Ok(())
}

/// Makes a token of a value that was scanned, as the settings have new ones.
#[server(prefix = "/fn", endpoint = "add_scanned")]
pub async fn add_scanned(value: String) -> Result<(), Error> {
    use crate::context::{actor, answer, redirect, service};
    let value = crate::door::scanned(&value);
    let token = answer(service().add_value(&actor(), &value).await)?;
    redirect(&crate::forms::tokens::address_of(&[token]));
    Ok(())
}

/// Spends one use of the token of a value; under the same key, once.
#[server(prefix = "/fn", endpoint = "use_token")]
pub async fn use_token(value: String, key: Option<String>) -> Result<Used, Error> {
    use crate::context::{actor, answer, redirect, service};
    use domain::idempotency::IdempotencyKey;
    // Our own page makes it; a key that is none is as good as no key.
    let key = key.and_then(|key| IdempotencyKey::parse(&key).ok());
    let value = crate::door::scanned(&value);
    let used = answer(service().use_value(&actor(), &value, key).await)?;
    redirect(&format!(
        "{}&of={}",
        crate::addresses::SCAN_USE,
        used.token.uid
    ));
    Ok(used)
}
