//! The real program under load, over HTTP: exact, whatever comes at once, and whatever is cut off.
//!
//! Every case runs once per engine. Programs are started by these tests and killed by their own process id.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod client;
mod cluster;
#[path = "../store/support/database.rs"]
mod database;
mod faults;
mod live;
mod postgres;
mod program;
mod sqlite;
