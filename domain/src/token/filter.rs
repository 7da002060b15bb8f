//! Which tokens, and in what order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Bounds, Status, Token};

/// Which tokens are meant. The rule decides about the status: a property test holds every store to
/// [`TokenFilter::admits`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenFilter {
    /// A part of the value or the label, upper and lower case alike; empty = all.
    pub search: String,
    /// Any of these; empty = all.
    pub status: Vec<Status>,
    /// What else must hold.
    pub bounds: Bounds,
    /// The instant at which the status is asked.
    pub at: DateTime<Utc>,
}

impl TokenFilter {
    /// All tokens, whose status is asked at `at`.
    pub fn all(at: DateTime<Utc>) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }

    /// Whether `token` is meant.
    pub fn admits(&self, token: &Token) -> bool {
        let status = self.status.is_empty() || self.status.contains(&token.status(self.at));
        status
            && self.bounds.admit(token)
            && search_text(token).contains(&self.search.to_lowercase())
    }
}

/// What a search looks at: value and label in lower case, on lines of their own. Stores keep it beside the token, so
/// that both engines compare the same bytes whatever their collation knows of letters.
pub fn search_text(token: &Token) -> String {
    format!("{}\n{}", token.value.as_str(), token.label.as_str()).to_lowercase()
}

/// What a list is sorted by. Tokens that have none of it come last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderBy {
    /// When it was made.
    #[default]
    Created,
    /// When it was last changed.
    Modified,
    /// When it was last used.
    LastUsed,
    /// When its window ends.
    ValidTo,
    /// The value, by its bytes.
    Value,
    /// The label, by its bytes.
    Label,
    /// Uses left; unlimited is more than any number.
    Uses,
    /// The name of who made it.
    Creator,
}

impl OrderBy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Modified,
        Self::LastUsed,
        Self::ValidTo,
        Self::Value,
        Self::Label,
        Self::Uses,
        Self::Creator,
    ];

    /// Its name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Modified => "modified",
            Self::LastUsed => "last_used",
            Self::ValidTo => "valid_to",
            Self::Value => "value",
            Self::Label => "label",
            Self::Uses => "uses",
            Self::Creator => "creator",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == name)
    }
}

/// What a list is sorted by, and which way. Ties are broken by when a token was made, and then
/// by its uid, in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// What.
    pub by: OrderBy,
    /// Largest, latest, last first.
    pub descending: bool,
}

impl Default for Order {
    /// Newest first.
    fn default() -> Self {
        Self {
            by: OrderBy::Created,
            descending: true,
        }
    }
}

/// Where in an ordered list to begin.
#[derive(Debug, Clone, PartialEq)]
pub enum Position {
    /// So many tokens from its beginning: for numbered pages.
    Offset(u64),
    /// Behind this token: for walking through all of them, whatever their number.
    After(Box<Token>),
}
