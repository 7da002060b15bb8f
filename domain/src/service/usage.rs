//! Looking at attempts.

use super::Service;
use crate::{
    actor::{Actor, Permission},
    error::Result,
    settings::Settings,
    usage::Usage,
    view::UsageView,
};

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

    pub(super) fn usage_view(&self, settings: &Settings, usage: Usage) -> UsageView {
        UsageView {
            at: self.moment(&settings.zone, usage.at),
            outcome: usage.outcome,
            actor: usage.actor,
        }
    }
}
