//! `GET` or `POST /tokens/<uuid>/consume_token`: spends one use.

use axum::extract::State;
use serde::Serialize;

use super::{
    caller::Caller,
    envelope::Success,
    error::{CallError, about},
    idempotency::Key,
    params::TokenUid,
};
use crate::state::AppState;

#[derive(Serialize)]
pub(super) struct Consumed {
    consumed: bool,
    /// The uses that the token has left; −1 = as many as one likes.
    remaining: i64,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Key(key): Key,
    TokenUid(uid): TokenUid,
) -> Result<Success<Consumed>, CallError> {
    let consumption = state
        .service
        .consume(&actor, uid, key)
        .await
        .map_err(about(uid))?;
    let remaining = consumption.token.uses.number();
    let Err(refusal) = consumption.outcome else {
        return Ok(Success(Consumed {
            consumed: true,
            remaining,
        }));
    };
    let retry_at = match refusal.retry_at() {
        Some(at) => Some(state.service.local(at).await?),
        None => None,
    };
    Err(CallError::Refused {
        uid,
        refusal,
        retry_at,
        remaining,
    })
}
