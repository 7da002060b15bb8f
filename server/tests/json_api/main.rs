//! The JSON API from outside: the vectors of the contract on both engines, and requests for what they do not cover.
//!
//! `cargo xtask test json_api` starts a PostgreSQL for it. To run it by hand, name the server, with a user who may make
//! databases, in `TESSERA_TEST_POSTGRES`.

#![expect(clippy::unwrap_used, reason = "a test that panics says where")]

mod host;
mod idempotency;
mod pattern;
mod qr_code;
mod replay;
mod requests;
mod same_origin;

use host::Engine;

/// The contract's lines, as they were handed over.
const VECTORS: &str = include_str!("vectors.jsonl");

#[tokio::test(flavor = "multi_thread")]
async fn vectors_pass_on_sqlite() {
    replay::replay(Engine::Sqlite, VECTORS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn vectors_pass_on_postgres() {
    replay::replay(Engine::Postgres, VECTORS).await;
}
