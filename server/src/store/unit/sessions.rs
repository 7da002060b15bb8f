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
use crate::store::{
    at::At,
    rows::{SessionRow, SessionWithAccount},
};

#[async_trait]
impl SessionRows for SqlRows {
    async fn insert_session(&mut self, session: &Session) -> Stored<()> {
        sqlx::query(
            "insert into sessions (uid, hash, account_uid, created, seen, address)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(session.uid)
        .bind(session.hash.0.as_slice())
        .bind(session.account_uid)
        .bind(At(session.created))
        .bind(At(session.seen))
        .bind(session.address.as_deref())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn session(&mut self, hash: &SecretHash) -> Stored<Option<(Session, Account)>> {
        let row: Option<SessionWithAccount> = sqlx::query_as(
            "select s.uid as session_uid, s.hash, s.account_uid, s.created as session_created,
                    s.seen, s.address,
                    a.uid, a.name, a.role, a.password, a.created, a.last_login, a.disabled
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

    async fn sessions_of(&mut self, account_uid: Uuid) -> Stored<Vec<Session>> {
        let rows: Vec<SessionRow> = sqlx::query_as(
            "select uid as session_uid, hash, account_uid, created as session_created, seen, address
             from sessions
             where account_uid = $1
             order by seen desc, uid",
        )
        .bind(account_uid)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn delete_session_of(&mut self, account_uid: Uuid, uid: Uuid) -> Stored<bool> {
        let done = sqlx::query("delete from sessions where account_uid = $1 and uid = $2")
            .bind(account_uid)
            .bind(uid)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn delete_sessions_of(
        &mut self,
        account_uid: Uuid,
        kept: Option<&SecretHash>,
    ) -> Stored<()> {
        // No session has an empty hash.
        let kept = kept.map_or(&[][..], |hash| hash.0.as_slice());
        sqlx::query("delete from sessions where account_uid = $1 and hash <> $2")
            .bind(account_uid)
            .bind(kept)
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
