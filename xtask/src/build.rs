//! Both halves: the site for the browser, the `tessera` command for the host.

use anyhow::Result;

use crate::workspace::{Mode, Workspace};
use crate::{budget, bundle, process, wasm};

/// Builds everything that is delivered.
pub(crate) fn all(workspace: &Workspace, mode: Mode) -> Result<()> {
    site(workspace, mode)?;
    server(workspace, mode)
}

/// Builds the browser's half.
pub(crate) fn site(workspace: &Workspace, mode: Mode) -> Result<()> {
    let module = wasm::compile(workspace, mode)?;
    process::unless_interrupted()?;
    bundle::make(workspace, mode, &module)
}

/// Builds the host's half.
pub(crate) fn server(workspace: &Workspace, mode: Mode) -> Result<()> {
    let mut build = workspace.cargo();
    build.arg("build");
    match mode {
        Mode::Release => build.args(["--release", "--package", "server"]),
        // The whole workspace, so that its crates are compiled with the same features as for the
        // tests.
        Mode::Dev => build.args(["--workspace", "--bin", "tessera"]),
    };
    process::run(&mut build)?;
    match mode {
        Mode::Release => budget::hold_program(&workspace.server(mode)),
        Mode::Dev => Ok(()),
    }
}
