//! What lets programs in.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Service, taken};
use crate::{
    account::{AccountName, ApiKey},
    actor::{Actor, Permission, Permissions},
    audit::Pen,
    error::{Error, Field, FlawKind, Result},
    secret::{Purpose, Secret, SecretHash},
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
        let entry = Pen::of(actor, now).created(&key);
        unit.commit(&[entry]).await.map_err(taken(Field::Name))?;
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
        let key = unit.delete_key(&name.key()).await?.ok_or(Error::NotFound)?;
        let entry = self.pen(actor).deleted(&key);
        unit.commit(&[entry]).await?;
        self.0.keys.clear();
        Ok(())
    }

    /// Which program holds a key; none if it is no good, or not any more: see [`key_cache`](super::key_cache).
    pub async fn actor_of_key(&self, key: &str) -> Result<Option<Actor>> {
        let Some(secret) = Secret::parse(Purpose::ApiKey, key) else {
            return Ok(None);
        };
        let now = self.now();
        let cache = &self.0.keys;
        let hash = secret.hash();
        let key = match cache.get(&hash, now) {
            Some(key) => key,
            None => match self.read_key(&hash, now).await? {
                Some(key) => key,
                None => return Ok(None),
            },
        };
        Ok(key.is_good_at(now).then(|| Actor::Key {
            uid: key.uid,
            name: key.name.as_str().to_owned(),
            permissions: key.permissions,
        }))
    }

    /// The key as the store has it, which is then kept for others; notes that it is used.
    async fn read_key(&self, hash: &SecretHash, now: DateTime<Utc>) -> Result<Option<ApiKey>> {
        let cache = &self.0.keys;
        let Some(mut key) = self.store().read().await?.key(hash).await? else {
            cache.forget(hash);
            return Ok(None);
        };
        let rested = |used| now.signed_duration_since(used) >= ApiKey::USED_EVERY;
        let is_noted = key.last_used.is_some_and(|used| !rested(used)) || !key.is_good_at(now);
        if !is_noted {
            key.last_used = Some(now);
        }
        cache.keep(key.clone(), now);
        if !is_noted {
            // That is no reason to keep anybody out; why it failed is in the log.
            self.note_use(&key, now).await.ok();
        }
        Ok(Some(key))
    }

    async fn note_use(&self, key: &ApiKey, now: DateTime<Utc>) -> Result<()> {
        let mut unit = self.store().write().await?;
        unit.touch_key(key.uid, now).await?;
        Ok(unit.commit(&[]).await?)
    }
}
