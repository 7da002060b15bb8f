//! What lets programs in.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Service, taken};
use crate::{
    account::{AccountName, ApiKey},
    actor::{Actor, Permission, Permissions},
    error::{Error, Field, FlawKind, Result},
    secret::{Purpose, Secret},
};

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its name.
    pub name: AccountName,
    /// What it may do; at least one thing, never administration.
    pub permissions: Permissions,
    /// From then on it is no good; none = for ever.
    pub expires: Option<DateTime<Utc>>,
}

/// A key as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// Names it for ever.
    pub uid: Uuid,
    /// Its name.
    pub name: AccountName,
    /// What it may do.
    pub permissions: Permissions,
    /// From then on it is no good.
    pub expires: Option<DateTime<Utc>>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// The last request with it.
    pub last_used: Option<DateTime<Utc>>,
}

impl Service {
    /// Makes a key. The secret is shown here and never again.
    pub async fn add_key(&self, actor: &Actor, new: NewKey) -> Result<Secret> {
        actor.require(Permission::Admin)?;
        if new.permissions == Permissions::NONE {
            return Err(Error::flaw(Field::Permissions, FlawKind::Missing));
        }
        if new.permissions.contain(Permission::Admin) {
            return Err(Error::flaw(Field::Permissions, FlawKind::Invalid));
        }
        let now = self.now();
        if new.expires.is_some_and(|expires| expires <= now) {
            return Err(Error::flaw(Field::Expires, FlawKind::OutOfRange));
        }
        let secret = Secret::new(Purpose::ApiKey, self.0.host.ids.entropy());
        let key = ApiKey {
            uid: self.0.host.ids.uid(),
            name: new.name,
            hash: secret.hash(),
            permissions: new.permissions,
            expires: new.expires,
            created: now,
            last_used: None,
        };
        let mut unit = self.store().write().await?;
        unit.insert_key(&key).await.map_err(taken(Field::Name))?;
        unit.commit().await.map_err(taken(Field::Name))?;
        Ok(secret)
    }

    /// All keys, by name.
    pub async fn keys(&self, actor: &Actor) -> Result<Vec<KeyView>> {
        actor.require(Permission::Admin)?;
        let keys = self.store().read().await?.keys().await?;
        Ok(keys
            .into_iter()
            .map(
                |ApiKey {
                     uid,
                     name,
                     permissions,
                     expires,
                     created,
                     last_used,
                     ..
                 }| KeyView {
                    uid,
                    name,
                    permissions,
                    expires,
                    created,
                    last_used,
                },
            )
            .collect())
    }

    /// Revokes the key of that name.
    pub async fn revoke_key(&self, actor: &Actor, name: &AccountName) -> Result<()> {
        actor.require(Permission::Admin)?;
        let mut unit = self.store().write().await?;
        if !unit.delete_key(&name.key()).await? {
            return Err(Error::NotFound);
        }
        Ok(unit.commit().await?)
    }

    /// Which program holds a key; none if it is no good, or not any more.
    pub async fn actor_of_key(&self, key: &str) -> Result<Option<Actor>> {
        let Some(secret) = Secret::parse(Purpose::ApiKey, key) else {
            return Ok(None);
        };
        let now = self.now();
        let found = self.store().read().await?.key(&secret.hash()).await?;
        let Some(key) = found.filter(|key| key.is_good_at(now)) else {
            return Ok(None);
        };
        let rested = |used| now.signed_duration_since(used) >= ApiKey::USED_EVERY;
        if key.last_used.is_none_or(rested) {
            let mut unit = self.store().write().await?;
            unit.touch_key(key.uid, now).await?;
            unit.commit().await?;
        }
        Ok(Some(Actor::Key {
            uid: key.uid,
            name: key.name.as_str().to_owned(),
            permissions: key.permissions,
        }))
    }
}
