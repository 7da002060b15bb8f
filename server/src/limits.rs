//! How much one client may ask for, and how much all of them at once.
//!
//! Each request counts against its client's address, before anything else is looked at, and with an API key against
//! that key as well: an address may stand for a whole office, and a key be used from everywhere. An answer says what is
//! left (`RateLimit`, `RateLimit-Policy`: draft-ietf-httpapi-ratelimit-headers-10); beyond it, it is 429 with
//! `Retry-After`. What is under way at once has a limit too, beyond which the answer is 503 without a wait, so that
//! overload costs neither memory nor those who are being served. Each node counts for itself, in memory.

mod clients;
mod rate;

use std::{
    hash::{BuildHasher as _, Hash, RandomState},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::extract::{ConnectInfo, Request};
use domain::{Actor, Error};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use uuid::Uuid;

pub use clients::{Clients, Network, network_of};
pub use rate::{Limit, Rate};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Addresses are counted in so many places, so that nobody can make us remember more of them. Two that meet in one
/// share its rate; which ones do, is drawn anew at each start.
const PLACES: u64 = 1 << 17;

/// The most who watch at once: each is looked after every few seconds.
const WATCHERS: usize = 1024;

/// Seconds after which some of what is under way has been answered.
pub const RETRY_AFTER: u32 = 1;

/// What is set from outside.
#[derive(Debug, Clone)]
pub struct Options {
    /// How often one key may ask.
    pub by_key: Limit,
    /// How often one address may ask.
    pub by_address: Limit,
    /// Whether that holds for clients on this machine as well.
    pub loopback: bool,
    /// The most requests that are under way at once.
    pub at_once: usize,
    /// How the address of a client is told.
    pub clients: Clients,
}

impl Default for Options {
    /// No rates: tests and programs on this machine are not slowed down.
    fn default() -> Self {
        Self {
            by_key: Limit::NONE,
            by_address: Limit::NONE,
            loopback: false,
            at_once: 1024,
            clients: Clients::default(),
        }
    }
}

/// What was asked for so far.
#[derive(Debug)]
pub struct Limits {
    by_key: Option<Counter<Uuid>>,
    by_address: Option<Counter<u64>>,
    loopback: bool,
    under_way: Semaphore,
    watchers: Arc<Semaphore>,
    clients: Clients,
    places: RandomState,
}

impl Limits {
    /// Nothing was asked for yet.
    pub fn new(options: Options) -> Self {
        Self {
            by_key: options.by_key.rate().map(|rate| Counter::new("key", rate)),
            by_address: options
                .by_address
                .rate()
                .map(|rate| Counter::new("address", rate)),
            loopback: options.loopback,
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            under_way: Semaphore::new(options.at_once.clamp(1, Semaphore::MAX_PERMITS)),
            clients: options.clients,
            places: RandomState::new(),
        }
    }

    /// Whether requests from there are counted.
    fn counts(&self, client: IpAddr) -> bool {
        self.loopback || !client.to_canonical().is_loopback()
    }

    /// Where that address is counted.
    fn place(&self, client: IpAddr) -> u64 {
        self.places.hash_one(network_of(client)) % PLACES
    }

    /// Lets somebody watch as long as what this gives is kept; none = there are too many.
    pub fn watch(&self) -> Option<OwnedSemaphorePermit> {
        self.watchers.clone().try_acquire_owned().ok()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(Options::default())
    }
}

/// Where a request stands with each limit that it is counted against.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    by_key: Option<Count>,
    by_address: Option<Count>,
}

impl Counts {
    /// Says so, and which one is used up if one is.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        for count in [self.by_key, self.by_address].into_iter().flatten() {
            count.tell(headers);
        }
    }
}

impl Limits {
    /// Where a request comes from; none where it came by no connection.
    pub(crate) fn client(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
        Some(self.clients.address(peer.ip(), request.headers()))
    }

    /// Counts a request against the address of its client.
    ///
    /// # Errors
    ///
    /// [`Error::Throttled`]: nothing is left.
    pub(crate) fn count_address(
        &self,
        client: Option<IpAddr>,
        counts: &mut Counts,
    ) -> Result<(), Error> {
        let client = client.filter(|client| self.counts(*client));
        let (Some(counter), Some(client)) = (&self.by_address, client) else {
            return Ok(());
        };
        counts
            .by_address
            .insert(counter.count(&self.place(client)))
            .check()
    }

    /// Counts a request against the key that it came with.
    ///
    /// # Errors
    ///
    /// [`Error::Throttled`]: nothing is left.
    pub(crate) fn count_key(
        &self,
        client: Option<IpAddr>,
        actor: &Actor,
        counts: &mut Counts,
    ) -> Result<(), Error> {
        let is_counted = client.is_none_or(|client| self.counts(client));
        let (Some(counter), Actor::Key { uid, .. }, true) = (&self.by_key, actor, is_counted)
        else {
            return Ok(());
        };
        counts.by_key.insert(counter.count(uid)).check()
    }

    /// Lets a request in as long as what this gives is kept.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`]: there are too many.
    pub(crate) fn room(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.under_way.try_acquire().map_err(|_| Error::Busy {
            retry_after: RETRY_AFTER,
        })
    }
}

/// Counts requests by `K`.
#[derive(Debug)]
struct Counter<K: Hash + Eq + Clone> {
    /// What clients are told that the limit is for.
    name: &'static str,
    rate: Rate,
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
}

/// Where somebody stands after a request.
#[derive(Debug, Clone, Copy)]
struct Count {
    name: &'static str,
    rate: Rate,
    /// Requests that are left.
    left: u32,
    /// How long to wait before the next one; none if that is left.
    wait: Option<Duration>,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    fn new(name: &'static str, rate: Rate) -> Self {
        let quota = Quota::with_period(rate.every())
            .expect("a rate has a time between two requests")
            .allow_burst(rate.requests);
        Self {
            name,
            rate,
            limiter: RateLimiter::keyed(quota).with_middleware(),
        }
    }

    fn count(&self, key: &K) -> Count {
        let (left, wait) = match self.limiter.check_key(key) {
            Ok(standing) => (standing.remaining_burst_capacity(), None),
            Err(not_until) => {
                let now = self.limiter.clock().now();
                (0, Some(not_until.wait_time_from(now)))
            }
        };
        Count {
            name: self.name,
            rate: self.rate,
            left,
            wait,
        }
    }
}

impl Count {
    /// Whether there was something left for it.
    fn check(self) -> Result<(), Error> {
        self.wait.map_or(Ok(()), |wait| {
            let retry_after = seconds(wait).max(1);
            Err(Error::Throttled { retry_after })
        })
    }

    /// Says so, beside what another limit says.
    fn tell(self, headers: &mut HeaderMap) {
        let Self {
            name, rate, left, ..
        } = self;
        let missing = rate.requests.get() - left;
        let full = seconds(rate.every() * missing);
        let (quota, window) = (rate.requests, rate.seconds);
        for (header, text) in [
            (
                RATE_LIMIT_POLICY,
                format!("\"{name}\";q={quota};w={window}"),
            ),
            (RATE_LIMIT, format!("\"{name}\";r={left};t={full}")),
        ] {
            if let Ok(text) = HeaderValue::from_str(&text) {
                headers.append(header, text);
            }
        }
    }
}

/// Whole seconds, none of them too few.
fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_addresses_ask_there_are_only_so_many_places() {
        let limits = Limits::default();
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        assert!((0..100_000).all(|n| limits.place(address(n)) < PLACES));
        assert_eq!(limits.place(address(1)), limits.place(address(1)));
        let place = |text: &str| limits.place(text.parse().unwrap());
        assert_eq!(place("2001:db8::1"), place("2001:db8::2:3:4:5"));
        assert_eq!(place("::ffff:192.0.2.1"), place("192.0.2.1"));
    }

    #[test]
    fn this_machine_counts_only_if_asked_for() {
        let asked = |loopback| {
            let limits = Limits::new(Options {
                loopback,
                ..Options::default()
            });
            ["127.0.0.1", "::1", "::ffff:127.8.0.1", "192.0.2.1"]
                .map(|client| limits.counts(client.parse().unwrap()))
        };
        assert_eq!(asked(false), [false, false, false, true]);
        assert_eq!(asked(true), [true; 4]);
    }
}
