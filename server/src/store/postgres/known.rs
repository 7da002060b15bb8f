//! Tokens as this node last wrote them: one that is spent again and again need not be read each time.
//!
//! Nothing rests on it. What is decided by these tokens is written only if each still has the version that was decided
//! by, which the database sees to, as it does for tokens that were read a moment ago.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::Token;
use lru::LruCache;
use uuid::Uuid;

/// A few megabytes.
const MOST: NonZeroUsize = NonZeroUsize::new(16_384).expect("it is more than none");

#[derive(Debug)]
pub(super) struct Known(Mutex<LruCache<Uuid, Entry>>);

#[derive(Debug)]
struct Entry {
    token: Token,
    /// Nobody else wrote it between the last two times that this node did. One that several nodes spend by turns is
    /// better read: each group would first be refused.
    is_ours: bool,
}

impl Known {
    pub(super) fn none() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }

    /// These tokens, if all of them are known.
    pub(super) fn all_of(&self, uids: &[Uuid]) -> Option<Vec<Token>> {
        let mut entries = self.entries();
        uids.iter()
            .map(|uid| {
                let entry = entries.get(uid).filter(|entry| entry.is_ours)?;
                Some(entry.token.clone())
            })
            .collect()
    }

    /// These have been written: as they were, and as they are.
    pub(super) fn learn(&self, written: Vec<(Token, Token)>) {
        let mut entries = self.entries();
        for (before, token) in written {
            let is_ours = entries
                .peek(&token.uid)
                .is_some_and(|entry| entry.token.version == before.version);
            entries.put(token.uid, Entry { token, is_ours });
        }
    }

    /// Somebody else has written some of these.
    pub(super) fn forget(&self, uids: &[Uuid]) {
        let mut entries = self.entries();
        for uid in uids {
            entries.pop(uid);
        }
    }

    fn entries(&self) -> MutexGuard<'_, LruCache<Uuid, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
