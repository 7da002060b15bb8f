//! Everything that can be said about the sources without running them.

use anyhow::{Result, ensure};

use crate::process::{self, say};
use crate::workspace::{Mode, Workspace};
use crate::{end2end, licences, wasm};

/// Makes errors of warnings, after `--`. Not by `RUSTFLAGS`: a change there compiles every
/// dependency anew.
const STRICT: [&str; 3] = ["--", "--deny", "warnings"];

/// All checks, those that are quick first; what one of them finds does not keep the others from
/// looking.
pub(crate) fn all(workspace: &Workspace) -> Result<()> {
    let checks = [
        format,
        licences::check,
        end2end::check_types,
        lints_for_the_host,
        lints_for_the_browser,
        documentation,
    ];
    let mut faults = Vec::new();
    for check in checks {
        faults.extend(check(workspace).err().map(|fault| format!("{fault:#}")));
    }
    ensure!(faults.is_empty(), "{}", faults.join("\nxtask: "));
    say("nothing to complain of");
    Ok(())
}

/// The format of every source.
fn format(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))
}

/// Clippy for everything, as the host compiles it.
fn lints_for_the_host(workspace: &Workspace) -> Result<()> {
    let mut all = workspace.cargo();
    process::run(
        all.args(["clippy", "--workspace", "--all-targets"])
            .args(STRICT),
    )
}

/// Clippy for what goes to the browser, as the browser gets it.
fn lints_for_the_browser(workspace: &Workspace) -> Result<()> {
    wasm::add_target(workspace)?;
    let mut rules = workspace.cargo();
    rules.args(["clippy", "--package", "domain", "--target", wasm::TARGET]);
    process::run(rules.args(STRICT))?;
    let mut pages = workspace.cargo();
    pages.args([
        "clippy",
        "--package",
        "app",
        "--lib",
        "--target",
        wasm::TARGET,
    ]);
    process::run(pages.args(wasm::features(Mode::Release)).args(STRICT))
}

/// The documentation of everything, private items too: it is written for those who work on it.
fn documentation(workspace: &Workspace) -> Result<()> {
    let mut doc = workspace.cargo();
    doc.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    process::run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}
