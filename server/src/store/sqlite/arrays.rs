//! Many rows as one JSON array, on their way to the thread of the engine and back: each by itself, value by value, would
//! cost more than what is done with it.

use domain::store::{StoreError, Stored};
use serde::Serialize;
use sqlx::{Row as _, sqlite::SqliteRow};

use crate::store::{
    error::{Unexpected, failed},
    rows::TokenRow,
};

/// The rows for a statement.
pub(super) fn json(rows: &[impl Serialize]) -> Stored<String> {
    serde_json::to_string(rows).map_err(|error| StoreError::Failed(error.into()))
}

/// The tokens of an answer that is an array of [`token_array!`](crate::store::rows::token_array).
pub(super) fn tokens_in(answer: &SqliteRow) -> Stored<Vec<TokenRow>> {
    let rows: String = answer.try_get(0).map_err(failed)?;
    // What does not fit may be a value, which is not for a log.
    serde_json::from_str(&rows)
        .map_err(|_| StoreError::Failed(Unexpected("a row of tokens that does not fit").into()))
}
