//! `tessera settings …`

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use domain::{
    Actor, Service,
    settings::{SettingKey, Settings},
};
use serde_json::{Map, Value, json};

use super::{explain, say, service};
use crate::config::DatabaseConfig;

/// What the site is set to.
#[derive(Subcommand)]
pub(super) enum SettingsCommand {
    /// Take over the settings of a file in JSON; what it does not name stays as it is.
    Import {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Print the settings as JSON.
    Export {
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Print one setting, or all as KEY=VALUE.
    Get {
        /// Its name, such as `site_timezone` or `morning.start`.
        key: Option<String>,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Set settings, all or none.
    Set {
        /// KEY=VALUE, such as `site_timezone=Europe/Vienna`.
        #[arg(required = true)]
        assignments: Vec<String>,
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

impl SettingsCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Import { file, database } => {
                import(&service(&database).await?, &file).await?;
                say(format_args!("imported {}", file.display()))
            }
            Self::Export { database } => {
                let settings = current(&service(&database).await?).await?;
                say(serde_json::to_string_pretty(&to_json(&settings))?)
            }
            Self::Get { key, database } => {
                let settings = current(&service(&database).await?).await?;
                match key {
                    Some(key) => say(settings.get(known(&key)?)),
                    None => SettingKey::ALL.into_iter().try_for_each(|key| {
                        say(format_args!("{}={}", key.as_str(), settings.get(key)))
                    }),
                }
            }
            Self::Set {
                assignments,
                database,
            } => {
                let changes = assignments
                    .iter()
                    .map(|assignment| {
                        let (key, value) = assignment
                            .split_once('=')
                            .with_context(|| format!("{assignment}: KEY=VALUE is wanted"))?;
                        Ok((known(key)?, value.to_owned()))
                    })
                    .collect::<anyhow::Result<Vec<_>>>()?;
                change(&service(&database).await?, &changes).await
            }
        }
    }
}

fn known(key: &str) -> anyhow::Result<SettingKey> {
    SettingKey::parse(key).with_context(|| {
        let names = SettingKey::ALL.map(SettingKey::as_str).join(", ");
        format!("{key} is no setting; there are {names}")
    })
}

async fn current(service: &Service) -> anyhow::Result<Settings> {
    service
        .settings(&Actor::Operator)
        .await
        .map_err(|error| explain(&error))
}

async fn change(service: &Service, changes: &[(SettingKey, String)]) -> anyhow::Result<()> {
    let answer = service.change_settings(&Actor::Operator, changes).await;
    answer.map(drop).map_err(|error| explain(&error))
}

/// Takes over the settings of a file: the reference's JSON, `{"morning": {"start": "08:00", "end": "12:00"}, …}`.
pub(super) async fn import(service: &Service, file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} can't be read", file.display()))?;
    let changes =
        from_json(&text).with_context(|| format!("{} is no settings file", file.display()))?;
    change(service, &changes).await
}

/// The settings that a file sets, by their names.
fn from_json(text: &str) -> anyhow::Result<Vec<(SettingKey, String)>> {
    let plain = |name: &str, value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => anyhow::bail!("{name}: a text or a number is wanted"),
    };
    let object: Map<String, Value> = serde_json::from_str(text)?;
    let mut changes = Vec::new();
    for (name, value) in &object {
        if let Value::Object(range) = value {
            for (end, time) in range {
                let name = format!("{name}.{end}");
                changes.push((known(&name)?, plain(&name, time)?));
            }
        } else {
            changes.push((known(name)?, plain(name, value)?));
        }
    }
    Ok(changes)
}

/// The settings as such a file.
fn to_json(settings: &Settings) -> Value {
    let range = |start, end| json!({ "start": settings.get(start), "end": settings.get(end) });
    json!({
        "morning": range(SettingKey::MorningStart, SettingKey::MorningEnd),
        "afternoon": range(SettingKey::AfternoonStart, SettingKey::AfternoonEnd),
        "today": range(SettingKey::TodayStart, SettingKey::TodayEnd),
        "default_locktime": settings.default_lock,
        "default_usage_count": settings.default_uses.number(),
        "site_timezone": settings.get(SettingKey::Zone),
        "language": settings.get(SettingKey::Language),
        "qr_content": settings.get(SettingKey::QrContent),
        "qr_correction": settings.get(SettingKey::QrCorrection),
        "qr_margin": settings.qr_margin,
        "retention_days": settings.retention,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settings_file_sets_what_it_was_made_from() {
        let mut made = Settings::default();
        made.set(SettingKey::MorningStart, "07:30").unwrap();
        made.set(SettingKey::Zone, "Europe/Vienna").unwrap();
        made.set(SettingKey::DefaultUses, "-1").unwrap();
        let mut read = Settings::default();
        for (key, text) in from_json(&to_json(&made).to_string()).unwrap() {
            read.set(key, &text).unwrap();
        }
        assert_eq!(read, made);
    }

    #[test]
    fn a_setting_that_is_not_known_is_named() {
        let error = from_json(r#"{"evening": {"start": "18:00"}}"#).unwrap_err();
        assert!(
            error.to_string().starts_with("evening.start is no setting"),
            "{error}"
        );
        let error = from_json(r#"{"default_locktime": true}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "default_locktime: a text or a number is wanted"
        );
    }
}
