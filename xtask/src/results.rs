//! How many tests passed: read from what the runners write for machines, and added up.

use std::fmt;
use std::fs;
use std::iter::Sum;
use std::path::Path;
use std::process::ExitStatus;

use anyhow::{Context, Result};
use serde_json::Value;

/// The outcome of some tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Those that were run and are content.
    pub(crate) passed: u64,
    /// Those that were run and are not.
    pub(crate) failed: u64,
    /// Those that a runner knows of and did not run.
    pub(crate) skipped: u64,
    /// Those among the passed that did so only when they were repeated.
    pub(crate) repeated: u64,
}

/// How many browser tests may need a second try. A browser on a busy machine now and then does not answer in time;
/// more than these, and it is not the machine. Nothing of what must be exact is tested in a browser alone.
const MAY_REPEAT: u64 = 2;

impl Counts {
    /// From the text of cargo's own runner: the sum of its `test result:` lines.
    pub(crate) fn of_cargo(output: &str) -> Self {
        output
            .lines()
            .filter_map(|line| line.strip_prefix("test result: "))
            .map(cargo_line)
            .sum()
    }

    /// From the report that nextest writes: the head of a JUnit file.
    pub(crate) fn of_nextest(report: &str) -> Result<Self> {
        let head = report
            .split('<')
            .find(|tag| tag.starts_with("testsuites "))
            .context("the report of nextest has no <testsuites>")?;
        let number = |name: &str| -> Result<u64> {
            let value = head.split(&format!(" {name}=\"")).nth(1);
            let value = value.and_then(|rest| rest.split('"').next());
            value
                .and_then(|value| value.parse().ok())
                .with_context(|| format!("the report of nextest does not count {name}"))
        };
        let failed = number("failures")? + number("errors")?;
        Ok(Self {
            passed: number("tests")?.saturating_sub(failed),
            failed,
            ..Self::default()
        })
    }

    /// From the report that Playwright writes. A few tests may pass only when they are repeated; more
    /// than that, and all of them have failed.
    pub(crate) fn of_playwright(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("reading Playwright's report")?;
        let number = |name: &str| {
            let value = &report["stats"][name];
            value
                .as_u64()
                .with_context(|| format!("Playwright's report does not count {name}"))
        };
        let flaky = number("flaky")?;
        let repeated = if flaky > MAY_REPEAT { 0 } else { flaky };
        Ok(Self {
            passed: number("expected")? + repeated,
            failed: number("unexpected")? + flaky - repeated,
            skipped: number("skipped")?,
            repeated,
        })
    }

    /// Takes in how the runner ended: one that failed without a failed test (a crash, a file that
    /// could not be compiled) counts as a failed test.
    #[must_use]
    pub(crate) fn and_runner(self, status: ExitStatus) -> Self {
        if status.success() {
            self
        } else {
            Self {
                failed: self.failed.max(1),
                ..self
            }
        }
    }
}

/// Reads a report with the function that understands it.
pub(crate) fn read(file: &Path, understand: fn(&str) -> Result<Counts>) -> Result<Counts> {
    let report = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    understand(&report)
}

/// Removes the report of an earlier run, which must not be taken for that of this one.
pub(crate) fn forget(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// `ok. 3 passed; 0 failed; 1 ignored; …`
fn cargo_line(line: &str) -> Counts {
    let number = |what: &str| {
        let before = line
            .split(what)
            .next()
            .filter(|before| before.len() < line.len());
        before
            .and_then(|before| before.split_whitespace().last()?.parse().ok())
            .unwrap_or_default()
    };
    Counts {
        passed: number(" passed"),
        failed: number(" failed"),
        skipped: number(" ignored"),
        repeated: 0,
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, next| Self {
            passed: sum.passed + next.passed,
            failed: sum.failed + next.failed,
            skipped: sum.skipped + next.skipped,
            repeated: sum.repeated + next.repeated,
        })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        if self.repeated > 0 {
            write!(f, ", {} of them when repeated", self.repeated)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts {
            passed,
            failed,
            skipped,
            repeated: 0,
        }
    }

    #[test]
    fn the_lines_of_cargo_are_added_up() {
        let output = "running 3 tests\n...\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
        assert_eq!(Counts::of_cargo(output), counts(15, 2, 1));
        assert_eq!(
            Counts::of_cargo("error: could not compile"),
            counts(0, 0, 0)
        );
    }

    #[test]
    fn the_report_of_nextest_is_read() {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="22" failures="1" errors="2" uuid="…" timestamp="…" time="0.097">
    <testsuite name="xtask::bin/xtask" tests="2" disabled="0" errors="0" failures="0">"#;
        assert_eq!(Counts::of_nextest(report).unwrap(), counts(19, 3, 0));
        assert!(Counts::of_nextest("<testsuites name=\"\">").is_err());
        assert!(Counts::of_nextest("").is_err());
    }

    #[test]
    fn the_report_of_playwright_is_read() {
        let report = |flaky: u64| {
            let stats = r#""duration": 1.5, "expected": 7, "skipped": 1, "unexpected": 2, "flaky""#;
            Counts::of_playwright(&format!(r#"{{"stats": {{{stats}: {flaky}}}}}"#)).unwrap()
        };
        assert_eq!(report(0), counts(7, 2, 1));
        let two = Counts {
            repeated: 2,
            ..counts(9, 2, 1)
        };
        assert_eq!(report(2), two);
        assert_eq!(report(3), counts(7, 5, 1));
        assert!(Counts::of_playwright("{}").is_err());
    }

    #[test]
    fn counts_are_printed_in_one_form() {
        assert_eq!(counts(3, 0, 0).to_string(), "3 passed, 0 failed");
        assert_eq!(counts(3, 1, 2).to_string(), "3 passed, 1 failed, 2 skipped");
        let one = Counts {
            repeated: 1,
            ..counts(3, 0, 0)
        };
        assert_eq!(
            one.to_string(),
            "3 passed, 0 failed, 1 of them when repeated"
        );
    }

    #[test]
    fn forgetting_what_is_not_there_is_no_error() {
        forget(Path::new("no/such/file")).unwrap();
    }
}
