//! What a browser makes of pages: how long until they can be used, and how fast codes are drawn.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::{Context, Result};

use super::{Bench, TOKENS, aims::Aims, host::Host, median, number};
use crate::{end2end, process, process::say};

/// The pages, as `end2end/bench/pages.spec.ts` calls them and as the report does, and the kilobytes that a first visit may
/// load: what the files of a build may have, the typefaces and the page.
const PAGES: [(&str, &str, f64); 4] = [
    ("login", "sign-in", 450.0),
    ("list", "list of tokens", 450.0),
    ("overview", "overview", 850.0),
    ("codes", "50 codes", 850.0),
];

/// Milliseconds until a page can be used that is met for the first time: half as much again as the slowest took when this
/// was set.
const FIRST: f64 = 3000.0;
/// The same where its files are in the browser.
const AGAIN: f64 = 1500.0;
/// Codes that a browser draws a second, by how many times as slow it is: more than when `qrcode` chose their masks, by 580
/// and 105.
const DRAWN: [(&str, &str, f64); 2] = [
    ("1", "on this machine", 700.0),
    ("4", "four times as slow", 110.0),
];
/// The longest that a page of codes does not answer while they are drawn, in milliseconds, by a browser as slow.
const LONGEST: f64 = 300.0;

/// By what was measured and the name of the number: those of all rounds.
type Numbers = BTreeMap<(String, &'static str), Vec<f64>>;

/// What the numbers of a measurement are called.
const NAMES: [&str; 6] = [
    "painted",
    "interactive",
    "longest",
    "bytes",
    "rate",
    "waited",
];

impl Bench<'_> {
    /// All of it, as a section of the report, and what is aimed at.
    pub(super) fn browser(&self) -> Result<(String, Aims)> {
        say("measuring in a browser");
        let url = format!("sqlite://{}/browser.db", self.folder.display());
        let host = Host::start(self.workspace, &url)?;
        self.load(&["fill", &url, "1", &TOKENS.to_string(), "0", "alike"])?;
        let result = self.folder.join("browser.txt");
        let cookie = host.cookie.trim_start_matches("Cookie: ");
        let mut pages = end2end::bench(self.workspace)?;
        pages
            .env("TESSERA_BENCH_URL", format!("http://{}", host.address))
            .env("TESSERA_BENCH_COOKIE", cookie)
            .env("TESSERA_BENCH_ROUNDS", self.options.rounds.to_string())
            .env("TESSERA_BENCH_RESULT", &result);
        process::run(&mut pages)?;
        let lines = fs::read_to_string(&result).context("the browser left no result")?;
        let mut numbers = Numbers::new();
        for line in lines.lines() {
            let what = line
                .split_whitespace()
                .find_map(|pair| pair.strip_prefix("what="))
                .with_context(|| format!("`{line}` is of nothing"))?;
            for name in NAMES {
                if let Ok(number) = number(line, name) {
                    let of = (what.to_owned(), name);
                    numbers.entry(of).or_default().push(number);
                }
            }
        }
        self.told(&numbers)
    }

    fn told(&self, numbers: &Numbers) -> Result<(String, Aims)> {
        let of = |what: &str, name: &'static str| -> Result<f64> {
            let rounds = numbers.get(&(what.to_owned(), name));
            Ok(median(
                rounds
                    .with_context(|| format!("no {name} of {what}"))?
                    .clone(),
            ))
        };
        let mut aims = Aims::default();
        let mut report = String::new();
        writeln!(
            report,
            "Written by `cargo xtask bench`, or `--browser` for that alone: Chromium without a head on the same machine as \
             the server, its main thread four times as slow (`Emulation.setCPUThrottlingRate`; what compiles WebAssembly \
             is not slowed down, and there is no network to wait for), {TOKENS} tokens in a SQLite file; {} rounds, \
             medians. A page can be used once the scripts have taken it over and five seconds without a task of 50 ms \
             have begun, as Lighthouse reckons time to interactive: links and forms work from the first paint on. Met \
             again, its files are in the browser. The longest task is that of the first visit.\n\n\
             | | loaded | painted | can be used | longest task | again: painted | can be used |\n\
             |---|---:|---:|---:|---:|---:|---:|",
            self.options.rounds
        )?;
        for (page, called, most) in PAGES {
            let (first, again) = (format!("{page}-first"), format!("{page}-again"));
            let loaded = of(&first, "bytes")? / 1000.0;
            let (usable, usable_again) = (of(&first, "interactive")?, of(&again, "interactive")?);
            writeln!(
                report,
                "| {called} | {loaded:.0} KB | {} | {} | {} | {} | {} |",
                seconds(of(&first, "painted")?),
                seconds(usable),
                seconds(of(&first, "longest")?),
                seconds(of(&again, "painted")?),
                seconds(usable_again),
            )?;
            aims.most(format!("{called}: loaded, KB"), loaded, most);
            aims.most(format!("{called}: can be used, ms"), usable, FIRST);
            let again = format!("{called}: can be used again, ms");
            aims.most(again, usable_again, AGAIN);
        }
        writeln!(
            report,
            "\nFrom a page of 50 codes to one of 1,000, all of which the browser draws, ten at a time at least, and as \
             many more as it can within 50 ms from frame to frame:\n\n\
             | | codes a second | until all are there | longest task |\n|---|---:|---:|---:|"
        )?;
        for (rate, called, least) in DRAWN {
            let what = format!("drawn-{rate}");
            let (drawn, longest) = (of(&what, "rate")?, of(&what, "longest")?);
            writeln!(
                report,
                "| {called} | {drawn:.0} | {} | {} |",
                seconds(of(&what, "waited")?),
                seconds(longest),
            )?;
            aims.least(format!("{called}: codes a second"), drawn, least);
            aims.most(format!("{called}: longest task, ms"), longest, LONGEST);
        }
        writeln!(
            report,
            "\nBounds with room for a slower day; the bench fails where one is missed.\n\n{}",
            aims.table()?
        )?;
        Ok((report, aims))
    }
}

/// Of milliseconds.
fn seconds(milliseconds: f64) -> String {
    format!("{:.2} s", milliseconds / 1000.0)
}
