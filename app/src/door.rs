//! What comes from scanners.

/// What a scanner gives, without the keys by which it says that this was all.
pub(crate) fn scanned(value: &str) -> &str {
    value.trim_matches(['\r', '\n', '\t'])
}
