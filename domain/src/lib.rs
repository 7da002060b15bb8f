//! Tessera's types and rules.
//!
//! This crate knows nothing of browsers, HTTP, SQL or tokio, and it compiles for the browser. It is given the time and
//! the ids; it asks for neither. Read it in this order:
//!
//! 1. [`token`]: what a token is and the one rule that spends it; [`usage`]: the record of an attempt.
//! 2. [`settings`], [`codes`], [`account`], [`actor`], [`secret`]: what surrounds tokens; [`audit`]: who changed what of all this.
//! 3. [`consume`]: deciding about many attempts at once; [`idempotency`]: requests that come again.
//! 4. [`error`]: everything that can go wrong, as codes; sentences are made at the doors.
//! 5. [`store`] and [`ports`]: what the host must provide.
//! 6. [`service`]: the use cases. Every door goes through it, and only it decides who may do what.

pub mod account;
pub mod actor;
pub mod audit;
pub mod codes;
pub mod consume;
pub mod error;
pub mod idempotency;
pub mod link;
pub mod live;
pub mod page;
pub mod ports;
pub mod qr;
pub mod secret;
pub mod service;
pub mod settings;
pub mod store;
pub mod time;
pub mod token;
pub mod usage;
pub mod view;

pub use actor::{Actor, Permission, Permissions};
pub use error::{Error, Field, Flaw, FlawKind, Result};
pub use service::Service;
pub use token::{Status, Token, Uses, Window};
