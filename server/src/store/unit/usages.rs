//! The log of attempts.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    store::{Stored, UsageRows},
    usage::{Logged, Outcome, Place, SpanCount, Tally, Usage, UsageFilter},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{BLOCK_BITS, BY_BLOCK, Db, FRESH, IN_BLOCK, SqlRows, can_be_stored, failed, read};
use crate::store::{
    at::At,
    rows::{CountRow, LoggedRow, UsageRow, counted, counter},
};

#[async_trait]
impl UsageRows for SqlRows {
    async fn usages_of(&mut self, token_uid: Uuid, offset: u64, limit: u32) -> Stored<Vec<Usage>> {
        let all = self.blocks().await?;
        let (mut skip, mut wanted) = (offset, i64::from(limit));
        let (mut newest, mut so_many) = (all.newest, BLOCKS_FIRST);
        let mut usages = Vec::new();
        while newest >= all.oldest && wanted > 0 {
            let blocks = Blocks {
                oldest: all.oldest.max(newest + 1 - so_many),
                newest,
            };
            newest = blocks.oldest - 1;
            so_many *= BLOCKS_MORE;
            if skip > 0 {
                let Tally { accepted, refused } = self.tally_in(blocks, token_uid).await?;
                if let Some(rest) = skip.checked_sub(accepted + refused) {
                    skip = rest;
                    continue;
                }
            }
            let columns = "id, token_uid, token_value, at, outcome, actor";
            let mut sql = QueryBuilder::<Db>::new("select * from (");
            blocks.push_attempts_of(token_uid, columns, &mut sql);
            // Not in an order that an index has: that one would be walked through all the others' attempts.
            sql.push(") as attempts order by id + 0 desc limit ")
                .push_bind(wanted);
            sql.push(" offset ").push_bind(counter(skip));
            let rows: Vec<UsageRow> = sql
                .build_query_as()
                .fetch_all(self.connection())
                .await
                .map_err(failed)?;
            skip = 0;
            wanted -= i64::try_from(rows.len()).unwrap_or(wanted);
            for row in rows {
                usages.push(read(row)?);
            }
        }
        Ok(usages)
    }

    async fn tally_of(&mut self, token_uid: Uuid) -> Stored<Tally> {
        let blocks = self.blocks().await?;
        self.tally_in(blocks, token_uid).await
    }

    async fn count_usages(
        &mut self,
        token_uid: Option<Uuid>,
        instants: &[DateTime<Utc>],
    ) -> Stored<Vec<SpanCount>> {
        let [first, ends @ .., last] = instants else {
            return Ok(Vec::new());
        };
        // One walk: each attempt is told its span by its time.
        let mut sql =
            QueryBuilder::<Db>::new("select span, outcome, count(*) as count from (select case");
        for (span, end) in ends.iter().enumerate() {
            sql.push(" when at < ")
                .push_bind(At(*end))
                .push(format_args!(" then {span}"));
        }
        sql.push(format_args!(
            " when true then {} end as span, outcome from ",
            ends.len()
        ));
        match token_uid {
            Some(uid) => {
                sql.push("(");
                let blocks = self.blocks().await?;
                blocks.push_attempts_of(uid, "at, outcome", &mut sql);
                sql.push(") as attempts");
            }
            None => {
                sql.push("usages");
            }
        }
        sql.push(" where at >= ").push_bind(At(*first));
        sql.push(" and at < ").push_bind(At(*last));
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

/// Some of the blocks of the log: it is in pieces of as many attempts, by their numbers ([`BLOCK_BITS`]), and the index
/// that leads to the attempts on a token has a part for each. So new attempts on whatever tokens are written into the few
/// pages of the newest part, and not each into another one of a long index; who looks for those on one token goes through
/// all parts.
#[derive(Debug, Clone, Copy)]
struct Blocks {
    oldest: i64,
    newest: i64,
}

/// In so many blocks the latest attempts on a token are looked for first: all that they hold on it are sorted,
const BLOCKS_FIRST: i64 = 1;
/// and then in so many times as many.
const BLOCKS_MORE: i64 = 2;

impl Blocks {
    /// Selects what they hold on a token: these columns.
    fn push_attempts_of(self, token_uid: Uuid, columns: &str, sql: &mut QueryBuilder<Db>) {
        // No cast: SQLite would take the number to be of another kind than the index has, and leave that alone.
        sql.push(format_args!(
            "select {columns} from (with recursive blocks (number) as (select "
        ))
        .push_bind(self.newest)
        .push(" union all select number - 1 from blocks where number > ")
        .push_bind(self.oldest)
        .push(") select number from blocks) as blocks cross join usages")
        .push(format_args!(
            "{BY_BLOCK} where id >> {BLOCK_BITS} = number{IN_BLOCK}"
        ))
        .push(" and token_uid = ")
        .push_bind(token_uid);
        if let Some(bits) = FRESH {
            // They lie together, all in one block.
            sql.push(format_args!(
                " union all select {columns} from usages not indexed
                 where id >= (select max(id) from usages) >> {bits} << {bits} and _fresh = 1
                     and id >> {BLOCK_BITS} <= "
            ))
            .push_bind(self.newest)
            .push(" and token_uid = ")
            .push_bind(token_uid);
        }
    }
}

impl SqlRows {
    /// All blocks there are; without any attempt, an empty one.
    async fn blocks(&mut self) -> Stored<Blocks> {
        let (first, last): (Option<i64>, Option<i64>) =
            sqlx::query_as("select (select min(id) from usages), (select max(id) from usages)")
                .fetch_one(self.connection())
                .await
                .map_err(failed)?;
        let block = |id: Option<i64>| id.unwrap_or_default() >> BLOCK_BITS;
        Ok(Blocks {
            oldest: block(first),
            newest: block(last),
        })
    }

    async fn tally_in(&mut self, blocks: Blocks, token_uid: Uuid) -> Stored<Tally> {
        let mut sql = QueryBuilder::<Db>::new("select count(case when outcome = ");
        sql.push_bind(Outcome::Accepted.number())
            .push(" then 1 end), count(*) from (");
        blocks.push_attempts_of(token_uid, "outcome", &mut sql);
        sql.push(") as attempts");
        let (accepted, all): (i64, i64) = sql
            .build_query_as()
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(Tally {
            accepted: counted(accepted),
            refused: counted(all - accepted),
        })
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
