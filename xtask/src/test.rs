//! All tests: rules, stores, doors and pages, each on what it is made for.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::postgres::{Cluster, Commits};
use crate::process::{self, say};
use crate::results::{self, Counts};
use crate::workspace::{Mode, Workspace};
use crate::{build, end2end, packages};

/// Tells the tests of the host where a PostgreSQL is.
const POSTGRES: &str = "TESSERA_TEST_POSTGRES";

/// Where nextest leaves its report (see `.config/nextest.toml`): in the checkout, wherever cargo
/// puts what it builds.
const NEXTEST_REPORT: &str = "target/nextest/default/junit.xml";

/// Runs everything, even after a failure, and ends with the counts.
pub(crate) fn all(workspace: &Workspace, filter: &[String]) -> Result<ExitCode> {
    process::catch_signals()?;
    packages::install(workspace)?;
    end2end::install(workspace)?;
    build::site(workspace, Mode::Release)?;
    let cluster = Cluster::start(Commits::AtOnce)?;

    let mut compile = workspace.cargo();
    process::run(compile.args(["build", "--workspace", "--bins", "--tests"]))?;
    let mut outcomes = vec![(
        "tests of the host",
        rust(workspace, &["--workspace"], Some(&cluster), filter)?,
    )];
    if filter.is_empty() {
        process::unless_interrupted()?;
        outcomes.push(("examples in the documentation", examples(workspace)?));
        process::unless_interrupted()?;
        outcomes.push((
            "tests in a browser",
            end2end::run(workspace, &cluster.url(), &[])?,
        ));
    }
    drop(cluster);
    process::unless_interrupted()?;
    Ok(close(&outcomes))
}

/// Runs one part, with no more preparation than that part needs.
pub(crate) fn part(workspace: &Workspace, part: &str, filter: &[String]) -> Result<ExitCode> {
    process::catch_signals()?;
    let outcome = match part {
        "rules" => rust(workspace, &["--package", "domain"], None, filter)?,
        "browser" => {
            packages::install(workspace)?;
            end2end::install(workspace)?;
            build::site(workspace, Mode::Release)?;
            build::server(workspace, Mode::Dev)?;
            let cluster = Cluster::start(Commits::AtOnce)?;
            end2end::run(workspace, &cluster.url(), filter)?
        }
        target => {
            packages::install(workspace)?;
            if target == "site" {
                build::site(workspace, Mode::Release)?;
            }
            let cluster = Cluster::start(Commits::AtOnce)?;
            // Of the whole workspace, so that nothing is compiled with other features than for all.
            rust(
                workspace,
                &["--workspace", "--test", target],
                Some(&cluster),
                filter,
            )?
        }
    };
    process::unless_interrupted()?;
    Ok(close(&[(part, outcome)]))
}

/// Runs tests written in Rust, with nextest where it is installed.
fn rust(
    workspace: &Workspace,
    which: &[&str],
    cluster: Option<&Cluster>,
    filter: &[String],
) -> Result<Counts> {
    let prepare = |mut command: Command| {
        command.env("TESSERA_SITE_ROOT", workspace.site(Mode::Release));
        command.envs(cluster.map(|cluster| (POSTGRES, cluster.url())));
        command
    };
    if process::succeeds(workspace.cargo().args(["nextest", "--version"])) {
        let report = workspace.path(NEXTEST_REPORT);
        results::forget(&report)?;
        let mut tests = workspace.cargo();
        tests.args(["nextest", "run"]).args(which).args(filter);
        let status = process::status(&mut prepare(tests))?;
        let counts = results::read(&report, Counts::of_nextest)
            .with_context(|| format!("nextest left no result ({status})"))?;
        return Ok(counts.and_runner(status));
    }
    let mut tests = workspace.cargo();
    tests
        .args(["test", "--no-fail-fast", "--bins", "--lib", "--tests"])
        .args(which);
    let (status, output) = process::status_and_copy(prepare(tests).arg("--").args(filter))?;
    Ok(Counts::of_cargo(&output).and_runner(status))
}

/// Runs the examples in the documentation, which nextest leaves out.
fn examples(workspace: &Workspace) -> Result<Counts> {
    let mut tests = workspace.cargo();
    tests.args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    let (status, output) = process::status_and_copy(&mut tests)?;
    Ok(Counts::of_cargo(&output).and_runner(status))
}

/// Prints what came out, the sum alone on the last line.
fn close(outcomes: &[(&str, Counts)]) -> ExitCode {
    for (what, counts) in outcomes {
        say(format_args!("{what}: {counts}"));
    }
    let sum: Counts = outcomes.iter().map(|(_, counts)| *counts).sum();
    println!("{sum}");
    if sum.failed == 0 && sum.passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
