//! The `tessera` command, for those who run the site.
//!
//! Each command is one file; each goes through the use cases as [`Actor::Operator`](domain::Actor::Operator).

mod export;
mod key;
mod serve;
mod settings;
mod user;

use clap::{Parser, Subcommand};

/// Makes, shows, checks and spends tokens.
#[derive(Parser)]
#[command(name = "tessera", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Migrate the database and serve the site.
    Serve(crate::config::ServeConfig),
    /// People who can sign in.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Keys that let programs in.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// What the site is set to.
    #[command(subcommand)]
    Settings(settings::SettingsCommand),
    /// Write tokens or their attempts to standard output.
    Export(export::ExportCommand),
}

/// Runs the command of the process's arguments.
pub async fn run() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Serve(config) => serve::run(config).await,
        Command::User(command) => command.run().await,
        Command::Key(command) => command.run().await,
        Command::Settings(command) => command.run().await,
        Command::Export(command) => command.run().await,
    }
}

/// The use cases over the database of a command.
async fn service(database: &crate::config::DatabaseConfig) -> anyhow::Result<domain::Service> {
    // Commands spend nothing: the queue of the host stays empty.
    let host = crate::host::Host::open(database, crate::consumption::Options::default()).await?;
    Ok(host.service)
}

/// What went wrong, in words for the terminal.
fn explain(error: &domain::Error) -> anyhow::Error {
    match error {
        domain::Error::Invalid { flaws } => {
            let flaws: Vec<String> = flaws.iter().map(crate::words::flaw).collect();
            anyhow::anyhow!("{}", flaws.join("; "))
        }
        other => anyhow::anyhow!("{other}"),
    }
}

/// Writes one line to standard output.
fn say(line: impl std::fmt::Display) -> anyhow::Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// The password of standard input (its first line), or of a prompt that does not show it.
fn read_password(from_stdin: bool) -> anyhow::Result<domain::account::Password> {
    let text = if from_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        let text = rpassword::prompt_password("Password: ")?;
        anyhow::ensure!(
            text == rpassword::prompt_password("Again: ")?,
            "the two differ"
        );
        text
    };
    domain::account::Password::parse(text)
        .map_err(|kind| explain(&domain::Error::flaw(domain::Field::Password, kind)))
}

/// The name of an account or a key.
fn name(text: &str) -> anyhow::Result<domain::account::AccountName> {
    domain::account::AccountName::parse(text)
        .map_err(|kind| explain(&domain::Error::flaw(domain::Field::Name, kind)))
}
