//! The list of tokens: which, in what order, from where.

use chrono::{DateTime, Utc};
use domain::{
    Token,
    page::Count,
    store::Stored,
    token::{Order, OrderBy, Position, Status, TokenFilter},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{
    Db, HAS_STATISTICS, HOURS, SEARCHED, SqlRows, can_be_stored, failed, read,
    select::{Lead, Select, leads},
    sought,
};
use crate::store::{
    at::At,
    list::{self, BADGES, Listing, Part},
    rows::{TokenRow, counted, counter},
};

/// So many tokens are fetched and sorted rather than looked for among all.
const FEW: u32 = 5_000;
/// So many are sorted rather than looked for if the index that leads to them knows what they are sorted by.
const MANY: u32 = 50_000;
/// Beyond so many, an engine that knows how many tokens were added in each hour is asked where the place lies.
const FAR: u64 = 500;

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
        let (lead, _) = self.lead(filter, Some(order), FEW).await?;
        self.led(lead, filter, order, position, limit).await
    }

    /// A part of the list, and how many tokens are in all of it.
    pub(super) async fn page(
        &mut self,
        filter: &TokenFilter,
        order: Order,
        offset: u64,
        limit: u32,
        most: u32,
    ) -> Stored<(Vec<Token>, Count)> {
        if !can_be_stored(&filter.search) {
            return Ok((Vec::new(), Count::from(0)));
        }
        let (lead, known) = self.lead(filter, Some(order), most).await?;
        let position = Position::Offset(offset);
        let tokens = self.led(lead, filter, order, &position, limit).await?;
        if let Some(count) = known.or_else(|| told_by(&tokens, offset, limit, most)) {
            return Ok((tokens, count));
        }
        let count = match self.count_hours(filter, most).await? {
            Some(count) => count,
            None => self.count_led(lead, filter, most).await?,
        };
        Ok((tokens, count))
    }

    /// How many tokens the filter means; beyond `most` they are not counted.
    pub(super) async fn count(&mut self, filter: &TokenFilter, most: u32) -> Stored<Count> {
        if !can_be_stored(&filter.search) {
            return Ok(Count::from(0));
        }
        if let Some(count) = self.count_hours(filter, most).await? {
            return Ok(count);
        }
        match self.lead(filter, None, most.min(FEW)).await? {
            (_, Some(count)) if most <= FEW || !count.is_more => Ok(count),
            (lead, _) => self.count_led(lead, filter, most).await,
        }
    }

    /// The uids of so many tokens at most that the filter means, which nobody else changes before the unit ends.
    pub(super) async fn hold(&mut self, filter: &TokenFilter, limit: u32) -> Stored<Vec<Uuid>> {
        if !can_be_stored(&filter.search) {
            return Ok(Vec::new());
        }
        let (lead, _) = self.lead(filter, None, FEW).await?;
        let listing = Listing::of(Order::default());
        Select::new(filter, &listing, Part::Whole, lead)
            .hold(limit)
            .build_query_scalar()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)
    }

    async fn led(
        &mut self,
        lead: Lead,
        filter: &TokenFilter,
        order: Order,
        position: &Position,
        limit: u32,
    ) -> Stored<Vec<Token>> {
        let listing = Listing::of(order);
        let (parts, mut after, mut skip) = match position {
            Position::Offset(offset) => (listing.parts, None, *offset),
            Position::After(token) => {
                let key = list::key(token, order.by);
                (listing.parts_from(&key), Some((key, &**token)), 0)
            }
        };
        let mut beginning = None;
        if let Some(hours) = HOURS
            && skip > FAR
            && order.by == OrderBy::Created
            && is_all(filter)
        {
            let Some(place) = self.place(&hours, order.descending, skip).await? else {
                return Ok(Vec::new());
            };
            beginning = Some(place.0);
            skip = place.1;
        }
        let mut tokens = Vec::new();
        for part in parts {
            let wanted = i64::from(limit) - i64::try_from(tokens.len()).unwrap_or(i64::MAX);
            if wanted <= 0 {
                break;
            }
            let mut select = Select::new(filter, &listing, *part, lead);
            if let Some(beginning) = beginning {
                select = select.beginning_at(beginning);
            }
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
                let select = Select::new(filter, &listing, *part, lead);
                skip.saturating_sub(self.counted(select, i64::MAX).await?)
            } else {
                0
            };
            for row in rows {
                tokens.push(read(row)?);
            }
        }
        Ok(tokens)
    }

    /// By which condition to look tokens up, and how many there are if that is known then: an engine without statistics
    /// fetches those of an index if they are few, and otherwise comes upon enough of them in the order of the list.
    async fn lead(
        &mut self,
        filter: &TokenFilter,
        order: Option<Order>,
        few: u32,
    ) -> Stored<(Lead, Option<Count>)> {
        if HAS_STATISTICS {
            return Ok((Lead::ANY, None));
        }
        if let Some(sought) = sought(&filter.search) {
            let found = self.found(sought, few).await?;
            if !found.is_more {
                return Ok((Lead::SEARCH, None));
            }
        }
        let mut known = None;
        for (lead, alone) in leads(filter) {
            let is_all = alone == *filter;
            let by_index = is_all
                && filter.status == [Status::UsedUp]
                && order.is_some_and(|order| order.by == OrderBy::Created);
            let enough = if by_index { few.max(MANY) } else { few };
            let count = self.count_led(lead, &alone, enough).await?;
            known =
                is_all.then(|| Count::up_to(few.into(), count.number + u64::from(count.is_more)));
            if !count.is_more {
                return Ok((lead, known));
            }
        }
        Ok((Lead::ORDER, known))
    }

    /// How many tokens there are, if the filter means all of them and the engine knows without a look at them.
    async fn count_hours(&mut self, filter: &TokenFilter, most: u32) -> Stored<Option<Count>> {
        let Some(hours) = HOURS.filter(|_| is_all(filter)) else {
            return Ok(None);
        };
        let all: i64 = sqlx::query_scalar(hours.all)
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(Some(Count::up_to(most.into(), counted(all))))
    }

    /// So far into the list of all tokens by age: the hour in which that place lies, as [`Hours`](list::Hours) has it, and
    /// how far into it. None if it lies behind the end of the list.
    async fn place(
        &mut self,
        hours: &list::Hours,
        descending: bool,
        offset: u64,
    ) -> Stored<Option<(DateTime<Utc>, u64)>> {
        let place = if descending {
            hours.down_to
        } else {
            hours.up_to
        };
        let place: Option<(At, i64)> = sqlx::query_as(place)
            .bind(counter(offset))
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        Ok(place.map(|(beginning, before)| {
            let skip = offset.saturating_sub(counted(before));
            (beginning.0, skip)
        }))
    }

    /// How many texts the index of texts finds.
    async fn found(&mut self, sought: String, most: u32) -> Stored<Count> {
        let mut sql = QueryBuilder::<Db>::new("select count(*) from (select 1 from ");
        sql.push(SEARCHED).push_bind(sought);
        sql.push(" limit ").push_bind(i64::from(most) + 1);
        sql.push(") as found");
        let count: i64 = sql
            .build_query_scalar()
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(Count::up_to(most.into(), counted(count)))
    }

    async fn count_led(&mut self, lead: Lead, filter: &TokenFilter, most: u32) -> Stored<Count> {
        let listing = Listing::of(Order::default());
        let select = Select::new(filter, &listing, Part::Whole, lead);
        let count = self.counted(select, i64::from(most) + 1).await?;
        Ok(Count::up_to(most.into(), count))
    }

    /// How many rows the statement is about; so many at most are counted.
    async fn counted(&mut self, mut select: Select<'_>, limit: i64) -> Stored<u64> {
        let count: i64 = select
            .count(limit)
            .build_query_scalar()
            .persistent(false)
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(counted(count))
    }
}

impl SqlRows {
    /// How many tokens have which badge, by one look at each.
    pub(super) async fn count_badges(&mut self, at: DateTime<Utc>) -> Stored<Vec<(Status, u64)>> {
        let mut sql = QueryBuilder::<Db>::new("select badge, count(*) from (select ");
        push_badge(&mut sql, at);
        sql.push(" as badge from tokens) as badges group by badge");
        let rows: Vec<(i32, i64)> = sql
            .build_query_as()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
        let badge = |number| {
            let number = usize::try_from(number).ok()?;
            Some(BADGES.get(number).map_or(Status::Active, |badge| badge.0))
        };
        Ok(rows
            .into_iter()
            .filter_map(|(number, count)| Some((badge(number)?, counted(count))))
            .collect())
    }
}

/// Whether it means all tokens.
fn is_all(filter: &TokenFilter) -> bool {
    *filter == TokenFilter::all(filter.at)
}

/// What a part of a list tells about how many are in all of it: it may be the last one, or lie behind what is counted.
fn told_by(part: &[Token], offset: u64, limit: u32, most: u32) -> Option<Count> {
    let length = u64::try_from(part.len()).ok()?;
    if length == 0 && offset > 0 {
        // It lies behind the end, wherever that is.
        return None;
    }
    let seen = offset + length;
    (length < limit.into() || seen > most.into()).then(|| Count::up_to(most.into(), seen))
}

/// The badge of a token, as its place in [`BADGES`]; behind the last = none of them.
pub(super) fn push_badge(sql: &mut QueryBuilder<Db>, at: DateTime<Utc>) {
    sql.push("case");
    for (n, (_, condition, instant)) in BADGES.iter().enumerate() {
        sql.push(" when ").push(condition);
        if let Some(at) = instant.at(at) {
            sql.push_bind(At(at));
        }
        sql.push(format_args!(" then {n}"));
    }
    sql.push(format_args!(" else {} end", BADGES.len()));
}
