//! What lets programs in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    account::ApiKey,
    secret::SecretHash,
    store::{KeyRows, Stored},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Db, FOR_UPDATE, SqlRows, can_be_stored, failed, read};
use crate::store::{at::At, rows::KeyRow};

/// The columns of a [`KeyRow`], to be built into statements.
macro_rules! key_columns {
    () => {
        "uid, name, hash, prefix, permissions, expires, creator, created, last_used, revoked, \
         former_hash, former_until"
    };
}

#[async_trait]
impl KeyRows for SqlRows {
    async fn insert_key(&mut self, key: &ApiKey) -> Stored<()> {
        sqlx::query(
            "insert into keys
                 (uid, name, name_key, hash, prefix, permissions, expires, creator, created,
                  last_used, revoked, former_hash, former_until)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(key.uid)
        .bind(key.name.as_str())
        .bind(key.name.key())
        .bind(key.hash.0.as_slice())
        .bind(key.prefix.as_deref())
        .bind(key.permissions.to_string())
        .bind(key.expires.map(At))
        .bind(key.creator.as_deref())
        .bind(At(key.created))
        .bind(key.last_used.map(At))
        .bind(key.revoked.map(At))
        .bind(key.former.as_ref().map(|former| former.hash.0.as_slice()))
        .bind(key.former.map(|former| At(former.until)))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn key(&mut self, hash: &SecretHash) -> Stored<Option<ApiKey>> {
        let row: Option<KeyRow> = sqlx::query_as(concat!(
            "select ",
            key_columns!(),
            " from keys where hash = $1 or former_hash = $1"
        ))
        .bind(hash.0.as_slice())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn key_for_update(&mut self, uid: Uuid) -> Stored<Option<ApiKey>> {
        let mut sql = QueryBuilder::<Db>::new(concat!(
            "select ",
            key_columns!(),
            " from keys where uid = "
        ));
        sql.push_bind(uid);
        if self.is_unit() {
            sql.push(FOR_UPDATE);
        }
        let row: Option<KeyRow> = sql
            .build_query_as()
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn key_named(&mut self, name_key: &str) -> Stored<Option<Uuid>> {
        if !can_be_stored(name_key) {
            return Ok(None);
        }
        sqlx::query_scalar("select uid from keys where name_key = $1 and revoked is null")
            .bind(name_key)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)
    }

    async fn keys(&mut self) -> Stored<Vec<ApiKey>> {
        let rows: Vec<KeyRow> = sqlx::query_as(concat!(
            "select ",
            key_columns!(),
            " from keys order by name_key, uid"
        ))
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn update_key(&mut self, key: &ApiKey) -> Stored<()> {
        sqlx::query(
            "update keys
             set hash = $2, prefix = $3, expires = $4, revoked = $5, former_hash = $6,
                 former_until = $7
             where uid = $1",
        )
        .bind(key.uid)
        .bind(key.hash.0.as_slice())
        .bind(key.prefix.as_deref())
        .bind(key.expires.map(At))
        .bind(key.revoked.map(At))
        .bind(key.former.as_ref().map(|former| former.hash.0.as_slice()))
        .bind(key.former.map(|former| At(former.until)))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
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
}
