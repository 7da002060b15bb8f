//! Deletions to work with.

use domain::token::Deletion;
use uuid::Uuid;

use super::tokens::noon;

/// A deletion, numbered, at noon.
pub(crate) fn deletion(number: u32) -> Deletion {
    Deletion {
        uid: Uuid::from_u128(u128::from(number)),
        at: noon(),
        by: "Ada".into(),
    }
}
