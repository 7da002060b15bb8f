//! Telling contents apart: whether an input changed, and what a bundle is called.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A hash over a sequence of parts, each with its length, so that no two sequences run into each
/// other.
#[derive(Clone, Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Takes in some bytes.
    #[must_use]
    pub(crate) fn bytes(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Takes in what a file holds.
    pub(crate) fn file(self, path: &Path) -> Result<Self> {
        Ok(self.bytes(fs::read(path).with_context(|| format!("reading {}", path.display()))?))
    }

    /// Takes in the names and contents of everything under a folder.
    pub(crate) fn folder(self, folder: &Path) -> Result<Self> {
        files(folder)?.iter().try_fold(self, |so_far, file| {
            let name = file.strip_prefix(folder).unwrap_or(file);
            so_far.bytes(name.as_os_str().as_encoded_bytes()).file(file)
        })
    }

    /// Sixteen hexadecimal digits: short enough for an address, long enough for the versions of one
    /// site.
    pub(crate) fn finish(self) -> String {
        self.0
            .finalize()
            .iter()
            .take(8)
            .fold(String::new(), |mut digits, byte| {
                // Writing into a string cannot fail.
                let _ = write!(digits, "{byte:02x}");
                digits
            })
    }
}

/// All files under a folder, however deep, in the order of their paths.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_stable() {
        assert_eq!(
            Fingerprint::default().bytes("tessera").finish(),
            "457b46dfa154ffae"
        );
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let one = Fingerprint::default().bytes("ab").bytes("c").finish();
        let other = Fingerprint::default().bytes("a").bytes("bc").finish();
        assert_ne!(one, other);
    }

    #[test]
    fn a_folder_is_known_by_names_and_contents() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let of = |folder: &Path| Fingerprint::default().folder(folder).unwrap().finish();
        assert_eq!(of(&source), of(&source));
        assert_ne!(of(&source), of(source.parent().unwrap()));
    }

    #[test]
    fn a_missing_file_is_an_error_with_its_name() {
        let error = Fingerprint::default()
            .file(Path::new("no/such/file"))
            .err()
            .unwrap();
        assert_eq!(error.to_string(), "reading no/such/file");
    }
}
