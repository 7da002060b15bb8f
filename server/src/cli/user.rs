//! `tessera user …`

use clap::Subcommand;
use domain::{Actor, account::Role, service::NewAccount};

use super::{explain, name, read_password, say, service};
use crate::config::DatabaseConfig;

/// People who can sign in.
#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Make an account.
    Add {
        /// What the person signs in with.
        name: String,
        /// viewer, operator, editor, manager or admin.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Read the password from the first line of standard input instead of asking.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// List all accounts: name, role, last sign-in.
    List {
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Delete an account and end its sessions.
    Remove {
        /// Its name.
        name: String,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Set another password and end the account's sessions.
    Password {
        /// Its name.
        name: String,
        /// Read the password from the first line of standard input instead of asking.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| {
        let names = Role::ALL.map(Role::as_str).join(", ");
        format!("one of {names}")
    })
}

impl UserCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add {
                name: text,
                role,
                password_stdin,
                database,
            } => {
                let new = NewAccount {
                    name: name(&text)?,
                    password: read_password(password_stdin)?,
                };
                let service = service(&database).await?;
                let account = service
                    .add_account(&Actor::Operator, new, role)
                    .await
                    .map_err(|error| explain(&error))?;
                say(format_args!(
                    "added {} as {}",
                    account.name.as_str(),
                    account.role.as_str()
                ))
            }
            Self::List { database } => {
                let accounts = service(&database).await?.accounts(&Actor::Operator).await;
                for account in accounts.map_err(|error| explain(&error))?.accounts {
                    let last = account.last_login.map(|moment| moment.at.to_rfc3339());
                    let disabled = account.disabled.map_or("", |_| "\tdisabled");
                    say(format_args!(
                        "{}\t{}\t{}{disabled}",
                        account.name.as_str(),
                        account.role.as_str(),
                        last.as_deref().unwrap_or("never")
                    ))?;
                }
                Ok(())
            }
            Self::Remove {
                name: text,
                database,
            } => {
                let service = service(&database).await?;
                service
                    .remove_account(&Actor::Operator, &name(&text)?)
                    .await
                    .map_err(|error| explain(&error))?;
                say(format_args!("removed {text}"))
            }
            Self::Password {
                name: text,
                password_stdin,
                database,
            } => {
                let (name, password) = (name(&text)?, read_password(password_stdin)?);
                let service = service(&database).await?;
                service
                    .set_password(&Actor::Operator, &name, password)
                    .await
                    .map_err(|error| explain(&error))?;
                say(format_args!("password of {text} set"))
            }
        }
    }
}
