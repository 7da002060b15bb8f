//! Clocks that do as they are told.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use domain::ports::Clock;

/// A clock that stands still.
pub(crate) struct Standing(pub(crate) DateTime<Utc>);

impl Clock for Standing {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// A clock that stands still, and does something when it is asked for the first time: between the reading of tokens and
/// their writing.
pub(crate) struct Interrupting<F> {
    now: DateTime<Utc>,
    asked: AtomicU32,
    interrupt: F,
}

impl<F: Fn() + Send + Sync> Interrupting<F> {
    pub(crate) fn new(now: DateTime<Utc>, interrupt: F) -> Self {
        Self {
            now,
            asked: AtomicU32::new(0),
            interrupt,
        }
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

impl<F: Fn() + Send + Sync> Clock for Interrupting<F> {
    fn now(&self) -> DateTime<Utc> {
        if self.asked.fetch_add(1, Ordering::SeqCst) == 0 {
            (self.interrupt)();
        }
        self.now
    }
}
