//! The queue in front of the store: every case runs once per engine, on a real database of its own.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod postgres;
mod sqlite;
mod support {
    //! What the cases of the store are made from, as far as it is of use here.

    #[path = "../../store/support/database.rs"]
    pub(crate) mod database;
    pub(crate) mod failing;
    #[path = "../../store/support/tokens.rs"]
    pub(crate) mod tokens;
}
