//! `Idempotency-Key`: the same call under the same key is done once, and answered alike
//! (draft-ietf-httpapi-idempotency-key-header).

use axum::extract::FromRequestParts;
use domain::{
    Actor, Error,
    idempotency::{Answer, Fingerprint, IdempotencyKey},
    service::Request,
};
use http::{HeaderName, HeaderValue, request::Parts};

use super::error::CallError;
use crate::state::AppState;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The key under which a call comes, if it has one.
pub(super) struct Key(pub(super) Option<IdempotencyKey>);

impl FromRequestParts<AppState> for Key {
    type Rejection = CallError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, CallError> {
        let mut sent = parts.headers.get_all(HEADER).iter();
        match (sent.next(), sent.next()) {
            (None, _) => Ok(Self(None)),
            (Some(value), None) => match parse(value) {
                Some(key) => Ok(Self(Some(key))),
                None => Err(CallError::BadIdempotencyKey),
            },
            (Some(_), Some(_)) => Err(CallError::BadIdempotencyKey),
        }
    }
}

/// A string as RFC 9651 has it, in quotes; without quotes too, as many programs send it.
fn parse(value: &HeaderValue) -> Option<IdempotencyKey> {
    let text = value.to_str().ok()?.trim();
    let Some(rest) = text.strip_prefix('"') else {
        return IdempotencyKey::parse(text).ok();
    };
    let mut key = String::new();
    let mut letters = rest.chars();
    loop {
        match letters.next()? {
            '"' => break,
            '\\' => key.push(
                letters
                    .next()
                    .filter(|letter| ['"', '\\'].contains(letter))?,
            ),
            letter => key.push(letter),
        }
    }
    // Parameters may follow, and mean nothing to us.
    let rest = letters.as_str();
    (rest.is_empty() || rest.starts_with(';'))
        .then(|| IdempotencyKey::parse(&key).ok())
        .flatten()
}

/// Does what is asked once, and says what came of it.
pub(super) async fn once(
    state: &AppState,
    actor: &Actor,
    request: Request,
    key: IdempotencyKey,
    fingerprint: Fingerprint,
) -> Result<Answer, CallError> {
    match state.service.once(actor, request, key, fingerprint).await? {
        Answer::Refused(error) => Err(error.into()),
        Answer::Missing(uid) => Err(CallError::NoToken(Some(uid))),
        done => Ok(done),
    }
}

/// What is remembered under a key is of another kind than the call: then the call is another one too.
pub(super) fn of_another_call() -> CallError {
    Error::KeyReused.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_string_with_or_without_quotes() {
        for (sent, key) in [
            (r#""8e03978e-40d5""#, Some("8e03978e-40d5")),
            ("8e03978e-40d5", Some("8e03978e-40d5")),
            (r#""a b";v=1"#, Some("a b")),
            (r#""say \"hi\" \\""#, Some(r#"say "hi" \"#)),
            (r#""open"#, None),
            (r#""a"b"#, None),
            (r#""a\b""#, None),
            (r#""""#, None),
            ("", None),
        ] {
            let parsed = parse(&HeaderValue::from_static(sent));
            assert_eq!(parsed.as_ref().map(IdempotencyKey::as_str), key, "{sent:?}");
        }
    }
}
