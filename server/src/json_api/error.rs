//! A no: the one place where statuses, codes and sentences of the JSON API stand (contract, "Envelope").

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use chrono::NaiveDateTime;
use domain::{
    Error, Field, Flaw, FlawKind,
    token::{Refusal, Value},
    usage::Outcome,
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use uuid::Uuid;

use super::{envelope::isoformat, params::parameter};

/// Why a call did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CallError {
    /// There is no such token. None where what was named is no uuid: it is not repeated, for it may be a value.
    NoToken(Option<Uuid>),
    /// The rule of the token says no.
    Refused {
        /// Which token.
        uid: Uuid,
        /// The rule's no.
        refusal: Refusal,
        /// [`Refusal::retry_at`] on the site's clocks.
        retry_at: Option<NaiveDateTime>,
        /// The uses that the token has left.
        remaining: i64,
    },
    /// A parameter that is needed was not sent.
    Missing(&'static str),
    /// What was sent can't be read; the sentence says what.
    Malformed(&'static str),
    /// The header with the idempotency key can't be read.
    BadIdempotencyKey,
    /// The body is longer than is read.
    TooLarge,
    /// A page of another site, a link, an image or a prefetch made a browser send this (contract, D19).
    Foreign,
    /// There is no such call.
    NothingHere,
    /// The call is there, but not by this method.
    MethodNotAllowed,
    /// Whatever else the use case says.
    Domain(Error),
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Domain(error)
    }
}

/// Names the token that was not found.
pub(super) fn about(uid: Uuid) -> impl Fn(Error) -> CallError {
    move |error| match error {
        Error::NotFound => CallError::NoToken(Some(uid)),
        other => other.into(),
    }
}

/// What a door says that knows no more than the error.
pub fn failed(error: &Error) -> Response {
    CallError::from(error.clone()).into_response()
}

/// There is no call at this address.
pub fn nothing_here() -> Response {
    CallError::NothingHere.into_response()
}

/// What the envelope says.
struct No {
    status: StatusCode,
    /// 1 to 6; 6 is everything without a number of its own.
    code: u8,
    reason: &'static str,
    message: String,
}

impl CallError {
    fn no(&self) -> No {
        match self {
            Self::NoToken(Some(uid)) => no(
                StatusCode::NOT_FOUND,
                1,
                "not_found",
                &format!("Token {uid} not exists"),
            ),
            Self::NoToken(None) => no(StatusCode::NOT_FOUND, 1, "not_found", "Token not exists"),
            Self::Refused { uid, refusal, .. } => no(
                StatusCode::OK,
                code_of(*refusal),
                refusal.slug(),
                &refused(*refusal, Some(*uid)),
            ),
            Self::Missing(name) => no(
                StatusCode::OK,
                6,
                "bad_request",
                &format!("Missing ``{name}`` parameter"),
            ),
            Self::Malformed(sentence) => no(StatusCode::OK, 6, "bad_request", sentence),
            Self::TooLarge => no(
                StatusCode::PAYLOAD_TOO_LARGE,
                6,
                "too_large",
                "Request body too large",
            ),
            Self::Foreign => {
                let message = "Refused: sent by another site, a link or a prefetch";
                no(StatusCode::FORBIDDEN, 6, "foreign", message)
            }
            Self::NothingHere => no(StatusCode::NOT_FOUND, 6, "no_such_call", "No such call"),
            Self::MethodNotAllowed => {
                let message = "Method not allowed";
                no(
                    StatusCode::METHOD_NOT_ALLOWED,
                    6,
                    "method_not_allowed",
                    message,
                )
            }
            Self::BadIdempotencyKey => no(
                StatusCode::BAD_REQUEST,
                6,
                "bad_idempotency_key",
                "Idempotency-Key: must be one string of 1 to 255 printable ASCII characters",
            ),
            Self::Domain(error) => no_of(error),
        }
    }

    /// Seconds to wait before the next try.
    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Domain(
                Error::Busy { retry_after }
                | Error::InDoubt { retry_after }
                | Error::Throttled { retry_after },
            ) => Some(*retry_after),
            _ => None,
        }
    }
}

fn no(status: StatusCode, code: u8, reason: &'static str, message: &str) -> No {
    No {
        status,
        code,
        reason,
        message: message.to_owned(),
    }
}

/// What is said where the use case says no.
fn no_of(error: &Error) -> No {
    match error {
        Error::NotFound => no(StatusCode::NOT_FOUND, 1, "not_found", "Token not exists"),
        Error::Refused { refusal } => no(
            StatusCode::OK,
            code_of(*refusal),
            refusal.slug(),
            &refused(*refusal, None),
        ),
        Error::Invalid { flaws } => {
            let message = flaws
                .first()
                .map_or_else(|| "bad value".to_owned(), sentence);
            no(StatusCode::OK, 5, "bad_value", &message)
        }
        Error::Unauthenticated => no(
            StatusCode::UNAUTHORIZED,
            6,
            "unauthenticated",
            "API key or sign-in needed",
        ),
        Error::Forbidden => no(StatusCode::FORBIDDEN, 6, "forbidden", "Not permitted"),
        Error::Conflict => {
            let message = "Changed by somebody else in the meantime";
            no(StatusCode::CONFLICT, 6, "conflict", message)
        }
        Error::Outdated { .. } => {
            let message = "They are not as many as were seen";
            no(StatusCode::CONFLICT, 6, "outdated", message)
        }
        Error::Throttled { .. } => no(
            StatusCode::TOO_MANY_REQUESTS,
            6,
            "throttled",
            "Too many tries, try again later",
        ),
        Error::Busy { .. } => no(
            StatusCode::SERVICE_UNAVAILABLE,
            6,
            "busy",
            "Busy, try again later",
        ),
        Error::InDoubt { .. } => no(
            StatusCode::SERVICE_UNAVAILABLE,
            6,
            "in_doubt",
            "The database went away: it is not known whether this was done",
        ),
        // The status is what the draft of the header says.
        Error::KeyReused => no(
            StatusCode::UNPROCESSABLE_ENTITY,
            6,
            "idempotency_key_reused",
            "Another request was sent with this Idempotency-Key",
        ),
        Error::Internal => no(
            StatusCode::INTERNAL_SERVER_ERROR,
            6,
            "internal",
            "Internal error",
        ),
    }
}

impl IntoResponse for CallError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Envelope {
            success: bool,
            message: String,
            error_code: u8,
            reason: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            retry_at: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            remaining: Option<i64>,
        }
        let No {
            status,
            code,
            reason,
            message,
        } = self.no();
        let (retry_at, remaining) = match &self {
            Self::Refused {
                retry_at,
                remaining,
                ..
            } => (retry_at.map(isoformat), Some(*remaining)),
            _ => (None, None),
        };
        let envelope = Envelope {
            success: false,
            message,
            error_code: code,
            reason,
            retry_at,
            remaining,
        };
        let mut response = (status, Json(envelope)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(seconds) = self.retry_after() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn code_of(refusal: Refusal) -> u8 {
    Outcome::from(refusal).error_code().unwrap_or(6)
}

fn refused(refusal: Refusal, uid: Option<Uuid>) -> String {
    let token = uid.map_or_else(|| "Token".to_owned(), |uid| format!("Token {uid}"));
    match refusal {
        Refusal::Disabled => format!("{token} is disabled"),
        Refusal::UsedUp => format!("{token} usage count exceeded"),
        Refusal::Locked { .. } => format!("{token} is locked"),
        Refusal::NotYetValid { .. } | Refusal::Expired { .. } => {
            format!("{token} out of time range")
        }
    }
}

fn sentence(flaw: &Flaw) -> String {
    let parameter = parameter(flaw.field);
    match (flaw.field, &flaw.kind) {
        (Field::Value, FlawKind::Taken) => "Given value already used by another token".to_owned(),
        (Field::Value, FlawKind::TooLong { .. }) => {
            format!("value: must be at most {} bytes of UTF-8", Value::MAX_BYTES)
        }
        (_, FlawKind::EndNotAfterStart) => "valid_from must be before valid_to".to_owned(),
        (_, FlawKind::NotADateTime) => format!("{parameter}: invalid datetime format"),
        (_, FlawKind::NotAnInteger) => format!("{parameter}: value is no integer"),
        (_, FlawKind::OutOfRange) => format!("{parameter}: out of range"),
        (_, FlawKind::TooSmall { min }) => format!("{parameter}: must be {min} or more"),
        (_, FlawKind::ControlCharacter) => {
            format!("{parameter}: must not contain control characters")
        }
        (_, FlawKind::Invalid) => format!("{parameter}: must be text in UTF-8"),
        _ => format!("{parameter}: bad value"),
    }
}
