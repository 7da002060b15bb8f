//! What is aimed at, and whether a run has come to it.

use std::fmt::Write as _;

use anyhow::{Result, bail};

/// What is aimed at, with what was measured.
#[derive(Debug, Default)]
pub(super) struct Aims(Vec<Aim>);

#[derive(Debug)]
struct Aim {
    what: String,
    measured: f64,
    bound: Bound,
}

#[derive(Debug, Clone, Copy)]
enum Bound {
    Least(f64),
    Most(f64),
}

impl Aim {
    fn is_held(&self) -> bool {
        // What was not measured, or only one of two, holds nothing.
        self.measured.is_finite()
            && match self.bound {
                Bound::Least(least) => self.measured >= least,
                Bound::Most(most) => self.measured <= most,
            }
    }
}

impl Aims {
    pub(super) fn least(&mut self, what: impl Into<String>, measured: f64, least: f64) {
        self.add(what.into(), measured, Bound::Least(least));
    }

    pub(super) fn most(&mut self, what: impl Into<String>, measured: f64, most: f64) {
        self.add(what.into(), measured, Bound::Most(most));
    }

    /// Takes those of another part of the run.
    pub(super) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    fn add(&mut self, what: String, measured: f64, bound: Bound) {
        self.0.push(Aim {
            what,
            measured,
            bound,
        });
    }

    /// All of them as a table; nothing if there are none.
    pub(super) fn table(&self) -> Result<String> {
        let mut table = String::new();
        if self.0.is_empty() {
            return Ok(table);
        }
        writeln!(table, "| | measured | aimed at | |\n|---|---:|---:|---|")?;
        for aim in &self.0 {
            let bound = match aim.bound {
                Bound::Least(least) => format!("at least {}", short(least)),
                Bound::Most(most) => format!("at most {}", short(most)),
            };
            let held = if aim.is_held() { "" } else { "**missed**" };
            let measured = short(aim.measured);
            writeln!(table, "| {} | {measured} | {bound} | {held} |", aim.what)?;
        }
        Ok(table)
    }

    /// # Errors
    /// Some were missed: which.
    pub(super) fn hold(&self) -> Result<()> {
        let missed: Vec<&str> = self
            .0
            .iter()
            .filter(|aim| !aim.is_held())
            .map(|aim| aim.what.as_str())
            .collect();
        if missed.is_empty() {
            return Ok(());
        }
        bail!("missed: {}", missed.join("; "))
    }
}

/// Three digits, or all before the point.
fn short(number: f64) -> String {
    let places = match number.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{number:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missed_is_said_in_the_table_and_at_the_end() {
        let mut aims = Aims::default();
        aims.least("as fast", 1.5, 1.3);
        aims.most("as small", 120.0, 120.0);
        assert!(aims.hold().is_ok());
        aims.most("as quick", 51.26, 50.0);
        aims.most("never asked", f64::NAN, 1.0);
        aims.least("beside nothing", 1.0 / 0.0, 1.0);
        assert_eq!(
            aims.table().unwrap(),
            "| | measured | aimed at | |\n|---|---:|---:|---|\n\
             | as fast | 1.5 | at least 1.3 |  |\n\
             | as small | 120 | at most 120 |  |\n\
             | as quick | 51.3 | at most 50 | **missed** |\n\
             | never asked | NaN | at most 1 | **missed** |\n\
             | beside nothing | inf | at least 1 | **missed** |\n"
        );
        assert_eq!(
            aims.hold().unwrap_err().to_string(),
            "missed: as quick; never asked; beside nothing"
        );
    }
}
