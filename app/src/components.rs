//! What pages are made of. Each file is one component, and stands on its own.
//!
//! Most are plain functions that give a view: they take what they show and keep no state, so they need no more.

#![expect(unreachable_pub, reason = "the component macro makes its props `pub`")]

pub(crate) mod alert;
pub(crate) mod badge;
pub(crate) mod busy;
pub(crate) mod chart;
pub(crate) mod clocks;
pub(crate) mod copy;
pub(crate) mod dialog;
pub(crate) mod drawing;
pub(crate) mod empty;
pub(crate) mod field;
pub(crate) mod filters;
pub(crate) mod head;
pub(crate) mod icon;
pub(crate) mod meter;
pub(crate) mod once;
pub(crate) mod pager;
pub(crate) mod qr;
pub(crate) mod skeleton;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod toasts;
pub(crate) mod verdict;
