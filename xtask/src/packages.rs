//! The programs that the tests use beside our own: from Debian's packages, installed when they are
//! missing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Where Debian's PostgreSQL keeps one folder for each version.
const POSTGRES: &str = "/usr/lib/postgresql";

/// Installs what is missing, or says what someone with more rights should install.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    if !process::is_root() || process::find("apt-get").is_none() {
        bail!(
            "the tests need programs of these Debian packages, or their like: {}",
            missing.join(" ")
        );
    }
    process::run(workspace.command("apt-get").args(["--quiet", "update"]))?;
    let mut install = workspace.command("apt-get");
    install
        .args(["--quiet", "--yes", "--no-install-recommends", "install"])
        .args(&missing);
    process::run(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The packages of which a program is missing.
fn missing() -> Vec<&'static str> {
    [
        ("postgresql", postgres_programs()),
        ("chromium", chromium()),
        ("zbar-tools", process::find("zbarimg")),
        ("poppler-utils", process::find("pdftoppm")),
    ]
    .into_iter()
    .filter(|(_, program)| program.is_none())
    .map(|(package, _)| package)
    .collect()
}

/// The folder with `initdb` and `pg_ctl`: of the newest version, or that of the path.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    newest(Path::new(POSTGRES))
        .map(|version| version.join("bin"))
        .filter(|programs| programs.join("initdb").is_file())
        .or_else(|| Some(process::find("initdb")?.parent()?.to_owned()))
}

/// The browser.
pub(crate) fn chromium() -> Option<PathBuf> {
    process::find("chromium").or_else(|| process::find("chromium-browser"))
}

/// The folder for the greatest version in a folder of such.
fn newest(folder: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    versions
        .filter_map(|entry| Some((version(entry.file_name().to_str()?)?, entry.path())))
        .max()
        .map(|(_, path)| path)
}

/// `15` or `9.6` as something that can be compared.
fn version(name: &str) -> Option<Vec<u32>> {
    name.split('.').map(|part| part.parse().ok()).collect()
}

/// The browser's path, now that the packages are installed.
pub(crate) fn require_chromium() -> Result<PathBuf> {
    chromium().context("there is no chromium on the path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        assert!(version("15") > version("9.6"));
        assert_eq!(version("common"), None);
    }

    #[test]
    fn a_folder_without_versions_has_no_newest() {
        assert_eq!(newest(Path::new("no/such/folder")), None);
        assert_eq!(
            newest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")),
            None
        );
    }
}
