//! The list of tokens: which, in what order, from where.

use domain::{
    Token,
    store::Stored,
    token::{Order, Position, Status, TokenFilter},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Db, SqlRows, can_be_stored, failed, read};
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
        let (first, mut after, mut skip) = match position {
            Position::Offset(offset) => (0, None, *offset),
            Position::After(token) => {
                let key = list::key(token, order.by);
                (listing.part_of(&key), Some((key, token.uid)), 0)
            }
        };
        let mut tokens = Vec::new();
        for (n, part) in listing.parts.iter().enumerate().skip(first) {
            let wanted = i64::from(limit) - i64::try_from(tokens.len()).unwrap_or(i64::MAX);
            if wanted <= 0 {
                break;
            }
            let mut sql = page(filter, &listing, part, after.take(), wanted, skip);
            let rows: Vec<TokenRow> = sql
                .build_query_as()
                // Planned anew each time: how many rows a filter leaves depends on what is asked.
                .persistent(false)
                .fetch_all(self.connection())
                .await
                .map_err(failed)?;
            skip = if rows.is_empty() && skip > 0 && n + 1 < listing.parts.len() {
                // The place lies behind this part; how far, is known once the part is counted.
                skip.saturating_sub(self.count(filter, part).await?)
            } else {
                0
            };
            for row in rows {
                tokens.push(read(row)?);
            }
        }
        Ok(tokens)
    }

    pub(super) async fn count(&mut self, filter: &TokenFilter, part: &Part) -> Stored<u64> {
        if !can_be_stored(&filter.search) {
            return Ok(0);
        }
        let mut sql = QueryBuilder::<Db>::new("select count(*) from tokens");
        Conditions::default().push_filter(&mut sql, filter, part);
        let count: i64 = sql
            .build_query_scalar()
            .persistent(false)
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(counted(count))
    }
}

/// Some rows of a part of a list. Their uids are found first, as far as possible in an index alone: what is skipped is
/// not read.
fn page(
    filter: &TokenFilter,
    listing: &Listing,
    part: &Part,
    after: Option<(Key<'_>, Uuid)>,
    limit: i64,
    skip: u64,
) -> QueryBuilder<Db> {
    let mut sql = QueryBuilder::new(concat!(
        "select ",
        token_columns!(),
        " from (select uid from tokens"
    ));
    let mut conditions = Conditions::default();
    conditions.push_filter(&mut sql, filter, part);
    if let Some((key, uid)) = after {
        conditions.push(&mut sql);
        push_beyond(&mut sql, listing, key, uid);
    }
    push_order(&mut sql, listing);
    sql.push(" limit ")
        .push_bind(limit)
        .push(" offset ")
        .push_bind(counter(skip));
    sql.push(") as page join tokens using (uid)");
    push_order(&mut sql, listing);
    sql
}

/// What is behind the token with that key and uid.
fn push_beyond(sql: &mut QueryBuilder<Db>, listing: &Listing, key: Key<'_>, uid: Uuid) {
    let column = listing.key;
    let beyond = if listing.descending { "<" } else { ">" };
    let pair = format!("({column}, uid) {beyond} (");
    match key {
        // All in this part are alike but for the uid.
        Key::None => sql.push(format_args!("uid {beyond} ")).push_bind(uid),
        Key::Text(text) if !listing.ties => sql
            .push(format_args!("{column} {beyond} "))
            .push_bind(text.to_owned()),
        Key::Text(text) => sql
            .push(pair)
            .push_bind(text.to_owned())
            .push(", ")
            .push_bind(uid)
            .push(")"),
        Key::At(at) => sql
            .push(pair)
            .push_bind(At(at))
            .push(", ")
            .push_bind(uid)
            .push(")"),
        Key::Number(n) => sql
            .push(pair)
            .push_bind(n)
            .push(", ")
            .push_bind(uid)
            .push(")"),
    };
}

fn push_order(sql: &mut QueryBuilder<Db>, listing: &Listing) {
    let direction = if listing.descending { " desc" } else { "" };
    sql.push(format_args!(" order by {}{direction}", listing.key));
    if listing.ties {
        sql.push(format_args!(", uid{direction}"));
    }
}

/// Divides what must hold.
#[derive(Default)]
struct Conditions {
    begun: bool,
}

impl Conditions {
    /// Goes before each condition.
    fn push(&mut self, sql: &mut QueryBuilder<Db>) {
        sql.push(if self.begun { " and " } else { " where " });
        self.begun = true;
    }

    fn push_filter(&mut self, sql: &mut QueryBuilder<Db>, filter: &TokenFilter, part: &Part) {
        if !part.condition.is_empty() {
            self.push(sql);
            sql.push(part.condition);
        }
        if !filter.status.is_empty() {
            self.push(sql);
            push_status(sql, filter);
        }
        if !filter.search.is_empty() {
            self.push(sql);
            sql.push("search like ")
                .push_bind(list::pattern(&filter.search))
                .push(r" escape '\'");
        }
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
