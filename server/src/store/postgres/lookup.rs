//! Looking tokens up by their values, for all who ask at the same time with one statement.
//!
//! There is no timer: while one statement is under way those who ask gather for the next one. It begins after they have
//! asked, so each sees what was committed before.

use std::collections::HashMap;

use domain::{Token, store::Stored, token::Value};
use sqlx::PgPool;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::reader::{MOST, PATIENCE, Reader};
use crate::store::{
    error::failed,
    rows::{TokenRow, token_columns},
};

#[derive(Debug)]
pub(super) struct Lookups(mpsc::Sender<Wanted>);

#[derive(Debug)]
struct Wanted {
    value: Value,
    /// Dropped without an answer if there is none.
    answer: oneshot::Sender<Option<Token>>,
}

impl Lookups {
    /// Starts what looks up. It ends when this is dropped.
    pub(super) fn start(pool: PgPool) -> Self {
        let (wanted, waiting) = mpsc::channel(MOST);
        tokio::spawn(run(Reader::new(pool, waiting)));
        Self(wanted)
    }

    /// The token of that value, if there is one. Nothing if it was not found out, because the database did not answer, too
    /// many ask, or something was amiss with what another of them asked for: whoever asks alone meets what is his.
    pub(super) async fn token_of_value(&self, value: &Value) -> Option<Option<Token>> {
        let (answer, answered) = oneshot::channel();
        let value = value.clone();
        self.0.try_send(Wanted { value, answer }).ok()?;
        answered.await.ok()
    }
}

async fn run(mut reader: Reader<Wanted>) {
    let mut group = Vec::new();
    while reader.gather(&mut group).await {
        match timeout(PATIENCE, look_up(&mut reader, &group)).await {
            Ok(Ok(found)) => {
                for Wanted { value, answer } in group.drain(..) {
                    // Whoever is gone need not hear it.
                    answer.send(found.get(value.as_str()).cloned()).ok();
                }
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "tokens could not be looked up together");
                reader.give_up();
            }
            Err(_) => reader.give_up(),
        }
        group.clear();
    }
}

/// The tokens of these values, by them. As often as one is asked for it is found.
async fn look_up(reader: &mut Reader<Wanted>, group: &[Wanted]) -> Stored<HashMap<String, Token>> {
    let values: Vec<&str> = group.iter().map(|wanted| wanted.value.as_str()).collect();
    let rows: Vec<TokenRow> = sqlx::query_as(concat!(
        "select ",
        token_columns!(),
        " from tokens where value = any($1)"
    ))
    .bind(values)
    .fetch_all(reader.connection().await?)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|row| {
            let token = Token::try_from(row)?;
            Ok((token.value.as_str().to_owned(), token))
        })
        .collect()
}
