//! Settings.

use async_trait::async_trait;
use domain::{
    settings::{SettingKey, Settings},
    store::{SettingsRows, Stored},
};
use sqlx::QueryBuilder;

use super::{Db, SqlRows, failed};
use crate::store::error::Inconsistent;

#[async_trait]
impl SettingsRows for SqlRows {
    async fn settings(&mut self) -> Stored<Settings> {
        let rows: Vec<(String, String)> = sqlx::query_as("select key, value from settings")
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
        let mut settings = Settings::default();
        for (name, value) in rows {
            let wrong = |column| Inconsistent {
                table: "settings",
                column,
                id: name.clone(),
            };
            let key = SettingKey::parse(&name).ok_or_else(|| wrong("key"))?;
            settings.set(key, &value).map_err(|_| wrong("value"))?;
        }
        Ok(settings)
    }

    async fn set_settings(&mut self, settings: &Settings) -> Stored<()> {
        let mut sql = QueryBuilder::<Db>::new("insert into settings (key, value) ");
        sql.push_values(SettingKey::ALL, |mut row, key| {
            row.push_bind(key.as_str()).push_bind(settings.get(key));
        });
        sql.push(" on conflict (key) do update set value = excluded.value");
        sql.build()
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
