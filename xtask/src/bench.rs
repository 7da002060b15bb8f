//! Measuring: a release build, databases of its own, figures as Markdown.
//!
//! Server, database and load generator (the `load` crate) share the machine, so figures are for comparing within one
//! run, not with other machines. Rounds are interleaved: each does everything once, and medians count. Beside each write
//! on PostgreSQL stands what pgbench does in the same round with the plain one-statement form of it: the database alone.

mod aims;
mod browser;
mod client;
mod document;
mod engine;
mod faults;
mod growth;
mod host;
mod options;
mod plain;
mod rest;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result};

use crate::{
    budget, build, postgres, process,
    process::say,
    workspace::{Mode, Workspace},
};
pub(crate) use options::Options;

use aims::Aims;
use document::{BROWSER, FIGURES};
use host::Host;
use options::What;

/// What is asked for: how the load generator calls it, and how the report does.
const WORKS: [(&str, &str); 6] = [
    ("uniform", "consume, random tokens"),
    ("hot", "consume, one token"),
    ("query", "query"),
    ("add", "add"),
    ("update", "update"),
    ("/tokens", "list page"),
];
/// Tokens while all kinds of requests are measured.
const TOKENS: u64 = 10_000;
/// After so many rounds a run is held to what is aimed at; with fewer it is a look.
const HELD: usize = 3;

/// Measures and writes its sections of `docs/benchmarks.md`: the others are written by hand.
pub(crate) fn all(workspace: &Workspace, options: &Options) -> Result<()> {
    process::catch_signals()?;
    if options.what == What::Faults {
        return faults::all(workspace, options.rounds);
    }
    if options.build {
        build::all(workspace, Mode::Release)?;
        let mut load = workspace.cargo();
        process::run(load.args(["build", "--release", "--package", "load"]))?;
    }
    let folder = Folder::new()?;
    let bench = Bench {
        workspace,
        options,
        folder: folder.0.clone(),
    };
    let mut aims = Aims::default();
    if options.what != What::Growth {
        let (report, of_pages) = bench.browser()?;
        document::put(workspace, BROWSER, &report)?;
        print!("{report}");
        aims.append(of_pages);
    }
    if options.what != What::Browser {
        aims.append(bench.figures()?);
    }
    if options.rounds < HELD {
        return Ok(());
    }
    aims.hold()
}

/// What all measurements share.
struct Bench<'a> {
    workspace: &'a Workspace,
    options: &'a Options,
    folder: PathBuf,
}

/// What one measurement came to.
#[derive(Debug, Clone, Copy, Default)]
struct Figure {
    /// Requests a second.
    rate: f64,
    /// Microseconds.
    p50: f64,
    p99: f64,
    /// Microseconds of processor time of the server for a request.
    processor: f64,
    /// The same by the database alone, a second.
    plain: f64,
    /// Answers a second that were no success.
    refused: f64,
}

impl Bench<'_> {
    /// What the server does a second, and how that grows with the tokens. What there is so far is written each time, so that
    /// a run that is interrupted is not lost.
    fn figures(&self) -> Result<Aims> {
        let cluster = postgres::Cluster::start(postgres::Commits::Durable)?;
        let program = size_of(&self.workspace.server(Mode::Release))?;
        let mut aims = Aims::default();
        aims.most("program, MiB", program, budget::program_mib());
        let mut report = String::new();
        writeln!(
            report,
            "Machine: {}. {} rounds of {} s; medians. Binary: {program:.1} MiB.",
            machine(),
            self.options.rounds,
            self.options.seconds,
        )?;
        let keep = |report: &str, aims: &Aims| {
            let aims = aims.table()?;
            let report = format!("{report}\n### What is aimed at\n\n{aims}");
            document::put(self.workspace, FIGURES, &report)
        };
        if self.options.what == What::All {
            let url = cluster.url();
            self.engine("PostgreSQL", &url, Some(&cluster), &mut report, &mut aims)?;
            keep(&report, &aims)?;
            let file = format!("sqlite://{}/bench.db", self.folder.display());
            self.engine("SQLite", &file, None, &mut report, &mut aims)?;
            keep(&report, &aims)?;
        }
        self.growth("SQLite", None, &mut report, &mut aims)?;
        keep(&report, &aims)?;
        self.growth("PostgreSQL", Some(&cluster), &mut report, &mut aims)?;
        keep(&report, &aims)?;
        print!("{report}\n{}", aims.table()?);
        Ok(aims)
    }

    /// One measurement.
    fn http(&self, host: &Host, work: &str, connections: usize, tokens: u64) -> Result<Figure> {
        let header = if work.starts_with('/') {
            &host.cookie
        } else {
            &host.key
        };
        let before = host.processor_time()?;
        let line = self.load(&[
            "http",
            &host.address,
            work,
            &connections.to_string(),
            &self.options.seconds.to_string(),
            &tokens.to_string(),
            header,
        ])?;
        let spent = host.processor_time()?.saturating_sub(before);
        let rate = number(&line, "rate")?;
        let refused = number(&line, "refused")?;
        if refused > 0.0 {
            say(format!(
                "{work} on {connections} connections: {}",
                line.trim()
            ));
        }
        Ok(Figure {
            rate,
            p50: number(&line, "p50")?,
            p99: number(&line, "p99")?,
            processor: spent.as_secs_f64() * 1e6 / (rate * self.options.seconds * 1.25),
            plain: 0.0,
            refused: refused / self.options.seconds,
        })
    }

    /// Runs the load generator; what it prints.
    fn load(&self, args: &[&str]) -> Result<String> {
        let program = self.workspace.target("release/load");
        process::output(Command::new(program).args(args))
    }
}

/// The number of that name in `name=number name=number`.
fn number(line: &str, name: &str) -> Result<f64> {
    let pairs = line
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='));
    let mut of_name = pairs.filter(|(given, _)| *given == name);
    let (_, number) = of_name
        .next()
        .with_context(|| format!("no {name} in `{line}`"))?;
    Ok(number.parse()?)
}

/// Of all rounds.
fn middle(rounds: &[Figure], field: fn(&Figure) -> f64) -> f64 {
    median(rounds.iter().map(field).collect())
}

/// Of nothing it is no number.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn ms(microseconds: f64) -> String {
    format!("{:.2} ms", microseconds / 1000.0)
}

/// In MiB.
fn size_of(file: &Path) -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let bytes = fs::metadata(file)?.len() as f64;
    Ok(bytes / 1024.0 / 1024.0)
}

/// A folder for the time of the measurement.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let made =
            process::output(Command::new("mktemp").args(["-d", "/tmp/tessera-bench-XXXXXX"]))?;
        Ok(Self(made.trim().into()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What this machine is, as far as it tells.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let model = fs::read_to_string(Path::new("/proc/cpuinfo"))
        .ok()
        .and_then(|info| {
            let line = info
                .lines()
                .find(|line| line.starts_with("model name"))?
                .to_owned();
            Some(line.split_once(':')?.1.trim().to_owned())
        });
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let huge = in_huge_pages(&info);
    format!(
        "{cores} cores, {} GiB of memory, {} MiB of it in use as huge pages, {}",
        meminfo(&info, "MemTotal").unwrap_or_default() / 1024 / 1024,
        huge.unwrap_or_default() / 1024,
        model.unwrap_or_else(|| "of an unknown kind".into())
    )
}

/// KiB that somebody has taken, or is going to take, of the huge pages that are set aside: PostgreSQL's buffers, where
/// there are enough of them.
fn in_huge_pages(info: &str) -> Option<u64> {
    let total = meminfo(info, "HugePages_Total")?;
    let left = meminfo(info, "HugePages_Free")?.saturating_sub(meminfo(info, "HugePages_Rsvd")?);
    Some(total.saturating_sub(left) * meminfo(info, "Hugepagesize")?)
}

/// A number of `/proc/meminfo`; where it is of memory, in KiB.
fn meminfo(info: &str, name: &str) -> Option<u64> {
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_pages_that_somebody_has_are_counted() {
        let info = "MemTotal: 100 kB\nHugePages_Total:     700\nHugePages_Free:      670\n\
                    HugePages_Rsvd:      514\nHugepagesize:       2048 kB\n";
        assert_eq!(in_huge_pages(info), Some(544 * 2048));
        assert_eq!(in_huge_pages("MemTotal: 100 kB\n"), None);
    }

    #[test]
    fn a_number_is_found_by_its_name() {
        let line = "rate=12.5 p50=3 p99=40 refused=0\n";
        assert_eq!(number(line, "p99").unwrap().to_string(), "40");
        assert!(number(line, "p9").is_err());
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_string(), "2");
    }
}
