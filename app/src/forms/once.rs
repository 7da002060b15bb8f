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
