//! `POST /tokens/add_token`: a new token.

use axum::extract::State;
use domain::{Field, Uses, idempotency::Answer, service::Request, token::Draft};
use serde::Serialize;
use uuid::Uuid;

use super::{
    caller::Caller,
    envelope::Success,
    error::CallError,
    idempotency::{Key, of_another_call, once},
    params::{Given, Params},
};
use crate::state::AppState;

#[derive(Serialize)]
pub(super) struct Added {
    token_uid: Uuid,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Key(key): Key,
    params: Params,
) -> Result<Success<Added>, CallError> {
    let draft = draft(&params)?;
    if let Some(key) = key {
        let request = Request::Add(draft);
        let fingerprint = params.fingerprint("add_token");
        return match once(&state, &actor, request, key, fingerprint).await? {
            Answer::Added(token_uid) => Ok(Success(Added { token_uid })),
            _ => Err(of_another_call()),
        };
    }
    let token = state.service.add_token(&actor, draft).await?;
    Ok(Success(Added {
        token_uid: token.uid,
    }))
}

/// Omitted numbers are 0; those sent empty take the default of the settings (contract, "`add_token`").
fn draft(params: &Params) -> Result<Draft, domain::Error> {
    Ok(Draft {
        value: params.value()?.filled(),
        from: params.time(Field::ValidFrom)?.filled(),
        to: params.time(Field::ValidTo)?.filled(),
        uses: omitted_as(Uses::Left(0), params.uses()?),
        lock: omitted_as(0, params.lock()?),
        ..Draft::default()
    })
}

fn omitted_as<T>(omitted: T, given: Given<T>) -> Option<T> {
    match given {
        Given::Omitted => Some(omitted),
        Given::Empty => None,
        Given::Filled(value) => Some(value),
    }
}
