//! What was sent: from the query string, an urlencoded or multipart form, or a JSON object (contract, "Calls").

use std::{collections::HashMap, fmt};

use axum::{
    RequestExt,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, RawPathParams, Request},
};
use domain::{
    Error, Field, FlawKind, Uses,
    idempotency::Fingerprint,
    settings::{lock_from_number, parse_integer},
    token::{Value, When},
};
use http::{Method, StatusCode, header, request::Parts};
use percent_encoding::percent_decode;
use serde_json::Number;
use uuid::Uuid;

use super::{MAX_BODY, datetime, error::CallError};

/// All parameters of a call by their names. Of one that is sent twice the last counts, and the query string counts
/// more than the body, as in the reference.
#[derive(Default)]
pub(super) struct Params {
    sent: HashMap<String, Param>,
    /// What stands in the address where a token is named.
    address: Option<String>,
}

/// A parameter as it was sent.
pub(super) enum Param {
    /// Text of a form, or of JSON; null is as empty.
    Text(String),
    /// A number of JSON.
    Number(Number),
    /// A list of JSON.
    List(Vec<serde_json::Value>),
    /// What no parameter can be: a boolean or an object of JSON, bytes that are no UTF-8.
    Other,
}

/// What became of a parameter: omitted and empty are not the same (contract, "Envelope").
pub(super) enum Given<T> {
    /// It was not sent.
    Omitted,
    /// It was sent without anything in it.
    Empty,
    /// It was sent.
    Filled(T),
}

impl<T> Given<T> {
    /// What was sent, if it was sent and is not empty.
    pub(super) fn filled(self) -> Option<T> {
        match self {
            Self::Omitted | Self::Empty => None,
            Self::Filled(value) => Some(value),
        }
    }

    /// The same with `empty` in place of nothing; none if it was omitted.
    pub(super) fn or_empty(self, empty: T) -> Option<T> {
        match self {
            Self::Omitted => None,
            Self::Empty => Some(empty),
            Self::Filled(value) => Some(value),
        }
    }

    /// The same with what is in it changed.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Omitted => Given::Omitted,
            Self::Empty => Given::Empty,
            Self::Filled(value) => Given::Filled(change(value)),
        }
    }
}

/// The parameter by which programs send a field.
pub(super) fn parameter(field: Field) -> &'static str {
    match field {
        Field::Value => "value",
        Field::ValidFrom => "valid_from",
        Field::ValidTo => "valid_to",
        Field::Uses => "usage_count",
        Field::Lock => "lock_time",
        _ => "parameter",
    }
}

impl Params {
    /// The parameter of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Param> {
        self.sent.get(name)
    }

    /// What tells a call with these parameters from other calls: in the order of their names, however they were sent.
    pub(super) fn fingerprint(&self, call: &str) -> Fingerprint {
        let mut sent: Vec<(&str, String)> = self
            .sent
            .iter()
            .map(|(name, param)| (name.as_str(), param.to_string()))
            .collect();
        sent.sort_unstable();
        let address = self.address.as_deref().unwrap_or_default();
        let sent = sent
            .iter()
            .flat_map(|(name, param)| [name.as_bytes(), param.as_bytes()]);
        Fingerprint::of(
            [call.as_bytes(), address.as_bytes()]
                .into_iter()
                .chain(sent),
        )
    }

    /// The token that the call is about: named in the address, or by `token_uid`.
    pub(super) fn token_uid(&self) -> Result<Uuid, CallError> {
        match (&self.address, self.get("token_uid")) {
            (Some(uid), _) => parse_uid(uid),
            (None, Some(Param::Text(uid))) if !uid.is_empty() => parse_uid(uid),
            (None, Some(Param::Number(_) | Param::List(_) | Param::Other)) => {
                Err(CallError::NoToken(None))
            }
            (None, Some(Param::Text(_)) | None) => Err(CallError::Missing("token_uid")),
        }
    }

    /// `value`.
    pub(super) fn value(&self) -> Result<Given<Value>, Error> {
        self.read(Field::Value, |param| match param {
            Param::Text(text) => Value::parse(text.as_str()),
            _ => Err(FlawKind::Invalid),
        })
    }

    /// `valid_from` or `valid_to`.
    pub(super) fn time(&self, field: Field) -> Result<Given<When>, Error> {
        self.read(field, |param| match param {
            Param::Text(text) => datetime::parse(text).ok_or(FlawKind::NotADateTime),
            _ => Err(FlawKind::NotADateTime),
        })
    }

    /// `usage_count`.
    pub(super) fn uses(&self) -> Result<Given<Uses>, Error> {
        self.read(Field::Uses, |param| Uses::from_number(param.integer()?))
    }

    /// `lock_time`.
    pub(super) fn lock(&self) -> Result<Given<u32>, Error> {
        self.read(Field::Lock, |param| lock_from_number(param.integer()?))
    }

    fn read<T>(
        &self,
        field: Field,
        parse: impl FnOnce(&Param) -> Result<T, FlawKind>,
    ) -> Result<Given<T>, Error> {
        match self.get(parameter(field)) {
            None => Ok(Given::Omitted),
            Some(Param::Text(text)) if text.is_empty() => Ok(Given::Empty),
            Some(param) => parse(param)
                .map(Given::Filled)
                .map_err(|kind| Error::flaw(field, kind)),
        }
    }

    fn add_urlencoded(&mut self, text: &[u8]) {
        for pair in text
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = percent_decoded(halves.next().unwrap_or_default());
            let value = percent_decoded(halves.next().unwrap_or_default());
            self.add(name, Param::from(value));
        }
    }

    async fn add_multipart(&mut self, request: Request) -> Result<(), CallError> {
        let malformed = CallError::Malformed("Malformed multipart body");
        let unread = |status| match status {
            StatusCode::PAYLOAD_TOO_LARGE => CallError::TooLarge,
            _ => malformed.clone(),
        };
        let mut multipart = Multipart::from_request(request, &())
            .await
            .map_err(|error| unread(error.status()))?;
        while let Some(part) = multipart
            .next_field()
            .await
            .map_err(|error| unread(error.status()))?
        {
            // A part that is sent as a file is read as any other.
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| unread(error.status()))?;
            self.add(
                Some(name),
                Param::from(String::from_utf8(bytes.into()).ok()),
            );
        }
        Ok(())
    }

    fn add_json(&mut self, body: &[u8]) -> Result<(), CallError> {
        // Programs say that they send JSON also where they have nothing to send.
        if body.is_empty() {
            return Ok(());
        }
        let object: serde_json::Map<_, _> = serde_json::from_slice(body)
            .map_err(|_| CallError::Malformed("Malformed JSON body: an object is needed"))?;
        self.sent.extend(
            object
                .into_iter()
                .map(|(name, value)| (name, Param::from(value))),
        );
        Ok(())
    }

    fn add(&mut self, name: Option<String>, param: Param) {
        // What is no UTF-8 is the name of nothing.
        if let Some(name) = name {
            self.sent.insert(name, param);
        }
    }
}

/// Text as it is, and all else as JSON has it.
impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::List(list) => list.iter().try_for_each(|item| write!(f, "{item},")),
            Self::Other => f.write_str("other"),
        }
    }
}

impl Param {
    fn integer(&self) -> Result<i64, FlawKind> {
        match self {
            Self::Text(text) => parse_integer(text),
            Self::Number(number) => number.as_i64().ok_or_else(|| {
                // 2^63 and more do not fit; 3.5, and 3.0 too, are no integers.
                let is_whole = number
                    .as_f64()
                    .is_some_and(|number| number.abs() >= 2_f64.powi(63));
                if is_whole {
                    FlawKind::OutOfRange
                } else {
                    FlawKind::NotAnInteger
                }
            }),
            Self::List(_) | Self::Other => Err(FlawKind::NotAnInteger),
        }
    }
}

impl From<Option<String>> for Param {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Other, Self::Text)
    }
}

impl From<serde_json::Value> for Param {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Text(String::new()),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Number(number) => Self::Number(number),
            serde_json::Value::Array(list) => Self::List(list),
            serde_json::Value::Bool(_) | serde_json::Value::Object(_) => Self::Other,
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = CallError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, CallError> {
        let address = request
            .extract_parts_with_state::<TokenAddress, S>(state)
            .await?;
        let mut params = Self {
            address: address.0,
            ..Self::default()
        };
        let query = request.uri().query().unwrap_or_default().to_owned();
        if request.method() == Method::POST {
            DefaultBodyLimit::max(MAX_BODY).apply(&mut request);
            match Form::of(&request) {
                Form::Urlencoded => params.add_urlencoded(&body(request).await?),
                Form::Multipart => params.add_multipart(request).await?,
                Form::Json => params.add_json(&body(request).await?)?,
                Form::Unknown => {}
            }
        }
        params.add_urlencoded(query.as_bytes());
        Ok(params)
    }
}

/// The token of a call that has no other parameters: its body is read only if the token is not in the address.
pub(super) struct TokenUid(pub(super) Uuid);

impl<S: Send + Sync> FromRequest<S> for TokenUid {
    type Rejection = CallError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, CallError> {
        let TokenAddress(address) = request.extract_parts_with_state(state).await?;
        match address {
            Some(uid) => parse_uid(&uid).map(Self),
            None => Params::from_request(request, state)
                .await?
                .token_uid()
                .map(Self),
        }
    }
}

/// What stands in the address where a token is named.
struct TokenAddress(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for TokenAddress {
    type Rejection = CallError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, CallError> {
        let segments = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| CallError::NoToken(None))?;
        let uid = segments.iter().find(|(name, _)| *name == "uid");
        Ok(Self(uid.map(|(_, uid)| uid.to_owned())))
    }
}

/// How a body is to be read.
enum Form {
    Urlencoded,
    Multipart,
    Json,
    /// Not at all: a body of any other type holds no parameters.
    Unknown,
}

impl Form {
    fn of(request: &Request) -> Self {
        let Some(content_type) = request.headers().get(header::CONTENT_TYPE) else {
            return Self::Urlencoded;
        };
        let content_type = content_type.to_str().unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Self::Urlencoded,
            "multipart/form-data" => Self::Multipart,
            "application/json" => Self::Json,
            _ => Self::Unknown,
        }
    }
}

async fn body(request: Request) -> Result<Bytes, CallError> {
    Bytes::from_request(request, &())
        .await
        .map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => CallError::TooLarge,
            _ => CallError::Malformed("The body ended too early"),
        })
}

fn parse_uid(text: &str) -> Result<Uuid, CallError> {
    Uuid::parse_str(text).map_err(|_| CallError::NoToken(None))
}

/// None if it is no UTF-8.
fn percent_decoded(text: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_is_decoded_and_its_last_parameter_counts() {
        let mut params = Params::default();
        params.add_urlencoded(b"a=1&a=2&b=x+y%2B%C3%BC&&c&d=%zz&%ff=1&e=%ff&=&f=g=h");
        let text = |name| match params.get(name) {
            Some(Param::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        assert_eq!(text("a"), Some("2"));
        assert_eq!(text("b"), Some("x y+ü"));
        assert_eq!(text("c"), Some(""));
        assert_eq!(text("d"), Some("%zz"));
        assert_eq!(text("f"), Some("g=h"));
        assert!(matches!(params.get("e"), Some(Param::Other)));
    }

    #[test]
    fn integers_are_read_from_text_and_from_numbers() {
        for (value, read) in [
            (json!("5"), Ok(5)),
            (json!(5), Ok(5)),
            (json!(-1), Ok(-1)),
            (json!(u64::MAX), Err(FlawKind::OutOfRange)),
            (json!(1e23), Err(FlawKind::OutOfRange)),
            (json!(3.0), Err(FlawKind::NotAnInteger)),
            (json!(3.5), Err(FlawKind::NotAnInteger)),
            (json!(true), Err(FlawKind::NotAnInteger)),
            (json!([1]), Err(FlawKind::NotAnInteger)),
            (json!({}), Err(FlawKind::NotAnInteger)),
        ] {
            assert_eq!(Param::from(value.clone()).integer(), read, "{value}");
        }
    }
}
