//! The faults of `server/tests/load` again and again: what happens once in twenty times is found here.

use std::{collections::BTreeMap, fmt::Write as _, time::Instant};

use anyhow::{Result, ensure};

use super::document::{self, FAULTS};
use crate::{
    postgres::{Cluster, Commits},
    process::{self, say},
    workspace::Workspace,
};

/// How often one case came out how.
#[derive(Debug, Default)]
struct Tally {
    good: u32,
    bad: u32,
}

/// Runs all cases so many times, on the program as it is tested, and writes what came of it into `docs/benchmarks.md`.
pub(super) fn all(workspace: &Workspace, rounds: usize) -> Result<()> {
    let mut compile = workspace.cargo();
    process::run(compile.args(["build", "--package", "server", "--bins", "--tests"]))?;
    let cluster = Cluster::start(Commits::AtOnce)?;
    let mut tallies = BTreeMap::<String, Tally>::new();
    let mut took = Vec::new();
    for round in 1..=rounds {
        process::unless_interrupted()?;
        let begun = Instant::now();
        let mut tests = workspace.cargo();
        tests
            .args(["test", "--package", "server", "--test", "load"])
            .env("TESSERA_TEST_POSTGRES", cluster.url());
        let (_, output) = process::status_and_copy(&mut tests)?;
        took.push(begun.elapsed().as_secs_f64());
        for (case, is_good) in output.lines().filter_map(outcome) {
            let tally = tallies.entry(case.to_owned()).or_default();
            if is_good {
                tally.good += 1;
            } else {
                tally.bad += 1;
                say(format!("round {round}: {case} failed"));
            }
        }
        ensure!(!tallies.is_empty(), "no case was run");
        document::put(workspace, FAULTS, &report(&tallies, &took)?)?;
        say(format!("round {round} of {rounds} of the faults is over"));
    }
    let bad: u32 = tallies.values().map(|tally| tally.bad).sum();
    ensure!(bad == 0, "{bad} rounds failed");
    Ok(())
}

/// The case of which a line of output speaks, and whether it was good.
fn outcome(line: &str) -> Option<(&str, bool)> {
    let (case, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    match outcome {
        "ok" => Some((case, true)),
        "FAILED" => Some((case, false)),
        _ => None,
    }
}

fn report(tallies: &BTreeMap<String, Tally>, took: &[f64]) -> Result<String> {
    let mut report = format!(
        "Written by `cargo xtask bench --faults`: the cases of `server/tests/load`, each of which \
         compares every count at its end. A round took {:.0} s.\n\n\
         | case | rounds | failed |\n|---|---:|---:|\n",
        super::median(took.to_vec())
    );
    for (case, Tally { good, bad }) in tallies {
        let case = case.replace("::", ", ").replace('_', " ");
        writeln!(report, "| {case} | {} | {bad} |", good + bad)?;
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_read() {
        let read = |line| outcome(line);
        assert_eq!(
            read("test faults::a_full_disk ... ok"),
            Some(("faults::a_full_disk", true))
        );
        assert_eq!(
            read("test sqlite::x ... FAILED"),
            Some(("sqlite::x", false))
        );
        for line in [
            "running 18 tests",
            "test result: ok. 18 passed; 0 failed",
            "",
        ] {
            assert_eq!(read(line), None);
        }
    }
}
