//! What cases are made from.

pub(crate) mod clock;
pub(crate) mod database;
pub(crate) mod tokens;
