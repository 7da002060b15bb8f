//! Pages, and what their scripts ask for, are compressed on their way: a list is a sixteenth of itself then (decision 18).
//!
//! What is compressed says by its length how much of it is alike. Who puts words of theirs beside token values, in the
//! address of a page or by adding tokens, and sees how long the answers are, could find the values out bit by bit (BREACH).
//! So what a browser asks for without its user stays as it is.

use app::fns::{tokens::LoadToken, usages::ListUsages};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, header};
use server_fn::ServerFn as _;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{And, DefaultPredicate, Predicate as _, SizeAbove},
    },
};

use crate::state::AppState;

/// The level of gzip: a third of a millisecond for a list. Twice as long would save a twentieth more.
const LEVEL: CompressionLevel = CompressionLevel::Precise(3);

/// Bytes of an answer that fits into a packet either way.
const SMALL: u64 = 1024;

/// What live pages ask for each time that something happens to a token, which somebody else may have caused.
const LIVE: [&str; 2] = [ListUsages::PATH, LoadToken::PATH];

/// Compresses answers for who takes gzip, unless they are short.
pub(crate) fn compress() -> CompressionLayer<And<DefaultPredicate, SizeAbove>> {
    let worthwhile = DefaultPredicate::new().and(SizeAbove::new(SMALL));
    CompressionLayer::new()
        .quality(LEVEL)
        .compress_when(worthwhile)
}

/// Has nothing compressed that nobody on our own pages has asked for, nor for who takes no gzip: who then takes nothing but
/// what we have not would be refused after the deed.
pub(crate) async fn only_asked_for(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_secret = state.host_options.secure_cookies;
    let is_live = LIVE.contains(&request.uri().path());
    if is_live || !is_caused_by_us(headers, is_secret) || !takes_gzip(headers) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.run(request).await
}

/// Whether one of our pages caused the request, or the person at the browser (Fetch Metadata). Browsers that say nothing
/// are older than that, or the connection is one that anybody can read.
fn is_caused_by_us(headers: &HeaderMap, is_secret: bool) -> bool {
    match headers.get("sec-fetch-site") {
        Some(cause) => cause == "same-origin" || cause == "none",
        None => !is_secret,
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let encodings = headers.get(header::ACCEPT_ENCODING);
    encodings.is_some_and(|encodings| {
        let encodings = encodings.to_str().unwrap_or_default();
        encodings
            .split(',')
            .any(|one| one.trim().starts_with("gzip"))
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn who_does_not_say_what_caused_a_request_is_not_trusted_where_there_is_a_secret() {
        let mut headers = HeaderMap::new();
        assert!(is_caused_by_us(&headers, false));
        assert!(!is_caused_by_us(&headers, true));
        headers.insert("sec-fetch-site", HeaderValue::from_static("none"));
        assert!(is_caused_by_us(&headers, true));
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-site"));
        assert!(!is_caused_by_us(&headers, false));
    }

    #[test]
    fn gzip_is_one_of_what_is_taken() {
        let mut headers = HeaderMap::new();
        assert!(!takes_gzip(&headers));
        for (encodings, takes) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("br, identity;q=0", false),
        ] {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings));
            assert_eq!(takes_gzip(&headers), takes, "{encodings}");
        }
    }
}
