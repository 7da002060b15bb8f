//! What a door is told about a use.

use domain::{time::Moment, usage::Outcome, view::TokenView};
use serde::{Deserialize, Serialize};

/// What came of a use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The token, as it is now.
    pub token: TokenView,
    /// Accepted, or why not.
    pub outcome: Outcome,
    /// The end of what stands in the way, if it ends by itself.
    pub wait_until: Option<Moment>,
}

/// What a scanner gives, without the keys by which it says that this was all.
pub(crate) fn scanned(value: &str) -> &str {
    value.trim_matches(['\r', '\n', '\t'])
}

/// A token of a value that was scanned; all else is as the settings say.
#[cfg(feature = "ssr")]
pub(crate) fn draft(value: &str) -> domain::Result<domain::token::Draft> {
    use domain::{
        Error, Field, Flaw,
        token::{Draft, Value},
    };

    let value = Value::parse(scanned(value)).map_err(|kind| Error::Invalid {
        flaws: vec![Flaw {
            field: Field::Value,
            kind,
        }],
    })?;
    Ok(Draft {
        value: Some(value),
        ..Draft::default()
    })
}

/// Spends one use of the token of `value`; under the same `key`, once.
#[cfg(feature = "ssr")]
pub(crate) async fn spend(
    service: &domain::Service,
    actor: &domain::Actor,
    value: &str,
    key: Option<&str>,
) -> domain::Result<Used> {
    use domain::{Error, Permission, idempotency::IdempotencyKey};

    // Before anything is said about the value.
    actor.require(Permission::Consume)?;
    let found = service.find_token(actor, scanned(value)).await?;
    let uid = found.ok_or(Error::NotFound)?.uid;
    // A key that is none is as good as no key: whoever made it up repeats nothing.
    let key = key.and_then(|key| IdempotencyKey::parse(key).ok());
    let consumption = service.consume(actor, uid, key).await?;
    let token = service.token(actor, uid).await?;
    Ok(match consumption.outcome {
        Ok(()) => Used {
            token,
            outcome: Outcome::Accepted,
            wait_until: None,
        },
        Err(refusal) => Used {
            wait_until: match refusal.retry_at() {
                Some(at) => Some(Moment {
                    at,
                    local: service.local(at).await?,
                }),
                None => None,
            },
            outcome: refusal.into(),
            token,
        },
    })
}
