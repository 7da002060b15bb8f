//! `cargo xtask`: the one way to run, build, check, test and measure Tessera.
//!
//! In the order in which things happen: [`wasm`] makes the browser's half, [`style`] the style
//! sheet, [`bundle`] puts both into a site with [`compress`]ed copies and holds it to its
//! [`budget`]; [`build`] adds the host's half. [`serve`] starts the result. [`check`] reads the
//! sources ([`licences`] those of others), [`mod@test`] runs them, with a [`postgres`] of its own, the
//! Debian [`packages`] it needs, and [`results`] that are counted, not guessed; [`mod@bench`] measures.
//! [`workspace`],
//! [`process`] and [`fingerprint`] are what the others stand on.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool: what it prints is for the person at the terminal"
)]

mod bench;
mod budget;
mod build;
mod bundle;
mod check;
mod compress;
mod end2end;
mod fingerprint;
mod licences;
mod packages;
mod postgres;
mod process;
mod results;
mod serve;
mod style;
mod test;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::{Mode, Workspace};

/// What a person sees who asks for help, or for something that does not exist.
const USAGE: &str = "\
cargo xtask COMMAND

  run [--dev] [-- ARGS]     build, then serve on 127.0.0.1:3000 with an embedded database in data/
  dev [-- ARGS]             the same unoptimised, and again after every change of a source
  build [--dev]             leave target/release/tessera and target/site, or, unoptimised,
                            target/debug/tessera and target/site-dev
  check                     format, lints for host and browser, documentation, licences, TypeScript
  bench [--quick]           measure a release build on both engines; writes docs/benchmarks.md;
                            --rounds, --seconds, --tokens and --usages N for other sizes;
                            --growth or --browser for that alone, --faults to repeat the faults
                            of the tests
  test [PART] [-- FILTER]   all tests, or one part: rules, browser, or a test target of the
                            server (store, json_api, site, …)

ARGS are passed on to `tessera serve`, FILTER to the test runner.";

fn main() -> ExitCode {
    match dispatch(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the arguments ask for.
fn dispatch(args: &[String]) -> Result<ExitCode> {
    let (own, passed_on) = split(args);
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    match own.as_slice() {
        ["run"] => serve::run(&Workspace::find()?, Mode::Release, passed_on),
        ["run", "--dev"] => serve::run(&Workspace::find()?, Mode::Dev, passed_on),
        ["dev"] => serve::dev(&Workspace::find()?, passed_on).map(success),
        ["build"] => build::all(&Workspace::find()?, Mode::Release).map(success),
        ["build", "--dev"] => build::all(&Workspace::find()?, Mode::Dev).map(success),
        ["check"] => check::all(&Workspace::find()?).map(success),
        ["test"] => test::all(&Workspace::find()?, passed_on),
        ["test", part] => test::part(&Workspace::find()?, part, passed_on),
        ["bench", options @ ..] => {
            let options = bench::Options::parse(options)?;
            bench::all(&Workspace::find()?, &options).map(success)
        }
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        [] => bail!("a command is missing\n\n{USAGE}"),
        _ => bail!("`{}` is not a command\n\n{USAGE}", own.join(" ")),
    }
}

/// How a command ends that has nothing to tell.
fn success((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

/// What stands before `--`, for us, and what stands after it, for the program that we start.
fn split(args: &[String]) -> (&[String], &[String]) {
    match args.iter().position(|arg| arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_two_dashes_is_passed_on() {
        let args = ["run", "--dev", "--", "--listen", "0.0.0.0:80"].map(String::from);
        let (own, passed_on) = split(&args);
        assert_eq!(own, ["run", "--dev"]);
        assert_eq!(passed_on, ["--listen", "0.0.0.0:80"]);
    }

    #[test]
    fn without_two_dashes_everything_is_ours() {
        let args = ["test", "store"].map(String::from);
        assert_eq!(split(&args), (&args[..], &[][..]));
    }
}
