//! `POST /tokens/<uuid>/delete_token`: deletes a token; its attempts stay in the log.

use axum::extract::State;

use super::{
    caller::Caller,
    envelope::{Done, Success},
    error::CallError,
    params::TokenUid,
};
use crate::state::AppState;

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    TokenUid(uid): TokenUid,
) -> Result<Success<Done>, CallError> {
    match state.service.delete_tokens(&actor, &[uid]).await? {
        Ok(_) => Ok(Success(Done {})),
        Err(missing) => Err(CallError::NoToken(Some(missing.0))),
    }
}
