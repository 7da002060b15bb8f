//! Signing in and out, and the first account.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::view::{OpenInvitation, Visitor};
use leptos::prelude::*;

use crate::{
    Error,
    forms::sessions::{NewAccountForm, SignInForm},
};

/// Who is looking.
#[server(prefix = "/fn", endpoint = "load_visitor")]
pub async fn load_visitor() -> Result<Visitor, Error> {
    use crate::context::{actor, answer, service};
    answer(service().visitor(&actor()).await)
}

/// Signs in.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(form: SignInForm) -> Result<(), Error> {
    use crate::context::{address, answer, begin_session, redirect, service, session};
    let password = domain::account::Password::attempt(form.password.as_str());
    let before = session();
    let signed_in = service()
        .sign_in(&form.name, password, &address(), before.as_deref())
        .await;
    begin_session(answer(signed_in)?.secret.expose());
    redirect(form.next_page());
    Ok(())
}

/// Signs out.
#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), Error> {
    use crate::context::{answer, end_session, redirect, service, session};
    answer(service().sign_out(&session().unwrap_or_default()).await)?;
    end_session();
    redirect(crate::addresses::LOGIN);
    Ok(())
}

/// What a one-time link opens.
#[server(prefix = "/fn", endpoint = "load_invitation")]
pub async fn load_invitation(code: String) -> Result<Option<OpenInvitation>, Error> {
    use crate::context::{answer, service};
    answer(service().invitation(&code).await)
}

/// Makes an account by a one-time link, and signs it in.
#[server(prefix = "/fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(form: NewAccountForm) -> Result<(), Error> {
    use crate::context::{address, answer, begin_session, redirect, service, session};
    let account = answer(form.parse())?;
    let (name, password) = (account.name.as_str().to_owned(), account.password.clone());
    answer(service().accept_invitation(&form.code, account).await)?;
    let before = session();
    let signed_in = service()
        .sign_in(&name, password, &address(), before.as_deref())
        .await;
    begin_session(answer(signed_in)?.secret.expose());
    redirect(crate::addresses::HOME);
    Ok(())
}
