//! The trash.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    Token,
    store::{Stored, TokenRows as _, TrashRows},
    token::{Deletion, Trashed, TrashedToken},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{
    Db, FOR_UPDATE, SqlRows, failed, read,
    tokens::{among, push_uids},
};
use crate::store::{
    at::At,
    rows::{TokenRow, TrashedRow, counted, counter, token_columns},
};

/// Rows that one statement moves: engines allow some ten thousand parameters.
const CHUNK: usize = 1000;

/// What a token has in both tables, but for its version.
macro_rules! moved_columns {
    () => {
        "uid, valid_from, valid_to, uses, used, lock, locked_until, disabled, last_used, created, \
         modified, value, label, creator, search"
    };
}

#[async_trait]
impl TrashRows for SqlRows {
    async fn trash_tokens(&mut self, uids: &[Uuid], deletion: &Deletion) -> Stored<Vec<Token>> {
        // In the order in which all who need several rows take them, so that nobody waits in a circle.
        let mut sorted = uids.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut moved = Vec::with_capacity(sorted.len());
        for chunk in sorted.chunks(CHUNK) {
            let held = self.tokens_for_update(chunk).await?;
            if held.is_empty() {
                continue;
            }
            let uids: Vec<Uuid> = held.iter().map(|token| token.uid).collect();
            let mut sql = QueryBuilder::<Db>::new(concat!(
                "insert into trashed_tokens (",
                moved_columns!(),
                ", version, deleted, deleted_by, deletion) select ",
                moved_columns!(),
                ", version, ",
            ));
            sql.push_bind(At(deletion.at))
                .push(", ")
                .push_bind(deletion.by.as_str())
                .push(", ")
                .push_bind(deletion.uid)
                .push(" from tokens where uid in (");
            push_uids(&mut sql, &uids);
            sql.build()
                .persistent(false)
                .execute(self.connection())
                .await
                .map_err(failed)?;
            among("delete from tokens where uid in (", &uids)
                .build()
                .persistent(false)
                .execute(self.connection())
                .await
                .map_err(failed)?;
            moved.extend(held);
        }
        Ok(moved)
    }

    async fn restore_tokens(&mut self, which: Trashed) -> Stored<Vec<Token>> {
        let (column, uid) = match which {
            Trashed::Token(uid) => ("uid", uid),
            Trashed::Deletion(uid) => ("deletion", uid),
        };
        let mut sql = QueryBuilder::<Db>::new(concat!(
            "select ",
            token_columns!(),
            " from trashed_tokens where "
        ));
        sql.push(column).push(" = ").push_bind(uid);
        sql.push(" order by uid").push(FOR_UPDATE);
        let held: Vec<TokenRow> = sql
            .build_query_as()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
        // By value: two units that add the same values wait for each other in one direction only. A version is never
        // used twice, so that whoever read the token before its deletion notices.
        let mut sql = QueryBuilder::<Db>::new(concat!(
            "insert into tokens (",
            moved_columns!(),
            ", version) select ",
            moved_columns!(),
            ", version + 1 from trashed_tokens where "
        ));
        sql.push(column).push(" = ").push_bind(uid);
        sql.push(" order by value")
            .build()
            .persistent(false)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        let mut sql = QueryBuilder::<Db>::new("delete from trashed_tokens where ");
        sql.push(column).push(" = ").push_bind(uid);
        sql.build()
            .persistent(false)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        held.into_iter()
            .map(|row| {
                let token: Token = read(row)?;
                Ok(Token {
                    version: token.version + 1,
                    ..token
                })
            })
            .collect()
    }

    async fn trash(&mut self, offset: u64, limit: u32) -> Stored<Vec<TrashedToken>> {
        let rows: Vec<TrashedRow> = sqlx::query_as(concat!(
            "select ",
            token_columns!(),
            ", deleted, deleted_by, deletion
             from trashed_tokens
             order by deleted desc, uid desc
             limit $1 offset $2"
        ))
        .bind(i64::from(limit))
        .bind(counter(offset))
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn count_trash(&mut self) -> Stored<u64> {
        let count: i64 = sqlx::query_scalar("select count(*) from trashed_tokens")
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(counted(count))
    }

    async fn purge_trash(&mut self, before: DateTime<Utc>, limit: u32) -> Stored<Vec<Token>> {
        let rows: Vec<TokenRow> = sqlx::query_as(concat!(
            "delete from trashed_tokens
             where uid in (
                 select uid from trashed_tokens where deleted < $1 order by deleted, uid limit $2
             )
             returning ",
            token_columns!()
        ))
        .bind(At(before))
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }
}
