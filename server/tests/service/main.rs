//! The use cases over a real SQLite file, with a clock that stands until it is told to go on.

mod accounts;
mod host;
mod keys;
mod settings;
mod tokens;
