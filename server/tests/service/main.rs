//! The use cases over a real SQLite file, with a clock that stands until it is told to go on.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod accounts;
mod audit;
mod clocks;
mod doors;
mod host;
mod keys;
mod selections;
mod settings;
mod tokens;
mod trash;
mod usages;
mod watching;
