//! How figures grow with the number of tokens.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Result;

use super::{Bench, WORKS, host::Host, median, ms, plain::Plain};
use crate::{postgres::Cluster, process, process::say};

impl Bench<'_> {
    /// A few requests at more and more tokens, and the database alone if it is one of a cluster.
    pub(super) fn growth(
        &self,
        name: &str,
        url: &str,
        database: Option<(&Cluster, &'static str)>,
        report: &mut String,
    ) -> Result<()> {
        let pages = |tokens: u64| {
            [
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
            ]
        };
        let sizes: Vec<u64> = [1000, 100_000, 1_000_000]
            .into_iter()
            .filter(|size| *size <= self.options.tokens)
            .collect();
        let mut rows = BTreeMap::<(usize, &str), Vec<String>>::new();
        let host = Host::start(self.workspace, url)?;
        let mut from = 1;
        for size in &sizes {
            say(format!("{name}, {size} tokens"));
            let usages = if Some(size) == sizes.last() {
                self.options.usages
            } else {
                0
            };
            self.load(&[
                "fill",
                url,
                &from.to_string(),
                &size.to_string(),
                &usages.to_string(),
                "mixed",
            ])?;
            from = size + 1;
            for (number, (what, path)) in pages(*size).into_iter().enumerate() {
                process::unless_interrupted()?;
                let figure = self.http(&host, &path, 1, *size)?;
                rows.entry((number, what)).or_default().push(format!(
                    "{} (p99 {})",
                    ms(figure.p50),
                    ms(figure.p99)
                ));
            }
            for (number, (asked, what)) in WORKS.iter().enumerate().take(4) {
                let plain = database
                    .filter(|_| number == 0)
                    .map(|(cluster, name)| Plain::new(cluster, name, &self.folder, *size))
                    .transpose()?;
                let (mut ours, mut alone) = (Vec::new(), Vec::new());
                for _ in 0..self.options.rounds {
                    ours.push(self.http(&host, asked, 64, *size)?.rate);
                    if let Some(plain) = &plain {
                        alone.push(plain.rate(asked, 64, self.options.seconds)?);
                    }
                }
                let mut row = |number, what, rates: Vec<f64>| {
                    let rate = format!("{:.0}/s", median(rates));
                    rows.entry((number, what)).or_default().push(rate);
                };
                row(10 + 2 * number, *what, ours);
                if plain.is_some() {
                    row(11 + 2 * number, "the same, the database alone", alone);
                }
            }
        }
        writeln!(
            report,
            "\n### {name}, growth\n\nPages of 50 on one connection; the rest on 64. With the most tokens there are \
             {} rows of the log beside them.\n",
            self.options.usages
        )?;
        let head: Vec<String> = sizes.iter().map(|size| format!("{size} tokens")).collect();
        writeln!(
            report,
            "| | {} |\n|---|{}",
            head.join(" | "),
            "---:|".repeat(sizes.len())
        )?;
        for ((_, what), figures) in rows {
            writeln!(report, "| {what} | {} |", figures.join(" | "))?;
        }
        Ok(())
    }
}
