//! The two texts of a token.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::FlawKind;

/// What a token says: 1 to [`Value::MAX_BYTES`] bytes of UTF-8 without control characters, compared byte for byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Value(String);

impl Value {
    /// Every QR code version holds this many bytes at level M with room to spare, and every index can hold it.
    pub const MAX_BYTES: usize = 1000;

    /// `text` as it is, nothing trimmed or normalised, if it can be a value.
    pub fn parse(text: impl Into<String>) -> Result<Self, FlawKind> {
        let text = text.into();
        if text.is_empty() {
            return Err(FlawKind::Missing);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(FlawKind::TooLong { max: 1000 });
        }
        if text.chars().any(char::is_control) {
            return Err(FlawKind::ControlCharacter);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<uuid::Uuid> for Value {
    fn from(uid: uuid::Uuid) -> Self {
        Self(uid.to_string())
    }
}

/// A value lets its holder in: it does not belong into logs, so it does not print.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

/// A name for people: up to [`Label::MAX_CHARS`] characters in one line, without blanks at its ends; may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(String);

impl Label {
    /// Longer than this is not a label but a letter.
    pub const MAX_CHARS: usize = 200;

    /// `text` without blanks at its ends, if it can be a label.
    pub fn parse(text: &str) -> Result<Self, FlawKind> {
        let text = text.trim();
        if text.chars().count() > Self::MAX_CHARS {
            return Err(FlawKind::TooLong { max: 200 });
        }
        if text.chars().any(char::is_control) {
            return Err(FlawKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text; may be empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
