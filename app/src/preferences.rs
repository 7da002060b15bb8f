//! What a reader prefers beside the language.

use serde::{Deserialize, Serialize};

/// What is kept of a reader for whom single keys do nothing.
pub(crate) const NO_KEYS: &str = "off";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Its name in the cookie and in forms.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name; what is not known is the system's.
    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// What stands in `<html data-theme>`: nothing, unless the reader chose.
    pub(crate) fn forced(self) -> Option<&'static str> {
        (self != Self::System).then(|| self.as_str())
    }
}
