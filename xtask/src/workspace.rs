//! Where things are: the checkout, the target directory, what lies in them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// How much the compiler should try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What is delivered: optimised, compressed, held to its budget.
    Release,
    /// What one works with: there quickly.
    Dev,
}

/// The checkout that this tool is run in.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    root: PathBuf,
    /// Where cargo puts what it builds, as cargo itself sees it.
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo, so that every way of moving the target directory is honoured.
    pub(crate) fn find() -> Result<Self> {
        // What cargo says now, not what it said when it compiled this: checkouts that share a target
        // directory also share this program.
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?;
        let root = Path::new(&xtask)
            .parent()
            .context("xtask lies in the root of the workspace")?
            .to_owned();
        let mut ask = cargo_in(&root);
        ask.args(["metadata", "--no-deps", "--format-version", "1"]);
        let answer: Value = serde_json::from_str(&process::output(&mut ask)?)
            .context("reading the answer of cargo metadata")?;
        let Some(target) = answer["target_directory"].as_str() else {
            bail!("cargo metadata names no target directory");
        };
        Ok(Self {
            root,
            target: target.into(),
        })
    }

    /// A cargo command, at work in the root of the workspace.
    pub(crate) fn cargo(&self) -> Command {
        cargo_in(&self.root)
    }

    /// Any other command, at work in the same place.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// A file or folder of the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A file or folder under the target directory.
    pub(crate) fn target(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// The folder that the host serves. One for each mode, so that neither makes the other start
    /// anew.
    pub(crate) fn site(&self, mode: Mode) -> PathBuf {
        self.target(match mode {
            Mode::Release => "site",
            Mode::Dev => "site-dev",
        })
    }

    /// The `tessera` command.
    pub(crate) fn server(&self, mode: Mode) -> PathBuf {
        let folder = match mode {
            Mode::Release => "release",
            Mode::Dev => "debug",
        };
        self.target(folder)
            .join(format!("tessera{}", std::env::consts::EXE_SUFFIX))
    }
}

/// The cargo that runs us, or else the one on the path.
fn cargo_in(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
