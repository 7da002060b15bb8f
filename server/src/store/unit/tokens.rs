//! Tokens.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    Token,
    page::Count,
    store::{Stored, TokenRows},
    token::{Order, Overwrite, Position, Status, TokenFilter, Value, filter::search_text},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Db, FOR_UPDATE, SqlRows, failed, read};
use crate::store::{
    at::At,
    rows::{TokenRow, counter, token_columns},
};

/// Rows that one statement writes: engines allow some ten thousand parameters.
const CHUNK: usize = 1000;

#[async_trait]
impl TokenRows for SqlRows {
    async fn insert_tokens(&mut self, tokens: &[Token]) -> Stored<()> {
        // By value: two units that add the same values wait for each other in one direction only.
        let mut sorted: Vec<&Token> = tokens.iter().collect();
        sorted.sort_unstable_by_key(|token| &token.value);
        for chunk in sorted.chunks(CHUNK) {
            let mut sql = QueryBuilder::<Db>::new(
                "insert into tokens (uid, valid_from, valid_to, uses, used, lock, locked_until, \
                 disabled, last_used, created, modified, version, value, label, creator, search) ",
            );
            sql.push_values(chunk, |mut row, token| {
                row.push_bind(token.uid)
                    .push_bind(token.window.from.map(At))
                    .push_bind(token.window.to.map(At))
                    .push_bind(token.uses.number())
                    .push_bind(counter(token.used))
                    .push_bind(i64::from(token.lock))
                    .push_bind(token.locked_until().map(At))
                    .push_bind(token.disabled.map(At))
                    .push_bind(token.last_used.map(At))
                    .push_bind(At(token.created))
                    .push_bind(At(token.modified))
                    .push_bind(token.version)
                    .push_bind(token.value.as_str())
                    .push_bind(token.label.as_str())
                    .push_bind(token.creator.as_deref())
                    .push_bind(search_text(token));
            });
            // Only the statement for one token comes again and again.
            let statement = sql.build().persistent(chunk.len() == 1);
            statement.execute(self.connection()).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn token(&mut self, uid: Uuid) -> Stored<Option<Token>> {
        let row: Option<TokenRow> = sqlx::query_as(concat!(
            "select ",
            token_columns!(),
            " from tokens where uid = $1"
        ))
        .bind(uid)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn token_for_update(&mut self, uid: Uuid) -> Stored<Option<Token>> {
        let mut sql = QueryBuilder::<Db>::new(concat!(
            "select ",
            token_columns!(),
            " from tokens where uid = "
        ));
        sql.push_bind(uid).push(FOR_UPDATE);
        let row: Option<TokenRow> = sql
            .build_query_as()
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn token_of_value(&mut self, value: &Value) -> Stored<Option<Token>> {
        let row: Option<TokenRow> = sqlx::query_as(concat!(
            "select ",
            token_columns!(),
            " from tokens where value = $1"
        ))
        .bind(value.as_str())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn update_token(&mut self, token: &Token, read_version: i64) -> Stored<bool> {
        let done = sqlx::query(
            "update tokens
             set valid_from = $1, valid_to = $2, uses = $3, used = $4, lock = $5,
                 locked_until = $6, disabled = $7, last_used = $8, created = $9, modified = $10,
                 version = $11, value = $12, label = $13, creator = $14, search = $15
             where uid = $16 and version = $17",
        )
        .bind(token.window.from.map(At))
        .bind(token.window.to.map(At))
        .bind(token.uses.number())
        .bind(counter(token.used))
        .bind(i64::from(token.lock))
        .bind(token.locked_until().map(At))
        .bind(token.disabled.map(At))
        .bind(token.last_used.map(At))
        .bind(At(token.created))
        .bind(At(token.modified))
        .bind(token.version)
        .bind(token.value.as_str())
        .bind(token.label.as_str())
        .bind(token.creator.as_deref())
        .bind(search_text(token))
        .bind(token.uid)
        .bind(read_version)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        let is_done = done.rows_affected() == 1;
        if is_done {
            self.wrote(token);
        }
        Ok(is_done)
    }

    async fn tokens_for_update(&mut self, uids: &[Uuid]) -> Stored<Vec<Token>> {
        let mut tokens = Vec::with_capacity(uids.len());
        let lock = if self.is_unit() { FOR_UPDATE } else { "" };
        for chunk in uids.chunks(CHUNK) {
            let rows: Vec<TokenRow> = among(
                concat!("select ", token_columns!(), " from tokens where uid in ("),
                chunk,
            )
            .push(" order by uid")
            .push(lock)
            .build_query_as()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
            for row in rows {
                tokens.push(read(row)?);
            }
        }
        Ok(tokens)
    }

    async fn uids_for_update(&mut self, filter: &TokenFilter, limit: u32) -> Stored<Vec<Uuid>> {
        self.hold(filter, limit).await
    }

    async fn overwrite_tokens(&mut self, uids: &[Uuid], new: &Overwrite) -> Stored<()> {
        for chunk in uids.chunks(CHUNK) {
            let mut sql =
                QueryBuilder::<Db>::new("update tokens set version = version + 1, modified = ");
            sql.push_bind(At(new.at));
            if let Some(from) = new.from {
                sql.push(", valid_from = ").push_bind(from.map(At));
            }
            if let Some(to) = new.to {
                sql.push(", valid_to = ").push_bind(to.map(At));
            }
            if let Some(uses) = new.uses {
                sql.push(", uses = ").push_bind(uses.number());
            }
            match new.disabled {
                None => {}
                Some(false) => {
                    sql.push(", disabled = null");
                }
                Some(true) => {
                    sql.push(", disabled = coalesce(disabled, ")
                        .push_bind(At(new.at))
                        .push(")");
                }
            }
            sql.push(" where uid in (");
            push_uids(&mut sql, chunk);
            sql.build()
                .persistent(false)
                .execute(self.connection())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn tokens(
        &mut self,
        filter: &TokenFilter,
        order: Order,
        position: &Position,
        limit: u32,
    ) -> Stored<Vec<Token>> {
        self.list(filter, order, position, limit).await
    }

    async fn token_page(
        &mut self,
        filter: &TokenFilter,
        order: Order,
        offset: u64,
        limit: u32,
        most: u32,
    ) -> Stored<(Vec<Token>, Count)> {
        self.page(filter, order, offset, limit, most).await
    }

    async fn count_tokens(&mut self, filter: &TokenFilter, most: u32) -> Stored<Count> {
        self.count(filter, most).await
    }

    async fn count_statuses(&mut self, at: DateTime<Utc>) -> Stored<Vec<(Status, u64)>> {
        self.count_badges(at).await
    }
}

/// The beginning of a statement about the rows of these uids, up to the bracket behind them.
pub(super) fn among(beginning: &'static str, uids: &[Uuid]) -> QueryBuilder<Db> {
    let mut sql = QueryBuilder::new(beginning);
    push_uids(&mut sql, uids);
    sql
}

/// Uids up to the bracket behind them.
pub(super) fn push_uids(sql: &mut QueryBuilder<Db>, uids: &[Uuid]) {
    let mut list = sql.separated(", ");
    for uid in uids {
        list.push_bind(*uid);
    }
    list.push_unseparated(")");
}
