//! `docs/benchmarks.md`: what is measured has sections of its own between those that are written by hand.

use std::fs;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// What stands in the document.
pub(super) const BROWSER: &str = "## In the browser";
pub(super) const FAULTS: &str = "## The faults, again and again";
pub(super) const FIGURES: &str = "## Figures";

/// Puts a section where the one with that heading stands, or at the end.
pub(super) fn put(workspace: &Workspace, heading: &str, section: &str) -> Result<()> {
    let file = workspace.path("docs/benchmarks.md");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    fs::write(&file, with(&text, heading, section))
        .with_context(|| format!("writing {}", file.display()))
}

/// `text` with another section under `heading`; it ends before the next heading of its kind.
fn with(text: &str, heading: &str, section: &str) -> String {
    let begin = format!("\n{heading}\n");
    let (before, after) = match text.split_once(&begin) {
        Some((before, old)) => (before, old.find("\n## ").map_or("", |next| &old[next..])),
        None => (text, ""),
    };
    let section = section.trim_end();
    format!("{}\n\n{heading}\n\n{section}\n{after}", before.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_nothing_else() {
        let text = "# Title\n\nBy hand.\n\n## A\n\nold\n\n### of A\n\n## B\n\nrest\n";
        let replaced = "# Title\n\nBy hand.\n\n## A\n\nnew\n\n## B\n\nrest\n";
        assert_eq!(with(text, "## A", "new\n"), replaced);
        assert_eq!(with(replaced, "## A", "new"), replaced);
        assert_eq!(
            with(text, "## B", "other"),
            "# Title\n\nBy hand.\n\n## A\n\nold\n\n### of A\n\n## B\n\nother\n"
        );
        assert_eq!(with("# Title\n", "## C", "c"), "# Title\n\n## C\n\nc\n");
    }
}
