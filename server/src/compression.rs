//! Pages, and what their scripts ask for, are compressed on their way: a list is a sixteenth of itself then, which on a
//! phone is the difference between a second and none.
//!
//! What is compressed says by its length how much of it is alike. Who can make a browser ask for pages with words of theirs
//! in the address, and sees how long the answers are, could find out token values bit by bit (BREACH). So answers to what
//! pages of other sites have caused stay as they are.

use axum::{extract::Request, middleware::Next, response::Response};
use http::header;
use tower_http::{CompressionLevel, compression::CompressionLayer};

/// The level of gzip: a third of a millisecond for a list. Twice as long would save a twentieth more.
const LEVEL: CompressionLevel = CompressionLevel::Precise(3);

/// Compresses answers for who takes gzip. Pictures are compressed by themselves, and what is sent bit by bit stays so.
pub(crate) fn compress() -> CompressionLayer {
    CompressionLayer::new().quality(LEVEL)
}

/// Has nothing compressed that a page of another site has caused, as far as browsers say so (Fetch Metadata); they do on
/// all connections that are secret.
pub(crate) async fn not_for_others(mut request: Request, next: Next) -> Response {
    let cause = request.headers().get("sec-fetch-site");
    let is_ours = cause.is_none_or(|cause| cause == "same-origin" || cause == "none");
    if !is_ours {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.run(request).await
}
