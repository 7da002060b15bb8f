//! Reading and changing the settings.

use std::sync::Arc;

use super::Service;
use crate::{
    actor::{Actor, Permission},
    codes::CodeStyle,
    error::{Error, Field, Flaw, FlawKind, Result},
    settings::{SettingKey, Settings},
    view::{SettingsPage, Visitor},
};

impl Service {
    /// The settings.
    pub async fn settings(&self, actor: &Actor) -> Result<Settings> {
        actor.require(Permission::Admin)?;
        Ok(self.store().read().await?.settings().await?)
    }

    /// How QR codes are made.
    pub async fn codes(&self, actor: &Actor) -> Result<CodeStyle> {
        actor.require(Permission::View)?;
        Ok(self.current_settings().await?.codes())
    }

    /// The settings, and what one can choose from.
    pub async fn settings_page(&self, actor: &Actor) -> Result<SettingsPage> {
        let settings = self.settings(actor).await?;
        let zones = self
            .zones()
            .names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        Ok(SettingsPage { settings, zones })
    }

    /// Sets some of the settings from text, all or none.
    pub async fn change_settings(
        &self,
        actor: &Actor,
        changes: &[(SettingKey, String)],
    ) -> Result<Settings> {
        actor.require(Permission::Admin)?;
        let mut unit = self.store().write().await?;
        let before = unit.settings().await?;
        let mut settings = before.clone();
        let mut flaws: Vec<Flaw> = changes
            .iter()
            .filter_map(|(key, text)| settings.set(*key, text).err())
            .collect();
        if !self.zones().knows(&settings.zone) {
            flaws.push(Flaw {
                field: Field::Zone,
                kind: FlawKind::Unknown,
            });
        }
        Error::unless_empty(flaws)?;
        settings.check()?;
        unit.set_settings(&settings).await?;
        let entry = self.pen(actor).changed(&before, &settings);
        unit.commit(entry.as_slice()).await?;
        self.keep_settings(self.now(), Arc::new(settings.clone()));
        Ok(settings)
    }

    /// Who is looking, for the frame around each page. Anybody may ask who they are.
    pub async fn visitor(&self, actor: &Actor) -> Result<Visitor> {
        let Actor::Account { name, role, .. } = actor else {
            return Ok(Visitor::default());
        };
        Ok(Visitor {
            name: Some(name.clone()),
            role: Some(*role),
            permissions: role.permissions(),
            zone: self.current_settings().await?.zone.0.clone(),
        })
    }
}
