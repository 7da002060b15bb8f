//! What the nodes on one database tell each other: `listen` and `notify`.
//!
//! A notification takes a lock of the whole database until its commit is done, which others that notify wait for. So it
//! is never part of a transaction that does something else, and its commit does not wait for the disk: what was said is
//! of no worth after a crash.

use std::time::Duration;

use domain::store::Stored;
use sqlx::{
    Executor as _, PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::time::timeout;

use crate::store::error::failed;

const CHANNEL: &str = "tessera_events";

/// After how much silence it is asked whether there is still somebody.
const SILENCE: Duration = Duration::from_secs(30);

/// How long to wait for a connection, or an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the other nodes.
#[derive(Debug, Clone)]
pub struct Wire {
    /// One connection to speak and one to listen, for this alone: nobody waits for them.
    pool: PgPool,
}

/// Hears the other nodes, and this one.
#[derive(Debug)]
pub struct Ear(PgListener);

impl Wire {
    pub(in crate::store) fn new(engine: &PgConnectOptions) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("set synchronous_commit = off").await?;
                    Ok(())
                })
            })
            .connect_lazy_with(engine.clone().application_name("tessera events"));
        Self { pool }
    }

    /// Tells all nodes; no more than 8000 bytes.
    pub async fn tell(&self, text: &str) -> Stored<()> {
        sqlx::query("select pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(text)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Begins to listen.
    pub async fn listen(&self) -> Stored<Ear> {
        let mut listener = PgListener::connect_with(&self.pool).await.map_err(failed)?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await.map_err(failed)?;
        Ok(Ear(listener))
    }
}

impl Ear {
    /// What is said next; none = the connection is lost, and with it what is said meanwhile.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            match timeout(SILENCE, self.0.try_recv()).await {
                Ok(heard) => return Some(heard.ok().flatten()?.payload().to_owned()),
                // Nobody speaks, or nobody is there: a connection that is cut off without a word is silent too.
                Err(_) => timeout(PATIENCE, self.0.execute("select 1"))
                    .await
                    .ok()?
                    .ok()?,
            };
        }
    }
}
