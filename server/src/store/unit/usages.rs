//! The log of attempts.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    store::{Stored, UsageRows},
    usage::{Logged, Outcome, Place, SpanCount, Tally, Usage, UsageFilter},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Db, SqlRows, can_be_stored, failed, read};
use crate::store::{
    at::At,
    rows::{CountRow, LoggedRow, UsageRow, counted, counter},
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

    async fn count_usages(
        &mut self,
        token_uid: Option<Uuid>,
        instants: &[DateTime<Utc>],
    ) -> Stored<Vec<SpanCount>> {
        let [first, ends @ .., last] = instants else {
            return Ok(Vec::new());
        };
        // One walk along an index: each attempt is told its span by its time.
        let mut sql =
            QueryBuilder::<Db>::new("select span, outcome, count(*) as count from (select case");
        for (span, end) in ends.iter().enumerate() {
            sql.push(" when at < ")
                .push_bind(At(*end))
                .push(format_args!(" then {span}"));
        }
        sql.push(format_args!(
            " when true then {} end as span, outcome",
            ends.len()
        ))
        .push(" from usages where at >= ")
        .push_bind(At(*first))
        .push(" and at < ")
        .push_bind(At(*last));
        if let Some(uid) = token_uid {
            sql.push(" and token_uid = ").push_bind(uid);
        }
        sql.push(") as spans group by span, outcome");
        let rows: Vec<CountRow> = sql
            .build_query_as()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn usages(
        &mut self,
        filter: &UsageFilter,
        older_than: Option<Place>,
        limit: u32,
    ) -> Stored<Vec<Logged>> {
        if !can_be_stored(&filter.actor) {
            return Ok(Vec::new());
        }
        // What is not shown needs no look at its token.
        let mut sql = QueryBuilder::<Db>::new(
            "select u.id, u.token_uid, u.token_value, u.at, u.outcome, u.actor, t.label \
             from (select id, token_uid, token_value, at, outcome, actor from usages",
        );
        push_filter(&mut sql, filter, older_than);
        sql.push(" order by at desc, id desc limit ")
            .push_bind(i64::from(limit))
            .push(
                ") as u left join tokens as t on t.uid = u.token_uid order by u.at desc, u.id desc",
            );
        let rows: Vec<LoggedRow> = sql
            .build_query_as()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
        rows.into_iter().map(read).collect()
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
             where id in (select id from usages where at < $1 order by at, id limit $2)",
        )
        .bind(At(before))
        .bind(i64::from(limit))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(purged.rows_affected())
    }
}

/// The conditions of a filter. A range of times is one of the index by time.
fn push_filter(sql: &mut QueryBuilder<Db>, filter: &UsageFilter, older_than: Option<Place>) {
    let mut word = " where ";
    let mut and = || std::mem::replace(&mut word, " and ");
    if let Some(place) = older_than {
        sql.push(and())
            .push("(at, id) < (")
            .push_bind(At(place.at))
            .push(", ")
            .push_bind(place.number)
            .push(")");
    }
    if let Some(since) = filter.since {
        sql.push(and()).push("at >= ").push_bind(At(since));
    }
    if let Some(until) = filter.until {
        sql.push(and()).push("at < ").push_bind(At(until));
    }
    if !filter.actor.is_empty() {
        sql.push(and())
            .push("actor = ")
            .push_bind(filter.actor.clone());
    }
    if !filter.outcomes.is_empty() {
        sql.push(and()).push("outcome in (");
        let mut numbers = sql.separated(", ");
        for outcome in &filter.outcomes {
            numbers.push(outcome.number());
        }
        sql.push(")");
    }
}
