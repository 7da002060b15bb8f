//! The server functions: what a browser may ask of the host, beside pages and the JSON API.
//!
//! They are a public surface, so each takes what it needs from the request, calls one use case, and says where a form
//! without a script goes next. Who may do what is decided by [`domain::Service`].

pub mod accounts;
pub mod audit;
pub mod check;
pub mod keys;
pub mod preferences;
pub mod scan;
pub mod selections;
pub mod sessions;
pub mod settings;
pub mod tokens;
pub mod trash;
pub mod usages;
