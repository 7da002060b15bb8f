//! What a store must do: every case in `cases/` runs once per engine, on a real database of its own.
//!
//! `cargo xtask test store` starts a PostgreSQL for it. To run it by hand, name a server on which databases may be made
//! in `TESSERA_TEST_POSTGRES`.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod postgres;
mod sqlite;
mod support;
