//! The browser tests of `end2end/`: their packages, their types, their runs.

use std::path::PathBuf;
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, Result};

use crate::packages;
use crate::process::{self, say};
use crate::results::{self, Counts};
use crate::workspace::{Mode, Workspace};

/// Installs the packages that the lock names, unless they are there.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let lock = workspace.path("end2end/package-lock.json");
    // npm writes this file last, and only after it has installed everything.
    let done = workspace.path("end2end/node_modules/.package-lock.json");
    let written = |file: &PathBuf| -> io::Result<_> { fs::metadata(file)?.modified() };
    if written(&done).is_ok_and(|done| written(&lock).is_ok_and(|lock| lock <= done)) {
        return Ok(());
    }
    let mut install = node(workspace, "npm");
    install.args(["ci", "--no-audit", "--no-fund"]);
    process::run(install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// Checks the types of the tests, where there is an npm to install the compiler with.
pub(crate) fn check_types(workspace: &Workspace) -> Result<()> {
    if process::find("npm").is_none() {
        say("npm is not installed: the types of end2end/ were NOT checked");
        return Ok(());
    }
    install(workspace)?;
    process::run(node(workspace, "npx").args(["--no-install", "tsc", "--noEmit"]))
}

/// Runs the tests in a browser, against the site as it is delivered and the host's half as it was
/// compiled last.
pub(crate) fn run(workspace: &Workspace, postgres: &str, filter: &[String]) -> Result<Counts> {
    let report = workspace.path("end2end/test-results/report.json");
    results::forget(&report)?;
    let mut tests = node(workspace, "npx");
    tests
        .args(["--no-install", "playwright", "test"])
        .args(filter);
    tests.env("TESSERA_CHROMIUM", packages::require_chromium()?);
    tests.env("TESSERA_BIN", workspace.server(Mode::Dev));
    tests.env("TESSERA_SITE_ROOT", workspace.site(Mode::Release));
    tests.env("TESSERA_TEST_POSTGRES", postgres);
    let status = process::status(&mut tests)?;
    let counts = results::read(&report, Counts::of_playwright)
        .with_context(|| format!("Playwright left no result ({status})"))?;
    Ok(counts.and_runner(status))
}

/// What measures pages in a browser, to be told where they are.
pub(crate) fn bench(workspace: &Workspace) -> Result<Command> {
    packages::install(workspace)?;
    install(workspace)?;
    let mut bench = node(workspace, "npx");
    bench
        .args(["--no-install", "playwright", "test"])
        .args(["--config", "bench.config.ts"])
        .env("TESSERA_CHROMIUM", packages::require_chromium()?);
    Ok(bench)
}

/// A program of Node.js, at work in the folder of the tests.
fn node(workspace: &Workspace, program: &str) -> Command {
    let mut command = workspace.command(program);
    command.current_dir(workspace.path("end2end"));
    command
}
