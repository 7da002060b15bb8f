//! Looking at attempts.

use chrono::{NaiveDate, TimeDelta};

use super::Service;
use crate::{
    actor::{Actor, Permission},
    error::Result,
    settings::Settings,
    usage::{Logged, Outcome, Place, Usage, UsageFilter},
    view::{LoggedView, UsageList, UsageView},
};

/// Attempts forgotten in one transaction, so that nobody waits for it long.
const FORGOTTEN_AT_ONCE: u32 = 1_000;

/// Which part of the log of attempts is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsageQuery {
    /// See [`UsageFilter::outcomes`].
    pub outcomes: Vec<Outcome>,
    /// See [`UsageFilter::actor`].
    pub actor: String,
    /// From the beginning of this day on, in the site zone.
    pub from: Option<NaiveDate>,
    /// To the end of this day, in the site zone.
    pub to: Option<NaiveDate>,
    /// Only what is older than the attempt there.
    pub older_than: Option<Place>,
}

impl UsageQuery {
    /// Attempts a page.
    pub const PAGE: u32 = 50;
}

impl Service {
    /// A page of the log of attempts, newest first.
    pub async fn usages(&self, actor: &Actor, query: &UsageQuery) -> Result<UsageList> {
        actor.require(Permission::View)?;
        let settings = self.current_settings().await?;
        // One more than is shown says whether there is more.
        let mut usages = self
            .usages_of(&settings, query, UsageQuery::PAGE + 1)
            .await?;
        let more = usages.len() > UsageQuery::PAGE as usize;
        usages.truncate(UsageQuery::PAGE as usize);
        Ok(UsageList {
            older_than: usages.last().filter(|_| more).map(Logged::place),
            usages: usages
                .into_iter()
                .map(|logged| self.logged_view(&settings, logged))
                .collect(),
            site: self.site(&settings, self.now()),
        })
    }

    /// The same without a page, so many at most: for exports.
    pub async fn usages_before(
        &self,
        actor: &Actor,
        query: &UsageQuery,
        limit: u32,
    ) -> Result<Vec<Logged>> {
        actor.require(Permission::View)?;
        let settings = self.current_settings().await?;
        self.usages_of(&settings, query, limit).await
    }

    /// All attempts behind number `after`, oldest first, each with its number: for exports.
    pub async fn usages_after(
        &self,
        actor: &Actor,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, Usage)>> {
        actor.require(Permission::View)?;
        Ok(self
            .store()
            .read()
            .await?
            .usages_after(after, limit)
            .await?)
    }

    /// Forgets attempts that are older than the settings keep them; how many. For a job of the host.
    pub async fn forget_attempts(&self) -> Result<u64> {
        let retention = self.current_settings().await?.retention;
        if retention == 0 {
            return Ok(0);
        }
        let before = self.now() - TimeDelta::days(retention.into());
        let mut forgotten = 0;
        loop {
            let mut unit = self.store().write().await?;
            let some = unit.purge_usages(before, FORGOTTEN_AT_ONCE).await?;
            unit.commit(&[]).await?;
            forgotten += some;
            if some < u64::from(FORGOTTEN_AT_ONCE) {
                return Ok(forgotten);
            }
        }
    }

    async fn usages_of(
        &self,
        settings: &Settings,
        query: &UsageQuery,
        limit: u32,
    ) -> Result<Vec<Logged>> {
        let (since, until) = self.instants_of_days(&settings.zone, query.from, query.to);
        let filter = UsageFilter {
            outcomes: query.outcomes.clone(),
            actor: query.actor.trim().to_owned(),
            since,
            until,
        };
        let mut rows = self.store().read().await?;
        Ok(rows.usages(&filter, query.older_than, limit).await?)
    }

    pub(super) fn logged_view(&self, settings: &Settings, logged: Logged) -> LoggedView {
        LoggedView {
            token: logged.usage.token_uid,
            value: logged.usage.token_value.clone(),
            label: logged.label,
            usage: self.usage_view(settings, logged.usage),
        }
    }

    pub(super) fn usage_view(&self, settings: &Settings, usage: Usage) -> UsageView {
        UsageView {
            at: self.moment(&settings.zone, usage.at),
            outcome: usage.outcome,
            actor: usage.actor,
        }
    }
}
