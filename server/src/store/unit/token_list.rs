//! The list of tokens: which, in what order, from where.

use domain::{
    Token,
    store::Stored,
    token::{Order, Position, Status, TokenFilter},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Db, FOR_UPDATE, SqlRows, UNINDEXED, can_be_stored, failed, read};
use crate::store::{
    at::At,
    list::{self, BADGES, Key, Listing, Part},
    rows::{TokenRow, counted, counter, token_columns},
};

impl SqlRows {
    pub(super) async fn list(
        &mut self,
        filter: &TokenFilter,
        order: Order,
        position: &Position,
        limit: u32,
    ) -> Stored<Vec<Token>> {
        if !can_be_stored(&filter.search) {
            return Ok(Vec::new());
        }
        let listing = Listing::of(order);
        let (parts, mut after, mut skip) = match position {
            Position::Offset(offset) => (listing.parts, None, *offset),
            Position::After(token) => {
                let key = list::key(token, order.by);
                (listing.parts_from(&key), Some((key, token.uid)), 0)
            }
        };
        let mut tokens = Vec::new();
        for part in parts {
            let wanted = i64::from(limit) - i64::try_from(tokens.len()).unwrap_or(i64::MAX);
            if wanted <= 0 {
                break;
            }
            let mut select = Select::new(filter, &listing, *part);
            let rows: Vec<TokenRow> = select
                .page(after.take(), wanted, skip)
                .build_query_as()
                // Planned anew each time: how many rows a filter leaves depends on what is asked.
                .persistent(false)
                .fetch_all(self.connection())
                .await
                .map_err(failed)?;
            skip = if rows.is_empty() && skip > 0 && parts.last() != Some(part) {
                // The place lies behind this part; how far, is known once the part is counted.
                skip.saturating_sub(self.count(filter, &listing, *part).await?)
            } else {
                0
            };
            for row in rows {
                tokens.push(read(row)?);
            }
        }
        Ok(tokens)
    }

    /// The uids of so many tokens at most that the filter means, which nobody else changes before the unit ends.
    pub(super) async fn hold(&mut self, filter: &TokenFilter, limit: u32) -> Stored<Vec<Uuid>> {
        if !can_be_stored(&filter.search) {
            return Ok(Vec::new());
        }
        let listing = Listing::of(Order::default());
        Select::new(filter, &listing, Part::Whole)
            .hold(limit)
            .build_query_scalar()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)
    }

    /// How many tokens are in a part of a list.
    pub(super) async fn count(
        &mut self,
        filter: &TokenFilter,
        listing: &Listing,
        part: Part,
    ) -> Stored<u64> {
        if !can_be_stored(&filter.search) {
            return Ok(0);
        }
        let count: i64 = Select::new(filter, listing, part)
            .count()
            .build_query_scalar()
            .persistent(false)
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(counted(count))
    }
}

/// A statement about a part of a list.
struct Select<'a> {
    filter: &'a TokenFilter,
    listing: &'a Listing,
    part: Part,
    sql: QueryBuilder<Db>,
    /// Whether something must hold already.
    has_conditions: bool,
}

impl<'a> Select<'a> {
    fn new(filter: &'a TokenFilter, listing: &'a Listing, part: Part) -> Self {
        let sql = QueryBuilder::new("");
        Self {
            filter,
            listing,
            part,
            sql,
            has_conditions: false,
        }
    }

    fn count(&mut self) -> &mut QueryBuilder<Db> {
        self.sql.push("select count(*) from tokens");
        self.conditions();
        &mut self.sql
    }

    /// By uid, in which order all who need several rows take them.
    fn hold(&mut self, limit: u32) -> &mut QueryBuilder<Db> {
        self.sql.push("select uid from tokens");
        self.conditions();
        self.sql
            .push(" order by uid limit ")
            .push_bind(i64::from(limit))
            .push(FOR_UPDATE)
    }

    /// The rows behind `after`. Their uids are found first, without a filter in an index alone: what is skipped is not
    /// read.
    fn page(
        &mut self,
        after: Option<(Key<'_>, Uuid)>,
        limit: i64,
        skip: u64,
    ) -> &mut QueryBuilder<Db> {
        self.sql.push(concat!(
            "select ",
            token_columns!(),
            " from (select uid from tokens"
        ));
        self.conditions();
        if let Some((key, uid)) = after {
            self.beyond(key, uid);
        }
        self.order(self.looked_up());
        self.sql.push(" limit ").push_bind(limit);
        self.sql.push(" offset ").push_bind(counter(skip));
        self.sql.push(") as page join tokens using (uid)");
        self.order("");
        &mut self.sql
    }

    /// What stands before the column of the order.
    fn looked_up(&self) -> &'static str {
        let has_filter = !self.filter.status.is_empty() || !self.filter.search.is_empty();
        if has_filter { UNINDEXED } else { "" }
    }

    /// Goes before each condition.
    fn and(&mut self) {
        self.sql.push(if self.has_conditions {
            " and "
        } else {
            " where "
        });
        self.has_conditions = true;
    }

    fn conditions(&mut self) {
        if let Part::Keyed(holds) | Part::Keyless(holds) = self.part {
            self.and();
            self.sql
                .push(self.looked_up())
                .push(self.listing.column)
                .push(holds);
        }
        if !self.filter.status.is_empty() {
            self.and();
            push_status(&mut self.sql, self.filter);
        }
        if !self.filter.search.is_empty() {
            self.and();
            let pattern = list::pattern(&self.filter.search);
            self.sql
                .push("search like ")
                .push_bind(pattern)
                .push(r" escape '\'");
        }
    }

    /// What is behind the token with that key and uid.
    fn beyond(&mut self, key: Key<'_>, uid: Uuid) {
        self.and();
        let column = format!("{}{}", self.looked_up(), self.listing.column);
        let beyond = if self.listing.descending { "<" } else { ">" };
        let sql = &mut self.sql;
        if key == Key::None {
            sql.push(format_args!("uid {beyond} ")).push_bind(uid);
            return;
        }
        sql.push(format_args!("({column}, uid) {beyond} ("));
        match key {
            Key::At(at) => sql.push_bind(At(at)),
            Key::Text(text) => sql.push_bind(text.to_owned()),
            Key::Number(number) => sql.push_bind(number),
            Key::None => sql,
        };
        sql.push(", ").push_bind(uid).push(")");
    }

    fn order(&mut self, looked_up: &str) {
        let column = self.listing.column;
        let direction = if self.listing.descending { " desc" } else { "" };
        self.sql.push(format_args!(
            " order by {looked_up}{column}{direction}, uid{direction}"
        ));
    }
}

/// Whether the badge is one of those that are asked for.
fn push_status(sql: &mut QueryBuilder<Db>, filter: &TokenFilter) {
    sql.push("case");
    for (n, (_, condition, instant)) in BADGES.iter().enumerate() {
        sql.push(" when ").push(condition);
        if let Some(at) = instant.at(filter.at) {
            sql.push_bind(At(at));
        }
        sql.push(format_args!(" then {n}"));
    }
    sql.push(format_args!(" else {} end in (", BADGES.len()));
    let mut numbers = sql.separated(", ");
    for status in Status::ALL
        .into_iter()
        .filter(|status| filter.status.contains(status))
    {
        let number = BADGES.iter().position(|(badge, ..)| *badge == status);
        numbers.push(number.unwrap_or(BADGES.len()));
    }
    sql.push(")");
}
