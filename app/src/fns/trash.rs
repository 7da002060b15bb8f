//! The trash.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::view::TrashList;
use leptos::prelude::*;
use uuid::Uuid;

use crate::Error;

/// A page of the trash.
#[server(prefix = "/fn", endpoint = "list_trash")]
pub async fn list_trash(page: u32) -> Result<TrashList, Error> {
    use crate::context::{actor, answer, service};
    let page = domain::page::PageRequest::new(page, domain::page::PageRequest::DEFAULT_SIZE);
    answer(service().trash(&actor(), page).await)
}

/// Takes a token out of the trash.
#[server(prefix = "/fn", endpoint = "restore_token")]
pub async fn restore_token(uid: Uuid) -> Result<(), Error> {
    use crate::{
        addresses,
        context::{actor, answer, redirect, service},
    };
    answer(service().restore_token(&actor(), uid).await)?;
    redirect(&addresses::with_notice(addresses::TRASH, "restored-1"));
    Ok(())
}

/// Takes all that one deletion put there out of the trash.
#[server(prefix = "/fn", endpoint = "undo_deletion")]
pub async fn undo_deletion(deletion: Uuid) -> Result<(), Error> {
    use crate::{
        addresses,
        context::{actor, answer, redirect, service},
    };
    let tokens = answer(service().undo_deletion(&actor(), deletion).await)?;
    let notice = format!("restored-{}", tokens.len());
    redirect(&addresses::with_notice(addresses::TOKENS, &notice));
    Ok(())
}
