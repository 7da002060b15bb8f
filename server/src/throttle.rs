//! Slowing down those who try passwords, and values.

use std::{num::NonZeroU32, time::Duration};

use domain::Error;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use crate::limits::network_of;

/// Counts tries by account and by address, and checks by address, in memory: each node counts for itself.
#[derive(Debug)]
pub struct NodeThrottle {
    by_name: DefaultKeyedRateLimiter<String>,
    by_address: DefaultKeyedRateLimiter<String>,
    checks: DefaultKeyedRateLimiter<String>,
}

/// Tries at one account before one must wait; one more is allowed each [`NAME_EVERY`].
const NAME_BURST: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const NAME_EVERY: Duration = Duration::from_secs(12);
/// Tries from one address, behind which there may be a whole office.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
const ADDRESS_EVERY: Duration = Duration::from_secs(2);
/// Questions how a token stands, from one address.
const CHECK_BURST: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// More names or addresses than this in memory: forget those that are not being slowed down.
const MANY: usize = 10_000;

impl Default for NodeThrottle {
    fn default() -> Self {
        let quota = |every, burst| {
            Quota::with_period(every)
                .expect("a period that is not zero")
                .allow_burst(burst)
        };
        Self {
            by_name: RateLimiter::keyed(quota(NAME_EVERY, NAME_BURST)),
            by_address: RateLimiter::keyed(quota(ADDRESS_EVERY, ADDRESS_BURST)),
            checks: RateLimiter::keyed(quota(CHECK_EVERY, CHECK_BURST)),
        }
    }
}

impl domain::ports::Throttle for NodeThrottle {
    fn sign_in(&self, name: &str, address: &str) -> Result<(), Error> {
        count(&self.by_address, &client_at(address))?;
        count(&self.by_name, name)
    }

    fn check(&self, address: &str) -> Result<(), Error> {
        count(&self.checks, &client_at(address))
    }
}

/// What counts as one client at an address.
fn client_at(address: &str) -> String {
    address
        .parse()
        .map_or_else(|_| address.to_owned(), |ip| network_of(ip).to_string())
}

fn count(limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<(), Error> {
    if limiter.len() > MANY {
        limiter.retain_recent();
    }
    limiter.check_key(&key.to_owned()).map_err(|wait| {
        let wait = wait.wait_time_from(limiter.clock().now()).as_secs() + 1;
        Error::Throttled {
            retry_after: u32::try_from(wait).unwrap_or(u32::MAX),
        }
    })
}

#[cfg(test)]
mod tests {
    use domain::ports::Throttle as _;

    use super::*;

    #[test]
    fn tries_at_one_account_are_slowed_down_and_others_are_not() {
        let throttle = NodeThrottle::default();
        for _ in 0..NAME_BURST.get() {
            assert_eq!(throttle.sign_in("ada", "192.0.2.1"), Ok(()));
        }
        let Err(Error::Throttled { retry_after }) = throttle.sign_in("ada", "192.0.2.2") else {
            panic!("not slowed down");
        };
        assert!((1..=12).contains(&retry_after), "{retry_after}");
        assert_eq!(throttle.sign_in("bob", "192.0.2.1"), Ok(()));
    }

    #[test]
    fn who_asks_for_many_tokens_is_slowed_down_and_others_are_not() {
        let throttle = NodeThrottle::default();
        for _ in 0..CHECK_BURST.get() {
            assert_eq!(throttle.check("192.0.2.1"), Ok(()));
        }
        assert!(throttle.check("192.0.2.1").is_err());
        for n in 0..CHECK_BURST.get() {
            assert_eq!(throttle.check(&format!("2001:db8::{n:x}")), Ok(()));
        }
        assert!(
            throttle.check("2001:db8::ffff:1").is_err(),
            "of the same network"
        );
        assert_eq!(throttle.check("2001:db8:0:1::1"), Ok(()));
        assert_eq!(throttle.check("192.0.2.2"), Ok(()));
        assert_eq!(throttle.sign_in("ada", "192.0.2.1"), Ok(()));
    }

    #[test]
    fn tries_from_one_address_are_slowed_down_whatever_the_account() {
        let throttle = NodeThrottle::default();
        for n in 0..ADDRESS_BURST.get() {
            assert_eq!(throttle.sign_in(&n.to_string(), "192.0.2.1"), Ok(()));
        }
        assert!(throttle.sign_in("somebody", "192.0.2.1").is_err());
        assert_eq!(throttle.sign_in("somebody", "192.0.2.2"), Ok(()));
    }
}
