//! What a visitor has to load, and how much of it there may be.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The files of the bundle that every page loads, with the most bytes that each may have after
/// brotli, where there is a limit.
const FIRST: [(&str, Option<usize>); 4] = [
    ("tessera.wasm", Some(300_000)),
    ("tessera.css", Some(12_000)),
    ("tessera.js", None),
    ("__wasm_split.______________________.js", None),
];

/// The most bytes that a part of the module may have after brotli that only some pages load.
const LATER: usize = 390_000;

/// Prints the sizes of a bundle; that a file is above its limit is an error.
pub(crate) fn hold(bundle: &Path) -> Result<()> {
    let later = parts(bundle)?;
    let later = later.iter().map(|name| (name.as_str(), Some(LATER)));
    let mut excesses = Vec::new();
    for (name, limit) in FIRST.into_iter().chain(later) {
        let file = bundle.join(name);
        let whole = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        // The copy beside the file is what is sent; a file too small to have one is sent as it is.
        let sent = fs::metadata(bundle.join(format!("{name}.br"))).map_or(whole.len(), |copy| {
            usize::try_from(copy.len()).unwrap_or(usize::MAX)
        });
        eprintln!("    {}", line(name, whole.len(), sent, limit));
        if limit.is_some_and(|limit| sent > limit) {
            excesses.push(name.to_owned());
        }
    }
    if !excesses.is_empty() {
        bail!("over budget: {}", excesses.join(", "));
    }
    Ok(())
}

/// The most bytes of the program that is delivered: 25 MiB.
const PROGRAM: u64 = 25 * 1024 * 1024;

/// The same in MiB.
pub(crate) fn program_mib() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let bytes = PROGRAM as f64;
    bytes / 1024.0 / 1024.0
}

/// Prints the size of the program; that it is above its limit is an error.
pub(crate) fn hold_program(program: &Path) -> Result<()> {
    let size = fs::metadata(program)
        .with_context(|| format!("reading {}", program.display()))?
        .len();
    eprintln!("    tessera {:>14.1} KB", kilobytes(size));
    if size > PROGRAM {
        bail!("over budget: the program has {size} bytes of {PROGRAM}");
    }
    Ok(())
}

/// Prints the sizes of an unoptimised bundle, of which nothing is asked. It is in one piece.
pub(crate) fn show(bundle: &Path) -> Result<()> {
    for (name, _) in &FIRST[..3] {
        let size = fs::metadata(bundle.join(name)).with_context(|| format!("{name} is missing"))?;
        eprintln!("    {name:<13} {:>8.1} KB", kilobytes(size.len()));
    }
    Ok(())
}

/// The modules beside the main one.
fn parts(bundle: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(bundle).with_context(|| format!("reading {}", bundle.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_module = Path::new(&name)
            .extension()
            .is_some_and(|own| own == "wasm");
        if is_module && FIRST.iter().all(|(first, _)| *first != name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
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
        for (name, _) in FIRST {
            fs::write(folder.join(name), vec![0; 12_000]).unwrap();
        }
        fs::write(folder.join("split_later.wasm"), vec![0; LATER]).unwrap();
        let within = hold(&folder);
        fs::write(folder.join("split_later.wasm"), vec![0; LATER + 1]).unwrap();
        fs::write(folder.join("tessera.css"), vec![0; 12_001]).unwrap();
        let above = hold(&folder);
        fs::remove_dir_all(&folder).unwrap();
        within.unwrap();
        assert_eq!(
            above.unwrap_err().to_string(),
            "over budget: tessera.css, split_later.wasm"
        );
    }
}
