//! A statement about a part of the list of tokens.

use chrono::{DateTime, Utc};
use domain::{Status, Token, token::TokenFilter};
use sqlx::QueryBuilder;

use super::{Db, ENDS, FOR_UPDATE, FOUND, UNINDEXED, bounds, sought, token_list::push_badge};
use crate::store::{
    at::At,
    list::{self, BADGES, Instant, Key, Listing, Part, Tie},
    rows::{counter, token_columns},
};

/// What of a filter is looked up in an index; the rest is asked of each row that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lead {
    pub(super) search: bool,
    pub(super) status: bool,
    /// The column of a bound.
    pub(super) bound: Option<&'static str>,
}

impl Lead {
    /// Whatever the planner makes of it.
    pub(super) const ANY: Self = Self::of(true, true);
    pub(super) const SEARCH: Self = Self::of(true, false);
    pub(super) const STATUS: Self = Self::of(false, true);
    /// The rows are read in the order of the list.
    pub(super) const ORDER: Self = Self::of(false, false);

    const fn of(search: bool, status: bool) -> Self {
        Self {
            search,
            status,
            bound: None,
        }
    }

    fn bound(column: &'static str) -> Self {
        Self {
            bound: Some(column),
            ..Self::ORDER
        }
    }
}

/// What may lead to the tokens of a filter, search aside: each with the part of the filter that it leads by.
pub(super) fn leads(filter: &TokenFilter) -> Vec<(Lead, TokenFilter)> {
    let nothing = TokenFilter::all(filter.at);
    let status = list::condition(&filter.status).map(|_| {
        let alone = TokenFilter {
            status: filter.status.clone(),
            ..nothing.clone()
        };
        (Lead::STATUS, alone)
    });
    let bounds = bounds::each(&filter.bounds).into_iter();
    let bounds = bounds.map(|(column, bounds)| {
        let alone = TokenFilter {
            bounds,
            ..nothing.clone()
        };
        (Lead::bound(column), alone)
    });
    status.into_iter().chain(bounds).collect()
}

/// A statement under construction.
pub(super) struct Select<'a> {
    filter: &'a TokenFilter,
    listing: &'a Listing,
    part: Part,
    lead: Lead,
    /// When the first tokens that are looked at were added, by which the list is sorted.
    beginning: Option<DateTime<Utc>>,
    sql: QueryBuilder<Db>,
    /// Whether something must hold already.
    has_conditions: bool,
}

impl<'a> Select<'a> {
    pub(super) fn new(
        filter: &'a TokenFilter,
        listing: &'a Listing,
        part: Part,
        lead: Lead,
    ) -> Self {
        Self {
            filter,
            listing,
            part,
            lead,
            beginning: None,
            sql: QueryBuilder::new(""),
            has_conditions: false,
        }
    }

    /// Leaves out what stands before those that were added then, or just before then where the newest come first.
    pub(super) fn beginning_at(self, beginning: DateTime<Utc>) -> Self {
        Self {
            beginning: Some(beginning),
            ..self
        }
    }

    /// How many they are; so many at most are counted.
    pub(super) fn count(&mut self, limit: i64) -> &mut QueryBuilder<Db> {
        self.sql.push("select count(*) from (select 1 from tokens");
        self.conditions();
        self.sql
            .push(" limit ")
            .push_bind(limit)
            .push(") as counted")
    }

    /// By uid, in which order all who need several rows take them.
    pub(super) fn hold(&mut self, limit: u32) -> &mut QueryBuilder<Db> {
        self.sql.push("select uid from tokens");
        self.conditions();
        self.sql
            .push(" order by uid limit ")
            .push_bind(i64::from(limit))
            .push(FOR_UPDATE)
    }

    /// The rows behind `after`. Their uids are found first, without a filter in an index alone: what is skipped is not
    /// read.
    pub(super) fn page(
        &mut self,
        after: Option<(Key<'_>, &Token)>,
        limit: i64,
        skip: u64,
    ) -> &mut QueryBuilder<Db> {
        self.sql.push(concat!(
            "select ",
            token_columns!(),
            " from (select uid from tokens"
        ));
        self.conditions();
        if let Some((key, token)) = after {
            self.beyond(key, token);
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
        if self.lead == Lead::ORDER {
            ""
        } else {
            UNINDEXED
        }
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
        if let Some(beginning) = self.beginning {
            self.and();
            let beyond = if self.listing.descending { "<" } else { ">=" };
            self.sql.push(format_args!("created {beyond} "));
            self.sql.push_bind(At(beginning));
        }
        if !self.filter.status.is_empty() {
            self.and();
            self.status();
        }
        if !self.filter.search.is_empty() {
            self.search();
        }
        if !self.filter.bounds.is_empty() {
            self.and();
            let (lead, order) = (self.lead, self.listing.column);
            bounds::push(&mut self.sql, &self.filter.bounds, |column| {
                let is_in_order = lead == Lead::ORDER && column == order;
                if is_in_order || lead.bound == Some(column) {
                    ""
                } else {
                    UNINDEXED
                }
            });
        }
    }

    fn status(&mut self) {
        let Some(condition) = list::condition(&self.filter.status) else {
            return self.badge();
        };
        let lead = if self.lead.status { "" } else { UNINDEXED };
        for (n, piece) in condition.split(['{', '}']).enumerate() {
            match piece {
                sql if n % 2 == 0 => self.sql.push(sql),
                "lead" => self.sql.push(lead),
                "aside" => self.sql.push(UNINDEXED),
                "ends" => self.sql.push(ENDS),
                "soon" => self.instant(Instant::Soon),
                "hour" => self.instant(Instant::Hour),
                _ => self.instant(Instant::Asked),
            };
        }
    }

    /// Whether the badge is one of those that are asked for, whichever these are.
    fn badge(&mut self) {
        push_badge(&mut self.sql, self.filter.at);
        self.sql.push(" in (");
        let mut numbers = self.sql.separated(", ");
        for status in Status::ALL
            .into_iter()
            .filter(|status| self.filter.status.contains(status))
        {
            let number = BADGES.iter().position(|(badge, ..)| *badge == status);
            numbers.push(number.unwrap_or(BADGES.len()));
        }
        self.sql.push(")");
    }

    fn instant(&mut self, instant: Instant) -> &mut QueryBuilder<Db> {
        match instant.at(self.filter.at) {
            Some(at) => self.sql.push_bind(At(at)),
            None => &mut self.sql,
        }
    }

    fn search(&mut self) {
        if self.lead.search
            && let Some(sought) = sought(&self.filter.search)
        {
            self.and();
            let (before, after) = FOUND;
            self.sql.push(before).push_bind(sought).push(after);
        }
        self.and();
        let pattern = list::pattern(&self.filter.search);
        self.sql
            .push("search like ")
            .push_bind(pattern)
            .push(r" escape '\'");
    }

    /// What is behind the token, which has that key.
    fn beyond(&mut self, key: Key<'_>, token: &Token) {
        self.and();
        let ties = self.listing.ties.iter().copied();
        let column = (key != Key::None).then_some(self.listing.column);
        let columns: Vec<String> = column
            .into_iter()
            .chain(ties.clone().map(Tie::column))
            .map(|column| format!("{}{column}", self.looked_up()))
            .collect();
        let beyond = if self.listing.descending { "<" } else { ">" };
        self.sql
            .push(format_args!("({}) {beyond} (", columns.join(", ")));
        let mut values = self.sql.separated(", ");
        match key {
            Key::At(at) => values.push_bind(At(at)),
            Key::Text(text) => values.push_bind(text.to_owned()),
            Key::Number(number) => values.push_bind(number),
            Key::None => &mut values,
        };
        for tie in ties {
            match tie {
                Tie::Created => values.push_bind(At(token.created)),
                Tie::Uid => values.push_bind(token.uid),
            };
        }
        self.sql.push(")");
    }

    fn order(&mut self, looked_up: &str) {
        let column = self.listing.column;
        let direction = if self.listing.descending { " desc" } else { "" };
        self.sql
            .push(format_args!(" order by {looked_up}{column}{direction}"));
        for tie in self.listing.ties {
            let column = tie.column();
            self.sql.push(format_args!(", {column}{direction}"));
        }
    }
}
