//! What else a filter can ask for: times of a token on some days, and how many uses are left.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Token, Uses};
use crate::error::Field;

/// A time of a token that one can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeOf {
    /// When it was made.
    Created,
    /// When its window begins.
    ValidFrom,
    /// When its window ends.
    ValidTo,
    /// Its last accepted use.
    LastUsed,
}

impl TimeOf {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Created,
        Self::ValidFrom,
        Self::ValidTo,
        Self::LastUsed,
    ];

    /// The field that a filter by it is typed into.
    pub fn field(self) -> Field {
        match self {
            Self::Created => Field::Created,
            Self::ValidFrom => Field::ValidFrom,
            Self::ValidTo => Field::ValidTo,
            Self::LastUsed => Field::LastUsed,
        }
    }

    /// That time of `token`.
    pub fn of(self, token: &Token) -> Option<DateTime<Utc>> {
        match self {
            Self::Created => Some(token.created),
            Self::ValidFrom => token.window.from,
            Self::ValidTo => token.window.to,
            Self::LastUsed => token.last_used,
        }
    }
}

/// Which days one asks for, by the calendar of the site zone. The first and the last belong to them, from midnight to
/// midnight, however long the day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// From one to the other; none = as far as there are any.
    Between(Option<NaiveDate>, Option<NaiveDate>),
    /// Today and those before it, so many in all.
    Last(u16),
    /// From now on: what is left of today, and so many days after it.
    Next(u16),
    /// None: the token has no such time.
    Never,
}

impl fmt::Display for Days {
    /// As it stands in addresses; days that were named stand there by themselves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(..) => Ok(()),
            Self::Last(n) => write!(f, "last-{n}"),
            Self::Next(n) => write!(f, "next-{n}"),
            Self::Never => f.write_str("never"),
        }
    }
}

impl Days {
    /// The days of that name, if it is one.
    pub fn parse(name: &str) -> Option<Self> {
        let number = |text: &str| text.parse().ok().filter(|n| *n > 0);
        match name.split_once('-') {
            Some(("last", n)) => number(n).map(Self::Last),
            Some(("next", n)) => number(n).map(Self::Next),
            _ => (name == "never").then_some(Self::Never),
        }
    }
}

/// What must hold of a token besides its search and its status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounds {
    /// Where its times must lie.
    pub times: Vec<(TimeOf, Span)>,
    /// So many uses are left at least; unlimited is more than any number.
    pub least_uses: Option<u32>,
    /// So many at most.
    pub most_uses: Option<u32>,
}

/// Where a time lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From one instant on, and before another; none = without that end.
    Within(Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// There is no such time.
    Never,
}

impl Bounds {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether `token` keeps to all of them.
    pub fn admit(&self, token: &Token) -> bool {
        let mut times = self.times.iter();
        times.all(|(of, span)| span.admits(of.of(token)))
            && self.least_uses.is_none_or(|least| match token.uses {
                Uses::Unlimited => true,
                Uses::Left(n) => n >= least,
            })
            && self
                .most_uses
                .is_none_or(|most| matches!(token.uses, Uses::Left(n) if n <= most))
    }
}

impl Span {
    fn admits(self, at: Option<DateTime<Utc>>) -> bool {
        match (self, at) {
            (Self::Never, at) => at.is_none(),
            (Self::Within(since, until), Some(at)) => {
                since.is_none_or(|since| since <= at) && until.is_none_or(|until| at < until)
            }
            (Self::Within(..), None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        for days in [Days::Last(1), Days::Last(30), Days::Next(7), Days::Never] {
            assert_eq!(Days::parse(&days.to_string()), Some(days));
        }
        for name in [
            "",
            "last",
            "last-0",
            "next--1",
            "next-x",
            "always",
            "last-99999",
        ] {
            assert_eq!(Days::parse(name), None, "{name}");
        }
    }
}
