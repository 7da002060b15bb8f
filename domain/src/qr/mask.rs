//! Which of the eight masks a code gets (ISO/IEC 18004, 7.8).
//!
//! `qrcode` can choose too, and takes two thirds of the time of a code for it where it is compiled for size, as in a
//! browser: for each module of each mask it asks eleven times what is where. Here each row and each column is read once.

use std::mem;

use qrcode::{
    Color,
    canvas::{Canvas, MaskPattern},
};

/// In the order of their numbers (ISO/IEC 18004, table 10).
const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// Points for a block of two by two modules of one colour (N2 of table 11).
const BLOCK: u32 = 3;
/// Points for what looks like a finder pattern (N3).
const LIKE_FINDER: u32 = 40;
/// Modules of one colour in a row from which on there are points, and how many (N1).
const RUN: u32 = 5;
const RUN_POINTS: u32 = 3;

/// A finder pattern, as a line through its middle meets it: 1:1:3:1:1.
const FINDER: u32 = 0b101_1101;
/// Modules of white on one side of it.
const WHITE: u32 = 4;

/// The modules of a code of `width` modules a side, row by row, whether they are dark, under the mask that has the fewest
/// points; of two with as many, the one of the smaller number.
pub(super) fn best(unmasked: &Canvas, width: usize) -> Vec<bool> {
    let masked = MASKS.map(|mask| {
        let mut canvas = unmasked.clone();
        canvas.apply_mask(mask);
        let colors = canvas.into_colors();
        colors
            .into_iter()
            .map(|color| color == Color::Dark)
            .collect::<Vec<bool>>()
    });
    let best = masked
        .into_iter()
        .min_by_key(|modules| points(modules, width));
    best.unwrap_or_default()
}

/// The points of a code: the more, the harder it is to read.
fn points(modules: &[bool], width: usize) -> u32 {
    let mut points = 0;
    for row in modules.chunks_exact(width) {
        points += line(row.iter().copied());
    }
    for column in 0..width {
        points += line(modules.iter().skip(column).step_by(width).copied());
    }
    for (upper, lower) in modules
        .chunks_exact(width)
        .zip(modules.chunks_exact(width).skip(1))
    {
        for (upper, lower) in upper.windows(2).zip(lower.windows(2)) {
            if upper == lower && upper.first() == upper.last() {
                points += BLOCK;
            }
        }
    }
    points + balance(modules)
}

/// The points of a row or a column: for long runs of one colour, and for what looks like a finder pattern with white on a
/// side. Outside the code is white.
fn line(modules: impl Iterator<Item = bool>) -> u32 {
    let mut points = 0;
    let mut run = 0;
    let mut before = None;
    let mut seen = 0_u32;
    let mut look = |is_dark: bool| {
        seen = seen << 1 | u32::from(is_dark);
        let is_finder = seen >> WHITE & 0b111_1111 == FINDER;
        let white = (1 << WHITE) - 1;
        let is_beside_white = seen & white == 0 || seen >> (WHITE + 7) & white == 0;
        if is_finder && is_beside_white {
            LIKE_FINDER
        } else {
            0
        }
    };
    let points_of = |run: u32| {
        if run < RUN { 0 } else { RUN_POINTS + run - RUN }
    };
    for is_dark in modules {
        points += look(is_dark);
        if before == Some(is_dark) {
            run += 1;
        } else {
            points += points_of(mem::replace(&mut run, 1));
            before = Some(is_dark);
        }
    }
    points += points_of(run);
    for _ in 0..WHITE {
        points += look(false);
    }
    points
}

/// Two points for each hundredth by which dark modules are not half of all: N4, without its steps of five hundredths.
fn balance(modules: &[bool]) -> u32 {
    let dark = modules.iter().filter(|is_dark| **is_dark).count();
    let of_two_hundred = dark * 200 / modules.len().max(1);
    u32::try_from(of_two_hundred.abs_diff(100)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::{EcLevel, QrCode, Version};

    use super::*;
    use crate::{
        codes::Correction,
        qr::{Matrix, bits_of, level_of},
    };

    /// A row of `#` and `.`.
    fn of_row(row: &str) -> u32 {
        line(row.chars().map(|module| module == '#'))
    }

    #[test]
    fn a_run_of_five_has_three_points_and_one_more_for_each_module() {
        assert_eq!(of_row("####.####."), 0);
        assert_eq!(of_row("#####.#."), 3);
        assert_eq!(of_row("#.#......"), 4);
        assert_eq!(of_row("#######....."), 5 + 3);
    }

    #[test]
    fn what_looks_like_a_finder_pattern_has_points_with_white_on_one_side() {
        // Outside is white, on both sides of a short row.
        assert_eq!(of_row("#.###.#"), 40);
        assert_eq!(of_row("##.#.###.#....##"), 40);
        assert_eq!(of_row("##....#.###.#.##"), 40);
        assert_eq!(of_row("##...#.###.#...##"), 0);
        assert_eq!(of_row("##.#.###.#"), 40);
    }

    #[test]
    fn a_block_of_one_colour_has_three_points() {
        // Three by three of which two by two are dark: half, and a bit.
        let modules = [true, true, false, true, true, false, false, false, true];
        let by_hand = BLOCK + (5 * 200 / 9 - 100);
        assert_eq!(points(&modules, 3), by_hand);
    }

    #[test]
    fn the_points_of_a_code_are_those_of_its_lines_its_blocks_and_its_balance() {
        // 1-Q with a checkerboard, as `qrcode` has it in its tests: rows 88, columns 92, blocks 90, one pattern beside the
        // finder patterns in columns, balance 2.
        let mut canvas = Canvas::new(Version::Normal(1), EcLevel::Q);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(
            b"\x20\x5b\x0b\x78\xd1\x72\xdc\x4d\x43\x40\xec\x11\x00",
            b"\xa8\x48\x16\x52\xd9\x36\x9c\x00\x2e\x0f\xb4\x7a\x10",
        );
        canvas.apply_mask(MaskPattern::Checkerboard);
        let colors = canvas.into_colors();
        let modules: Vec<bool> = colors.into_iter().map(|c| c == Color::Dark).collect();
        let finders = 2 * 9 * LIKE_FINDER;
        assert_eq!(
            points(&modules, 21),
            88 + 92 + 90 + finders + LIKE_FINDER + 2
        );
    }

    fn theirs(text: &str, correction: Correction) -> Vec<bool> {
        let level = level_of(correction);
        let code = QrCode::with_bits(bits_of(text, level).unwrap(), level).unwrap();
        let colors = code.into_colors();
        colors.into_iter().map(|c| c == Color::Dark).collect()
    }

    #[test]
    fn the_largest_codes_have_the_mask_that_qrcode_chooses() {
        for (text, correction) in [
            ("a longer value, ".repeat(62), Correction::L),
            ("0123456789".repeat(100), Correction::H),
            ("Grüße und ".repeat(80), Correction::H),
        ] {
            let ours = Matrix::of(&text, correction, 0).unwrap();
            assert_eq!(ours.dark, theirs(&text, correction), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn the_mask_is_the_one_that_qrcode_chooses(
            text in prop_oneof![
                3 => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}",
                2 => "[ -~]{1,200}",
                1 => "\\PC{1,60}",
                1 => "[0-9A-Z]{1,300}",
            ],
            correction in prop_oneof![
                Just(Correction::L), Just(Correction::M), Just(Correction::Q), Just(Correction::H)
            ],
        ) {
            let ours = Matrix::of(&text, correction, 0).unwrap();
            prop_assert_eq!(ours.dark, theirs(&text, correction));
        }
    }
}
