//! What lets programs in.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Service, taken};
use crate::{
    account::{AccountName, ApiKey, FormerKey},
    actor::{Actor, Permission, Permissions},
    audit::Pen,
    error::{Error, Field, FlawKind, Result},
    secret::{Purpose, Secret, SecretHash},
    settings::Settings,
    token::When,
    view::{KeyList, KeyView},
};

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its name.
    pub name: AccountName,
    /// What it may do; at least one thing, never administration.
    pub permissions: Permissions,
    /// From then on it is no good; none = for ever.
    pub expires: Option<Expiry>,
}

/// The end of a key, as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So long from now.
    After(TimeDelta),
    /// Then.
    At(When),
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
        let settings = self.current_settings().await?;
        let now = self.now();
        let secret = Secret::new(Purpose::ApiKey, self.0.host.ids.entropy());
        let key = ApiKey {
            uid: self.0.host.ids.uid(),
            name: new.name,
            hash: secret.hash(),
            prefix: Some(secret.prefix().to_owned()),
            permissions: new.permissions,
            expires: self.end_of_key(&settings, new.expires, now)?,
            creator: Some(actor.name().to_owned()),
            created: now,
            last_used: None,
            revoked: None,
            former: None,
        };
        let mut unit = self.store().write().await?;
        unit.insert_key(&key).await.map_err(taken(Field::Name))?;
        let entry = Pen::of(actor, now).created(&key);
        unit.commit(&[entry]).await.map_err(taken(Field::Name))?;
        Ok(secret)
    }

    /// Gives a key another secret and another end. What it was before is good beside it for `overlap`, but not longer
    /// than it would have been.
    pub async fn rotate_key(
        &self,
        actor: &Actor,
        uid: Uuid,
        expires: Option<Expiry>,
        overlap: TimeDelta,
    ) -> Result<Secret> {
        actor.require(Permission::Admin)?;
        if !(TimeDelta::zero()..=ApiKey::MAX_OVERLAP).contains(&overlap) {
            return Err(Error::flaw(Field::Overlap, FlawKind::OutOfRange));
        }
        let settings = self.current_settings().await?;
        let now = self.now();
        let expires = self.end_of_key(&settings, expires, now)?;
        let secret = Secret::new(Purpose::ApiKey, self.0.host.ids.entropy());
        let mut unit = self.store().write().await?;
        let before = unit
            .key_for_update(uid)
            .await?
            .filter(|key| key.revoked.is_none())
            .ok_or(Error::NotFound)?;
        let until = before.expires.unwrap_or(now + overlap).min(now + overlap);
        let after = ApiKey {
            hash: secret.hash(),
            prefix: Some(secret.prefix().to_owned()),
            expires,
            former: (until > now).then_some(FormerKey {
                hash: before.hash,
                until,
            }),
            ..before.clone()
        };
        unit.update_key(&after).await?;
        let entry = self.pen(actor).changed(&before, &after);
        unit.commit(entry.as_slice()).await?;
        self.0.keys.clear();
        Ok(secret)
    }

    /// All keys, by name, those that are no good any more last.
    pub async fn keys(&self, actor: &Actor) -> Result<KeyList> {
        actor.require(Permission::Admin)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let mut keys = self.store().read().await?.keys().await?;
        keys.sort_by_key(|key| !key.is_good_at(now));
        Ok(KeyList {
            keys: keys
                .into_iter()
                .map(|key| self.key_view(&settings, key, now))
                .collect(),
            site: self.site(&settings, now),
        })
    }

    /// Revokes the key of that name.
    pub async fn revoke_key(&self, actor: &Actor, name: &AccountName) -> Result<()> {
        actor.require(Permission::Admin)?;
        let found = self.store().read().await?.key_named(&name.key()).await?;
        self.revoke_key_of(actor, found.ok_or(Error::NotFound)?)
            .await
    }

    /// Revokes the key of that uid. It stays in the list, so that one can see what it was.
    pub async fn revoke_key_of(&self, actor: &Actor, uid: Uuid) -> Result<()> {
        actor.require(Permission::Admin)?;
        let mut unit = self.store().write().await?;
        let before = unit
            .key_for_update(uid)
            .await?
            .filter(|key| key.revoked.is_none())
            .ok_or(Error::NotFound)?;
        let after = ApiKey {
            revoked: Some(self.now()),
            former: None,
            ..before.clone()
        };
        unit.update_key(&after).await?;
        let entry = self.pen(actor).deleted(&before);
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
        Ok(key.admits(&hash, now).then(|| Actor::Key {
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
        let is_noted = key.last_used.is_some_and(|used| !rested(used)) || !key.admits(hash, now);
        if !is_noted {
            key.last_used = Some(now);
        }
        cache.keep(*hash, key.clone(), now);
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

    /// The instant of an end that lies ahead.
    fn end_of_key(
        &self,
        settings: &Settings,
        expires: Option<Expiry>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let Some(expiry) = expires else {
            return Ok(None);
        };
        let out_of_range = || Error::flaw(Field::Expires, FlawKind::OutOfRange);
        let when = match expiry {
            Expiry::After(span) => When::At(now.checked_add_signed(span).ok_or_else(out_of_range)?),
            Expiry::At(when) => when,
        };
        let at = self
            .instant(&settings.zone, when, Field::Expires)
            .map_err(|flaw| Error::Invalid { flaws: vec![flaw] })?;
        if at <= now {
            return Err(out_of_range());
        }
        Ok(Some(at))
    }

    fn key_view(&self, settings: &Settings, key: ApiKey, now: DateTime<Utc>) -> KeyView {
        let status = key.status(now);
        let moment = |at| self.moment(&settings.zone, at);
        let former = key.former.filter(|former| now < former.until);
        KeyView {
            uid: key.uid,
            name: key.name,
            prefix: key.prefix,
            permissions: key.permissions,
            creator: key.creator,
            created: moment(key.created),
            last_used: key.last_used.map(moment),
            expires: key.expires.map(moment),
            revoked: key.revoked.map(moment),
            former_until: former.map(|former| moment(former.until)),
            status,
        }
    }
}
