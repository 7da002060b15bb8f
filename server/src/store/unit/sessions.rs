//! Who is signed in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    account::{Account, Session},
    secret::SecretHash,
    store::{SessionRows, Stored},
};
use uuid::Uuid;

use super::{SqlRows, failed, read};
use crate::store::{at::At, rows::SessionRow};

#[async_trait]
impl SessionRows for SqlRows {
    async fn insert_session(&mut self, session: &Session) -> Stored<()> {
        sqlx::query(
            "insert into sessions (hash, account_uid, created, seen) values ($1, $2, $3, $4)",
        )
        .bind(session.hash.0.as_slice())
        .bind(session.account_uid)
        .bind(At(session.created))
        .bind(At(session.seen))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn session(&mut self, hash: &SecretHash) -> Stored<Option<(Session, Account)>> {
        let row: Option<SessionRow> = sqlx::query_as(
            "select s.hash, s.account_uid, s.created as session_created, s.seen,
                    a.uid, a.name, a.role, a.password, a.created, a.last_login
             from sessions as s
             join accounts as a on a.uid = s.account_uid
             where s.hash = $1",
        )
        .bind(hash.0.as_slice())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn touch_session(&mut self, hash: &SecretHash, seen: DateTime<Utc>) -> Stored<()> {
        sqlx::query("update sessions set seen = $2 where hash = $1")
            .bind(hash.0.as_slice())
            .bind(At(seen))
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_session(&mut self, hash: &SecretHash) -> Stored<()> {
        sqlx::query("delete from sessions where hash = $1")
            .bind(hash.0.as_slice())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_sessions_of(&mut self, account_uid: Uuid) -> Stored<()> {
        sqlx::query("delete from sessions where account_uid = $1")
            .bind(account_uid)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_sessions_before(
        &mut self,
        idle: DateTime<Utc>,
        absolute: DateTime<Utc>,
    ) -> Stored<()> {
        sqlx::query("delete from sessions where seen < $1 or created < $2")
            .bind(At(idle))
            .bind(At(absolute))
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
