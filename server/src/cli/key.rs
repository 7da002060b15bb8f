//! `tessera key …`

use chrono::TimeDelta;
use clap::Subcommand;
use domain::{
    Actor, Permissions,
    service::{Expiry, NewKey},
    time::Moment,
};

use super::{explain, name, say, service};
use crate::config::DatabaseConfig;

/// Keys that let programs in.
#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key and print it: it is shown here and never again.
    Add {
        /// What the key is for; stands in the log of attempts.
        name: String,
        /// Any of view, consume, add, edit, delete, divided by commas.
        #[arg(long, value_parser = permissions)]
        permission: Permissions,
        /// How long it is good, such as 90d, 12h or 30m; without it, for ever.
        #[arg(long, value_parser = duration)]
        expires: Option<TimeDelta>,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// List all keys: name, permissions, expiry, last use.
    List {
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Revoke a key.
    Revoke {
        /// Its name.
        name: String,
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

fn permissions(text: &str) -> Result<Permissions, String> {
    Permissions::parse(text).map_err(|_| format!("any of {}", Permissions::KEY))
}

/// A number with a unit: d, h or m.
fn duration(text: &str) -> Result<TimeDelta, String> {
    let wrong = || "a number with d, h or m, such as 90d".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: i64 = text
        .strip_suffix(unit)
        .and_then(|n| n.parse().ok())
        .ok_or_else(wrong)?;
    let span = match unit {
        'd' => TimeDelta::try_days(number),
        'h' => TimeDelta::try_hours(number),
        'm' => TimeDelta::try_minutes(number),
        _ => None,
    };
    span.filter(|span| *span > TimeDelta::zero())
        .ok_or_else(wrong)
}

impl KeyCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add {
                name: text,
                permission,
                expires,
                database,
            } => {
                let new = NewKey {
                    name: name(&text)?,
                    permissions: permission,
                    expires: expires.map(Expiry::After),
                };
                let service = service(&database).await?;
                let key = service
                    .add_key(&Actor::Operator, new)
                    .await
                    .map_err(|error| explain(&error))?;
                say(key.expose())
            }
            Self::List { database } => {
                let keys = service(&database).await?.keys(&Actor::Operator).await;
                let time = |moment: Option<Moment>| {
                    moment.map_or_else(|| "never".to_owned(), |moment| moment.at.to_rfc3339())
                };
                for key in keys.map_err(|error| explain(&error))?.keys {
                    let revoked = match key.revoked {
                        Some(at) => format!("\trevoked {}", time(Some(at))),
                        None => String::new(),
                    };
                    say(format_args!(
                        "{}\t{}\texpires {}\tlast used {}{revoked}",
                        key.name.as_str(),
                        key.permissions,
                        time(key.expires),
                        time(key.last_used)
                    ))?;
                }
                Ok(())
            }
            Self::Revoke {
                name: text,
                database,
            } => {
                let service = service(&database).await?;
                service
                    .revoke_key(&Actor::Operator, &name(&text)?)
                    .await
                    .map_err(|error| explain(&error))?;
                say(format_args!("revoked {text}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_with_a_unit() {
        assert_eq!(duration("90d"), Ok(TimeDelta::days(90)));
        assert_eq!(duration("12h"), Ok(TimeDelta::hours(12)));
        assert_eq!(duration("30m"), Ok(TimeDelta::minutes(30)));
        for wrong in ["", "d", "90", "-1d", "0h", "5y", "9999999999999999d", "1é"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
