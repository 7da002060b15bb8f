//! Tokens.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::{
    Permission,
    settings::Preset,
    view::{NewTokens, Sheet, TokenList, TokenPage},
};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    Error,
    forms::tokens::{EditForm, NewTokensForm},
};

/// A page of the list, as the query of its address says.
#[server(prefix = "/fn", endpoint = "list_tokens")]
pub async fn list_tokens(query: String) -> Result<TokenList, Error> {
    use crate::context::{actor, answer, service};
    let query = answer(crate::addresses::ListQuery::parse(&query).try_into())?;
    answer(service().tokens(&actor(), &query).await)
}

/// One token with a page of its attempts, for those who may do `purpose` with it.
#[server(prefix = "/fn", endpoint = "load_token")]
pub async fn load_token(uid: Uuid, purpose: Permission, page: u32) -> Result<TokenPage, Error> {
    use crate::context::{actor, answer, service};
    let page = domain::page::PageRequest::of_attempts(page);
    answer(service().token_page(&actor(), uid, purpose, page).await)
}

/// The labels that the query of a sheet's address asks for.
#[server(prefix = "/fn", endpoint = "load_sheet")]
pub async fn load_sheet(query: String) -> Result<Sheet, Error> {
    use crate::context::{actor, answer, service};
    use crate::forms::selections::Picked;
    answer(match answer(Picked::parse(&query))? {
        Picked::Named(uids) => service().sheet_of(&actor(), &uids).await,
        Picked::Matching(query) => service().sheet(&actor(), &query).await,
    })
}

/// What the form for new tokens starts from.
#[server(prefix = "/fn", endpoint = "load_new_tokens")]
pub async fn load_new_tokens(like: Option<Uuid>) -> Result<NewTokens, Error> {
    use crate::context::{actor, answer, service};
    answer(service().new_tokens(&actor(), like).await)
}

/// Makes tokens.
#[server(prefix = "/fn", endpoint = "add_tokens")]
pub async fn add_tokens(form: NewTokensForm) -> Result<(), Error> {
    use crate::context::{actor, answer, redirect, service};
    let start = answer(service().new_tokens(&actor(), None).await)?;
    let tokens = answer(
        service()
            .add_tokens(&actor(), answer(form.parse(&start.presets))?)
            .await,
    )?;
    redirect(&crate::forms::tokens::address_of(&tokens));
    Ok(())
}

/// Alters a token.
#[server(prefix = "/fn", endpoint = "change_token")]
pub async fn change_token(form: EditForm) -> Result<(), Error> {
    use crate::context::{actor, answer, changed, service};
    let change = answer(form.parse())?;
    changed(
        service()
            .change_token(&actor(), form.uid, change, Some(form.version))
            .await,
        "saved",
    )
}

/// Sets when a token can be used.
#[server(prefix = "/fn", endpoint = "set_window")]
pub async fn set_window(uid: Uuid, preset: Preset) -> Result<(), Error> {
    use crate::context::{actor, changed, service};
    let window = domain::token::WindowChange::Preset(preset);
    let change = domain::token::Change {
        window,
        ..Default::default()
    };
    changed(
        service().change_token(&actor(), uid, change, None).await,
        "saved",
    )
}

/// Sets how often a token can still be used; −1 = without limit.
#[server(prefix = "/fn", endpoint = "set_uses")]
pub async fn set_uses(uid: Uuid, uses: i64) -> Result<(), Error> {
    use crate::context::{actor, answer, changed, service};
    let uses = domain::Uses::from_number(uses);
    let uses = answer(uses.map_err(|kind| domain::Error::flaw(domain::Field::Uses, kind)))?;
    let change = domain::token::Change {
        uses: Some(uses),
        ..Default::default()
    };
    changed(
        service().change_token(&actor(), uid, change, None).await,
        "saved",
    )
}

/// Takes a token out of use, or back into use.
#[server(prefix = "/fn", endpoint = "set_disabled")]
pub async fn set_disabled(uid: Uuid, disabled: bool) -> Result<(), Error> {
    use crate::context::{actor, changed, service};
    let change = domain::token::Change {
        disabled: Some(disabled),
        ..Default::default()
    };
    let notice = if disabled { "disabled" } else { "enabled" };
    changed(
        service().change_token(&actor(), uid, change, None).await,
        notice,
    )
}

/// Moves a token to the trash.
#[server(prefix = "/fn", endpoint = "delete_token")]
pub async fn delete_token(uid: Uuid) -> Result<(), Error> {
    use crate::{
        addresses,
        context::{self, actor, answer, redirect, service},
    };
    let deleted = answer(service().delete_tokens(&actor(), &[uid]).await)?;
    let deleted = answer(deleted.map_err(|_| domain::Error::NotFound))?;
    let notice = context::deleted(deleted.count, deleted.deletion);
    redirect(&addresses::with_notice(addresses::TOKENS, &notice));
    Ok(())
}
