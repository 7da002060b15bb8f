//! What `cargo xtask bench` measures with. Built optimised, as what it measures.
//!
//! - `load http ADDRESS WORK CONNECTIONS SECONDS TOKENS HEADER`: requests, as fast as they are answered ([`http`]);
//! - `load fill URL FROM TO USAGES KIND`: tokens of known uuids, and rows of the log ([`fill`]);
//! - `load bare FILE SECONDS TOKENS`: spending on SQLite without a server, one commit each ([`bare`]).
//!
//! Each prints its result as one line of `name=value`.

#![expect(
    clippy::print_stdout,
    reason = "a command line tool: what it prints is read by xtask"
)]

mod bare;
mod fill;
mod http;

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    time::Duration,
};

use anyhow::{Context, Result, bail};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        [
            "http",
            address,
            work,
            connections,
            seconds,
            tokens,
            header @ ..,
        ] => {
            let load = http::Load {
                address: (*address).to_owned(),
                work: http::Work::parse(work)?,
                connections: connections.parse()?,
                time: time(seconds)?,
                tokens: tokens.parse()?,
                header: header.first().copied().unwrap_or_default().to_owned(),
            };
            println!("{}", load.run().await?);
            Ok(())
        }
        ["fill", url, from, to, usages, kind] => {
            let kind = fill::Kind::parse(kind)?;
            fill::fill(url, from.parse()?, to.parse()?, usages.parse()?, kind).await
        }
        ["bare", file, seconds, tokens] => {
            let rate = bare::spend(file, time(seconds)?, tokens.parse()?).await?;
            println!("rate={rate:.0}");
            Ok(())
        }
        _ => bail!("load http | fill | bare: see the source"),
    }
}

fn time(seconds: &str) -> Result<Duration> {
    let seconds: f64 = seconds.parse().context("seconds")?;
    Ok(Duration::from_secs_f64(seconds))
}

/// The uuid of token number `n`, of 1 and up: scattered over all uuids, and made by the same arithmetic in SQL
/// ([`fill`]) and by pgbench.
fn uid(n: u64) -> String {
    let scattered = n.wrapping_mul(2_654_435_761) & 0xffff_ffff;
    format!("{scattered:08x}-0000-4000-8000-{n:012x}")
}

/// A small generator of our own: what is drawn need not be random, only spread.
struct Draw(u64);

impl Draw {
    /// Others each time: what the tokens of one measurement leave in a memory is not to help the next one.
    fn new() -> Self {
        Self(RandomState::new().build_hasher().finish() | 1)
    }

    /// A number of 1 to `most`.
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most + 1
    }
}
