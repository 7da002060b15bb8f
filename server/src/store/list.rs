//! Which tokens and in what order, as conditions that both engines understand.

use chrono::{DateTime, Utc};
use domain::{
    Status, Token,
    token::{Order, OrderBy, SOON},
};

/// A list in its order: one part after the other, each sorted by the same key. What has none of the key is a part of its
/// own, so that it comes last in both directions and one plain index serves every part.
pub(super) struct Listing {
    /// The column to sort by.
    pub(super) key: &'static str,
    /// Whether the order by the key leaves ties, to be broken by the uid.
    pub(super) ties: bool,
    /// What must hold in each part; empty = nothing.
    pub(super) parts: &'static [Part],
    /// Largest first.
    pub(super) descending: bool,
}

/// A part of a list.
pub(super) struct Part {
    /// What must hold of a token in it, as SQL.
    pub(super) condition: &'static str,
    /// Whether the key is the same for all in it.
    pub(super) keyless: bool,
}

impl Part {
    /// All of a list.
    pub(super) const WHOLE: Self = Self {
        condition: "",
        keyless: false,
    };
}

/// The key of one token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key<'a> {
    At(DateTime<Utc>),
    Text(&'a str),
    Number(i64),
    None,
}

const ALL: &[Part] = &[Part::WHOLE];
const LAST_USED: &[Part] = &[
    Part {
        condition: "last_used is not null",
        keyless: false,
    },
    Part {
        condition: "last_used is null",
        keyless: true,
    },
];
const VALID_TO: &[Part] = &[
    Part {
        condition: "valid_to is not null",
        keyless: false,
    },
    Part {
        condition: "valid_to is null",
        keyless: true,
    },
];
const CREATOR: &[Part] = &[
    Part {
        condition: "creator is not null",
        keyless: false,
    },
    Part {
        condition: "creator is null",
        keyless: true,
    },
];
// No label is none, as no text sorts before any other.
const LABEL: &[Part] = &[
    Part {
        condition: "label > ''",
        keyless: false,
    },
    Part {
        condition: "label = ''",
        keyless: true,
    },
];
// Unlimited is kept as -1, and is more than any number.
const USES: &[Part] = &[
    Part {
        condition: "uses >= 0",
        keyless: false,
    },
    Part {
        condition: "uses = -1",
        keyless: true,
    },
];
const USES_DESCENDING: &[Part] = &[
    Part {
        condition: "uses = -1",
        keyless: true,
    },
    Part {
        condition: "uses >= 0",
        keyless: false,
    },
];

impl Listing {
    /// The list in that order.
    pub(super) fn of(order: Order) -> Self {
        let (key, parts) = match order.by {
            OrderBy::Created => ("created", ALL),
            OrderBy::Modified => ("modified", ALL),
            OrderBy::LastUsed => ("last_used", LAST_USED),
            OrderBy::ValidTo => ("valid_to", VALID_TO),
            OrderBy::Value => ("value", ALL),
            OrderBy::Label => ("label", LABEL),
            OrderBy::Uses if order.descending => ("uses", USES_DESCENDING),
            OrderBy::Uses => ("uses", USES),
            OrderBy::Creator => ("creator", CREATOR),
        };
        Self {
            key,
            ties: order.by != OrderBy::Value,
            parts,
            descending: order.descending,
        }
    }

    /// The number of the part that a token with this key is in.
    pub(super) fn part_of(&self, key: &Key) -> usize {
        let keyless = *key == Key::None;
        self.parts
            .iter()
            .position(|part| part.keyless == keyless)
            .unwrap_or(0)
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
