//! What lets programs in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    account::ApiKey,
    secret::SecretHash,
    store::{KeyRows, Stored},
};
use uuid::Uuid;

use super::{SqlRows, can_be_stored, failed, read};
use crate::store::{at::At, rows::KeyRow};

#[async_trait]
impl KeyRows for SqlRows {
    async fn insert_key(&mut self, key: &ApiKey) -> Stored<()> {
        sqlx::query(
            "insert into keys
                 (uid, name, name_key, hash, permissions, expires, created, last_used)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(key.uid)
        .bind(key.name.as_str())
        .bind(key.name.key())
        .bind(key.hash.0.as_slice())
        .bind(key.permissions.to_string())
        .bind(key.expires.map(At))
        .bind(At(key.created))
        .bind(key.last_used.map(At))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn key(&mut self, hash: &SecretHash) -> Stored<Option<ApiKey>> {
        let row: Option<KeyRow> = sqlx::query_as(
            "select uid, name, hash, permissions, expires, created, last_used
             from keys
             where hash = $1",
        )
        .bind(hash.0.as_slice())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn keys(&mut self) -> Stored<Vec<ApiKey>> {
        let rows: Vec<KeyRow> = sqlx::query_as(
            "select uid, name, hash, permissions, expires, created, last_used
             from keys
             order by name_key",
        )
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn touch_key(&mut self, uid: Uuid, used: DateTime<Utc>) -> Stored<()> {
        sqlx::query("update keys set last_used = $2 where uid = $1")
            .bind(uid)
            .bind(At(used))
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_key(&mut self, name_key: &str) -> Stored<Option<ApiKey>> {
        if !can_be_stored(name_key) {
            return Ok(None);
        }
        let row: Option<KeyRow> = sqlx::query_as(
            "delete from keys
             where name_key = $1
             returning uid, name, hash, permissions, expires, created, last_used",
        )
        .bind(name_key)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }
}
