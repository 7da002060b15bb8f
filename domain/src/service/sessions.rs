//! Signing in and out, and knowing again who asks.

use chrono::{DateTime, Utc};

use super::Service;
use crate::{
    account::{Account, Password, Session},
    actor::Actor,
    error::{Error, Result},
    secret::{Purpose, Secret},
};

/// Somebody who has just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What goes into the cookie.
    pub secret: Secret,
    /// Who it is.
    pub actor: Actor,
}

impl Service {
    /// Signs somebody in. The answer and its time are the same for an unknown name and a wrong password. A session
    /// that the browser had before ends: a new sign-in is a new secret.
    pub async fn sign_in(
        &self,
        name: &str,
        password: Password,
        address: &str,
        before: Option<&str>,
    ) -> Result<SignedIn> {
        let key = name.trim().to_lowercase();
        self.0.host.throttle.sign_in(&key, address)?;
        let account = self.store().read().await?.account_named(&key).await?;
        let hash = account.as_ref().map(|account| account.password.clone());
        let right = self.0.host.passwords.verify(password, hash).await?;
        let account = account
            .filter(|account| right && account.disabled.is_none())
            .ok_or(Error::Unauthenticated)?;

        let now = self.now();
        let secret = Secret::new(Purpose::Session, self.0.host.ids.entropy());
        let mut unit = self.store().write().await?;
        if let Some(before) = before.and_then(|text| Secret::parse(Purpose::Session, text)) {
            unit.delete_session(&before.hash()).await?;
        }
        unit.delete_sessions_before(now - Session::IDLE, now - Session::ABSOLUTE)
            .await?;
        unit.insert_session(&Session {
            uid: self.0.host.ids.uid(),
            hash: secret.hash(),
            account_uid: account.uid,
            created: now,
            seen: now,
            address: (!address.is_empty()).then(|| address.to_owned()),
        })
        .await?;
        unit.set_last_login(account.uid, now).await?;
        unit.commit(&[]).await?;
        Ok(SignedIn {
            secret,
            actor: account.actor(),
        })
    }

    /// Ends a session. Whoever holds its secret may.
    pub async fn sign_out(&self, secret: &str) -> Result<()> {
        let Some(secret) = Secret::parse(Purpose::Session, secret) else {
            return Ok(());
        };
        let mut unit = self.store().write().await?;
        unit.delete_session(&secret.hash()).await?;
        Ok(unit.commit(&[]).await?)
    }

    /// Who holds the secret of a session; none if it is no good, or not any more. That they were here is noted.
    pub async fn actor_of_session(&self, secret: &str) -> Result<Option<Actor>> {
        let now = self.now();
        let Some((session, account)) = self.good_session(secret, now).await? else {
            return Ok(None);
        };
        if now.signed_duration_since(session.seen) >= Session::SEEN_EVERY {
            let mut unit = self.store().write().await?;
            unit.touch_session(&session.hash, now).await?;
            unit.commit(&[]).await?;
        }
        Ok(Some(account.actor()))
    }

    /// The same, and nothing is noted: being looked at keeps no session.
    pub async fn watcher_of_session(&self, secret: &str) -> Result<Option<Actor>> {
        let found = self.good_session(secret, self.now()).await?;
        Ok(found.map(|(_, account)| account.actor()))
    }

    async fn good_session(
        &self,
        secret: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(Session, Account)>> {
        let Some(secret) = Secret::parse(Purpose::Session, secret) else {
            return Ok(None);
        };
        let found = self.store().read().await?.session(&secret.hash()).await?;
        Ok(
            found
                .filter(|(session, account)| session.is_good_at(now) && account.disabled.is_none()),
        )
    }
}
