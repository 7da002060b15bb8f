//! Tessera's host: an axum server around the use cases of `domain`.
//!
//! Read it in this order: [`config`] (what can be set), [`state`] (what requests share), [`router`] (every route with
//! its permission), [`entrance`] (what every request passes), [`auth`] (who asks), then the doors: [`json_api`] for programs, the crate `app` for people, [`cli`] for
//! operators. [`store`] holds all SQL.

pub mod auth;
pub mod cli;
pub mod clock;
mod compression;
pub mod config;
pub mod consumption;
pub mod downloads;
pub mod entrance;
pub mod events;
pub mod headers;
pub mod host;
pub mod ids;
pub mod jobs;
pub mod json_api;
pub mod limits;
pub mod live;
pub mod passwords;
mod posted;
pub mod router;
pub mod routes;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod throttle;
pub mod typed;
pub mod words;
pub mod zones;
