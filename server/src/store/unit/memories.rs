//! What requests under idempotency keys came to.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    idempotency::{Memory, Once},
    store::{MemoryRows, Stored},
};

use super::{SqlRows, failed, read};
use crate::store::{
    at::At,
    rows::{MemoryRow, answer_json},
};

#[async_trait]
impl MemoryRows for SqlRows {
    async fn memory(&mut self, once: &Once) -> Stored<Option<Memory>> {
        let row: Option<MemoryRow> = sqlx::query_as(
            "select actor, key, fingerprint, answer, at
             from memories
             where actor = $1 and key = $2",
        )
        .bind(once.actor)
        .bind(once.key.as_str())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn insert_memory(&mut self, memory: &Memory) -> Stored<()> {
        sqlx::query(
            "insert into memories (actor, key, fingerprint, answer, at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(memory.once.actor)
        .bind(memory.once.key.as_str())
        .bind(memory.once.fingerprint.0.as_slice())
        .bind(answer_json(&memory.answer)?)
        .bind(At(memory.at))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn delete_memories_before(&mut self, at: DateTime<Utc>, limit: u32) -> Stored<u64> {
        let done = sqlx::query(
            "delete from memories
             where (actor, key) in
                 (select actor, key from memories where at < $1 order by at limit $2)",
        )
        .bind(At(at))
        .bind(i64::from(limit))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(done.rows_affected())
    }
}
