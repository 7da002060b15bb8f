//! Waiting until nobody is busy.
//!
//! What was asked for is not always done when it is answered: SQLite's log is put into its place half a second after the
//! last use, and PostgreSQL tidies up behind its clients. Whatever is measured next would have to share the processors
//! with it.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

use crate::process;

/// Looked at again and again after so long.
const LOOK: Duration = Duration::from_millis(250);
/// So many looks in a row must have found nothing: a second and a half.
const ENOUGH: usize = 6;
/// Half a minute is waited at most.
const LOOKS: usize = 120;

/// Returns when the processors had next to nothing to do for a while; false when that was waited for in vain.
pub(super) fn come() -> Result<bool> {
    let mut before = Ticks::now()?;
    let mut quiet = 0;
    for _ in 0..LOOKS {
        process::unless_interrupted()?;
        process::pause(LOOK);
        let now = Ticks::now()?;
        quiet = if now.is_quiet_since(before) {
            quiet + 1
        } else {
            0
        };
        if quiet == ENOUGH {
            return Ok(true);
        }
        before = now;
    }
    Ok(false)
}

/// What all processors together have done, in the units of `/proc/stat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ticks {
    all: u64,
    /// Nothing, and nobody waited for the disk.
    idle: u64,
}

impl Ticks {
    fn now() -> Result<Self> {
        let stat = fs::read_to_string("/proc/stat").context("/proc/stat")?;
        Self::of(&stat).context("/proc/stat names no time of processors")
    }

    fn of(stat: &str) -> Option<Self> {
        let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        // user, nice, system, idle, iowait, irq, softirq, steal; what guests took is in the first of them.
        let ticks = line.split_whitespace().take(8).map(str::parse);
        let ticks = ticks.collect::<Result<Vec<u64>, _>>().ok()?;
        Some(Self {
            all: ticks.iter().sum(),
            idle: *ticks.get(3)?,
        })
    }

    /// A tenth of the time is left to what goes on in any machine.
    fn is_quiet_since(self, before: Self) -> bool {
        let all = self.all.saturating_sub(before.all);
        let idle = self.idle.saturating_sub(before.idle);
        idle * 10 >= all * 9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_the_disk_is_busy() {
        let before =
            Ticks::of("cpu  10 0 10 1000 50 0 0 5 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n").unwrap();
        assert_eq!((before.all, before.idle), (1075, 1000));
        let quiet = Ticks::of("cpu  11 0 11 1045 51 0 0 6 7 7\n").unwrap();
        assert!(quiet.is_quiet_since(before));
        let waiting = Ticks::of("cpu  10 0 10 1040 60 0 0 5 7 7\n").unwrap();
        assert!(!waiting.is_quiet_since(before));
        assert_eq!(Ticks::of("intr 5\n"), None);
    }
}
