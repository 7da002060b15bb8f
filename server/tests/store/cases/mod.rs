//! The cases, by what they are about. `super` gives each a database of its engine.

mod accounts;
mod audit;
mod far;
mod filters;
mod invitations;
mod keys;
mod limits;
pub(super) mod lookups;
mod many;
mod memories;
mod orders;
mod selections;
mod sessions;
mod settings;
mod spending;
mod tokens;
mod trash;
mod usages;
mod within;

use super::{BEYOND_THE_CALENDAR, CHR, are_looked_up_together, database, execute};
use crate::support::{clock, deletions::deletion, tokens as made};
