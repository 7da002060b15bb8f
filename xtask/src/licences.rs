//! What we may ship: the licences and origins of all dependencies, held against `deny.toml`.
//!
//! cargo-deny does this and more; where it is not installed, this stands in for the part of it that
//! needs nothing but `cargo metadata`. Both read the same file.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};
use toml::Table;

use crate::process::{self, say};
use crate::workspace::Workspace;

/// Checks every crate that the build of any of our targets can reach.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    if process::succeeds(workspace.cargo().args(["deny", "--version"])) {
        let mut deny = workspace.cargo();
        return process::run(deny.args(["deny", "check", "bans", "licenses", "sources"]));
    }

    let text = fs::read_to_string(workspace.path("deny.toml")).context("reading deny.toml")?;
    let rules = Rules::read(&text)?;
    let mut ask = workspace.cargo();
    ask.args(["metadata", "--format-version", "1", "--locked"]);
    for target in &rules.targets {
        ask.args(["--filter-platform", target]);
    }
    let crates = crates(&process::output(&mut ask)?)?;
    let faults: Vec<String> = crates.iter().filter_map(|it| rules.fault(it)).collect();
    if !faults.is_empty() {
        bail!("not allowed by deny.toml:\n  {}", faults.join("\n  "));
    }
    say(format_args!(
        "{} dependencies: licences, bans and origins are in order. Security advisories were NOT \
         looked at: their list must be fetched, with `cargo deny check advisories`",
        crates.len()
    ));
    Ok(())
}

/// A dependency, as far as it matters here.
#[derive(Debug, PartialEq)]
struct Crate {
    /// Its name.
    name: String,
    /// Its version, for the reader.
    version: String,
    /// The licence expression that it declares.
    licence: Option<String>,
    /// The kind of place that it comes from: `registry`, `git`; nothing for a folder.
    origin: Option<String>,
}

/// Takes the dependencies out of cargo's answer: all that was resolved, but our own crates.
fn crates(metadata: &str) -> Result<Vec<Crate>> {
    let metadata: Value = serde_json::from_str(metadata).context("reading cargo metadata")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let members = list(&metadata["workspace_members"]);
    // Of the packages that are listed, only these are built for a target that we asked for.
    let used: Vec<Value> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| node["id"].clone())
        .collect();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    list(&metadata["packages"])
        .iter()
        .filter(|package| used.contains(&package["id"]) && !members.contains(&package["id"]))
        .map(|package| {
            Ok(Crate {
                name: text(&package["name"]).context("a package has no name")?,
                version: text(&package["version"]).context("a package has no version")?,
                licence: text(&package["license"]),
                origin: text(&package["source"])
                    .and_then(|source| source.split(['+', ':']).next().map(str::to_owned)),
            })
        })
        .collect()
}

/// The part of `deny.toml` that is understood here.
#[derive(Debug)]
struct Rules {
    /// The targets that we build for.
    targets: Vec<String>,
    /// The licences that any crate may have.
    allowed: Vec<Licensee>,
    /// The crates that may not be used, whatever their licence.
    banned: Vec<String>,
}

impl Rules {
    /// Reads the file's text.
    fn read(text: &str) -> Result<Self> {
        let file: Table = text.parse().context("reading deny.toml")?;
        let list = |section: &str, key: &str| {
            let found = file.get(section).and_then(|section| section.get(key));
            found
                .and_then(toml::Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let texts = |section: &str, key: &str| -> Vec<String> {
            list(section, key)
                .iter()
                .filter_map(|it| it.as_str().map(str::to_owned))
                .collect()
        };
        let allowed = texts("licenses", "allow")
            .iter()
            .map(|id| Licensee::parse(id).with_context(|| format!("deny.toml allows `{id}`")))
            .collect::<Result<Vec<_>>>()?;
        let banned = list("bans", "deny")
            .iter()
            .filter_map(|ban| {
                ban.get("crate")
                    .and_then(toml::Value::as_str)
                    .map(str::to_owned)
            })
            .collect();
        Ok(Self {
            targets: texts("graph", "targets"),
            allowed,
            banned,
        })
    }

    /// What is wrong with a crate, if anything is.
    fn fault(&self, it: &Crate) -> Option<String> {
        let fault = if self.banned.contains(&it.name) {
            "is banned".into()
        } else if !matches!(it.origin.as_deref(), Some("registry" | "sparse")) {
            "does not come from a registry".into()
        } else {
            match it.licence.as_deref() {
                None => "declares no licence".into(),
                Some(licence) => match Expression::parse_mode(licence, ParseMode::LAX) {
                    Err(_) => format!("has a licence that cannot be read: {licence}"),
                    Ok(expression) if !self.allow(&expression) => format!("is under {licence}"),
                    Ok(_) => return None,
                },
            }
        };
        Some(format!("{} {} {fault}", it.name, it.version))
    }

    /// Whether the allowed licences satisfy the expression.
    fn allow(&self, expression: &Expression) -> bool {
        expression.evaluate(|requirement| {
            self.allowed
                .iter()
                .any(|licence| licence.satisfies(requirement))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = r#"
        [graph]
        targets = ["wasm32-unknown-unknown"]
        [licenses]
        allow = ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]
        [bans]
        deny = [{ crate = "openssl-sys", reason = "…" }]
    "#;

    /// What is wrong with a crate of this licence.
    fn of_licence(licence: &str) -> Option<String> {
        fault("some", Some(licence), "registry")
    }

    fn fault(name: &str, licence: Option<&str>, origin: &str) -> Option<String> {
        Rules::read(DENY).unwrap().fault(&Crate {
            name: name.into(),
            version: "1.0.0".into(),
            licence: licence.map(str::to_owned),
            origin: Some(origin.into()),
        })
    }

    #[test]
    fn one_of_several_licences_is_enough() {
        assert_eq!(of_licence("GPL-3.0-only OR MIT"), None);
        assert_eq!(of_licence("MIT/Apache-2.0"), None);
        assert_eq!(of_licence("Apache-2.0 WITH LLVM-exception"), None);
    }

    #[test]
    fn all_of_several_licences_must_be_allowed() {
        assert_eq!(of_licence("(MIT OR Apache-2.0) AND Unicode-3.0"), None);
        let expected = "some 1.0.0 is under MIT AND GPL-3.0-only";
        assert_eq!(of_licence("MIT AND GPL-3.0-only").unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_known_is_a_fault() {
        assert!(of_licence("see the file").is_some());
        assert!(fault("some", None, "registry").is_some());
    }

    #[test]
    fn bans_and_origins_count_too() {
        assert_eq!(
            fault("openssl-sys", Some("MIT"), "registry").unwrap(),
            "openssl-sys 1.0.0 is banned"
        );
        assert!(fault("some", Some("MIT"), "git").is_some());
        assert!(fault("some", Some("MIT"), "sparse").is_none());
    }

    #[test]
    fn the_targets_are_read() {
        assert_eq!(
            Rules::read(DENY).unwrap().targets,
            ["wasm32-unknown-unknown"]
        );
    }

    #[test]
    fn only_dependencies_that_are_used_are_looked_at() {
        let package = |id: &str, source: Option<&str>| {
            serde_json::json!({
                "id": id, "name": id, "version": "1.0.0", "license": "MIT", "source": source
            })
        };
        let metadata = serde_json::json!({
            "workspace_members": ["ours"],
            "packages": [
                package("ours", None),
                package("theirs", Some("registry+index")),
                package("elsewhere", Some("registry+index")),
            ],
            "resolve": { "nodes": [{ "id": "ours" }, { "id": "theirs" }] },
        });
        let expected = Crate {
            name: "theirs".into(),
            version: "1.0.0".into(),
            licence: Some("MIT".into()),
            origin: Some("registry".into()),
        };
        assert_eq!(crates(&metadata.to_string()).unwrap(), [expected]);
    }
}
