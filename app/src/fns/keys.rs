//! API keys.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::{Actor, Service, view::KeyList};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    Error,
    forms::{
        keys::{self, KeyForm},
        once::{Once, Typed},
    },
};

/// All keys.
#[server(prefix = "/fn", endpoint = "load_keys")]
pub async fn load_keys() -> Result<KeyList, Error> {
    use crate::context::{actor, answer, service};
    answer(service().keys(&actor()).await)
}

/// What the form for a new key starts from, or the one that gives a key another secret.
#[server(prefix = "/fn", endpoint = "load_key_form")]
pub async fn load_key_form(uid: Option<Uuid>) -> Result<KeyForm, Error> {
    use crate::context::{actor, answer, once, service};
    let once = once();
    let mut list = answer(service().keys(&actor()).await)?;
    let key = match uid {
        None => None,
        Some(uid) => Some(answer(
            list.take_usable(uid).ok_or(domain::Error::NotFound),
        )?),
    };
    Ok(KeyForm {
        key,
        site: list.site,
        once,
    })
}

/// Revokes a key.
#[server(prefix = "/fn", endpoint = "revoke_key")]
pub async fn revoke_key(uid: Uuid) -> Result<(), Error> {
    use crate::{
        addresses,
        context::{actor, answer, redirect, service},
    };
    answer(service().revoke_key_of(&actor(), uid).await)?;
    redirect(&addresses::with_notice(addresses::KEYS, "revoked"));
    Ok(())
}

/// Makes a key, for the page that then shows it once.
pub async fn add_key(service: &Service, actor: &Actor, typed: Typed) -> Once {
    let made = match keys::new_key(&typed) {
        Ok(key) => service.add_key(actor, key).await,
        Err(error) => Err(error),
    };
    Once::new(typed, shown(made))
}

/// Gives a key another secret, for the page that then shows it once.
pub async fn rotate_key(service: &Service, actor: &Actor, uid: Uuid, typed: Typed) -> Once {
    let made = match keys::rotation(&typed) {
        Ok((expires, overlap)) => service.rotate_key(actor, uid, expires, overlap).await,
        Err(error) => Err(error),
    };
    Once::new(typed, shown(made))
}

fn shown(made: domain::Result<domain::secret::Secret>) -> Result<String, Error> {
    Ok(made?.expose().to_owned())
}
