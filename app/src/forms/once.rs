//! Forms that post to their own page, which answers with what is shown once: a secret must not stand in an address, and
//! there is no other place where a page without a script could find it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// What came of such a form. The host puts it into the context of the page that answers.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Once {
    /// What is shown once.
    pub secret: Option<String>,
    /// Why there is nothing to show.
    pub error: Option<Error>,
    /// What was typed.
    pub typed: Typed,
}

/// The fields of a form as it was sent.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(pub Vec<(String, String)>);

impl Once {
    /// What a form gave that held these fields.
    pub fn new(typed: Typed, result: Result<String, Error>) -> Self {
        let (secret, error) = match result {
            Ok(secret) => (Some(secret), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            secret,
            error,
            typed,
        }
    }
}

impl Typed {
    /// The first field of that name; empty if there is none.
    pub fn get<'a>(&'a self, name: &'a str) -> &'a str {
        self.all(name).next().unwrap_or("")
    }

    /// All fields of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// What a field holds that is made anew: what was typed, or else `first`.
    pub fn or(&self, name: &str, first: String) -> String {
        let typed = self.0.iter().find(|(key, _)| key == name);
        typed.map_or(first, |(_, value)| value.clone())
    }

    /// Whether a box is ticked in a form that is made anew: browsers do not send those that are not.
    pub fn ticked(&self, name: &str, first: bool) -> bool {
        if self.is_empty() {
            first
        } else {
            self.0.iter().any(|(key, _)| key == name)
        }
    }

    /// Whether nothing was sent at all: the form is new.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

// Secrets do not print.
impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once")
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}
