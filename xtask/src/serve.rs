//! Starting what was built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, SystemTime};
use std::{env, fs};

use anyhow::{Context, Result};

use crate::build;
use crate::fingerprint::files;
use crate::process::{self, say};
use crate::workspace::{Mode, Workspace};

/// The options of `tessera serve` that a developer need not give, with the variables that stand for
/// them.
const DEFAULTS: [(&str, &str, &str); 2] = [
    ("--listen", "TESSERA_LISTEN", "127.0.0.1:3000"),
    ("--database-url", "DATABASE_URL", "sqlite://data/tessera.db"),
];

/// What a running server is made from.
const SOURCES: [&str; 5] = ["domain", "app", "server", "style", "public"];

/// Builds and serves. The server takes our place, so Ctrl-C reaches it and its exit code is ours.
pub(crate) fn run(workspace: &Workspace, mode: Mode, args: &[String]) -> Result<ExitCode> {
    build::all(workspace, mode)?;
    become_server(&mut server(workspace, mode, args)?)
}

/// Builds and serves, again and again, as the sources change.
pub(crate) fn dev(workspace: &Workspace, args: &[String]) -> Result<()> {
    process::catch_signals()?;
    let mut running: Option<Child> = None;
    while !process::interrupted() {
        let seen = sources(workspace)?;
        match build::all(workspace, Mode::Dev) {
            Ok(()) => {
                stop(running.take())?;
                running = Some(process::spawn(&mut server(workspace, Mode::Dev, args)?)?);
            }
            // The last one that could be built goes on serving.
            Err(error) => say(format_args!("{error:#}")),
        }
        say("waiting for a change");
        while !process::interrupted() && sources(workspace)? == seen {
            process::pause(Duration::from_millis(500));
        }
    }
    stop(running)
}

/// Stops the server, if one is running.
fn stop(running: Option<Child>) -> Result<()> {
    match running {
        Some(mut child) => process::stop(&mut child).context("stopping the server"),
        None => Ok(()),
    }
}

/// The command that serves.
fn server(workspace: &Workspace, mode: Mode, args: &[String]) -> Result<Command> {
    fs::create_dir_all(workspace.path("data")).context("making the folder of the database")?;
    let mut command = workspace.command(workspace.server(mode));
    command
        .arg("serve")
        .args(defaults(args, |variable| env::var_os(variable).is_some()));
    command
        .args(args)
        .env("TESSERA_SITE_ROOT", workspace.site(mode));
    Ok(command)
}

/// The options that neither the arguments nor the environment give.
fn defaults(args: &[String], is_set: impl Fn(&str) -> bool) -> Vec<&'static str> {
    DEFAULTS
        .iter()
        .filter(|(option, variable, _)| {
            let given = args.iter().any(|arg| arg.split('=').next() == Some(option));
            !given && !is_set(variable)
        })
        .flat_map(|(option, _, value)| [*option, *value])
        .collect()
}

/// The sources, with what tells that one has changed.
fn sources(workspace: &Workspace) -> Result<BTreeMap<PathBuf, (SystemTime, u64)>> {
    let mut seen = BTreeMap::new();
    for folder in SOURCES {
        for file in files(&workspace.path(folder))? {
            seen.extend(state(&file).map(|state| (file, state)));
        }
    }
    Ok(seen)
}

/// When a file was last written, and its size; nothing if it has just gone.
fn state(file: &Path) -> Option<(SystemTime, u64)> {
    let found = fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// Puts the command in the place of this program.
#[cfg(unix)]
fn become_server(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("starting the server")
}

/// Runs the command and ends as it does.
#[cfg(not(unix))]
fn become_server(command: &mut Command) -> Result<ExitCode> {
    let code = process::status(command)?
        .code()
        .and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_added_unless_it_is_given() {
        let database = ["--database-url", "sqlite://data/tessera.db"];
        let listen = ["--listen", "127.0.0.1:3000"];
        let none = |_: &str| false;
        assert_eq!(defaults(&[], none), [listen, database].concat());
        assert_eq!(defaults(&["--listen=[::1]:80".into()], none), database);
        assert_eq!(
            defaults(&["--database-url".into(), "postgres:".into()], none),
            listen
        );
        assert_eq!(defaults(&[], |variable| variable == "DATABASE_URL"), listen);
    }
}
