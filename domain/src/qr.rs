//! The QR code of a text (ISO/IEC 18004), as modules and as one SVG path.

mod mask;

use std::fmt::Write as _;

use qrcode::{
    EcLevel, Version,
    bits::{Bits, encode_auto},
    canvas::Canvas,
    ec,
    types::QrError,
};

use crate::codes::Correction;

/// Modules of white around a code, without which not every reader finds it (ISO/IEC 18004, 6.3.8).
pub const QUIET_ZONE: u32 = 4;

/// The number by which a code says that its bytes are UTF-8 (AIM ECI 000026).
const UTF_8: u32 = 26;

/// A QR code as a square of modules, in a margin of white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    width: u32,
    margin: u32,
    dark: Vec<bool>,
}

impl Matrix {
    /// The code of `text` with so many modules of white around it.
    ///
    /// # Errors
    /// A text that is longer than the largest code holds: 2,330 bytes at level M.
    pub fn of(text: &str, correction: Correction, margin: u32) -> Result<Self, QrError> {
        let level = level_of(correction);
        let bits = bits_of(text, level)?;
        let version = bits.version();
        let width = version.width().unsigned_abs();
        let (data, check) = ec::construct_codewords(&bits.into_bytes(), version, level)?;
        let mut canvas = Canvas::new(version, level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &check);
        Ok(Self {
            width: width.into(),
            margin,
            dark: mask::best(&canvas, width.into()),
        })
    }

    /// Modules along a side.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Modules of white on each side.
    pub fn margin(&self) -> u32 {
        self.margin
    }

    /// Modules along a side, margin included.
    pub fn full_width(&self) -> u32 {
        self.width + 2 * self.margin
    }

    /// Whether the module at column `x` and row `y` is dark; the margin is outside.
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        x < self.width
            && y < self.width
            && self
                .dark
                .get((y * self.width + x) as usize)
                .copied()
                .unwrap_or(false)
    }

    /// One SVG path of all dark modules, one unit a module, margin included: it fills a view box of
    /// `0 0 full_width full_width`. Neighbours in a row are one rectangle, so that no hairlines show between them.
    pub fn svg_path(&self) -> String {
        let mut path = String::new();
        for y in 0..self.width {
            let mut x = 0;
            while x < self.width {
                let run = (x..self.width).take_while(|x| self.is_dark(*x, y)).count();
                let run = u32::try_from(run).unwrap_or_default();
                if run > 0 {
                    write!(
                        path,
                        "M{} {}h{run}v1h-{run}z",
                        x + self.margin,
                        y + self.margin
                    )
                    .expect("a string takes all that is written");
                }
                x += run.max(1);
            }
        }
        path
    }

    /// A whole SVG document, black on white, `pixels` a module.
    pub fn svg_document(&self, pixels: u32) -> String {
        let width = self.full_width();
        let size = width * pixels;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {width}\" \
             width=\"{size}\" height=\"{size}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{width}v{width}h-{width}z\"/>\
             <path d=\"{}\"/></svg>",
            self.svg_path()
        )
    }
}

fn level_of(correction: Correction) -> EcLevel {
    match correction {
        Correction::L => EcLevel::L,
        Correction::M => EcLevel::M,
        Correction::Q => EcLevel::Q,
        Correction::H => EcLevel::H,
    }
}

/// The bits of `text` in the smallest version that holds them.
///
/// ASCII means the same to every reader, and is packed as tight as it goes. All else is UTF-8 in one run of bytes, and
/// says so: without that word a reader must guess. Phones guess UTF-8; `zbar` takes many an umlaut for Shift-JIS and
/// answers Japanese, and by ISO/IEC 18004 the bytes would be Latin-1. Nor may pairs of bytes that look like Kanji be
/// packed as such, as `encode_auto` would.
fn bits_of(text: &str, level: EcLevel) -> Result<Bits, QrError> {
    if text.is_ascii() {
        return encode_auto(text.as_bytes(), level);
    }
    (1..=40)
        .find_map(|version| {
            let mut bits = Bits::new(Version::Normal(version));
            bits.push_eci_designator(UTF_8).ok()?;
            bits.push_byte_data(text.as_bytes()).ok()?;
            bits.push_terminator(level).ok()?;
            Some(bits)
        })
        .ok_or(QrError::DataTooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_exactly_the_dark_modules() {
        let matrix = Matrix::of(
            "7f0c1c9e-6a0f-4a52-9b7e-1f2d3c4b5a69",
            Correction::M,
            QUIET_ZONE,
        )
        .unwrap();
        assert_eq!(matrix.width(), 29);
        let mut covered = vec![false; 29 * 29];
        for step in matrix.svg_path().split('M').skip(1) {
            let numbers: Vec<usize> = step
                .split(|c: char| !c.is_ascii_digit())
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().unwrap())
                .collect();
            let [x, y, run, 1, back] = numbers[..] else {
                panic!("{step}")
            };
            assert_eq!(run, back);
            for x in x..x + run {
                let cell = &mut covered[(y - 4) * 29 + (x - 4)];
                assert!(!*cell, "drawn twice");
                *cell = true;
            }
        }
        assert_eq!(covered, matrix.dark);
    }

    #[test]
    fn the_longest_value_has_a_code_and_too_long_a_text_is_an_error() {
        assert!(Matrix::of(&"x".repeat(1000), Correction::M, QUIET_ZONE).is_ok());
        assert!(Matrix::of(&"x".repeat(2332), Correction::M, QUIET_ZONE).is_err());
        assert!(Matrix::of(&"ü".repeat(1165), Correction::M, QUIET_ZONE).is_ok());
        assert!(Matrix::of(&"ü".repeat(1166), Correction::M, QUIET_ZONE).is_err());
    }

    #[test]
    fn what_is_not_ascii_says_that_it_is_utf_8() {
        // ECI (0111), 26 (00011010), bytes (0100), two of them (00000010), c3 a9, end (0000).
        let bytes = bits_of("é", EcLevel::M).unwrap().into_bytes();
        assert_eq!(bytes[..6], [0x71, 0xa4, 0x02, 0xc3, 0xa9, 0x00]);
        // Bytes (0100), one of them (00000001), 78, end (0000).
        let bytes = bits_of("x", EcLevel::M).unwrap().into_bytes();
        assert_eq!(bytes[..3], [0x40, 0x17, 0x80]);
    }
}
