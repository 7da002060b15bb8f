//! Who exists.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Service, taken};
use crate::{
    account::{Account, AccountName, Invitation, Password, Role},
    actor::{Actor, Permission},
    audit::Pen,
    error::{Error, Field, FlawKind, Result},
    secret::{Purpose, Secret},
};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its name.
    pub name: AccountName,
    /// Its password.
    pub password: Password,
}

/// An account as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// Names it for ever.
    pub uid: Uuid,
    /// Its name.
    pub name: AccountName,
    /// Its role.
    pub role: Role,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// The last sign-in.
    pub last_login: Option<DateTime<Utc>>,
}

impl Service {
    /// The code of a one-time link that makes the first account, if there is none yet. Codes that were given out
    /// before are no good any more.
    pub async fn set_up_code(&self) -> Result<Option<Secret>> {
        let mut unit = self.store().write().await?;
        if unit.count_accounts().await? > 0 {
            return Ok(None);
        }
        let code = Secret::new(Purpose::Invitation, self.0.host.ids.entropy());
        let now = self.now();
        let invitation = Invitation {
            hash: code.hash(),
            role: Role::Admin,
            expires: now + Invitation::SET_UP,
        };
        unit.delete_invitations().await?;
        unit.insert_invitation(&invitation).await?;
        let entry = Pen::of_tessera(now).created(&invitation);
        unit.commit(&[entry]).await?;
        Ok(Some(code))
    }

    /// Whether the code of a one-time link is good now: for the page that it opens.
    pub async fn invitation_is_good(&self, code: &str) -> Result<bool> {
        let Some(code) = Secret::parse(Purpose::Invitation, code) else {
            return Ok(false);
        };
        let invitation = self.store().read().await?.invitation(&code.hash()).await?;
        Ok(invitation.is_some_and(|invitation| self.now() < invitation.expires))
    }

    /// Makes an account by a one-time link, which is no good afterwards.
    pub async fn accept_invitation(&self, code: &str, new: NewAccount) -> Result<AccountView> {
        let not_good = || Error::flaw(Field::Code, FlawKind::Invalid);
        let code = Secret::parse(Purpose::Invitation, code).ok_or_else(not_good)?;
        let password = self.0.host.passwords.hash(new.password).await?;
        let mut unit = self.store().write().await?;
        let invitation = unit
            .take_invitation(&code.hash())
            .await?
            .ok_or_else(not_good)?;
        let now = self.now();
        if now >= invitation.expires {
            return Err(not_good());
        }
        let account = Account {
            uid: self.0.host.ids.uid(),
            name: new.name,
            role: invitation.role,
            password,
            created: now,
            last_login: None,
        };
        unit.insert_account(&account)
            .await
            .map_err(taken(Field::Name))?;
        // Who opens the link is nobody before it, and this account afterwards.
        let entry = Pen::of(&account.actor(), now).created(&account);
        unit.commit(&[entry]).await.map_err(taken(Field::Name))?;
        Ok(account.into())
    }

    /// Makes an account. With the first one the set-up link is no good any more.
    pub async fn add_account(
        &self,
        actor: &Actor,
        new: NewAccount,
        role: Role,
    ) -> Result<AccountView> {
        actor.require(Permission::Admin)?;
        let account = Account {
            uid: self.0.host.ids.uid(),
            name: new.name,
            role,
            password: self.0.host.passwords.hash(new.password).await?,
            created: self.now(),
            last_login: None,
        };
        let mut unit = self.store().write().await?;
        if unit.count_accounts().await? == 0 {
            unit.delete_invitations().await?;
        }
        unit.insert_account(&account)
            .await
            .map_err(taken(Field::Name))?;
        let entry = self.pen(actor).created(&account);
        unit.commit(&[entry]).await.map_err(taken(Field::Name))?;
        Ok(account.into())
    }

    /// All accounts, by name.
    pub async fn accounts(&self, actor: &Actor) -> Result<Vec<AccountView>> {
        actor.require(Permission::Admin)?;
        let accounts = self.store().read().await?.accounts().await?;
        Ok(accounts.into_iter().map(Into::into).collect())
    }

    /// Deletes an account and ends its sessions.
    pub async fn remove_account(&self, actor: &Actor, name: &AccountName) -> Result<()> {
        actor.require(Permission::Admin)?;
        let mut unit = self.store().write().await?;
        let account = unit
            .account_named(&name.key())
            .await?
            .ok_or(Error::NotFound)?;
        unit.delete_account(account.uid).await?;
        unit.commit(&[self.pen(actor).deleted(&account)]).await?;
        Ok(())
    }

    /// Sets the password of an account and ends its sessions.
    pub async fn set_password(
        &self,
        actor: &Actor,
        name: &AccountName,
        password: Password,
    ) -> Result<()> {
        actor.require(Permission::Admin)?;
        let hash = self.0.host.passwords.hash(password).await?;
        let mut unit = self.store().write().await?;
        let account = unit
            .account_named(&name.key())
            .await?
            .ok_or(Error::NotFound)?;
        unit.set_password(account.uid, &hash).await?;
        unit.delete_sessions_of(account.uid).await?;
        let after = Account {
            password: hash,
            ..account.clone()
        };
        let entry = self.pen(actor).changed(&account, &after);
        unit.commit(entry.as_slice()).await?;
        Ok(())
    }
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        let Account {
            uid,
            name,
            role,
            created,
            last_login,
            ..
        } = account;
        Self {
            uid,
            name,
            role,
            created,
            last_login,
        }
    }
}
