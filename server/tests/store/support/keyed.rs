//! Attempts under keys.

use domain::{
    Token,
    consume::Spend,
    idempotency::{IdempotencyKey, Once},
};
use uuid::Uuid;

use super::tokens::spend;

/// An attempt on `token` under a key of one actor.
pub(crate) fn under(key: &str, token: &Token) -> Spend {
    Spend {
        once: Some(Once {
            actor: Uuid::from_u128(1),
            key: IdempotencyKey::parse(key).unwrap(),
            fingerprint: Spend::fingerprint(token.uid),
        }),
        ..spend(token, "Ada")
    }
}
