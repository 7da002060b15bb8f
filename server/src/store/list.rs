//! Which tokens and in what order, as conditions that both engines understand.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Status, Token,
    token::{Order, OrderBy, SOON},
};

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

/// A list in its order: one part after the other, each sorted by the same column. What has none of it is a part of its
/// own, so that it comes last in both directions, and one plain index serves every part.
pub(super) struct Listing {
    /// The column to sort by.
    pub(super) column: &'static str,
    /// What ties are broken by: nothing that two tokens share comes last.
    pub(super) ties: &'static [Tie],
    /// Its parts, in their order.
    pub(super) parts: &'static [Part],
    /// Largest first.
    pub(super) descending: bool,
}

/// What breaks a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    Created,
    Uid,
}

impl Tie {
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Uid => "uid",
        }
    }
}

/// What an engine knows of how many tokens were added in which hour, as statements.
pub(super) struct Hours {
    /// How many tokens there are.
    pub(super) all: &'static str,
    /// The beginning of the hour in which the place `$1` of the list by age lies, oldest first, and how many tokens stand
    /// before it; nothing if the list is shorter.
    pub(super) up_to: &'static str,
    /// The same for the newest first, where an hour begins at its end.
    pub(super) down_to: &'static str,
}

/// A part of a list: what must hold of its column, as what follows it in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All have the key, and nothing must hold.
    Whole,
    /// Those that have a key.
    Keyed(&'static str),
    /// Those that have none, or all the same: only what breaks ties is of importance.
    Keyless(&'static str),
}

/// The key of one token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key<'a> {
    At(DateTime<Utc>),
    Text(&'a str),
    Number(i64),
    None,
}

/// Of tokens with the same key, the older one is the smaller one. So a new token with a key that many have, as with none,
/// is the last one of them, and an index need not find it a place somewhere among a million.
const AGE: &[Tie] = &[Tie::Created, Tie::Uid];
const UID: &[Tie] = &[Tie::Uid];

const WHOLE: &[Part] = &[Part::Whole];
const OPTIONAL: &[Part] = &[Part::Keyed(" is not null"), Part::Keyless(" is null")];
// No label is an empty one, which sorts before all others.
const LABEL: &[Part] = &[Part::Keyed(" > ''"), Part::Keyless(" = ''")];
// Unlimited is kept as -1, and is more than any number.
const USES: &[Part] = &[Part::Keyed(" >= 0"), Part::Keyless(" = -1")];
const USES_DESCENDING: &[Part] = &[Part::Keyless(" = -1"), Part::Keyed(" >= 0")];

impl Listing {
    /// The list in that order.
    pub(super) fn of(order: Order) -> Self {
        let (column, ties, parts) = match order.by {
            OrderBy::Created => ("created", UID, WHOLE),
            OrderBy::Modified => ("modified", AGE, WHOLE),
            OrderBy::LastUsed => ("last_used", AGE, OPTIONAL),
            OrderBy::ValidTo => ("valid_to", AGE, OPTIONAL),
            OrderBy::Value => ("value", UID, WHOLE),
            OrderBy::Label => ("label", AGE, LABEL),
            OrderBy::Uses if order.descending => ("uses", AGE, USES_DESCENDING),
            OrderBy::Uses => ("uses", AGE, USES),
            OrderBy::Creator => ("creator", AGE, OPTIONAL),
        };
        Self {
            column,
            ties,
            parts,
            descending: order.descending,
        }
    }

    /// The parts from the one on that a token with this key is in.
    pub(super) fn parts_from(&self, key: &Key) -> &'static [Part] {
        let is_keyless = |part: &&Part| matches!(part, Part::Keyless(_)) == (*key == Key::None);
        let before = self.parts.iter().take_while(|part| !is_keyless(part));
        &self.parts[before.count()..]
    }
}

/// What a token is sorted by.
pub(super) fn key(token: &Token, by: OrderBy) -> Key<'_> {
    let at = |at: Option<DateTime<Utc>>| at.map_or(Key::None, Key::At);
    match by {
        OrderBy::Created => Key::At(token.created),
        OrderBy::Modified => Key::At(token.modified),
        OrderBy::LastUsed => at(token.last_used),
        OrderBy::ValidTo => at(token.window.to),
        OrderBy::Value => Key::Text(token.value.as_str()),
        OrderBy::Label if token.label.is_empty() => Key::None,
        OrderBy::Label => Key::Text(token.label.as_str()),
        OrderBy::Uses => match token.uses.number() {
            -1 => Key::None,
            number => Key::Number(number),
        },
        OrderBy::Creator => token.creator.as_deref().map_or(Key::None, Key::Text),
    }
}

/// What must hold of a token whose badge is one of `statuses`, so that an index leads to it; none if there is no such
/// index. [`BADGES`] says the same of any of them. Words in brackets are for whoever makes a statement of it: `lead` is
/// before what an index knows, `aside` before what none is to be asked for, `ends` is the end of the window, that of
/// those without an end as well, and the others are instants.
pub(super) fn condition(statuses: &[Status]) -> Option<&'static str> {
    macro_rules! live {
        ($from:literal) => {
            concat!(
                "disabled is null and not used_up and ",
                $from,
                " and (valid_from is null or {aside}valid_from <= {at})",
                " and (locked_until is null or locked_until <= {at})"
            )
        };
    }
    let (first, others) = statuses.split_first()?;
    if !others.iter().all(|other| other == first) {
        let is_usable = statuses.iter().all(|status| status.is_usable());
        return is_usable.then_some(live!("{lead}{ends} >= {at}"));
    }
    Some(match first {
        Status::Disabled => "{lead}disabled is not null",
        Status::Expired => "disabled is null and {lead}valid_to < {at}",
        Status::UsedUp => "disabled is null and used_up and {lead}{ends} >= {at}",
        Status::Scheduled => {
            "disabled is null and not used_up and {aside}{ends} >= {at} and {lead}valid_from > {at}"
        }
        Status::Locked => {
            "disabled is null and not used_up and {aside}{ends} >= {at} \
             and (valid_from is null or {aside}valid_from <= {at}) \
             and locked_until > {at} and {lead}locked_hour >= {hour}"
        }
        // The planner of PostgreSQL knows better how many these are by the column alone.
        Status::ExpiresSoon => {
            live!("{lead}{ends} >= {at} and {lead}{ends} < {soon} and {aside}valid_to < {soon}")
        }
        Status::Active => live!("{lead}{ends} >= {soon}"),
    })
}

/// How statements tell the badge of a token: the first of these that holds, in the order of [`Status::ALL`]. A time that
/// is not set makes a comparison null, which does not hold.
pub(super) const BADGES: [(Status, &str, Instant); 6] = [
    (Status::Disabled, "disabled is not null", Instant::None),
    (Status::Expired, "valid_to < ", Instant::Asked),
    (Status::UsedUp, "uses = 0", Instant::None),
    (Status::Scheduled, "valid_from > ", Instant::Asked),
    (Status::Locked, "locked_until > ", Instant::Asked),
    (Status::ExpiresSoon, "valid_to < ", Instant::Soon),
];

/// What a condition compares with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Instant {
    /// Nothing.
    None,
    /// The instant at which the status is asked.
    Asked,
    /// What ends before this ends soon.
    Soon,
    /// The beginning of the hour.
    Hour,
}

impl Instant {
    /// The instant that is meant when the status is asked at `at`.
    pub(super) fn at(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::None => None,
            Self::Asked => Some(at),
            Self::Soon => Some(
                at.checked_add_signed(SOON)
                    .unwrap_or(DateTime::<Utc>::MAX_UTC),
            ),
            Self::Hour => {
                let begun = at.timestamp_micros().rem_euclid(HOUR);
                Some(at - TimeDelta::microseconds(begun))
            }
        }
    }
}

/// A search as a pattern of `like` with `\` as its escape.
pub(super) fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in search.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
