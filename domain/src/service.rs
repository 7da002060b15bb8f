//! The use cases. Each opens with who may; each write is one unit, committed at its end.
//!
//! To add one: a method in the file of its resource, whose first line is `actor.require(…)`; what it needs of the
//! store as a method of a trait in [`store`](crate::store); a case in the store's tests and one in the service's. What
//! it changes it says at `commit`, with the entries of a [`Pen`].

mod accounts;
mod audit;
mod doors;
mod idempotency;
mod key_cache;
mod keys;
mod overview;
mod selections;
mod sessions;
mod settings;
mod sheets;
mod token_list;
mod tokens;
mod trash;
mod usage;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

pub use accounts::{AccountChange, NewAccount};
pub use audit::EntryQuery;
pub use idempotency::Request;
pub use keys::{Expiry, NewKey};
pub use selections::Selection;
pub use sessions::SignedIn;
pub use token_list::{OnDays, Together, TokenQuery};
pub use tokens::{Batch, Deleted, Missing};
pub use usage::UsageQuery;

use key_cache::KeyCache;

use crate::{
    actor::{Actor, Permission},
    audit::{Entry, Pen},
    error::{Error, Field, Flaw, FlawKind, Result},
    live::Event,
    ports::{Clock, Consumer, Ids, Passwords, Throttle, Watchers, Zones},
    settings::{Settings, SiteLanguage, ZoneName},
    store::{Store, StoreError, Stored, Unit},
    time::{LocalTime, Moment, Repeated, is_in_range},
    token::When,
    view::Site,
};

/// What the host gives to the rules.
pub struct Host {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Spends tokens.
    pub consumer: Arc<dyn Consumer>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes uuids and secrets.
    pub ids: Arc<dyn Ids>,
    /// Hashes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// Knows time zones.
    pub zones: Arc<dyn Zones>,
    /// Slows down sign-ins.
    pub throttle: Arc<dyn Throttle>,
    /// Hear of what happens to tokens.
    pub watchers: Arc<dyn Watchers>,
}

/// All use cases. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    host: Host,
    /// The settings as last read, and when: the hot path must not ask the store for them each time. A plain mutex,
    /// for it is never held across an await.
    settings: Mutex<Option<(DateTime<Utc>, Arc<Settings>)>>,
    /// The keys that were seen lately, for the same reason.
    keys: KeyCache,
}

/// Settings that another node changed are seen after this time at the latest.
const SETTINGS_AGE: TimeDelta = TimeDelta::seconds(1);

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    /// The use cases over what the host gives.
    pub fn new(host: Host) -> Self {
        Self(Arc::new(Inner {
            host,
            settings: Mutex::new(None),
            keys: KeyCache::default(),
        }))
    }

    /// Whether the store answers.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.store().ping().await?)
    }

    fn store(&self) -> &dyn Store {
        &*self.0.host.store
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.host.clock.now()
    }

    /// Whether `actor` may hear of what happens to tokens.
    pub fn may_watch(&self, actor: &Actor) -> Result<()> {
        actor.require(Permission::View)
    }

    /// Makes a unit last that changes tokens, and tells those who watch.
    async fn commit(&self, unit: Box<dyn Unit>, entries: &[Entry]) -> Stored<()> {
        unit.commit(entries).await?;
        let mut events = entries.iter().filter_map(Event::of_entry);
        self.0.host.watchers.tell(&mut events);
        Ok(())
    }

    /// What `actor` does now is written down with it.
    fn pen(&self, actor: &Actor) -> Pen {
        Pen::of(actor, self.now())
    }

    fn zones(&self) -> &dyn Zones {
        &*self.0.host.zones
    }

    /// The settings as they were at most [`SETTINGS_AGE`] ago.
    async fn current_settings(&self) -> Result<Arc<Settings>> {
        let now = self.now();
        let kept = self
            .0
            .settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((read, settings)) = kept
            // A clock that was put back makes the age negative: read again.
            && (TimeDelta::zero()..SETTINGS_AGE).contains(&now.signed_duration_since(read))
        {
            return Ok(settings);
        }
        let settings = Arc::new(self.store().read().await?.settings().await?);
        self.keep_settings(now, settings.clone());
        Ok(settings)
    }

    /// The language of pages for those who have chosen none. Anybody may know it.
    pub async fn site_language(&self) -> Result<SiteLanguage> {
        Ok(self.current_settings().await?.language)
    }

    fn keep_settings(&self, now: DateTime<Utc>, settings: Arc<Settings>) {
        *self
            .0
            .settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((now, settings));
    }

    fn moment(&self, zone: &ZoneName, at: DateTime<Utc>) -> Moment {
        Moment {
            at,
            local: self.zones().local(zone, at),
        }
    }

    fn site(&self, settings: &Settings, now: DateTime<Utc>) -> Site {
        Site {
            zone: settings.zone.clone(),
            now: self.moment(&settings.zone, now),
            codes: settings.codes(),
        }
    }

    /// Which of two `moment` is, if the clocks in `zone` show it twice.
    fn repeated(&self, zone: &ZoneName, moment: Moment) -> Option<Repeated> {
        match self.zones().instant(zone, moment.local)? {
            LocalTime::Twice(_, second) => Some(Repeated {
                moment,
                is_second: moment.at == second,
            }),
            LocalTime::Once(_) | LocalTime::Never { .. } => None,
        }
    }

    /// The instant of a time as it was given for `field`.
    fn instant(
        &self,
        zone: &ZoneName,
        when: When,
        field: Field,
    ) -> std::result::Result<DateTime<Utc>, Flaw> {
        let flaw = |kind| Flaw { field, kind };
        let local_time = |local| {
            self.zones()
                .instant(zone, local)
                .ok_or(flaw(FlawKind::OutOfRange))
        };
        let at = match when {
            When::At(at) => at,
            When::Local(local) => match local_time(local)? {
                LocalTime::Once(at) | LocalTime::Twice(at, _) | LocalTime::Never { moved: at } => {
                    at
                }
            },
            When::Typed(local) => match local_time(local)? {
                LocalTime::Once(at) | LocalTime::Twice(at, _) => at,
                LocalTime::Never { moved } => {
                    let next = self.zones().local(zone, moved);
                    return Err(flaw(FlawKind::NoSuchLocalTime { next }));
                }
            },
        };
        if is_in_range(at, self.zones().local(zone, at)) {
            Ok(at)
        } else {
            Err(flaw(FlawKind::OutOfRange))
        }
    }
}

/// A failure of the store becomes a code; its cause goes to the log, here and only here.
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => {
                tracing::warn!(error = %Chain(&*cause), "the store is not available");
                Self::Busy { retry_after: 1 }
            }
            StoreError::InDoubt(cause) => {
                tracing::warn!(error = %Chain(&*cause), "the store did not say whether it was done");
                Self::InDoubt { retry_after: 1 }
            }
            StoreError::Failed(cause) => {
                tracing::error!(error = %Chain(&*cause), "the store failed");
                Self::Internal
            }
            // Whoever can be told that something is taken has asked before.
            StoreError::Taken => Self::Conflict,
        }
    }
}

/// Turns [`StoreError::Taken`] into the flaw of a field.
fn taken(field: Field) -> impl Fn(StoreError) -> Error {
    move |error| match error {
        StoreError::Taken => Error::flaw(field, FlawKind::Taken),
        other => other.into(),
    }
}

/// An error with all its causes on one line.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
