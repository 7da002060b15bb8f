//! Who exists.

use uuid::Uuid;

use super::{Service, taken};
use crate::{
    account::{Account, AccountName, Invitation, Password, Role},
    actor::{Actor, Permission},
    audit::Pen,
    error::{Error, Field, FlawKind, Result},
    secret::{Purpose, Secret},
    settings::Settings,
    view::{AccountList, AccountPage, AccountView, InvitationView, OpenInvitation, SessionView},
};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its name.
    pub name: AccountName,
    /// Its password.
    pub password: Password,
}

/// What is to be altered of an account; none = stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountChange {
    /// What it may do.
    pub role: Option<Role>,
    /// Whether nobody can sign in with it.
    pub disabled: Option<bool>,
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
            uid: self.0.host.ids.uid(),
            hash: code.hash(),
            role: Role::Admin,
            expires: now + Invitation::SET_UP,
            creator: None,
            created: Some(now),
        };
        unit.delete_invitations().await?;
        unit.insert_invitation(&invitation).await?;
        let entry = Pen::of_tessera(now).created(&invitation);
        unit.commit(&[entry]).await?;
        Ok(Some(code))
    }

    /// What a one-time link opens; none if it is no good, or not any more. For the page to which it leads.
    pub async fn invitation(&self, code: &str) -> Result<Option<OpenInvitation>> {
        let Some(code) = Secret::parse(Purpose::Invitation, code) else {
            return Ok(None);
        };
        let invitation = self.store().read().await?.invitation(&code.hash()).await?;
        let open = invitation.filter(|invitation| self.now() < invitation.expires);
        Ok(open.map(|invitation| OpenInvitation {
            role: invitation.role,
            by: invitation.creator,
        }))
    }

    /// Makes the code of a one-time link by which somebody makes an account of that role. It is shown here and never
    /// again.
    pub async fn invite(&self, actor: &Actor, role: Role) -> Result<Secret> {
        actor.require(Permission::Admin)?;
        let code = Secret::new(Purpose::Invitation, self.0.host.ids.entropy());
        let now = self.now();
        let mut unit = self.store().write().await?;
        let invitation = Invitation {
            uid: self.0.host.ids.uid(),
            hash: code.hash(),
            role,
            expires: now + Invitation::SENT,
            creator: Some(actor.name().to_owned()),
            created: Some(now),
        };
        unit.insert_invitation(&invitation).await?;
        let entry = Pen::of(actor, now).created(&invitation);
        unit.commit(&[entry]).await?;
        Ok(code)
    }

    /// Takes an invitation back: its link is no good any more.
    pub async fn withdraw_invitation(&self, actor: &Actor, uid: Uuid) -> Result<()> {
        actor.require(Permission::Admin)?;
        let mut unit = self.store().write().await?;
        let invitation = unit.delete_invitation(uid).await?;
        let entry = self.pen(actor).deleted(&invitation.ok_or(Error::NotFound)?);
        Ok(unit.commit(&[entry]).await?)
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
            disabled: None,
        };
        unit.insert_account(&account)
            .await
            .map_err(taken(Field::Name))?;
        // Who opens the link is nobody before it, and this account afterwards.
        let entry = Pen::of(&account.actor(), now).created(&account);
        unit.commit(&[entry]).await.map_err(taken(Field::Name))?;
        let settings = self.current_settings().await?;
        Ok(self.account_view(&settings, account))
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
            disabled: None,
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
        let settings = self.current_settings().await?;
        Ok(self.account_view(&settings, account))
    }

    /// All accounts, by name, and the invitations that are good.
    pub async fn accounts(&self, actor: &Actor) -> Result<AccountList> {
        actor.require(Permission::Admin)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let mut rows = self.store().read().await?;
        let accounts = rows.accounts().await?;
        let invitations = rows.invitations().await?;
        let moment = |at| self.moment(&settings.zone, at);
        Ok(AccountList {
            accounts: accounts
                .into_iter()
                .map(|account| self.account_view(&settings, account))
                .collect(),
            invitations: invitations
                .into_iter()
                .filter(|invitation| now < invitation.expires)
                .map(|invitation| InvitationView {
                    uid: invitation.uid,
                    role: invitation.role,
                    creator: invitation.creator,
                    created: invitation.created.map(moment),
                    expires: moment(invitation.expires),
                })
                .collect(),
            site: self.site(&settings, now),
        })
    }

    /// An account with its sessions: any for an administrator, their own for everybody. `session` is the secret of the
    /// one who looks.
    pub async fn account(
        &self,
        actor: &Actor,
        uid: Uuid,
        session: Option<&str>,
    ) -> Result<AccountPage> {
        require_own_or_admin(actor, uid)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let mut rows = self.store().read().await?;
        let account = rows.account(uid).await?.ok_or(Error::NotFound)?;
        let sessions = rows.sessions_of(uid).await?;
        let here = session
            .and_then(|text| Secret::parse(Purpose::Session, text))
            .map(|secret| secret.hash());
        let moment = |at| self.moment(&settings.zone, at);
        Ok(AccountPage {
            account: self.account_view(&settings, account),
            sessions: sessions
                .into_iter()
                .filter(|session| session.is_good_at(now))
                .map(|session| SessionView {
                    uid: session.uid,
                    created: moment(session.created),
                    seen: moment(session.seen),
                    here: here == Some(session.hash),
                    address: session.address,
                })
                .collect(),
            is_own: actor.account_uid() == Some(uid),
            site: self.site(&settings, now),
        })
    }

    /// Alters what an account may do, and whether one can sign in with it. The last that can administer stays so.
    pub async fn change_account(
        &self,
        actor: &Actor,
        uid: Uuid,
        change: AccountChange,
    ) -> Result<()> {
        actor.require(Permission::Admin)?;
        let mut unit = self.store().write().await?;
        let admins = unit.count_admins().await?;
        let before = unit.account(uid).await?.ok_or(Error::NotFound)?;
        let role = change.role.unwrap_or(before.role);
        let disabled = match change.disabled {
            None => before.disabled,
            Some(false) => None,
            Some(true) => before.disabled.or(Some(self.now())),
        };
        if administers(&before) && admins < 2 && (role != Role::Admin || disabled.is_some()) {
            return Err(Error::flaw(Field::Role, FlawKind::LastAdministrator));
        }
        unit.update_account(uid, role, disabled).await?;
        if disabled.is_some() {
            unit.delete_sessions_of(uid, None).await?;
        }
        let after = Account {
            role,
            disabled,
            ..before.clone()
        };
        let entry = self.pen(actor).changed(&before, &after);
        Ok(unit.commit(entry.as_slice()).await?)
    }

    /// Ends a session: any for an administrator, their own for everybody.
    pub async fn end_session(&self, actor: &Actor, account: Uuid, session: Uuid) -> Result<()> {
        require_own_or_admin(actor, account)?;
        let mut unit = self.store().write().await?;
        if !unit.delete_session_of(account, session).await? {
            return Err(Error::NotFound);
        }
        // Signing in and out is no change of an account.
        Ok(unit.commit(&[]).await?)
    }

    /// Sets another password of one's own. One has to know the present one; all other sessions end.
    pub async fn change_own_password(
        &self,
        actor: &Actor,
        session: Option<&str>,
        current: Password,
        password: Password,
        address: &str,
    ) -> Result<()> {
        let uid = actor.account_uid().ok_or(Error::Unauthenticated)?;
        let account = self.store().read().await?.account(uid).await?;
        let account = account.ok_or(Error::Unauthenticated)?;
        // Whoever sits down at an open session must not find out the password by trying.
        let throttle = &self.0.host.throttle;
        throttle.sign_in(&account.name.key(), address)?;
        let hashed = Some(account.password.clone());
        if !self.0.host.passwords.verify(current, hashed).await? {
            return Err(Error::flaw(Field::CurrentPassword, FlawKind::Invalid));
        }
        let hash = self.0.host.passwords.hash(password).await?;
        let kept = session
            .and_then(|text| Secret::parse(Purpose::Session, text))
            .map(|secret| secret.hash());
        let mut unit = self.store().write().await?;
        unit.set_password(uid, &hash).await?;
        unit.delete_sessions_of(uid, kept.as_ref()).await?;
        let after = Account {
            password: hash,
            ..account.clone()
        };
        let entry = self.pen(actor).changed(&account, &after);
        Ok(unit.commit(entry.as_slice()).await?)
    }

    /// Deletes an account and ends its sessions. The command line, which can make another, may delete the last that can
    /// administer; nobody else may.
    pub async fn remove_account(&self, actor: &Actor, name: &AccountName) -> Result<()> {
        actor.require(Permission::Admin)?;
        let mut unit = self.store().write().await?;
        let admins = unit.count_admins().await?;
        let account = unit
            .account_named(&name.key())
            .await?
            .ok_or(Error::NotFound)?;
        if administers(&account) && admins < 2 && *actor != Actor::Operator {
            return Err(Error::flaw(Field::Role, FlawKind::LastAdministrator));
        }
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
        unit.delete_sessions_of(account.uid, None).await?;
        let after = Account {
            password: hash,
            ..account.clone()
        };
        let entry = self.pen(actor).changed(&account, &after);
        unit.commit(entry.as_slice()).await?;
        Ok(())
    }

    fn account_view(&self, settings: &Settings, account: Account) -> AccountView {
        let moment = |at| self.moment(&settings.zone, at);
        AccountView {
            uid: account.uid,
            name: account.name,
            role: account.role,
            created: moment(account.created),
            last_login: account.last_login.map(moment),
            disabled: account.disabled.map(moment),
        }
    }
}

fn administers(account: &Account) -> bool {
    account.role == Role::Admin && account.disabled.is_none()
}

fn require_own_or_admin(actor: &Actor, uid: Uuid) -> Result<()> {
    if actor.account_uid() == Some(uid) {
        return Ok(());
    }
    actor.require(Permission::Admin)
}
