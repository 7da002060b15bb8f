//! Everything that can be said about the sources without running them.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{end2end, licences, process, wasm};

/// Makes errors of warnings, after `--`. Not by `RUSTFLAGS`: a change there compiles every dependency anew.
const STRICT: [&str; 3] = ["--", "--deny", "warnings"];

/// All checks, those that are quick first.
pub(crate) fn all(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))?;
    licences::check(workspace)?;
    end2end::check_types(workspace)?;
    lints(workspace)?;
    documentation(workspace)
}

/// Clippy for the host with everything, then for the browser with what goes there.
fn lints(workspace: &Workspace) -> Result<()> {
    let mut host = workspace.cargo();
    process::run(
        host.args(["clippy", "--workspace", "--all-targets"])
            .args(STRICT),
    )?;

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
    process::run(pages.args(wasm::FEATURES).args(STRICT))
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
