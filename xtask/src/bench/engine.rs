//! All kinds of requests at a fixed number of tokens, on one engine.

use std::{collections::BTreeMap, fmt::Write as _, fs, time::Duration};

use anyhow::Result;

use super::{
    Bench, Figure, TOKENS, WORKS, aims::Aims, host::Host, median, middle, ms, number, plain::Plain,
};
use crate::{postgres, process, process::say};

/// Connections at once.
const CONNECTIONS: [usize; 4] = [1, 8, 64, 256];
/// Connections that spend while there is too much to do: ten times those at which the rate no longer grows.
const TOO_MANY: usize = 2560;
/// After so long without a request a server is idle: what a sign-in took is given back.
const RESTED: Duration = Duration::from_secs(3);

/// By the place of what is asked for in [`WORKS`], and the connections: those of all rounds.
type Figures = BTreeMap<(usize, usize), Vec<Figure>>;

impl Bench<'_> {
    /// Everything at a fixed number of tokens.
    pub(super) fn engine(
        &self,
        name: &str,
        url: &str,
        cluster: Option<&postgres::Cluster>,
        report: &mut String,
        aims: &mut Aims,
    ) -> Result<()> {
        say(format!("measuring on {name}"));
        let host = Host::start(self.workspace, url)?;
        process::pause(RESTED);
        let (idle, _) = host.memory()?;
        self.load(&["fill", url, "1", &TOKENS.to_string(), "0", "alike"])?;
        let plain = cluster
            .map(|cluster| Plain::new(cluster, "postgres", &self.folder, TOKENS))
            .transpose()?;
        let mut figures = Figures::new();
        let mut bare = Vec::new();
        for round in 1..=self.options.rounds {
            say(format!("{name}, round {round}"));
            for (work, (asked, _)) in WORKS.iter().enumerate() {
                for connections in CONNECTIONS {
                    process::unless_interrupted()?;
                    let mut figure = self.http(&host, asked, connections, TOKENS)?;
                    if let Some(plain) = &plain {
                        figure.plain = plain.rate(asked, connections, self.options.seconds)?;
                    }
                    figures.entry((work, connections)).or_default().push(figure);
                }
            }
            if let Some(file) = url.strip_prefix("sqlite://") {
                let seconds = self.options.seconds.to_string();
                let copy = format!("{file}.bare");
                // What was committed last is in the log beside the file.
                for part in ["", "-wal"] {
                    fs::copy(format!("{file}{part}"), format!("{copy}{part}"))?;
                }
                let line = self.load(&["bare", &copy, &seconds, &TOKENS.to_string()])?;
                bare.push(number(&line, "rate")?);
            }
        }
        let beside = if plain.is_some() {
            " database alone | ratio |"
        } else {
            ""
        };
        let rule = if plain.is_some() { "---:|---:|" } else { "" };
        writeln!(
            report,
            "\n### {name}, {TOKENS} tokens\n\n\
             | request | connections | a second | p50 | p99 | server CPU a request |{beside}\n\
             |---|---:|---:|---:|---:|---:|{rule}"
        )?;
        for ((work, connections), of_rounds) in &figures {
            let of = |field: fn(&Figure) -> f64| middle(of_rounds, field);
            write!(
                report,
                "| {} | {connections} | {:.0} | {} | {} | {:.0} µs |",
                WORKS[*work].1,
                of(|figure| figure.rate),
                ms(of(|figure| figure.p50)),
                ms(of(|figure| figure.p99)),
                of(|figure| figure.processor),
            )?;
            let alone = of(|figure| figure.plain);
            if alone > 0.0 {
                write!(
                    report,
                    " {alone:.0} | {:.2} |",
                    of(|figure| figure.rate) / alone
                )?;
            } else if plain.is_some() {
                write!(report, " | |")?;
            }
            writeln!(report)?;
        }
        let overload = self.http(&host, "uniform", TOO_MANY, TOKENS)?;
        writeln!(
            report,
            "\nWith {TOO_MANY} connections that spend random tokens: {:.0} served a second (p50 {}, p99 {}), {:.0} a second \
             told 503.",
            overload.rate,
            ms(overload.p50),
            ms(overload.p99),
            overload.refused,
        )?;
        aims.most(
            format!("{name}: p99 of those that are served with {TOO_MANY} connections, ms"),
            overload.p99 / 1000.0,
            250.0,
        );
        let (after, peak) = host.memory()?;
        aims.most(format!("{name}: memory when idle, MiB"), idle, 40.0);
        aims.most(format!("{name}: memory after all load, MiB"), after, 120.0);
        writeln!(
            report,
            "\nMemory of the server: {idle:.0} MiB idle, {after:.0} MiB after all this, {peak:.0} MiB at most."
        )?;
        let bare = (!bare.is_empty()).then(|| median(bare));
        if let Some(bare) = bare {
            writeln!(
                report,
                "\nA bare loop that commits each use by itself, in the same file system: {bare:.0} a second."
            )?;
        }
        aim(name, &figures, bare, aims);
        Ok(())
    }
}

/// What is aimed at for spending and for looking up, beside the database alone or the bare loop.
fn aim(name: &str, figures: &Figures, bare: Option<f64>, aims: &mut Aims) {
    let of = |asked: &str, connections: usize, field: fn(&Figure) -> f64| {
        let work = WORKS.iter().position(|(work, _)| *work == asked);
        let rounds = work.and_then(|work| figures.get(&(work, connections)));
        rounds.map_or(f64::NAN, |rounds| middle(rounds, field))
    };
    let rate = |asked, connections| of(asked, connections, |figure| figure.rate);
    let alone = |asked, connections| of(asked, connections, |figure| figure.plain);
    for (asked, told, bounds) in [
        (
            "uniform",
            "random tokens",
            [(1, 0.5), (64, 1.3), (256, 2.0)],
        ),
        ("hot", "one token", [(1, 0.5), (64, 10.0), (256, 20.0)]),
    ] {
        if let Some(bare) = bare {
            let what = format!("{name}: {told}, 64 connections ÷ the bare loop");
            aims.least(what, rate(asked, 64) / bare, 2.0);
        } else {
            for (connections, least) in bounds {
                let plural = if connections == 1 { "" } else { "s" };
                let what = format!(
                    "{name}: {told}, {connections} connection{plural} ÷ the database alone"
                );
                let ratio = rate(asked, connections) / alone(asked, connections);
                aims.least(what, ratio, least);
            }
        }
        let (p50, p99) = (
            of(asked, 64, |figure| figure.p50),
            of(asked, 64, |figure| figure.p99),
        );
        let what = format!("{name}: {told}, 64 connections, p99 ÷ p50");
        aims.most(what, p99 / p50, 4.0);
    }
    if bare.is_some() {
        let apart = rate("hot", 64) / rate("uniform", 64);
        let what =
            format!("{name}: one token and random tokens, 64 connections, the faster ÷ the slower");
        aims.most(what, apart.max(1.0 / apart), 1.5);
    }
    let enough = match alone("query", 64) {
        alone if alone > 0.0 => (0.35 * alone).min(10_000.0),
        _ => 10_000.0,
    };
    let what = format!("{name}: queries a second, 64 connections");
    aims.least(what, rate("query", 64), enough);
}
