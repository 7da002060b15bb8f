//! Tokens that were deleted, and can be taken back for a while.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::Token;

/// One deletion, of one token or many: it is undone as it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// Names it.
    pub uid: Uuid,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// The name of who did it.
    pub by: String,
}

impl Deletion {
    /// How long what was deleted is kept.
    pub const KEPT: TimeDelta = TimeDelta::days(30);

    /// When what was deleted goes for ever.
    pub fn ends(&self) -> DateTime<Utc> {
        self.at
            .checked_add_signed(Self::KEPT)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// A token in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrashedToken {
    /// As it was.
    pub token: Token,
    /// How it came here.
    pub deletion: Deletion,
}

/// Which tokens in the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trashed {
    /// The one of that uid.
    Token(Uuid),
    /// All that went by the deletion of that uid.
    Deletion(Uuid),
}
