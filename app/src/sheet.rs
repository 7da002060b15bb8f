//! Labels on paper: on what grid, with what words under their codes.

use crate::addresses::parameter;

/// Paper that labels come on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    A4,
    Letter,
    /// One label a page, as label printers have it.
    Single,
}

impl Paper {
    /// Its name in addresses and in the style.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
            Self::Single => "single",
        }
    }

    /// Width and height in millimetres.
    pub(crate) const fn size(self) -> (f64, f64) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::Letter => (215.9, 279.4),
            Self::Single => (62.0, 45.0),
        }
    }
}

/// A grid of labels, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Grid {
    pub(crate) paper: Paper,
    pub(crate) columns: u32,
    pub(crate) rows: u32,
    /// What is free at the left and at the right.
    pub(crate) margin_x: f64,
    /// What is free at the top and at the bottom.
    pub(crate) margin_y: f64,
    /// Between columns.
    pub(crate) gap_x: f64,
    /// Between rows.
    pub(crate) gap_y: f64,
}

/// The grids that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset {
    A4x24,
    A4x40,
    Letter30,
    Single,
    Own,
}

impl Preset {
    /// All of them, the usual one first.
    pub(crate) const ALL: [Self; 5] = [
        Self::A4x24,
        Self::A4x40,
        Self::Letter30,
        Self::Single,
        Self::Own,
    ];

    /// Its name in addresses.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::A4x24 => "a4-3x8",
            Self::A4x40 => "a4-4x10",
            Self::Letter30 => "letter-3x10",
            Self::Single => "single",
            Self::Own => "own",
        }
    }

    /// The preset of an address; the usual one if it names none.
    pub(crate) fn parse(query: &str) -> Self {
        let name = parameter(query, "grid").unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|preset| preset.as_str() == name)
            .unwrap_or(Self::A4x24)
    }
}

impl Grid {
    /// The grid of an address.
    pub(crate) fn parse(query: &str) -> Self {
        let (paper, columns, rows) = match Preset::parse(query) {
            Preset::A4x24 => (Paper::A4, 3, 8),
            Preset::A4x40 => (Paper::A4, 4, 10),
            Preset::Letter30 => (Paper::Letter, 3, 10),
            Preset::Single => (Paper::Single, 1, 1),
            Preset::Own => return Self::own(query),
        };
        let (margin_x, margin_y, gap_x) = if paper == Paper::Letter {
            (4.76, 12.7, 3.18)
        } else {
            (0.0, 0.0, 0.0)
        };
        Self {
            paper,
            columns,
            rows,
            margin_x,
            margin_y,
            gap_x,
            gap_y: 0.0,
        }
    }

    /// The grid whose measures stand in the address; what it lacks or says wrong is as good as we know.
    fn own(query: &str) -> Self {
        let count = |name, usual: u32, most| {
            parameter(query, name)
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(usual)
                .clamp(1, most)
        };
        let length = |name, usual: f64, most: f64| {
            parameter(query, name)
                .and_then(|text| text.trim().replace(',', ".").parse::<f64>().ok())
                .filter(|length| length.is_finite())
                .unwrap_or(usual)
                .clamp(0.0, most)
        };
        let paper = match parameter(query, "paper").as_deref() {
            Some("letter") => Paper::Letter,
            _ => Paper::A4,
        };
        Self {
            paper,
            columns: count("columns", 3, 8),
            rows: count("rows", 8, 16),
            margin_x: length("margin_x", 8.0, 50.0),
            margin_y: length("margin_y", 10.0, 50.0),
            gap_x: length("gap_x", 2.0, 8.0),
            gap_y: length("gap_y", 0.0, 8.0),
        }
    }

    /// Labels a page.
    pub(crate) fn per_page(self) -> usize {
        (self.columns * self.rows) as usize
    }

    /// Width and height of a label.
    pub(crate) fn label(self) -> (f64, f64) {
        let one = |whole: f64, margin: f64, gap: f64, count: u32| {
            let count = f64::from(count);
            (whole - 2.0 * margin - gap * (count - 1.0)) / count
        };
        let (width, height) = self.paper.size();
        (
            one(width, self.margin_x, self.gap_x, self.columns),
            one(height, self.margin_y, self.gap_y, self.rows),
        )
    }

    /// Where the left upper corner of a label is; they are counted from 0, row by row.
    pub(crate) fn place(self, label: u32) -> (f64, f64) {
        let (column, row) = (label % self.columns, label / self.columns);
        let (width, height) = self.label();
        (
            self.margin_x + f64::from(column) * (width + self.gap_x),
            self.margin_y + f64::from(row) * (height + self.gap_y),
        )
    }
}

/// `value` in groups of four, as one reads it out. What stands between groups already is enough.
pub(crate) fn grouped(value: &str) -> String {
    let mut grouped = String::with_capacity(value.len() * 5 / 4);
    let mut group = 0;
    for sign in value.chars() {
        if group == 4 && sign.is_alphanumeric() {
            grouped.push(' ');
            group = 0;
        }
        grouped.push(sign);
        group = if sign.is_alphanumeric() { group + 1 } else { 0 };
    }
    grouped
}

/// `words` in lines of no more than `width` characters, of which there are no more than `most`. What is too long for a
/// line is cut there; what is too long for all ends with an ellipsis.
pub(crate) fn wrapped(words: &str, width: usize, most: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0;
    for word in words.split_whitespace() {
        let signs: Vec<char> = word.chars().collect();
        for (n, part) in signs.chunks(width).enumerate() {
            let needed = part.len() + usize::from(n == 0);
            match lines.last_mut() {
                Some(line) if n == 0 && needed <= room => {
                    line.push(' ');
                    line.extend(part);
                    room -= needed;
                }
                _ => {
                    lines.push(part.iter().collect());
                    room = width - part.len();
                }
            }
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while last.chars().count() >= width {
                last.pop();
            }
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_out_in_groups_of_four() {
        for (value, told) in [
            (
                "b51c8e0a-1f2a-4c3d-9abc-123456789abc",
                "b51c 8e0a-1f2a-4c3d-9abc-1234 5678 9abc",
            ),
            ("ABCDEFGHIJ", "ABCD EFGH IJ"),
            ("GALA-26-3183", "GALA-26-3183"),
            ("row 12", "row 12"),
            ("", ""),
        ] {
            assert_eq!(grouped(value), told);
        }
    }

    #[test]
    fn lines_are_filled_and_what_is_too_much_is_cut() {
        assert_eq!(wrapped("aaaa bbbb cccc", 9, 5), ["aaaa bbbb", "cccc"]);
        assert_eq!(wrapped("abcdefgh", 3, 5), ["abc", "def", "gh"]);
        assert_eq!(wrapped("aa bb cc dd", 5, 1), ["aa b…"]);
        assert_eq!(wrapped("", 5, 1), Vec::<String>::new());
    }

    #[test]
    fn labels_fill_their_paper() {
        let grid = Grid::parse("");
        let (width, height) = grid.label();
        assert!((width - 70.0).abs() < 0.01 && (height - 37.125).abs() < 0.01);
        assert_eq!(grid.per_page(), 24);
        let letter = Grid::parse("?grid=letter-3x10");
        let (width, height) = letter.label();
        assert!((width - 66.67).abs() < 0.02 && (height - 25.4).abs() < 0.01);
        let (x, y) = letter.place(29);
        assert!(x + width <= 215.9 && y + height <= 279.4);
    }

    #[test]
    fn measures_of_an_own_grid_are_kept_possible() {
        let grid = Grid::parse("grid=own&columns=0&rows=999&margin_x=-3&gap_x=1,5&gap_y=NaN");
        assert_eq!((grid.columns, grid.rows), (1, 16));
        assert!(grid.margin_x.abs() < 0.01 && (grid.gap_x - 1.5).abs() < 0.01);
        let most = "grid=own&columns=8&rows=16&margin_x=50&margin_y=50&gap_x=8&gap_y=8";
        let (width, height) = Grid::parse(most).label();
        assert!(width > 1.0 && height > 1.0);
    }
}
