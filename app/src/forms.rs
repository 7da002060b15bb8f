//! What forms send, read into what the use cases take. Everything that is wrong is said at once, each at its field.

pub mod accounts;
pub mod audit;
pub mod filters;
pub mod keys;
pub mod once;
pub mod selections;
pub mod sessions;
pub mod settings;
pub mod tokens;
pub mod usages;
