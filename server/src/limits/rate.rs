//! How often somebody may ask.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

/// So many requests in so many seconds: all at once, or one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub requests: NonZeroU32,
    /// In how many seconds.
    pub seconds: NonZeroU32,
}

impl Rate {
    /// The time after which there is one more.
    pub fn every(self) -> Duration {
        let every = Duration::from_secs(self.seconds.get().into()) / self.requests.get();
        every.max(Duration::from_nanos(1))
    }
}

/// A rate, or none: `600/60`, `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(Option<Rate>);

impl Limit {
    /// None.
    pub const NONE: Self = Self(None);

    /// The rate that must be kept to, if there is one.
    pub fn rate(self) -> Option<Rate> {
        self.0
    }
}

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" {
            return Ok(Self::NONE);
        }
        let rate = text.split_once('/').and_then(|(requests, seconds)| {
            Some(Rate {
                requests: requests.parse().ok()?,
                seconds: seconds.parse().ok()?,
            })
        });
        rate.map(|rate| Self(Some(rate)))
            .ok_or("a limit is `off` or requests and seconds, such as 600/60")
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(Rate { requests, seconds }) => write!(f, "{requests}/{seconds}"),
            None => write!(f, "off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_requests_in_seconds_or_off() {
        let read = |text: &str| text.parse::<Limit>().map(|limit| limit.to_string());
        for good in ["600/60", "1/3600", "4294967295/1", "off"] {
            assert_eq!(read(good).as_deref(), Ok(good));
        }
        for bad in [
            "", "600", "0/60", "600/0", "-1/1", "1/1/1", "600/min", "Off",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let rate = "600/60".parse::<Limit>().unwrap().rate().unwrap();
        assert_eq!(rate.every(), Duration::from_millis(100));
    }
}
