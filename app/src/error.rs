//! What a server function answers when it did not do what was asked.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// What a server function gives.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// The rules said no.
    #[error(transparent)]
    Domain(#[from] domain::Error),
    /// The call itself went wrong: network, encoding, a missing argument.
    #[error(transparent)]
    Call(ServerFnErrorErr),
}

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Call(error)
    }
}
