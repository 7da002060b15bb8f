//! The QR code of a text (ISO/IEC 18004), as modules and as one SVG path.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode, types::QrError};

/// Modules of white around a code, without which readers do not find it (ISO/IEC 18004, 6.3.8).
pub const QUIET_ZONE: u32 = 4;

/// A QR code as a square of modules, without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    width: u32,
    dark: Vec<bool>,
}

impl Matrix {
    /// The code of `text`, at error correction level M: 15 % of it may be damaged.
    ///
    /// # Errors
    /// A text that is longer than the largest code holds (2,331 bytes).
    pub fn of(text: &str) -> Result<Self, QrError> {
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)?;
        let width = u32::try_from(code.width()).unwrap_or_default();
        Ok(Self {
            width,
            dark: code
                .into_colors()
                .into_iter()
                .map(|c| c == Color::Dark)
                .collect(),
        })
    }

    /// Modules along a side.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Modules along a side, quiet zone included.
    pub fn full_width(&self) -> u32 {
        self.width + 2 * QUIET_ZONE
    }

    /// Whether the module at column `x` and row `y` is dark; the quiet zone is outside.
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        x < self.width
            && y < self.width
            && self
                .dark
                .get((y * self.width + x) as usize)
                .copied()
                .unwrap_or(false)
    }

    /// One SVG path of all dark modules, one unit a module, quiet zone included: it fills a view box of
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
                        x + QUIET_ZONE,
                        y + QUIET_ZONE
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_exactly_the_dark_modules() {
        let matrix = Matrix::of("7f0c1c9e-6a0f-4a52-9b7e-1f2d3c4b5a69").unwrap();
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
        assert!(Matrix::of(&"x".repeat(1000)).is_ok());
        assert!(Matrix::of(&"x".repeat(2332)).is_err());
    }
}
