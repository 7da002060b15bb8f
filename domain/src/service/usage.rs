//! Looking at attempts.

use chrono::TimeDelta;

use super::Service;
use crate::{
    actor::{Actor, Permission},
    error::Result,
    settings::Settings,
    usage::Usage,
    view::UsageView,
};

/// Attempts forgotten in one transaction, so that nobody waits for it long.
const FORGOTTEN_AT_ONCE: u32 = 1_000;

impl Service {
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

    pub(super) fn usage_view(&self, settings: &Settings, usage: Usage) -> UsageView {
        UsageView {
            at: self.moment(&settings.zone, usage.at),
            outcome: usage.outcome,
            actor: usage.actor,
        }
    }
}
