//! The site as a browser without JavaScript, a program and a foreign page meet it: real router, real SQLite file.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod accounts;
mod activity;
mod compression;
mod headers;
mod host;
mod keys;
mod limits;
mod origins;
mod plain;
mod routes;
mod trash;
