//! What a visitor has to load, and how much of it there may be.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The files of the bundle with the most bytes that each may have after brotli, where there is a
/// limit.
const LIMITS: [(&str, Option<usize>); 3] = [
    ("tessera.wasm", Some(300_000)),
    ("tessera.css", Some(12_000)),
    ("tessera.js", None),
];

/// Prints the sizes of a bundle; that one is above its limit is an error.
pub(crate) fn hold(bundle: &Path) -> Result<()> {
    let mut excesses = Vec::new();
    for (name, limit) in LIMITS {
        let file = bundle.join(name);
        let whole = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        // The copy beside the file is what is sent; a file too small to have one is sent as it is.
        let sent = fs::metadata(bundle.join(format!("{name}.br"))).map_or(whole.len(), |copy| {
            usize::try_from(copy.len()).unwrap_or(usize::MAX)
        });
        eprintln!("    {}", line(name, whole.len(), sent, limit));
        if limit.is_some_and(|limit| sent > limit) {
            excesses.push(name);
        }
    }
    if !excesses.is_empty() {
        bail!("over budget: {}", excesses.join(", "));
    }
    Ok(())
}

/// Prints the sizes of an unoptimised bundle, of which nothing is asked.
pub(crate) fn show(bundle: &Path) -> Result<()> {
    for (name, _) in LIMITS {
        let size = fs::metadata(bundle.join(name)).with_context(|| format!("{name} is missing"))?;
        eprintln!("    {name:<13} {:>8.1} KB", kilobytes(size.len()));
    }
    Ok(())
}

/// One line of the table.
fn line(name: &str, whole: usize, sent: usize, limit: Option<usize>) -> String {
    let table = format!(
        "{name:<13} {:>8.1} KB {:>8.1} KB brotli",
        kilobytes(whole as u64),
        kilobytes(sent as u64)
    );
    match limit {
        Some(limit) => format!("{table} of {:.0} KB", kilobytes(limit as u64)),
        None => table,
    }
}

/// A thousand bytes are a kilobyte, here and in the limits.
#[expect(
    clippy::cast_precision_loss,
    reason = "to be read by people, with one decimal"
)]
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_there_is_and_what_there_may_be() {
        assert_eq!(
            line("tessera.css", 20_449, 4_051, Some(12_000)),
            "tessera.css       20.4 KB      4.1 KB brotli of 12 KB"
        );
        assert_eq!(
            line("tessera.js", 1_000, 400, None),
            "tessera.js         1.0 KB      0.4 KB brotli"
        );
    }

    #[test]
    fn a_bundle_is_held_to_its_limits() {
        let folder = std::env::temp_dir().join(format!("tessera-budget-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, _) in LIMITS {
            fs::write(folder.join(name), vec![0; 12_000]).unwrap();
        }
        let within = hold(&folder);
        fs::write(folder.join("tessera.css"), vec![0; 12_001]).unwrap();
        let above = hold(&folder);
        fs::remove_dir_all(&folder).unwrap();
        within.unwrap();
        assert_eq!(above.unwrap_err().to_string(), "over budget: tessera.css");
    }
}
