//! The log of attempts.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    store::{Stored, UsageRows},
    usage::{Outcome, Tally, Usage},
};
use uuid::Uuid;

use super::{SqlRows, failed, read};
use crate::store::{
    at::At,
    rows::{UsageRow, counted, counter},
};

#[async_trait]
impl UsageRows for SqlRows {
    async fn usages_of(&mut self, token_uid: Uuid, offset: u64, limit: u32) -> Stored<Vec<Usage>> {
        let rows: Vec<UsageRow> = sqlx::query_as(
            "select id, token_uid, token_value, at, outcome, actor
             from usages
             where token_uid = $1
             order by at desc, id desc
             limit $2 offset $3",
        )
        .bind(token_uid)
        .bind(i64::from(limit))
        .bind(counter(offset))
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn tally_of(&mut self, token_uid: Uuid) -> Stored<Tally> {
        let (accepted, all): (i64, i64) = sqlx::query_as(
            "select count(case when outcome = $2 then 1 end), count(*)
             from usages
             where token_uid = $1",
        )
        .bind(token_uid)
        .bind(Outcome::Accepted.number())
        .fetch_one(self.connection())
        .await
        .map_err(failed)?;
        Ok(Tally {
            accepted: counted(accepted),
            refused: counted(all - accepted),
        })
    }

    async fn usages_after(&mut self, after: i64, limit: u32) -> Stored<Vec<(i64, Usage)>> {
        let rows: Vec<UsageRow> = sqlx::query_as(
            "select id, token_uid, token_value, at, outcome, actor
             from usages
             where id > $1
             order by id
             limit $2",
        )
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter()
            .map(|row| Ok((row.id, read(row)?)))
            .collect()
    }

    async fn purge_usages(&mut self, before: DateTime<Utc>, limit: u32) -> Stored<u64> {
        let purged = sqlx::query(
            "delete from usages
             where id in (select id from usages where at < $1 order by id limit $2)",
        )
        .bind(At(before))
        .bind(i64::from(limit))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(purged.rows_affected())
    }
}
