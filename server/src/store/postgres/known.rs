//! Tokens as this node last wrote them: one that is spent again and again need not be read each time.
//!
//! They are known for ten seconds: one that is spent now and then may well have been changed in between, and to find that
//! out costs more than to read.
//!
//! Nothing rests on it. What is decided by these tokens is written only if each still has the version that was decided
//! by, which the database sees to, as it does for tokens that were read a moment ago; and if one has not, it says what
//! they are now.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::Token;
use lru::LruCache;
use uuid::Uuid;

const FOR: Duration = Duration::from_secs(10);
/// A few megabytes.
const MOST: NonZeroUsize = NonZeroUsize::new(16_384).expect("it is more than none");

#[derive(Debug)]
pub(super) struct Known(Mutex<LruCache<Uuid, (Instant, Token)>>);

impl Known {
    pub(super) fn none() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }

    /// These tokens, if all of them are known.
    pub(super) fn all_of(&self, uids: &[Uuid]) -> Option<Vec<Token>> {
        let mut tokens = self.tokens();
        uids.iter()
            .map(|uid| {
                let (since, token) = tokens.get(uid)?;
                (since.elapsed() < FOR).then(|| token.clone())
            })
            .collect()
    }

    /// These are as they were written or read last.
    pub(super) fn learn(&self, tokens: impl Iterator<Item = Token>) {
        let mut known = self.tokens();
        let now = Instant::now();
        for token in tokens {
            known.put(token.uid, (now, token));
        }
    }

    /// Some of these may not be there any more.
    pub(super) fn forget(&self, uids: &[Uuid]) {
        let mut known = self.tokens();
        for uid in uids {
            known.pop(uid);
        }
    }

    fn tokens(&self) -> MutexGuard<'_, LruCache<Uuid, (Instant, Token)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
