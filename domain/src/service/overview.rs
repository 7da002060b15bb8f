//! What is going on: numbers, the last days, what ends soon, who tried last.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::Service;
use crate::{
    actor::{Actor, Permission},
    error::Result,
    settings::ZoneName,
    token::{Order, OrderBy, Position, Status, TokenFilter},
    usage::{Outcome, SpanCount, Tally, UsageFilter},
    view::{DayView, Overview},
};

/// Days that are looked back on, today among them.
const DAYS: u64 = 28;

/// Tokens that end soon, and attempts, of which there may be more.
const FIRST: u32 = 8;

/// The last days as the site's clocks have them.
pub(super) struct LastDays {
    days: Vec<NaiveDate>,
    /// When each begins, and when the last ends. A day on which clocks are changed is as long as it is.
    pub(super) instants: Vec<DateTime<Utc>>,
}

impl LastDays {
    /// What was counted between the instants, day by day.
    pub(super) fn tallies(&self, counts: &[SpanCount]) -> Vec<DayView> {
        let mut tallies = vec![Tally::default(); self.days.len()];
        for count in counts {
            if let Some(tally) = tallies.get_mut(count.span) {
                match count.outcome {
                    Outcome::Accepted => tally.accepted += count.attempts,
                    _ => tally.refused += count.attempts,
                }
            }
        }
        self.days
            .iter()
            .zip(tallies)
            .map(|(day, tally)| DayView { day: *day, tally })
            .collect()
    }
}

impl Service {
    /// What is going on.
    pub async fn overview(&self, actor: &Actor) -> Result<Overview> {
        actor.require(Permission::View)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let days = self.last_days(&settings.zone, now);
        let soon = TokenFilter {
            status: vec![Status::ExpiresSoon],
            ..TokenFilter::all(now)
        };
        let next = Order {
            by: OrderBy::ValidTo,
            descending: false,
        };
        let mut rows = self.store().read().await?;
        let counts = rows.count_usages(None, &days.instants).await?;
        let ending = rows
            .tokens(&soon, next, &Position::Offset(0), FIRST)
            .await?;
        let usages = rows.usages(&UsageFilter::default(), None, FIRST).await?;
        Ok(Overview {
            statuses: rows.count_statuses(now).await?,
            days: days.tallies(&counts),
            refusals: refusals(&counts),
            ending: ending
                .into_iter()
                .map(|token| self.view(&settings, token, now))
                .collect(),
            usages: usages
                .into_iter()
                .map(|logged| self.logged_view(&settings, logged))
                .collect(),
            site: self.site(&settings, now),
            settings: (*settings).clone(),
        })
    }

    pub(super) fn last_days(&self, zone: &ZoneName, now: DateTime<Utc>) -> LastDays {
        let today = self.zones().local(zone, now).date();
        let days: Vec<NaiveDate> = (0..DAYS)
            .rev()
            .filter_map(|ago| today.checked_sub_days(Days::new(ago)))
            .collect();
        let tomorrow = today.checked_add_days(Days::new(1));
        let instants = days
            .iter()
            .copied()
            .chain(tomorrow)
            .filter_map(|day| self.begin_of_day(zone, day));
        LastDays {
            instants: instants.collect(),
            days,
        }
    }
}

/// Why it was refused, the most frequent reason first.
fn refusals(counts: &[SpanCount]) -> Vec<(Outcome, u64)> {
    let mut sums = BTreeMap::<i16, (Outcome, u64)>::new();
    for count in counts.iter().filter(|c| c.outcome != Outcome::Accepted) {
        let sum = sums.entry(count.outcome.number());
        sum.or_insert((count.outcome, 0)).1 += count.attempts;
    }
    let mut refusals: Vec<_> = sums.into_values().collect();
    refusals.sort_by_key(|(_, attempts)| std::cmp::Reverse(*attempts));
    refusals
}
