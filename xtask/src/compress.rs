//! The compressed copies that the host sends instead of a file: `.br` and `.gz` beside it.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

/// What is worth compressing; pictures and fonts already are.
const EXTENSIONS: [&str; 10] = [
    "css",
    "html",
    "js",
    "json",
    "map",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Writes the copies of one file, if there is something to win.
pub(crate) fn beside(file: &Path) -> Result<()> {
    if !file
        .extension()
        .is_some_and(|own| EXTENSIONS.iter().any(|known| own == *known))
    {
        return Ok(());
    }
    let whole = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    for (suffix, copy) in [("br", brotli(&whole)?), ("gz", gzip(&whole)?)] {
        if copy.len() < whole.len() {
            let mut name = file.as_os_str().to_owned();
            name.push(format!(".{suffix}"));
            fs::write(&name, copy).with_context(|| format!("writing {}", name.display()))?;
        }
    }
    Ok(())
}

/// As small as brotli can make it.
pub(crate) fn brotli(whole: &[u8]) -> Result<Vec<u8>> {
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: whole.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &*whole, &mut small, &best).context("compressing with brotli")?;
    Ok(small)
}

/// As small as gzip can make it, for what does not speak brotli.
fn gzip(whole: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(whole).context("compressing with gzip")?;
    encoder.finish().context("compressing with gzip")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let whole = b"tessera ".repeat(100);
        let mut from_brotli = Vec::new();
        brotli::BrotliDecompress(&mut brotli(&whole).unwrap().as_slice(), &mut from_brotli)
            .unwrap();
        let mut from_gzip = Vec::new();
        flate2::read::GzDecoder::new(gzip(&whole).unwrap().as_slice())
            .read_to_end(&mut from_gzip)
            .unwrap();
        assert_eq!([&from_brotli, &from_gzip], [&whole, &whole]);
    }
}
