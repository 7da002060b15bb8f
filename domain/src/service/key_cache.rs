//! API keys that were seen lately: the hot path must not ask the store for them each time.
//!
//! A key is believed for less than [`AGE`] after it was read, so whoever is revoked, on whatever node, is out within
//! that time. In the second half of it the first request that comes reads the key anew while the others go on, so that
//! a crowd does not stop each second.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{account::ApiKey, secret::SecretHash};

/// A key that was revoked is believed for so long at most.
pub(super) const AGE: TimeDelta = TimeDelta::seconds(1);

/// After this time somebody reads it anew.
const FRESH: TimeDelta = TimeDelta::milliseconds(500);

/// The most keys in memory: some hundred bytes each.
const MANY: usize = 4096;

/// The keys.
#[derive(Default)]
pub(super) struct KeyCache(Mutex<HashMap<SecretHash, Kept>>);

struct Kept {
    key: ApiKey,
    /// When the store was asked for it.
    read: DateTime<Utc>,
    /// Somebody is about to read it anew.
    awaited: bool,
}

impl KeyCache {
    /// The key of that hash, unless the caller is to ask the store for it.
    pub(super) fn get(&self, hash: &SecretHash, now: DateTime<Utc>) -> Option<ApiKey> {
        let mut keys = self.keys();
        let kept = keys.get_mut(hash)?;
        let age = now.signed_duration_since(kept.read);
        // A clock that was put back makes the age negative: read again.
        if !(TimeDelta::zero()..AGE).contains(&age) {
            return None;
        }
        if age >= FRESH && !kept.awaited {
            kept.awaited = true;
            return None;
        }
        Some(kept.key.clone())
    }

    /// Keeps the key that a secret of this hash opens, which the store was asked for at `read`.
    pub(super) fn keep(&self, hash: SecretHash, key: ApiKey, read: DateTime<Utc>) {
        let mut keys = self.keys();
        if keys.len() >= MANY && !keys.contains_key(&hash) {
            keys.retain(|_, kept| {
                (TimeDelta::zero()..AGE).contains(&read.signed_duration_since(kept.read))
            });
            if keys.len() >= MANY {
                keys.clear();
            }
        }
        let kept = Kept {
            read,
            awaited: false,
            key,
        };
        keys.insert(hash, kept);
    }

    /// Forgets a key that is not good any more.
    pub(super) fn forget(&self, hash: &SecretHash) {
        self.keys().remove(hash);
    }

    /// Forgets all keys: one of them was altered on this node.
    pub(super) fn clear(&self) {
        self.keys().clear();
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<SecretHash, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Permissions, account::AccountName};

    fn key(number: u16) -> ApiKey {
        let mut hash = [0; 32];
        hash[..2].copy_from_slice(&number.to_le_bytes());
        ApiKey {
            uid: Uuid::nil(),
            name: AccountName::parse("door").unwrap(),
            hash: SecretHash(hash),
            prefix: None,
            permissions: Permissions::KEY,
            expires: None,
            creator: None,
            created: DateTime::UNIX_EPOCH,
            last_used: None,
            revoked: None,
            former: None,
        }
    }

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(milliseconds)
    }

    #[test]
    fn a_key_is_believed_for_less_than_a_second() {
        let (cache, key) = (KeyCache::default(), key(1));
        let is_known = |time| cache.get(&key.hash, at(time)).is_some();
        assert!(!is_known(0));
        cache.keep(key.hash, key.clone(), at(0));
        assert!(is_known(0) && is_known(499));
        // One is sent to the store, and the others go on.
        assert!(!is_known(500));
        assert!(is_known(500) && is_known(999));
        assert!(!is_known(1000));
        // The clock was put back.
        assert!(!is_known(-1));
        cache.forget(&key.hash);
        assert!(!is_known(0));
    }

    #[test]
    fn memory_is_bounded_and_those_in_use_stay() {
        let cache = KeyCache::default();
        let many = u16::try_from(MANY).unwrap();
        for number in 0..many - 1 {
            cache.keep(key(number).hash, key(number), at(0));
        }
        cache.keep(key(many).hash, key(many), at(900));
        cache.keep(key(many + 1).hash, key(many + 1), at(1000));
        assert_eq!(cache.keys().len(), 2);
        for number in 0..2 * many {
            cache.keep(key(number).hash, key(number), at(1000));
            assert!(cache.keys().len() <= MANY);
        }
    }
}
