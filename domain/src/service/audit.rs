//! Looking at the audit log.

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use super::Service;
use crate::{
    actor::{Actor, Permission},
    audit::{Action, Difference, Entry, EntryFilter, TargetKind},
    error::{Field, Result},
    settings::{Settings, ZoneName},
    time::{LocalTime, Moment},
    view::{DifferenceView, EntryList, EntryView, Told},
};

/// Which part of the audit log is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryQuery {
    /// A part of the name of the target, or its uid.
    pub search: String,
    /// By somebody of this name; empty = anybody.
    pub by: String,
    /// Only this was done.
    pub action: Option<Action>,
    /// Only to this.
    pub target: Option<TargetKind>,
    /// From the beginning of this day on, in the site zone.
    pub from: Option<NaiveDate>,
    /// To the end of this day, in the site zone.
    pub to: Option<NaiveDate>,
    /// Only what is older than the entry of this number.
    pub older_than: Option<i64>,
}

impl EntryQuery {
    /// Entries a page.
    pub const PAGE: u32 = 50;
}

impl Service {
    /// A page of the audit log, newest first.
    pub async fn entries(&self, actor: &Actor, query: &EntryQuery) -> Result<EntryList> {
        actor.require(Permission::Admin)?;
        let settings = self.current_settings().await?;
        // One more than is shown says whether there is more.
        let mut entries = self
            .entries_of(&settings, query, EntryQuery::PAGE + 1)
            .await?;
        let more = entries.len() > EntryQuery::PAGE as usize;
        entries.truncate(EntryQuery::PAGE as usize);
        let older_than = entries.last().filter(|_| more).map(|(number, _)| *number);
        Ok(EntryList {
            entries: entries
                .into_iter()
                .map(|(_, entry)| self.entry_view(&settings, entry))
                .collect(),
            older_than,
            site: self.site(&settings, self.now()),
        })
    }

    /// The same without a page, so many at most, each with its number: for exports.
    pub async fn entries_after(
        &self,
        actor: &Actor,
        query: &EntryQuery,
        limit: u32,
    ) -> Result<Vec<(i64, Entry)>> {
        actor.require(Permission::Admin)?;
        let settings = self.current_settings().await?;
        self.entries_of(&settings, query, limit).await
    }

    async fn entries_of(
        &self,
        settings: &Settings,
        query: &EntryQuery,
        limit: u32,
    ) -> Result<Vec<(i64, Entry)>> {
        let (since, until) = self.instants_of_days(&settings.zone, query.from, query.to);
        let filter = EntryFilter {
            search: query.search.trim().to_owned(),
            uid: Uuid::parse_str(query.search.trim()).ok(),
            by: query.by.trim().to_owned(),
            action: query.action,
            target: query.target,
            since,
            until,
        };
        let mut rows = self.store().read().await?;
        Ok(rows.entries(&filter, query.older_than, limit).await?)
    }

    /// The first instant of a day and the first after another, as the clocks of a zone show them.
    pub(super) fn instants_of_days(
        &self,
        zone: &ZoneName,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let begins = |day| self.begin_of_day(zone, day);
        let after = to.and_then(|day| day.checked_add_days(Days::new(1)));
        (from.and_then(begins), after.and_then(begins))
    }

    /// The first instant of a day, as the clocks of a zone show it.
    pub(super) fn begin_of_day(&self, zone: &ZoneName, day: NaiveDate) -> Option<DateTime<Utc>> {
        match self.zones().instant(zone, day.into())? {
            LocalTime::Once(at) | LocalTime::Twice(at, _) | LocalTime::Never { moved: at } => {
                Some(at)
            }
        }
    }

    fn entry_view(&self, settings: &Settings, entry: Entry) -> EntryView {
        let told = |field, text: Option<String>| {
            let text = text?;
            let is_time = matches!(
                field,
                Field::ValidFrom | Field::ValidTo | Field::Disabled | Field::Expires
            );
            match text.parse().ok().filter(|_| is_time) {
                Some(at) => Some(Told::At(self.moment(&settings.zone, at))),
                None => Some(Told::Text(text)),
            }
        };
        let at: Moment = self.moment(&settings.zone, entry.at);
        let view = |Difference { field, old, new }| DifferenceView {
            field,
            old: told(field, old),
            new: told(field, new),
        };
        EntryView {
            at,
            by: entry.by,
            action: entry.action,
            target: entry.target,
            differences: entry.differences.into_iter().map(view).collect(),
        }
    }
}
