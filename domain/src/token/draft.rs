//! What is asked for when tokens are made or altered.

use chrono::{DateTime, NaiveDateTime, Utc};
use uuid::Uuid;

use super::{Label, Token, Uses, Value, Window};
use crate::error::{Field, Flaw, FlawKind};

/// A token to be made.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// None takes the uuid.
    pub value: Option<Value>,
    /// May be empty.
    pub label: Label,
    /// Start of the window.
    pub from: Option<When>,
    /// End of the window.
    pub to: Option<When>,
    /// None takes the default of the settings.
    pub uses: Option<Uses>,
    /// Seconds; none takes the default of the settings.
    pub lock: Option<u32>,
}

/// What is to become different on a token. What is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// `Some(None)` makes the uuid its value.
    pub value: Option<Option<Value>>,
    /// A new label.
    pub label: Option<Label>,
    /// A new window, or new ends of it.
    pub window: WindowChange,
    /// New uses left.
    pub uses: Option<Uses>,
    /// New lock, in seconds.
    pub lock: Option<u32>,
    /// Takes it out of use, or back into use.
    pub disabled: Option<bool>,
}

/// How a window is to change.
#[derive(Debug, Clone, Default)]
pub enum WindowChange {
    /// Not at all.
    #[default]
    Keep,
    /// One end or both; `Some(None)` opens that end.
    Ends {
        /// The start.
        from: Option<Option<When>>,
        /// The end.
        to: Option<Option<When>>,
    },
    /// One of the windows of the settings, today in the site zone.
    Preset(crate::settings::Preset),
}

/// A time as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// An instant.
    At(DateTime<Utc>),
    /// A local time in the site zone, from a program: one that the clocks skip moves forward, of one that comes twice
    /// the first counts.
    Local(NaiveDateTime),
    /// A local time in the site zone, from a person: one that the clocks skip is a flaw that names the next.
    Typed(NaiveDateTime),
}

/// The version of a token that somebody saw before asking for a change.
pub type TokenVersion = i64;

/// A [`Change`] whose times are instants.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResolvedChange {
    pub(crate) value: Option<Option<Value>>,
    pub(crate) label: Option<Label>,
    pub(crate) from: Option<Option<DateTime<Utc>>>,
    pub(crate) to: Option<Option<DateTime<Utc>>>,
    pub(crate) uses: Option<Uses>,
    pub(crate) lock: Option<u32>,
    pub(crate) disabled: Option<bool>,
}

/// What is to become the same on many tokens. What is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct CommonChange {
    /// A new window, or new ends of it.
    pub window: WindowChange,
    /// New uses left.
    pub uses: Option<Uses>,
    /// Takes them out of use, or back into use.
    pub disabled: Option<bool>,
}

impl From<CommonChange> for Change {
    fn from(change: CommonChange) -> Self {
        Self {
            window: change.window,
            uses: change.uses,
            disabled: change.disabled,
            ..Self::default()
        }
    }
}

/// What a store writes on many tokens at once. What is none stays as it is.
#[derive(Debug, Clone)]
pub struct Overwrite {
    /// A new start of the window.
    pub from: Option<Option<DateTime<Utc>>>,
    /// A new end of the window.
    pub to: Option<Option<DateTime<Utc>>>,
    /// New uses left.
    pub uses: Option<Uses>,
    /// Out of use from [`Overwrite::at`] on, unless it has been before; or back in use.
    pub disabled: Option<bool>,
    /// When they are changed.
    pub at: DateTime<Utc>,
}

impl ResolvedChange {
    /// What of it many tokens can have in common.
    pub(crate) fn in_common(&self, at: DateTime<Utc>) -> Overwrite {
        Overwrite {
            from: self.from,
            to: self.to,
            uses: self.uses,
            disabled: self.disabled,
            at,
        }
    }
}

/// A [`Draft`] with its defaults filled in and its times as instants.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedDraft {
    pub(crate) value: Option<Value>,
    pub(crate) label: Label,
    pub(crate) window: Window,
    pub(crate) uses: Uses,
    pub(crate) lock: u32,
}

impl ResolvedDraft {
    /// The token that it describes.
    pub(crate) fn into_token(self, uid: Uuid, creator: &str, now: DateTime<Utc>) -> Token {
        Token {
            uid,
            value: self.value.unwrap_or_else(|| uid.into()),
            label: self.label,
            window: self.window,
            uses: self.uses,
            used: 0,
            lock: self.lock,
            disabled: None,
            last_used: None,
            creator: Some(creator.to_owned()),
            created: now,
            modified: now,
            version: 0,
        }
    }
}

impl Token {
    /// This token after `change` at `now`, or what is wrong with it as a whole.
    pub(crate) fn changed(&self, change: ResolvedChange, now: DateTime<Utc>) -> Result<Self, Flaw> {
        let window = Window::new(
            change.from.unwrap_or(self.window.from),
            change.to.unwrap_or(self.window.to),
        )
        .ok_or(Flaw {
            field: Field::ValidTo,
            kind: FlawKind::EndNotAfterStart,
        })?;
        let disabled = match change.disabled {
            None => self.disabled,
            Some(true) => self.disabled.or(Some(now)),
            Some(false) => None,
        };
        Ok(Self {
            value: match change.value {
                None => self.value.clone(),
                Some(value) => value.unwrap_or_else(|| self.uid.into()),
            },
            label: change.label.unwrap_or_else(|| self.label.clone()),
            window,
            uses: change.uses.unwrap_or(self.uses),
            lock: change.lock.unwrap_or(self.lock),
            disabled,
            modified: now,
            version: self.version + 1,
            ..self.clone()
        })
    }
}
