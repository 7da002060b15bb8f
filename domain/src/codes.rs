//! What the site's QR codes say, and how they are drawn.

use qrcode::types::QrError;
use serde::{Deserialize, Serialize};

use crate::{
    link::{decoded, encoded},
    qr::Matrix,
};

/// The page that tells whoever scans a code with a telephone's own camera how its token stands.
pub const CHECK: &str = "/t";

/// The widest margin, in modules: more is wasted paper.
pub const MAX_MARGIN: u32 = 16;

/// What QR codes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrContent {
    /// The value of the token.
    Value,
    /// A link to [`CHECK`], with the value in its fragment, which browsers send to nobody.
    Link,
}

/// How much of a code may be damaged before it cannot be read (ISO/IEC 18004, 6.5.1), the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "named as in the standard; `percent` says what they are"
)]
pub enum Correction {
    L,
    M,
    Q,
    H,
}

/// How the codes of a site are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeStyle {
    /// What they say.
    pub content: QrContent,
    /// How much damage they bear; less where a text is too long for it.
    pub correction: Correction,
    /// White around them, in modules.
    pub margin: u32,
}

impl QrContent {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Value, Self::Link];

    /// Its name in forms and stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Link => "link",
        }
    }

    /// The content of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|content| content.as_str() == name)
    }
}

impl Correction {
    /// All of them, the weakest first.
    pub const ALL: [Self; 4] = [Self::L, Self::M, Self::Q, Self::H];

    /// Its name in the standard, in forms and in stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::L => "L",
            Self::M => "M",
            Self::Q => "Q",
            Self::H => "H",
        }
    }

    /// The level of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// About how much of a code may be damaged, in percent.
    pub fn percent(self) -> u32 {
        match self {
            Self::L => 7,
            Self::M => 15,
            Self::Q => 25,
            Self::H => 30,
        }
    }
}

impl CodeStyle {
    /// The code of a value, on a site that people reach at `origin`, such as `https://tokens.example`.
    ///
    /// A text that is too long for the correction gets the strongest that holds it; a link that no code holds gives way
    /// to its value.
    ///
    /// # Errors
    /// A value that no code holds: longer than any token's.
    pub fn draw(self, value: &str, origin: &str) -> Result<Matrix, QrError> {
        if self.content == QrContent::Link
            && let Ok(matrix) = self.draw_text(&link_of(value, origin))
        {
            return Ok(matrix);
        }
        self.draw_text(value)
    }

    fn draw_text(self, text: &str) -> Result<Matrix, QrError> {
        Correction::ALL
            .into_iter()
            .rev()
            .filter(|level| *level <= self.correction)
            .find_map(|level| Matrix::of(text, level, self.margin).ok())
            .ok_or(QrError::DataTooLong)
    }
}

/// The link that a code says for a value.
pub fn link_of(value: &str, origin: &str) -> String {
    format!("{origin}{CHECK}#{}", encoded(value))
}

/// The value that such a link says, wherever the site was when it was drawn; none if `text` is no such link.
pub fn value_of_link(text: &str) -> Option<String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let (page, value) = rest.split_once('#')?;
    let host = page.strip_suffix(CHECK)?;
    (!host.is_empty() && !host.contains('/') && !value.is_empty()).then(|| decoded(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: CodeStyle = CodeStyle {
        content: QrContent::Value,
        correction: Correction::M,
        margin: 4,
    };

    #[test]
    fn a_link_says_its_value_back() {
        for value in ["7f0c1c9e", "100 %", "a+b#c/t#d", "Müller 🎟"] {
            let link = link_of(value, "https://tokens.example:8443");
            assert_eq!(value_of_link(&link).as_deref(), Some(value), "{link}");
        }
        assert_eq!(
            link_of("a b", "http://localhost:3000"),
            "http://localhost:3000/t#a%20b"
        );
    }

    #[test]
    fn what_is_no_link_of_ours_is_a_value() {
        for text in [
            "abc",
            "/t#abc",
            "https:///t#abc",
            "https://tokens.example/t#",
            "https://tokens.example/x/t#abc",
            "ftp://tokens.example/t#abc",
        ] {
            assert_eq!(value_of_link(text), None, "{text}");
        }
    }

    #[test]
    fn more_correction_and_a_wider_margin_make_a_larger_code() {
        let width = |style: CodeStyle| style.draw("7f0c1c9e-6a0f-4a52", "").unwrap().full_width();
        // 18 bytes: version 2 at M, version 3 at H.
        assert_eq!(width(STYLE), 25 + 8);
        let strong = CodeStyle {
            correction: Correction::H,
            ..STYLE
        };
        assert_eq!(width(strong), 29 + 8);
        assert_eq!(width(CodeStyle { margin: 0, ..STYLE }), 25);
    }

    #[test]
    fn a_text_too_long_for_its_correction_is_drawn_with_less() {
        let strong = CodeStyle {
            correction: Correction::H,
            ..STYLE
        };
        let long = "x".repeat(2000);
        assert_eq!(
            strong.draw(&long, "").unwrap(),
            Matrix::of(&long, Correction::M, 4).unwrap()
        );
        let linked = CodeStyle {
            content: QrContent::Link,
            ..STYLE
        };
        let umlauts = "ü".repeat(500);
        assert_eq!(
            linked.draw(&umlauts, "https://tokens.example").unwrap(),
            Matrix::of(&umlauts, Correction::M, 4).unwrap(),
            "three thousand bytes as a link"
        );
        assert!(STYLE.draw(&"x".repeat(3000), "").is_err());
    }
}
