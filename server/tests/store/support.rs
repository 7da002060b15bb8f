//! What cases are made from.

pub(crate) mod clock;
pub(crate) mod database;
pub(crate) mod deletions;
pub(crate) mod keyed;
pub(crate) mod service;
pub(crate) mod tokens;

use domain::consume::{Answer, Consumption};

/// How attempts ended; none = no such token.
pub(crate) fn made(answers: Vec<Answer>) -> Vec<Option<Consumption>> {
    answers.into_iter().map(Answer::made).collect()
}
