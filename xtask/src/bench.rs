//! Measuring: a release build, a database of its own, figures as a Markdown table.
//!
//! Server and load generator share the machine, so figures are for comparing within one run, not with other machines.
//! What is measured is the time until the last byte of an answer has arrived over loopback: an upper bound of the
//! server's own time.

mod client;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    build, postgres, process,
    process::say,
    workspace::{Mode, Workspace},
};
use client::Client;

/// Tokens in the list whose pages are timed.
const TOKENS: u32 = 100_000;
/// Tokens that one request makes: the most that it may.
const BATCH: u32 = 1000;
/// How often each page is asked for.
const PAGES: usize = 40;
/// How long one round of spending lasts.
const ROUND: Duration = Duration::from_secs(3);
/// Rounds of spending; the median counts.
const ROUNDS: usize = 3;
/// Connections that spend at once.
const CONNECTIONS: [usize; 2] = [1, 64];

/// Measures and writes `docs/benchmarks.md`.
pub(crate) fn all(workspace: &Workspace) -> Result<()> {
    process::catch_signals()?;
    build::all(workspace, Mode::Release)?;
    let folder = Folder::new()?;
    let cluster = postgres::Cluster::start(postgres::Commits::Durable)?;
    let engines = [
        (
            "SQLite",
            format!("sqlite://{}/bench.db", folder.0.display()),
        ),
        ("PostgreSQL", cluster.url()),
    ];
    let mut report = String::from(HEAD);
    writeln!(report, "\nMachine: {}.", machine())?;
    for (engine, url) in engines {
        say(format!("measuring on {engine}"));
        let host = Host::start(workspace, &url)?;
        writeln!(report, "\n## {engine}\n")?;
        report.push_str(&measure(&host)?);
    }
    print!("{report}");
    let file = workspace.path("docs/benchmarks.md");
    fs::write(&file, report).with_context(|| format!("writing {}", file.display()))
}

/// What stands above the figures.
const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench`: a release build, with the load generator on the same machine. Times are from the \
request to the last byte of the answer over loopback; compare figures within one run, not with other machines.
";

fn measure(host: &Host) -> Result<String> {
    let mut table = String::from("| what | figure |\n|---|---|\n");
    let mut row = |what: &str, figure: String| writeln!(table, "| {what} | {figure} |");

    let created = host.fill()?;
    row(
        "create 1,000 tokens in one request",
        format!(
            "median {}, slowest {}",
            ms(created.median),
            ms(created.slowest)
        ),
    )?;
    let middle = TOKENS / 100;
    for (what, path) in [
        (
            "list of 100,000 tokens, first page of 50",
            "/tokens".to_owned(),
        ),
        ("… page in the middle", format!("/tokens?page={middle}")),
        ("… sorted by value", "/tokens?sort=value&dir=asc".to_owned()),
        ("… filtered by status", "/tokens?status=active".to_owned()),
        (
            "… search that finds one",
            "/tokens?q=bench-050-0500".to_owned(),
        ),
        (
            "… search that finds nothing",
            "/tokens?q=there-is-no-such-token".to_owned(),
        ),
    ] {
        let spread = host.page(&path)?;
        row(
            what,
            format!(
                "median {}, slowest {}",
                ms(spread.median),
                ms(spread.slowest)
            ),
        )?;
    }
    for connections in CONNECTIONS {
        for (what, hot) in [("random tokens", false), ("one token", true)] {
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                process::unless_interrupted()?;
                rounds.push(host.spend(connections, hot)?);
            }
            rounds.sort_by(f64::total_cmp);
            row(
                &format!("spend, {connections} connections, {what}"),
                format!("{:.0} a second", rounds[ROUNDS / 2]),
            )?;
        }
    }
    row(
        "memory of the server afterwards",
        format!("{} MiB", host.memory()? / 1024),
    )?;
    Ok(table)
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// Times of the same thing, done again and again.
struct Spread {
    median: Duration,
    slowest: Duration,
}

impl Spread {
    fn of(mut times: Vec<Duration>) -> Result<Self> {
        times.sort_unstable();
        let slowest = *times.last().context("nothing was timed")?;
        Ok(Self {
            median: times[times.len() / 2],
            slowest,
        })
    }
}

/// A server under measurement; dropped, it is stopped.
struct Host {
    child: Child,
    address: String,
    key: String,
    cookie: String,
    uids: std::sync::OnceLock<Vec<String>>,
}

impl Host {
    fn start(workspace: &Workspace, url: &str) -> Result<Self> {
        let binary = workspace.server(Mode::Release);
        let command = |args: &[&str]| {
            let mut command = Command::new(&binary);
            command.args(args).env("DATABASE_URL", url);
            command
        };
        let password = "the load generator's";
        let mut add = command(&[
            "user",
            "add",
            "bench",
            "--role",
            "admin",
            "--password-stdin",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
        std::io::Write::write_all(
            &mut add.stdin.take().context("no standard input")?,
            password.as_bytes(),
        )?;
        ensure!(add.wait()?.success(), "the account could not be made");
        let permissions = "view,consume,add,edit,delete";
        let key = process::output(&mut command(&[
            "key",
            "add",
            "bench",
            "--permission",
            permissions,
        ]))?;

        let port = postgres::free_port()?;
        let address = format!("127.0.0.1:{port}");
        let child = command(&["serve", "--listen", &address, "--log", "warn"])
            .env("TESSERA_SITE_ROOT", workspace.site(Mode::Release))
            .stdout(Stdio::null())
            .spawn()?;
        let mut host = Self {
            child,
            address,
            key: key.trim().to_owned(),
            cookie: String::new(),
            uids: std::sync::OnceLock::new(),
        };
        host.wait()?;
        host.cookie = host.sign_in(password)?;
        Ok(host)
    }

    fn wait(&self) -> Result<()> {
        let started = Instant::now();
        loop {
            if Client::connect(&self.address)
                .and_then(|mut client| client.get("/readyz", ""))
                .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            ensure!(
                started.elapsed() < Duration::from_secs(30),
                "the server does not answer"
            );
            process::pause(Duration::from_millis(50));
        }
    }

    fn sign_in(&self, password: &str) -> Result<String> {
        let mut client = Client::connect(&self.address)?;
        let form = format!(
            "form[name]=bench&form[password]={}",
            password.replace(' ', "+")
        );
        let answer = client.post("/fn/sign_in", "", &form)?;
        let cookie = answer
            .header("set-cookie")
            .context("the sign-in was refused")?;
        let pair = cookie.split(';').next().unwrap_or_default();
        Ok(format!("Cookie: {pair}\r\n"))
    }

    /// Makes all tokens, and remembers some of them.
    fn fill(&self) -> Result<Spread> {
        let mut client = Client::connect(&self.address)?;
        let mut times = Vec::new();
        for batch in 0..TOKENS / BATCH {
            process::unless_interrupted()?;
            let form = format!(
                "form[amount]={BATCH}&form[label]=bench-{batch:03}&form[uses]=1000000&form[unlimited]=&form[lock]=0"
            );
            let start = Instant::now();
            let answer = client.post("/fn/add_tokens", &self.cookie, &form)?;
            times.push(start.elapsed());
            if answer.status != 200 {
                bail!("tokens were not made: {}", answer.text());
            }
        }
        // The uuids of some pages all over the list.
        let mut uids = Vec::new();
        for page in (1..=TOKENS / 50).step_by(10) {
            let answer = client.get(&format!("/tokens?page={page}"), &self.cookie)?;
            let text = answer.text();
            for part in text.split("href=\"/tokens/").skip(1) {
                if let Some(uid) = part.get(..36).filter(|uid| uid.matches('-').count() == 4) {
                    uids.push(uid.to_owned());
                }
            }
        }
        uids.sort_unstable();
        uids.dedup();
        ensure!(
            uids.len() > 5000,
            "only {} uuids were found on the pages",
            uids.len()
        );
        self.uids.set(uids).ok().context("filled twice")?;
        Spread::of(times)
    }

    /// Asks for a page again and again.
    fn page(&self, path: &str) -> Result<Spread> {
        let mut client = Client::connect(&self.address)?;
        let mut times = Vec::new();
        for _ in 0..PAGES {
            let start = Instant::now();
            let answer = client.get(path, &self.cookie)?;
            times.push(start.elapsed());
            ensure!(answer.status == 200, "{path}: {}", answer.status);
        }
        Spread::of(times)
    }

    /// Spends for a round; accepted uses a second.
    fn spend(&self, connections: usize, hot: bool) -> Result<f64> {
        let uids = self.uids.get().context("not filled")?;
        let authorization = format!("Authorization: Bearer {}\r\n", self.key);
        let over = AtomicBool::new(false);
        let start = Barrier::new(connections + 1);
        let counts = thread::scope(|scope| {
            let spender = |n: usize| {
                let (over, start, authorization) = (&over, &start, &authorization);
                scope.spawn(move || -> Result<u64> {
                    let mut client = Client::connect(&self.address)?;
                    // A small generator of our own: what is drawn need not be random, only spread.
                    let mut state = n as u64 + 1;
                    let mut done = 0;
                    start.wait();
                    while !over.load(Ordering::Relaxed) {
                        state ^= state << 13;
                        state ^= state >> 7;
                        state ^= state << 17;
                        let drawn = usize::try_from(state % uids.len() as u64).unwrap_or_default();
                        let uid = if hot { &uids[0] } else { &uids[drawn] };
                        let path = format!("/tokens/{uid}/consume_token");
                        let answer = client.post(&path, authorization, "")?;
                        ensure!(
                            answer.text().contains("\"consumed\":true"),
                            "a use was refused: {}",
                            answer.text()
                        );
                        done += 1;
                    }
                    Ok(done)
                })
            };
            let spenders: Vec<_> = (0..connections).map(spender).collect();
            start.wait();
            process::pause(ROUND);
            over.store(true, Ordering::Relaxed);
            spenders
                .into_iter()
                .map(|spender| match spender.join() {
                    Ok(count) => count,
                    Err(_) => bail!("a spender panicked"),
                })
                .sum::<Result<u64>>()
        })?;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        Ok(counts as f64 / ROUND.as_secs_f64())
    }

    /// Resident memory, in KiB.
    fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .context("the kernel names no resident memory")?
            .parse()
            .context("reading memory")
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child) {
            say(format!("the server could not be stopped: {error:#}"));
        }
    }
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
    format!(
        "{cores} cores, {}",
        model.unwrap_or_else(|| "of an unknown kind".into())
    )
}
