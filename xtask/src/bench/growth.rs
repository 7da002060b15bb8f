//! How figures grow with the number of tokens.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io,
    path::PathBuf,
    process::Command,
};

use anyhow::Result;

use super::{Bench, Figure, WORKS, aims::Aims, host::Host, middle, ms, plain::Plain, rest};
use crate::{postgres::Cluster, process, process::say};

/// How many tokens there are.
const SIZES: [u64; 3] = [1000, 100_000, 1_000_000];
/// So many of the works are measured; what is left is as one of them, or a page.
const MEASURED: usize = 4;
/// For one round of pages there are so many of works: what is lost on the way to a million tokens is a comparison of two
/// of them, and on one and the same server figures of a second differ by a fifth.
const TURNS: usize = 3;
/// How often uses are made in the round that does not count: most pages of a million tokens are then written since the last
/// checkpoint, after which PostgreSQL logs each page whole once.
const FIRST: u32 = 4;

/// Hundredths of the rate that may be lost from the fewest tokens to the most.
const LOST: f64 = 25.0;
/// Milliseconds that a page may take on one connection, by engine.
const PAGE_OF_POSTGRES: f64 = 50.0;
const PAGE_OF_SQLITE: f64 = 100.0;

/// By the place of a request in the report and its name: for each number of tokens those of all rounds.
type Figures = BTreeMap<(usize, String), Vec<Vec<Figure>>>;

/// A server with so many tokens.
struct Grown {
    tokens: u64,
    host: Host,
    /// Its database alone, if it is one of a cluster.
    plain: Option<Plain>,
    /// Its database, if it is a file.
    file: Option<PathBuf>,
}

impl Grown {
    /// Nothing that was written before is on its way to the disk, if something was; nobody does anything any more; and what
    /// the kernel has dropped of a file is in memory again: some drop early what is not read for a while.
    fn settle(&self, is_written: bool) -> Result<()> {
        if is_written {
            process::run(&mut Command::new("sync"))?;
            if !rest::come()? {
                say("somebody else is busy: measured all the same");
            }
        }
        if let Some(file) = &self.file {
            io::copy(&mut File::open(file)?, &mut io::sink())?;
        }
        Ok(())
    }
}

impl Bench<'_> {
    /// A few requests at more and more tokens, and the database alone if there is a cluster; otherwise in files.
    ///
    /// Each number of tokens has a database and a server of its own, and each request is made of all of them, one after the
    /// other: a minute in which the machine is slow is one for all. The first round does not count, in which servers and
    /// databases touch most of their pages for the first time; and nothing is measured while what came before it is seen
    /// to, on the disk or behind the clients.
    pub(super) fn growth(
        &self,
        name: &str,
        cluster: Option<&Cluster>,
        report: &mut String,
        aims: &mut Aims,
    ) -> Result<()> {
        let sizes: Vec<u64> = SIZES
            .into_iter()
            .filter(|size| *size <= self.options.tokens)
            .collect();
        let mut grown = Vec::new();
        for size in &sizes {
            say(format!("{name}, {size} tokens"));
            let usages = if Some(size) == sizes.last() {
                self.options.usages
            } else {
                0
            };
            grown.push(self.grow(*size, usages, cluster)?);
        }

        let mut figures = Figures::new();
        let mut is_written = true;
        // What adds tokens comes last.
        for adds in [false, true] {
            for round in 0..=self.options.rounds * TURNS {
                say(format!("{name}, growth, round {round}"));
                for (request, place) in (0..requests(0).len())
                    .flat_map(|request| (0..grown.len()).map(move |place| (request, place)))
                {
                    let grown = &grown[place];
                    let (what, asked) = requests(grown.tokens).swap_remove(request);
                    let rounds = self.options.rounds * if is_work(&what) { TURNS } else { 1 };
                    if (asked == "add") != adds || round > rounds {
                        continue;
                    }
                    process::unless_interrupted()?;
                    grown.settle(is_written)?;
                    is_written = !is_read(&asked);
                    let figure = self.figure(grown, &asked)?;
                    if round == 0 && asked == WORKS[0].0 {
                        for _ in 1..FIRST {
                            self.figure(grown, &asked)?;
                        }
                    }
                    if round > 0 {
                        figures
                            .entry((request, what))
                            .or_insert_with(|| vec![Vec::new(); sizes.len()])[place]
                            .push(figure);
                    }
                }
            }
        }

        writeln!(
            report,
            "\n### {name}, growth\n\nPages of 50 on one connection; the rest on 64. With the most tokens there are \
             {} rows of the log beside them. Each is asked of all numbers of tokens in turn, {TURNS} times as often where \
             it is no page. After writes everybody is to be at rest first, for which half a minute is waited at most.\n",
            self.options.usages
        )?;
        table(&sizes, &figures, report)?;
        let most = if cluster.is_some() {
            PAGE_OF_POSTGRES
        } else {
            PAGE_OF_SQLITE
        };
        let tokens = sizes.last().copied().unwrap_or_default();
        for ((_, what), of_sizes) in &figures {
            let (Some(few), Some(many)) = (of_sizes.first(), of_sizes.last()) else {
                continue;
            };
            if is_work(what) {
                let rate = |rounds| middle(rounds, |figure| figure.rate);
                let lost = (1.0 - rate(many) / rate(few)) * 100.0;
                let what = format!("{name}: {what}, lost on the way to {tokens} tokens, %");
                aims.most(what, lost.clamp(0.0, f64::INFINITY), LOST);
            } else {
                let took = middle(many, |figure| figure.p50) / 1000.0;
                aims.most(format!("{name}: {what} of {tokens} tokens, ms"), took, most);
            }
        }
        Ok(())
    }

    /// One measurement, with the database alone beside a use of any token.
    fn figure(&self, grown: &Grown, asked: &str) -> Result<Figure> {
        let connections = if asked.starts_with('/') { 1 } else { 64 };
        let mut figure = self.http(&grown.host, asked, connections, grown.tokens)?;
        if asked == WORKS[0].0
            && let Some(plain) = &grown.plain
        {
            figure.plain = plain.rate(asked, connections, self.options.seconds)?;
        }
        Ok(figure)
    }

    /// A server whose database has so many tokens, and so many rows of the log.
    fn grow(&self, tokens: u64, usages: u64, cluster: Option<&Cluster>) -> Result<Grown> {
        let database = format!("growth_{tokens}");
        let (url, plain, file) = if let Some(cluster) = cluster {
            let folder = self.folder.join(&database);
            fs::create_dir(&folder)?;
            let plain = Plain::new(cluster, &database, &folder, tokens)?;
            (cluster.new_database(&database)?, Some(plain), None)
        } else {
            let file = self.folder.join(format!("{database}.db"));
            (format!("sqlite://{}", file.display()), None, Some(file))
        };
        let host = Host::start(self.workspace, &url)?;
        self.load(&[
            "fill",
            &url,
            "1",
            &tokens.to_string(),
            &usages.to_string(),
            "mixed",
        ])?;
        Ok(Grown {
            tokens,
            host,
            plain,
            file,
        })
    }
}

/// A row for each request, a column for each number of tokens, of which each has the figures of its rounds.
fn table(sizes: &[u64], figures: &Figures, report: &mut String) -> Result<()> {
    let head: Vec<String> = sizes.iter().map(|size| format!("{size} tokens")).collect();
    writeln!(
        report,
        "| | {} |\n|---|{}",
        head.join(" | "),
        "---:|".repeat(sizes.len())
    )?;
    for ((_, what), of_sizes) in figures {
        let row = |of: &dyn Fn(&[Figure]) -> String| {
            let cells: Vec<String> = of_sizes.iter().map(|rounds| of(rounds)).collect();
            cells.join(" | ")
        };
        let cells = row(&|rounds| {
            let p50 = ms(middle(rounds, |figure| figure.p50));
            let p99 = ms(middle(rounds, |figure| figure.p99));
            let rate = middle(rounds, |figure| figure.rate);
            if is_work(what) {
                format!("{rate:.0}/s")
            } else {
                format!("{p50} (p99 {p99})")
            }
        });
        writeln!(report, "| {what} | {cells} |")?;
        if of_sizes.iter().flatten().any(|figure| figure.plain > 0.0) {
            let alone = row(&|rounds| format!("{:.0}/s", middle(rounds, |figure| figure.plain)));
            writeln!(report, "| the same, the database alone | {alone} |")?;
        }
    }
    Ok(())
}

/// What is asked for where there are so many tokens: how the report calls it, and how the load generator does.
fn requests(tokens: u64) -> Vec<(String, String)> {
    let pages = [
        ("first page", "/tokens".to_owned()),
        (
            "page in the middle",
            format!("/tokens?page={}", tokens / 100),
        ),
        ("sorted by value", "/tokens?sort=value&dir=asc".to_owned()),
        ("active ones", "/tokens?status=active".to_owned()),
        ("expired ones", "/tokens?status=expired".to_owned()),
        ("used up ones", "/tokens?status=used_up".to_owned()),
        ("locked ones, none", "/tokens?status=locked".to_owned()),
        ("search, all found", "/tokens?q=guest".to_owned()),
        (
            "search, one found",
            format!("/tokens?q=guest-{}", tokens / 2 + 1),
        ),
        (
            "search, none found",
            "/tokens?q=there-is-no-such".to_owned(),
        ),
    ];
    let pages = pages.map(|(what, path)| (what.to_owned(), path));
    let works = WORKS.iter().take(MEASURED);
    let works = works.map(|(asked, what)| ((*what).to_owned(), (*asked).to_owned()));
    pages.into_iter().chain(works).collect()
}

/// Whether nothing is left to do after it.
fn is_read(asked: &str) -> bool {
    asked == "query" || asked.starts_with('/')
}

/// Whether a row of the report is about what programs ask for, not a page.
fn is_work(what: &str) -> bool {
    WORKS.iter().take(MEASURED).any(|(_, work)| *work == what)
}
