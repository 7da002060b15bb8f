//! The QR code of a value: drawn, copied, saved.

use domain::{codes::CodeStyle, qr::Matrix};
use leptos::prelude::*;
use uuid::Uuid;

use super::{
    copy::{copy_box, middle_cut},
    icon::{Icon, icon},
    toasts::Toasts,
};
use crate::{
    addresses, browser, context,
    text::{fill, text},
};

/// The width that small codes fill, in CSS pixels.
const WIDTH: u32 = 300;
/// Cameras read the code off a screen when a module is no smaller than this.
const LEAST_PIXELS: u32 = 4;
/// Pixels a module in a saved picture: large enough for print.
const SAVED_PIXELS: u32 = 12;

/// CSS pixels a module: whole, so that all modules are equally wide.
fn pixels(full_width: u32) -> u32 {
    (WIDTH / full_width.max(1)).max(LEAST_PIXELS)
}

/// What a square of so many CSS pixels shows of a code: modules that are a whole number of pixels wide, so that all are
/// alike, and white around them; the whole code where it has more modules than there are pixels.
fn view_box(modules: u32, pixels: u32) -> String {
    let module = (pixels / modules.max(1)).max(1);
    let free = pixels.saturating_sub(modules * module);
    let of_modules = |pixels: u32| f64::from(pixels) / f64::from(module);
    let (start, side) = (of_modules(free / 2), of_modules(modules * module + free));
    format!("{} {} {side} {side}", 0.0 - start, 0.0 - start)
}

/// A code in a square of so many CSS pixels, black on white in every theme.
pub(crate) fn square(matrix: &Matrix, label: String, pixels: u32) -> AnyView {
    let modules = matrix.full_width();
    view! {
        <div class="qr">
            <svg
                role="img"
                aria-label=label
                viewBox=view_box(modules, pixels)
                width=pixels
                height=pixels
                shape-rendering="crispEdges"
                fill="#000"
            >
                <path d=matrix.svg_path()></path>
            </svg>
        </div>
    }
    .into_any()
}

/// What a code is called.
pub(crate) fn code_label(value: &str) -> String {
    fill(text().token.code_alt, &[("value", &middle_cut(value, 80))])
}

/// The code of a token with all that one can do with it.
pub(crate) fn qr_panel(uid: Uuid, value: &str, codes: CodeStyle) -> AnyView {
    let text = text();
    let words = &text.token;
    // Every value has a code; see `Value::MAX_BYTES`.
    let Ok(matrix) = codes.draw(value, &context::origin()) else {
        return ().into_any();
    };
    let modules = matrix.full_width();
    let side = modules * pixels(modules);
    let drawing = square(&matrix, code_label(value), side);
    let toasts = expect_context::<Toasts>();
    let matrix = StoredValue::new(matrix);
    let report = move |saved: Option<()>| {
        if saved.is_none() {
            toasts.warn(words.download_failed);
        }
    };
    let save_svg = move |_| {
        let document = matrix.with_value(|matrix| matrix.svg_document(SAVED_PIXELS));
        report(browser::save(
            &format!("{uid}.svg"),
            "image/svg+xml",
            &document,
        ));
    };
    let save_png = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let (path, width) = matrix.with_value(|matrix| (matrix.svg_path(), matrix.full_width()));
        report(browser::save_png(
            format!("{uid}.png"),
            &path,
            width,
            SAVED_PIXELS,
        ));
    };
    // Without a script the host draws the PNG.
    let png = format!("{}/qr_code", addresses::token(uid));
    view! {
        <section class="card qr-panel" aria-label=words.code>
            {drawing} {copy_box(value)}
            <div class="btn-pair">
                <button type="button" class="btn needs-script" on:click=save_svg>
                    {icon(Icon::Download)} {words.svg}
                </button>
                <a class="btn" href=png rel="external" download=format!("{uid}.png") on:click=save_png>
                    {icon(Icon::Download)} {words.png}
                </a>
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_a_whole_number_of_pixels_and_never_too_small() {
        assert_eq!(pixels(37), 8);
        assert_eq!(pixels(129), LEAST_PIXELS);
    }

    #[test]
    fn a_square_shows_whole_modules_and_white_around_them() {
        for (modules, pixels, shown) in [
            (37, 296, "0 0 37 37"),
            // Seven pixels a module, 15 of 274 are free.
            (37, 274, "-1 -1 39.142857142857146 39.142857142857146"),
            (100, 64, "0 0 100 100"),
        ] {
            assert_eq!(view_box(modules, pixels), shown);
        }
    }
}
