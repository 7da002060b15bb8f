//! `GET /tokens/<uuid>/qr_code`: the QR code of a token's value as a PNG.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{Error, qr::Matrix};
use http::{HeaderMap, header};

use super::{
    caller::Caller,
    error::{CallError, about},
    params::TokenUid,
};
use crate::state::AppState;

/// Pixels along the side of a module: a code can be photographed from a screen, and a small one is not tiny.
const PIXELS: u32 = 8;

pub(super) async fn handle(
    State(state): State<AppState>,
    Caller(actor): Caller,
    headers: HeaderMap,
    TokenUid(uid): TokenUid,
) -> Result<Response, CallError> {
    let token = state.service.token(&actor, uid).await.map_err(about(uid))?;
    let codes = state.service.codes(&actor).await?;
    let drawn = codes.draw(token.value.as_str(), &state.origin(&headers));
    let picture = drawn.ok().and_then(|matrix| png(&matrix)).ok_or_else(|| {
        tracing::error!(token.id = %uid, "the value of a token has no QR code");
        Error::Internal
    })?;
    let headers = [
        (header::CONTENT_TYPE, "image/png".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{uid}.png\""),
        ),
    ];
    Ok((headers, picture).into_response())
}

/// Black on white, one bit a pixel, with the margin around it.
fn png(matrix: &Matrix) -> Option<Vec<u8>> {
    let modules = matrix.full_width();
    let side = modules * PIXELS;
    let mut picture = Vec::new();
    let mut encoder = png::Encoder::new(&mut picture, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    let mut pixels = Vec::new();
    for y in 0..modules {
        // Eight pixels a module: a byte of a row is a module.
        let row: Vec<u8> = (0..modules)
            .map(|x| {
                // To the left of it and above it wraps around to far outside the code.
                let inside = |n: u32| n.wrapping_sub(matrix.margin());
                if matrix.is_dark(inside(x), inside(y)) {
                    0x00
                } else {
                    0xff
                }
            })
            .collect();
        pixels.extend(row.repeat(PIXELS as usize));
    }
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(picture)
}
