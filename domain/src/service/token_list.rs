//! Which tokens are meant, and the list of them.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::Service;
use crate::{
    actor::{Actor, Permission},
    error::Result,
    page::{Page, PageRequest},
    settings::Settings,
    token::{Bounds, Days, Order, Position, Span, Status, TimeOf, Token, TokenFilter},
    view::TokenList,
};

/// So many tokens that match are counted, for each has to be looked at; beyond that a list says that there are more.
pub(super) const COUNTED: u32 = 5_000;
/// The same of all tokens, of which an index is enough.
const COUNTED_OF_ALL: u32 = 50_000;

/// Which part of the list of tokens is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenQuery {
    /// See [`TokenFilter::search`].
    pub search: String,
    /// See [`TokenFilter::status`].
    pub status: Vec<Status>,
    /// Their times must lie so.
    pub days: Vec<OnDays>,
    /// Made together.
    pub batch: Option<Together>,
    /// See [`Bounds::least_uses`].
    pub least_uses: Option<u32>,
    /// See [`Bounds::most_uses`].
    pub most_uses: Option<u32>,
    /// Sorted so.
    pub order: Order,
    /// This page.
    pub page: PageRequest,
}

/// On which days a time of a token is to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnDays {
    /// Which time.
    pub of: TimeOf,
    /// Which days.
    pub days: Days,
}

/// Tokens that one request made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// When the first was made.
    pub first: DateTime<Utc>,
    /// How many they are. Each of them was made a microsecond before the one before it.
    pub amount: u32,
}

impl Together {
    /// When they were made. What others made in the same microseconds is in it too.
    fn span(self) -> Span {
        let tick = TimeDelta::microseconds(1);
        let others = TimeDelta::microseconds(self.amount.saturating_sub(1).into());
        let since = self.first.checked_sub_signed(others);
        Span::Within(since, self.first.checked_add_signed(tick))
    }
}

impl Service {
    /// Which tokens a query means at `at`, by the calendar of the site zone.
    pub(super) fn filter(
        &self,
        settings: &Settings,
        query: &TokenQuery,
        at: DateTime<Utc>,
    ) -> TokenFilter {
        let today = self.zones().local(&settings.zone, at).date();
        let span = |days| {
            let (from, to) = match days {
                Days::Never => return Span::Never,
                Days::Between(from, to) => (from, to),
                Days::Last(n) => (today.checked_sub_days(days_of(n - 1)), Some(today)),
                Days::Next(n) => (None, today.checked_add_days(days_of(n))),
            };
            let (since, until) = self.instants_of_days(&settings.zone, from, to);
            let since = if matches!(days, Days::Next(_)) {
                Some(at)
            } else {
                since
            };
            Span::Within(since, until)
        };
        let times = query.days.iter().map(|asked| (asked.of, span(asked.days)));
        let batch = query.batch.map(|batch| (TimeOf::Created, batch.span()));
        TokenFilter {
            search: query.search.clone(),
            status: query.status.clone(),
            bounds: Bounds {
                times: times.chain(batch).collect(),
                least_uses: query.least_uses,
                most_uses: query.most_uses,
            },
            at,
        }
    }

    /// A page of the list.
    pub async fn tokens(&self, actor: &Actor, query: &TokenQuery) -> Result<TokenList> {
        actor.require(Permission::View)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let filter = self.filter(&settings, query, now);
        let every = TokenFilter::all(now);
        let usable = TokenFilter {
            status: Status::USABLE.to_vec(),
            ..every.clone()
        };
        let mut rows = self.store().read().await?;
        let all = rows.count_tokens(&every, COUNTED_OF_ALL).await?;
        let (order, offset) = (query.order, query.page.offset());
        // One more, to see whether there is one.
        let limit = query.page.size + 1;
        let (tokens, total) = if filter == every {
            let position = Position::Offset(offset);
            (rows.tokens(&filter, order, &position, limit).await?, all)
        } else {
            rows.token_page(&filter, order, offset, limit, COUNTED)
                .await?
        };
        let page = Page::of(query.page, tokens, total);
        Ok(TokenList {
            tokens: page.map(|token| self.view(&settings, token, now)),
            all,
            usable: rows.count_tokens(&usable, COUNTED).await?,
            site: self.site(&settings, now),
        })
    }

    /// The tokens behind `after` that the query means, in its order and whichever page it asks for: for exports.
    pub async fn tokens_after(
        &self,
        actor: &Actor,
        query: &TokenQuery,
        after: Option<Token>,
        limit: u32,
    ) -> Result<Vec<Token>> {
        actor.require(Permission::View)?;
        let settings = self.current_settings().await?;
        let filter = self.filter(&settings, query, self.now());
        let position = after.map_or(Position::Offset(0), |token| {
            Position::After(Box::new(token))
        });
        let mut rows = self.store().read().await?;
        Ok(rows.tokens(&filter, query.order, &position, limit).await?)
    }

    /// Those of them that exist, by their uids: for exports.
    pub async fn tokens_named(&self, actor: &Actor, uids: &[Uuid]) -> Result<Vec<Token>> {
        actor.require(Permission::View)?;
        Ok(self.store().read().await?.tokens_for_update(uids).await?)
    }
}

fn days_of(n: u16) -> chrono::Days {
    chrono::Days::new(n.into())
}
