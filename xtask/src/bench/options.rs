//! What is measured, and how much of it.

use anyhow::{Context, Result, bail};

/// How much is measured.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Rounds; the medians count.
    pub(super) rounds: usize,
    /// Seconds of each measurement; a quarter as long before it does not count.
    pub(super) seconds: f64,
    /// The most tokens, for the growth.
    pub(super) tokens: u64,
    /// Rows of the log beside them.
    pub(super) usages: u64,
    /// Whether to build first, or to measure what is there.
    pub(super) build: bool,
    /// What is measured.
    pub(super) what: What,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    All,
    /// Only how figures grow with the tokens.
    Growth,
    /// Only what a browser makes of pages.
    Browser,
    /// Nothing: the faults of the tests are repeated.
    Faults,
}

impl Options {
    /// `--growth`, `--browser` or `--faults` for that alone; `--rounds N`, `--seconds N`, `--tokens N`, `--usages N`;
    /// `--quick` for one short round; `--built` for what was built before.
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self {
            rounds: 3,
            seconds: 1.5,
            tokens: 1_000_000,
            usages: 2_000_000,
            build: true,
            what: What::All,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if *arg == "--quick" {
                options.rounds = 1;
                options.seconds = 0.5;
                options.tokens = 100_000;
                options.usages = 100_000;
                continue;
            }
            if *arg == "--growth" {
                options.what = What::Growth;
                continue;
            }
            if *arg == "--browser" {
                options.what = What::Browser;
                continue;
            }
            if *arg == "--faults" {
                options.what = What::Faults;
                options.rounds = 20;
                continue;
            }
            if *arg == "--built" {
                options.build = false;
                continue;
            }
            let number = args
                .next()
                .with_context(|| format!("{arg} needs a number"))?;
            match *arg {
                "--rounds" => options.rounds = number.parse::<usize>()?.max(1),
                "--seconds" => options.seconds = number.parse()?,
                "--tokens" => options.tokens = number.parse()?,
                "--usages" => options.usages = number.parse()?,
                _ => bail!("`{arg}` is no option of bench"),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let options = Options::parse(&["--quick", "--rounds", "2"]).unwrap();
        assert_eq!((options.rounds, options.tokens), (2, 100_000));
        assert!(Options::parse(&["--fast", "1"]).is_err());
        assert!(Options::parse(&["--rounds"]).is_err());
    }
}
