//! The JSON API for programs: the calls under `/tokens/`, as the contract of the reference has them.
//!
//! Read it in this order: [`router`] (every address), [`caller`] (who may come in, and from which page), [`params`] and
//! [`datetime`] (what was sent), then a file for each call: parse, ask the service, answer. [`envelope`] is a yes and
//! [`error`] a no; [`idempotency`] is how a program sends the same call again.
//!
//! To add a call: a file with its `handle`, its address here and in [`routes`](crate::routes), its lines in
//! `server/tests/json_api/`.

mod add_token;
mod caller;
mod consume_token;
mod datetime;
mod delete_token;
mod delete_tokens;
mod envelope;
mod error;
mod idempotency;
mod params;
mod qr_code;
mod query_token;
mod update_token;

use axum::{
    Router,
    routing::{MethodRouter, get, post},
};
use http::header;

pub(crate) use caller::Entry;
pub use error::{failed, nothing_here};

use crate::state::AppState;
use error::CallError;

/// The most bytes of a body that are read: the uuids of [`delete_tokens::MAX`] tokens in the longest of their forms.
/// For all calls, since a value of a hundred thousand letters is to be told that it is too long (contract, D9).
const MAX_BODY: usize = 1024 * 1024;

/// All calls (contract, "Calls"): under their token, under the token in the older address scheme, and with the token
/// as a parameter.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/tokens/query_token", get(query_token::handle))
        .route("/tokens/add_token", post(add_token::handle))
        .route("/tokens/delete_tokens", post(delete_tokens::handle))
        .route("/tokens/{uid}/qr_code", get(qr_code::handle))
        .route("/tokens/{uid}/consume_token", consume())
        .route("/tokens/{uid}/update_token", post(update_token::handle))
        .route("/tokens/{uid}/edit_token", post(update_token::handle))
        .route("/tokens/{uid}/delete_token", post(delete_token::handle))
        .route("/{uid}/consume_token", consume())
        .route("/{uid}/update_token", post(update_token::handle))
        .route("/{uid}/edit_token", post(update_token::handle))
        .route("/{uid}/delete_token", post(delete_token::handle))
        .route("/tokens/consume_token", consume())
        .route("/tokens/update_token", post(update_token::handle))
        .route("/tokens/edit_token", post(update_token::handle))
        .route("/tokens/delete_token", post(delete_token::handle))
        .method_not_allowed_fallback(async || CallError::MethodNotAllowed)
}

/// `GET` and `POST` alone: axum would run the handler of `GET` for `HEAD` too, and HEAD never consumes (contract, D4).
fn consume() -> MethodRouter<AppState> {
    let refused = async || ([(header::ALLOW, "GET, POST")], CallError::MethodNotAllowed);
    get(consume_token::handle)
        .post(consume_token::handle)
        .head(refused)
        .fallback(refused)
}
