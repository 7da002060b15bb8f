//! What a server function answers when it did not do what was asked.

use leptos::server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::context;

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
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        context::call_failed(&error);
        Self::Call(error)
    }
}

/// JSON, read out of text. Pages come with their data as text; the JSON encoding of server functions reads bytes, and a
/// reader of bytes would be compiled beside the other.
#[derive(Debug)]
pub struct JsonText;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<Error> for JsonText {
    type Error = serde_json::Error;

    fn encode(error: &Error) -> std::result::Result<Bytes, Self::Error> {
        serde_json::to_string(error).map(Bytes::from)
    }
}

impl Decodes<Error> for JsonText {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> std::result::Result<Error, Self::Error> {
        // What is no text is no JSON either, and says so.
        serde_json::from_str(std::str::from_utf8(&bytes).unwrap_or_default())
    }
}
