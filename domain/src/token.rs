//! A token and the one rule that spends it.

mod bounds;
pub mod draft;
pub mod filter;
mod text;
mod trash;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use bounds::{Bounds, Days, Span, TimeOf};
pub use draft::{Change, CommonChange, Draft, Overwrite, TokenVersion, When, WindowChange};
pub use filter::{Order, OrderBy, Position, TokenFilter};
pub use text::{Label, Value};
pub use trash::{Deletion, Trashed, TrashedToken};

/// The largest number of uses or seconds that a token can hold (32 bits signed, as the JSON API promises).
pub const MAX_NUMBER: u32 = i32::MAX.unsigned_abs();

/// A token that ends within this time is shown as ending soon.
pub const SOON: TimeDelta = TimeDelta::hours(24);

/// Something that can be spent: a value, when it is good, how often, and how long it rests after each use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Names the token for ever; also its value when none was given.
    pub uid: Uuid,
    /// What the QR code says. Unique among all tokens.
    pub value: Value,
    /// A name for people; may be empty.
    pub label: Label,
    /// When it can be used.
    pub window: Window,
    /// How often it can still be used.
    pub uses: Uses,
    /// How often it was used since it was made.
    pub used: u64,
    /// Seconds after a use in which the next one is refused; 0 = none.
    pub lock: u32,
    /// Since when a person has taken it out of use.
    pub disabled: Option<DateTime<Utc>>,
    /// The last accepted use.
    pub last_used: Option<DateTime<Utc>>,
    /// The name of who made it.
    pub creator: Option<String>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When a person or a program last changed it; a use is not a change.
    pub modified: DateTime<Utc>,
    /// Counts every write of the row, uses included: whoever writes names the version that was read, so that no update
    /// is lost.
    pub version: i64,
}

/// From when to when a token can be used; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Window {
    /// The first instant; none = since ever.
    pub from: Option<DateTime<Utc>>,
    /// The last instant; none = for ever.
    pub to: Option<DateTime<Utc>>,
}

/// How often a token can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Uses {
    /// As often as one likes.
    Unlimited,
    /// This often; at most [`MAX_NUMBER`].
    Left(u32),
}

/// The rule's no, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A person has taken it out of use.
    Disabled,
    /// No use is left.
    UsedUp,
    /// The last use is too short a time ago.
    Locked {
        /// From this instant on the lock is over.
        #[serde(with = "chrono::serde::ts_microseconds")]
        until: DateTime<Utc>,
    },
    /// The window has not begun.
    NotYetValid {
        /// Its first instant.
        #[serde(with = "chrono::serde::ts_microseconds")]
        from: DateTime<Utc>,
    },
    /// The window is over.
    Expired {
        /// Its last instant.
        #[serde(with = "chrono::serde::ts_microseconds")]
        to: DateTime<Utc>,
    },
}

/// How a token stands, most telling first: the first that holds is the badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Taken out of use by a person.
    Disabled,
    /// The window is over.
    Expired,
    /// No use is left.
    UsedUp,
    /// The window has not begun.
    Scheduled,
    /// Resting after a use.
    Locked,
    /// Can be used, but ends within [`SOON`].
    ExpiresSoon,
    /// Can be used.
    Active,
}

/// What a door says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be used, or was.
    Go,
    /// Not now, but by itself later.
    Wait,
    /// Not unless a person does something.
    Stop,
}

impl Status {
    /// What a door says of it.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Active | Self::ExpiresSoon => Verdict::Go,
            Self::Locked | Self::Scheduled => Verdict::Wait,
            Self::Disabled | Self::UsedUp | Self::Expired => Verdict::Stop,
        }
    }

    /// All of them, in badge order.
    pub const ALL: [Self; 7] = [
        Self::Disabled,
        Self::Expired,
        Self::UsedUp,
        Self::Scheduled,
        Self::Locked,
        Self::ExpiresSoon,
        Self::Active,
    ];

    /// Those in which a use is accepted.
    pub const USABLE: [Self; 2] = [Self::ExpiresSoon, Self::Active];

    /// Its name in addresses and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
            Self::Scheduled => "scheduled",
            Self::Locked => "locked",
            Self::ExpiresSoon => "expires_soon",
            Self::Active => "active",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether a use is accepted in it.
    pub fn is_usable(self) -> bool {
        Self::USABLE.contains(&self)
    }
}

impl Token {
    /// Spends one use at `now`, or says why not. This is where the rule stands: disabled, used up, locked, window,
    /// in this order. A token that was never used is never locked. Whatever else judges tokens, as filters by status and
    /// statements of both engines do, is held to it by tests.
    pub fn consume(&self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.disabled.is_some() {
            return Err(Refusal::Disabled);
        }
        let uses = match self.uses {
            Uses::Unlimited => Uses::Unlimited,
            Uses::Left(0) => return Err(Refusal::UsedUp),
            Uses::Left(n) => Uses::Left(n - 1),
        };
        if let Some(until) = self.locked_until().filter(|until| now < *until) {
            return Err(Refusal::Locked { until });
        }
        self.window.admits(now)?;
        Ok(Self {
            uses,
            used: self.used.saturating_add(1),
            last_used: Some(now),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// When the lock of the last use is over, whether that is in the past or not; none if it was never used or does
    /// not lock.
    pub fn locked_until(&self) -> Option<DateTime<Utc>> {
        let last_used = self.last_used.filter(|_| self.lock > 0)?;
        // A lock that ends beyond the calendar never ends.
        Some(
            last_used
                .checked_add_signed(TimeDelta::seconds(i64::from(self.lock)))
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }

    /// Whether `status` holds at `now`, also where another one is more telling. [`Status::Active`] holds exactly when
    /// a use would be accepted and the end is not near.
    pub fn is(&self, status: Status, now: DateTime<Utc>) -> bool {
        let ends_soon = || {
            self.window
                .to
                .is_some_and(|to| to.signed_duration_since(now) < SOON)
        };
        match status {
            Status::Disabled => self.disabled.is_some(),
            Status::Expired => self.window.to.is_some_and(|to| to < now),
            Status::UsedUp => self.uses == Uses::Left(0),
            Status::Scheduled => self.window.from.is_some_and(|from| now < from),
            Status::Locked => self.locked_until().is_some_and(|until| now < until),
            Status::ExpiresSoon => self.consume(now).is_ok() && ends_soon(),
            Status::Active => self.consume(now).is_ok() && !ends_soon(),
        }
    }

    /// How it stands at `now`: the first of [`Status::ALL`] that holds. Exactly one of them does as a badge.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        Status::ALL
            .into_iter()
            .find(|status| self.is(*status, now))
            .unwrap_or(Status::Active)
    }
}

impl Window {
    /// A window in which the end is after the start, or nothing.
    pub fn new(from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Option<Self> {
        match (from, to) {
            (Some(from), Some(to)) if from >= to => None,
            _ => Some(Self { from, to }),
        }
    }

    /// Whether `now` lies in it; both ends do.
    pub fn admits(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match (self.from, self.to) {
            (Some(from), _) if now < from => Err(Refusal::NotYetValid { from }),
            (_, Some(to)) if to < now => Err(Refusal::Expired { to }),
            _ => Ok(()),
        }
    }
}

impl Refusal {
    /// The reason as a word, as it stands in the JSON API.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::UsedUp => "used_up",
            Self::Locked { .. } => "locked",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Expired { .. } => "expired",
        }
    }

    /// When a use may be accepted again, if waiting helps.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Locked { until: at } | Self::NotYetValid { from: at } => Some(*at),
            Self::Disabled | Self::UsedUp | Self::Expired { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
