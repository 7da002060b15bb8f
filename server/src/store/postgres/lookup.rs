//! Looking tokens up by their values, for all who ask at the same time with one statement.
//!
//! There is no timer: while one statement is under way those who ask gather for the next one. It begins after they have
//! asked, so each sees what was committed before. Its connection is only there while there are many: until then, whoever
//! asks while nobody else does takes one of the pool.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use domain::{Token, store::Stored, token::Value};
use sqlx::PgPool;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::reader::{MOST, PATIENCE, Reader, UnderWay};
use crate::store::{
    error::failed,
    rows::{TokenRow, token_columns},
};

#[derive(Debug)]
pub(super) struct Lookups {
    wanted: mpsc::Sender<Wanted>,
    /// Those who ask, alone or with others.
    asking: AtomicUsize,
    is_connected: Arc<AtomicBool>,
}

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
        let reader = Reader::new(pool, waiting);
        let is_connected = reader.is_kept();
        tokio::spawn(run(reader));
        Self {
            wanted,
            asking: AtomicUsize::default(),
            is_connected,
        }
    }

    /// The token of that value, if there is one; `alone` asks for it by itself. It is asked where nobody else has
    /// for a while, and where it was not found out with the others, because the database did not answer, too many ask, or
    /// something was amiss with what another of them asked for: whoever asks alone meets what is his.
    pub(super) async fn token_of_value(
        &self,
        value: &Value,
        alone: impl Future<Output = Stored<Option<Token>>>,
    ) -> Stored<Option<Token>> {
        let (_asking, others) = UnderWay::among(&self.asking);
        if (others > 0 || self.is_connected.load(Ordering::Relaxed))
            && let Some(found) = self.among_others(value).await
        {
            return Ok(found);
        }
        alone.await
    }

    async fn among_others(&self, value: &Value) -> Option<Option<Token>> {
        let (answer, answered) = oneshot::channel();
        let value = value.clone();
        self.wanted.try_send(Wanted { value, answer }).ok()?;
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
