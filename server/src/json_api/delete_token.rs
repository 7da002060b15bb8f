//! `POST /tokens/<uuid>/delete_token`: deletes a token; its attempts stay in the log.

use axum::extract::State;
use domain::{
    idempotency::{Answer, Fingerprint},
    service::Request,
};

use super::{
    caller::Caller,
    envelope::{Done, Success},
    error::CallError,
    idempotency::{Key, of_another_call, once},
    params::TokenUid,
};
use crate::state::AppState;

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Key(key): Key,
    TokenUid(uid): TokenUid,
) -> Result<Success<Done>, CallError> {
    if let Some(key) = key {
        let request = Request::Delete(vec![uid]);
        let fingerprint = Fingerprint::of([b"delete_token".as_slice(), uid.as_bytes()]);
        return match once(&state, &actor, request, key, fingerprint).await? {
            Answer::Deleted(_) => Ok(Success(Done {})),
            _ => Err(of_another_call()),
        };
    }
    match state.service.delete_tokens(&actor, &[uid]).await? {
        Ok(_) => Ok(Success(Done {})),
        Err(missing) => Err(CallError::NoToken(Some(missing.0))),
    }
}
