//! A yes: HTTP 200, `success: true`, and what was asked for.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use chrono::{NaiveDateTime, Timelike};
use domain::view::TokenView;
use serde::Serialize;
use uuid::Uuid;

/// A call did what was asked; its fields stand beside `success`.
pub(super) struct Success<T>(pub(super) T);

/// A call has nothing more to say.
#[derive(Serialize)]
pub(super) struct Done {}

impl<T: Serialize> IntoResponse for Success<T> {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Envelope<T> {
            success: bool,
            #[serde(flatten)]
            fields: T,
        }
        Json(Envelope {
            success: true,
            fields: self.0,
        })
        .into_response()
    }
}

/// A token as programs see it, with the reference's names and in its formats.
#[derive(Serialize)]
pub(super) struct TokenJson {
    uid: Uuid,
    value: String,
    last_used: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    /// How often it can still be used; −1 = as often as one likes.
    usage_count: i64,
    lock_time: u32,
    creator: Option<String>,
    created: String,
    modified: String,
}

impl From<TokenView> for TokenJson {
    fn from(token: TokenView) -> Self {
        Self {
            uid: token.uid,
            value: token.value.as_str().to_owned(),
            last_used: token.last_used.map(|moment| isoformat(moment.local)),
            valid_from: token.from.map(|moment| isoformat(moment.local)),
            valid_to: token.to.map(|moment| isoformat(moment.local)),
            usage_count: token.uses.number(),
            lock_time: token.lock,
            creator: token.creator,
            created: isoformat(token.created.local),
            modified: isoformat(token.modified.local),
        }
    }
}

/// A local time as Python's `isoformat` has it: microseconds only where they are not zero.
pub(super) fn isoformat(time: NaiveDateTime) -> String {
    let format = if time.nanosecond() == 0 {
        "%Y-%m-%dT%H:%M:%S"
    } else {
        "%Y-%m-%dT%H:%M:%S%.6f"
    };
    time.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_microseconds_only_where_they_are_not_zero() {
        for text in [
            "2023-09-22T10:30:00",
            "0001-01-01T00:00:00",
            "2023-09-22T10:30:00.500000",
        ] {
            assert_eq!(isoformat(text.parse().unwrap()), text);
        }
    }
}
