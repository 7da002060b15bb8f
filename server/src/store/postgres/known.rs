//! Tokens as this node last wrote them, or has read them ahead: one that is spent again and again, was just changed, or
//! has waited for others, need not be read.
//!
//! Nothing rests on it. What is decided by these tokens is written only if each still has the version that was decided
//! by, which the database sees to, as it does for tokens that were read a moment ago; and if one has not, it says what
//! they are now.
//!
//! To find out like this that a token has changed costs more than to read it, and who changes one changes others. So a
//! node that was wrong forgets all that it knew. Where other nodes spend the same tokens it is soon wrong again, so it
//! does without for a while, the longer the more often in a row it was wrong.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{Token, store::Stored};
use lru::LruCache;
use uuid::Uuid;

/// A few megabytes.
const MOST: NonZeroUsize = NonZeroUsize::new(16_384).expect("it is more than none");
/// So many groups at most are made without before what is known is tried again.
const LONGEST: u32 = 63;

#[derive(Debug)]
pub(super) struct Known(Mutex<Knowledge>);

#[derive(Debug)]
struct Knowledge {
    tokens: LruCache<Uuid, Token>,
    /// How many groups were made without after it was last found wrong; 0 = it was right.
    pause: u32,
    /// How many of them are still to come.
    left: u32,
}

impl Known {
    pub(super) fn none() -> Self {
        Self(Mutex::new(Knowledge {
            tokens: LruCache::new(MOST),
            pause: 0,
            left: 0,
        }))
    }

    /// Those of these tokens that are known, if it is worth a try, and the uids of the others.
    pub(super) fn of(&self, uids: &[Uuid]) -> (Vec<Token>, Vec<Uuid>) {
        let mut known = self.knowledge();
        if known.left > 0 {
            known.left -= 1;
            return (Vec::new(), uids.to_vec());
        }
        let (mut tokens, mut others) = (Vec::new(), Vec::new());
        for uid in uids {
            match known.tokens.get(uid) {
                Some(token) => tokens.push(token.clone()),
                None => others.push(*uid),
            }
        }
        (tokens, others)
    }

    /// Which of these to read before they are asked for.
    pub(super) fn unknown(&self, uids: &mut Vec<Uuid>) {
        let known = self.knowledge();
        if known.left > 0 {
            uids.clear();
        } else {
            uids.retain(|uid| !known.tokens.contains(uid));
        }
    }

    /// What was known of some tokens was right.
    pub(super) fn was_right(&self) {
        self.knowledge().pause = 0;
    }

    /// Some are others now, or not there any more.
    pub(super) fn was_wrong(&self) {
        let mut known = self.knowledge();
        known.pause = (2 * known.pause + 1).min(LONGEST);
        known.left = known.pause;
        known.tokens.clear();
    }

    /// These are as they were written or read last, unless somebody was quicker to say what they are since.
    pub(super) fn learn(&self, tokens: impl IntoIterator<Item = Token>) {
        let known = &mut self.knowledge().tokens;
        for token in tokens {
            if known
                .peek(&token.uid)
                .is_none_or(|since| since.version <= token.version)
            {
                known.put(token.uid, token);
            }
        }
    }

    fn knowledge(&self) -> MutexGuard<'_, Knowledge> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tokens that a unit has changed.
pub(in crate::store) struct Written {
    known: Arc<Known>,
    tokens: Vec<Token>,
}

impl Written {
    /// None yet; they will be known to `known`.
    pub(super) fn to(known: &Arc<Known>) -> Self {
        Self {
            known: Arc::clone(known),
            tokens: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, token: &Token) {
        self.tokens.push(token.clone());
    }

    /// They are in the database now.
    #[expect(clippy::unused_async, reason = "the other engine waits for its disk")]
    pub(in crate::store) async fn hold(self) -> Stored<()> {
        self.known.learn(self.tokens);
        Ok(())
    }
}
