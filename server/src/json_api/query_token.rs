//! `GET /tokens/query_token`: the token of a value.

use axum::extract::State;
use serde::Serialize;

use super::{
    caller::Caller,
    envelope::{Success, TokenJson},
    error::CallError,
    params::{Param, Params},
};
use crate::state::AppState;

#[derive(Serialize)]
pub(super) struct Found {
    /// Null if no token has the value.
    token: Option<TokenJson>,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    params: Params,
) -> Result<Success<Found>, CallError> {
    let token = match params.get("value") {
        None => return Err(CallError::Missing("value")),
        Some(Param::Text(value)) => state.service.find_token(&actor, value).await?,
        Some(_) => None,
    };
    Ok(Success(Found {
        token: token.map(TokenJson::from),
    }))
}
