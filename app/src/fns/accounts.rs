//! Accounts, invitations and sessions.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::{
    Actor, Service,
    account::Role,
    view::{AccountList, AccountPage},
};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    Error, addresses,
    forms::{
        accounts::{self, InviteForm, PasswordForm},
        once::{Once, Typed},
    },
};

/// All accounts, and the invitations that are good.
#[server(prefix = "/fn", endpoint = "load_accounts")]
pub async fn load_accounts() -> Result<AccountList, Error> {
    use crate::context::{actor, answer, service};
    answer(service().accounts(&actor()).await)
}

/// An account with its sessions; without a uid, one's own.
#[server(prefix = "/fn", endpoint = "load_account")]
pub async fn load_account(uid: Option<Uuid>) -> Result<AccountPage, Error> {
    use crate::context::{account_or_own, actor, answer, service, session};
    let (actor, session) = (actor(), session());
    let uid = answer(account_or_own(uid))?;
    answer(service().account(&actor, uid, session.as_deref()).await)
}

/// What the form for an invitation starts from.
#[server(prefix = "/fn", endpoint = "load_invite_form")]
pub async fn load_invite_form() -> Result<InviteForm, Error> {
    use crate::context::{actor, answer, once, service};
    let once = once();
    let site = answer(service().accounts(&actor()).await)?.site;
    Ok(InviteForm { site, once })
}

/// Takes an invitation back.
#[server(prefix = "/fn", endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(uid: Uuid) -> Result<(), Error> {
    use crate::context::{actor, answer, redirect, service};
    answer(service().withdraw_invitation(&actor(), uid).await)?;
    redirect(&addresses::with_notice(addresses::ACCOUNTS, "withdrawn"));
    Ok(())
}

/// Sets what an account may do.
#[server(prefix = "/fn", endpoint = "set_role")]
pub async fn set_role(uid: Uuid, role: Role) -> Result<(), Error> {
    use crate::context::{actor, answer, redirect, service};
    let change = domain::service::AccountChange {
        role: Some(role),
        ..Default::default()
    };
    answer(service().change_account(&actor(), uid, change).await)?;
    redirect(&addresses::with_notice(&addresses::account(uid), "saved"));
    Ok(())
}

/// Keeps an account from signing in, or lets it in again.
#[server(prefix = "/fn", endpoint = "set_account_disabled")]
pub async fn set_account_disabled(uid: Uuid, disabled: bool) -> Result<(), Error> {
    use crate::context::{actor, answer, redirect, service};
    let change = domain::service::AccountChange {
        disabled: Some(disabled),
        ..Default::default()
    };
    answer(service().change_account(&actor(), uid, change).await)?;
    redirect(&addresses::with_notice(&addresses::account(uid), "saved"));
    Ok(())
}

/// Ends a session of an account; without one, of one's own.
#[server(prefix = "/fn", endpoint = "end_session")]
pub async fn end_session(account: Option<Uuid>, session: Uuid) -> Result<(), Error> {
    use crate::context::{account_or_own, actor, answer, redirect, service};
    let actor = actor();
    let uid = answer(account_or_own(account))?;
    answer(service().end_session(&actor, uid, session).await)?;
    let page = account.map_or(addresses::OWN_ACCOUNT.to_owned(), addresses::account);
    redirect(&addresses::with_notice(&page, "session-ended"));
    Ok(())
}

/// Sets another password of one's own.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(form: PasswordForm) -> Result<(), Error> {
    use crate::context::{actor, address, answer, redirect, service, session};
    let (actor, session, address) = (actor(), session(), address());
    let (current, password) = answer(form.parse())?;
    let changed = service()
        .change_own_password(&actor, session.as_deref(), current, password, &address)
        .await;
    answer(changed)?;
    redirect(&addresses::with_notice(
        addresses::OWN_ACCOUNT,
        "password-changed",
    ));
    Ok(())
}

/// Makes an invitation, for the page that then shows its link once. `origin` is where people reach us.
pub async fn invite(service: &Service, actor: &Actor, origin: &str, typed: Typed) -> Once {
    let made = match accounts::invited_role(&typed) {
        Ok(role) => service.invite(actor, role).await,
        Err(error) => Err(error),
    };
    let link = made.map(|code| addresses::invitation(origin, code.expose()));
    Once::new(typed, link.map_err(Error::from))
}
