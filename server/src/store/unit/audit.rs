//! The audit log.

use async_trait::async_trait;
use domain::{
    audit::{Entry, EntryFilter},
    store::{AuditRows, Stored},
};
use sqlx::QueryBuilder;

use super::{Db, SqlRows, can_be_stored, failed, read};
use crate::store::{
    at::At,
    list::pattern,
    rows::{EntryRow, differences_text},
};

/// Rows that one statement writes: engines allow some ten thousand parameters.
const CHUNK: usize = 1000;

impl SqlRows {
    /// Writes what a unit has changed.
    pub(super) async fn insert_entries(&mut self, entries: &[Entry]) -> Stored<()> {
        for chunk in entries.chunks(CHUNK) {
            let mut sql = QueryBuilder::<Db>::new(
                "insert into audit_entries (at, by_kind, by_name, action, target_kind, \
                 target_uid, target_name, differences, search) ",
            );
            sql.push_values(chunk, |mut row, entry| {
                row.push_bind(At(entry.at))
                    .push_bind(entry.by.kind.as_str())
                    .push_bind(entry.by.name.as_str())
                    .push_bind(entry.action.as_str())
                    .push_bind(entry.target.kind.as_str())
                    .push_bind(entry.target.uid)
                    .push_bind(entry.target.name.as_str())
                    .push_bind(differences_text(&entry.differences))
                    .push_bind(entry.target.name.to_lowercase());
            });
            let statement = sql.build().persistent(chunk.len() == 1);
            statement.execute(self.connection()).await.map_err(failed)?;
        }
        Ok(())
    }
}

#[async_trait]
impl AuditRows for SqlRows {
    async fn entries(
        &mut self,
        filter: &EntryFilter,
        older_than: Option<i64>,
        limit: u32,
    ) -> Stored<Vec<(i64, Entry)>> {
        if !can_be_stored(&filter.search) || !can_be_stored(&filter.by) {
            return Ok(Vec::new());
        }
        let mut sql = QueryBuilder::<Db>::new(
            "select id, at, by_kind, by_name, action, target_kind, target_uid, target_name, \
             differences from audit_entries where id < ",
        );
        sql.push_bind(older_than.unwrap_or(i64::MAX));
        if let Some(uid) = filter.uid {
            sql.push(" and target_uid = ").push_bind(uid);
        } else if !filter.search.is_empty() {
            sql.push(" and search like ")
                .push_bind(pattern(&filter.search))
                .push(r" escape '\'");
        }
        if !filter.by.is_empty() {
            sql.push(" and by_name = ").push_bind(filter.by.as_str());
        }
        if let Some(action) = filter.action {
            sql.push(" and action = ").push_bind(action.as_str());
        }
        if let Some(target) = filter.target {
            sql.push(" and target_kind = ").push_bind(target.as_str());
        }
        if let Some(since) = filter.since {
            sql.push(" and at >= ").push_bind(At(since));
        }
        if let Some(until) = filter.until {
            sql.push(" and at < ").push_bind(At(until));
        }
        sql.push(" order by id desc limit ")
            .push_bind(i64::from(limit));
        let rows: Vec<EntryRow> = sql
            .build_query_as()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
        rows.into_iter()
            .map(|row| Ok((row.id, read(row)?)))
            .collect()
    }
}
