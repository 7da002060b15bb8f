//! `POST /tokens/delete_tokens`: deletes several tokens, all or none (contract, D14).

use std::collections::BTreeSet;

use axum::extract::State;
use domain::{idempotency::Answer, service::Request};
use serde::Serialize;
use uuid::Uuid;

use super::{
    caller::Caller,
    envelope::Success,
    error::CallError,
    idempotency::{Key, of_another_call, once},
    params::{Param, Params},
};
use crate::state::AppState;

/// The most tokens that one call deletes.
pub(super) const MAX: usize = 10_000;

#[derive(Serialize)]
pub(super) struct Deleted {
    message: String,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Key(key): Key,
    params: Params,
) -> Result<Success<Deleted>, CallError> {
    let uids = uids(&params)?;
    if let Some(key) = key {
        let request = Request::Delete(uids);
        let fingerprint = params.fingerprint("delete_tokens");
        return match once(&state, &actor, request, key, fingerprint).await? {
            Answer::Deleted(number) => Ok(deleted(number)),
            _ => Err(of_another_call()),
        };
    }
    match state.service.delete_tokens(&actor, &uids).await? {
        Ok(tokens) => Ok(deleted(tokens.count)),
        Err(missing) => Err(CallError::NoToken(Some(missing.0))),
    }
}

fn deleted(number: u64) -> Success<Deleted> {
    Success(Deleted {
        message: format!("Successfully deleted {number} Tokens."),
    })
}

/// The uuids in `token_uids`, each once and in their order: a list of JSON, or the text of one.
fn uids(params: &Params) -> Result<Vec<Uuid>, CallError> {
    let malformed = CallError::Malformed("token_uids: must be a JSON array of uuids");
    let texts: Vec<serde_json::Value> = match params.get("token_uids") {
        None => return Err(CallError::Missing("token_uids")),
        Some(Param::Text(text)) => serde_json::from_str(text).map_err(|_| malformed.clone())?,
        Some(Param::List(list)) => list.clone(),
        Some(Param::Number(_) | Param::Other) => return Err(malformed),
    };
    let mut seen = BTreeSet::new();
    let mut uids = Vec::new();
    for text in texts {
        let uid = text.as_str().and_then(|text| Uuid::parse_str(text).ok());
        let uid = uid.ok_or(malformed.clone())?;
        if seen.insert(uid) {
            uids.push(uid);
        }
    }
    if uids.len() > MAX {
        return Err(CallError::Malformed(
            "token_uids: at most 10000 tokens at once",
        ));
    }
    Ok(uids)
}
