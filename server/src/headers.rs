//! The headers that every answer carries.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::state::AppState;

/// For every answer that does not say otherwise. Pages bring a policy of their own with the nonce of their scripts.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(), geolocation=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Two years, as browsers' preload lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Adds them. What is made for one person is not kept by any cache: answers hold values, and a consumption out of a cache
/// would be none.
pub(crate) fn add_security_headers(state: &AppState, headers: &mut HeaderMap) {
    // At once, with room for what the answer has by itself.
    headers.reserve(2 * HEADERS.len());
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if state.host_options.secure_cookies {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(HSTS),
        );
    }
}
