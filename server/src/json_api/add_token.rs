//! `POST /tokens/add_token`: a new token.

use axum::extract::State;
use domain::{Field, Uses, token::Draft};
use serde::Serialize;
use uuid::Uuid;

use super::{
    caller::Caller,
    envelope::Success,
    error::CallError,
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
    params: Params,
) -> Result<Success<Added>, CallError> {
    let token = state.service.add_token(&actor, draft(&params)?).await?;
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
