//! `POST /tokens/<uuid>/update_token`, alias `edit_token`: other values for a token.

use axum::extract::State;
use domain::{
    Field, Uses,
    idempotency::Answer,
    service::Request,
    token::{Change, WindowChange},
};

use super::{
    caller::Caller,
    envelope::{Done, Success},
    error::{CallError, about},
    idempotency::{Key, of_another_call, once},
    params::Params,
};
use crate::state::AppState;

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Key(key): Key,
    params: Params,
) -> Result<Success<Done>, CallError> {
    let uid = params.token_uid()?;
    let change = change(&params)?;
    if let Some(key) = key {
        let request = Request::Change(uid, change);
        let fingerprint = params.fingerprint("update_token");
        return match once(&state, &actor, request, key, fingerprint).await {
            Ok(Answer::Changed) => Ok(Success(Done {})),
            Ok(_) => Err(of_another_call()),
            Err(CallError::Domain(error)) => Err(about(uid)(error)),
            Err(error) => Err(error),
        };
    }
    state
        .service
        .change_token(&actor, uid, change, None)
        .await
        .map_err(about(uid))?;
    Ok(Success(Done {}))
}

/// Omitted stays as it is; an empty value becomes the uuid, an empty end opens the window, an empty number is 0
/// (contract, "`update_token`").
fn change(params: &Params) -> Result<Change, domain::Error> {
    Ok(Change {
        value: params.value()?.map(Some).or_empty(None),
        window: WindowChange::Ends {
            from: params.time(Field::ValidFrom)?.map(Some).or_empty(None),
            to: params.time(Field::ValidTo)?.map(Some).or_empty(None),
        },
        uses: params.uses()?.or_empty(Uses::Left(0)),
        lock: params.lock()?.or_empty(0),
        ..Change::default()
    })
}
