//! The audit log: who changed what, when, old and new.
//!
//! A unit of work cannot be committed without saying what it changes ([`Unit::commit`](crate::store::Unit::commit)), and
//! the entries are written in the same transaction. A use of a token is no change of it: the log of attempts has that.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    account::{Account, ApiKey, Invitation},
    actor::Actor,
    error::Field,
    settings::{SettingKey, Settings},
    token::Token,
};

/// What somebody did to one thing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: By,
    /// What was done.
    pub action: Action,
    /// To what.
    pub target: Target,
    /// In the order of the fields; only what differs.
    pub differences: Vec<Difference>,
}

/// Who did it, by the name that they had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// What they are.
    pub kind: ByKind,
    /// How they are called.
    pub name: String,
}

/// What a doer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByKind {
    /// A person.
    Account,
    /// A program with an API key.
    Key,
    /// Whoever runs the command line on the host.
    CommandLine,
    /// Tessera itself, when a time was over.
    Tessera,
}

/// What can be done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Made.
    Create,
    /// Altered.
    Change,
    /// Taken away; a token goes to the trash.
    Delete,
    /// Taken back from the trash.
    Restore,
    /// Taken out of the trash for ever.
    Purge,
}

/// What was changed, by the name that it had then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// Names it for ever; the settings have none.
    pub uid: Option<Uuid>,
    /// How it is called: the value of a token, the name of an account.
    pub name: String,
}

/// What a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// A token.
    Token,
    /// The settings.
    Settings,
    /// An account.
    Account,
    /// An API key.
    Key,
    /// A one-time link.
    Invitation,
}

/// A field that is not as it was.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which. Stores keep its name on the wire: NEVER RENAME A FIELD, or old entries can't be read.
    pub field: Field,
    /// As it was; none = there was nothing, or it is a secret.
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
}

/// Which entries are meant.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct EntryFilter {
    /// A part of the name of the target, upper and lower case alike; empty = all.
    pub search: String,
    /// The target of that uid, also where the search says otherwise.
    pub uid: Option<Uuid>,
    /// By somebody of this name; empty = anybody.
    pub by: String,
    /// Only this was done.
    pub action: Option<Action>,
    /// Only to this.
    pub target: Option<TargetKind>,
    /// From this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
}

/// Something whose changes are logged.
pub trait Audited {
    /// What it is, and how it is called.
    fn target(&self) -> Target;
    /// What can be told apart in it, in the order in which people read it.
    fn facts(&self) -> Vec<(Field, Fact)>;
}

/// A field of something.
#[derive(Clone, PartialEq, Eq)]
pub enum Fact {
    /// Nothing.
    None,
    /// As it is written down.
    Text(String),
    /// Compared, and never written down.
    Secret(String),
}

/// Somebody who is about to change something: makes the entries that say so.
#[derive(Debug, Clone)]
pub struct Pen {
    at: DateTime<Utc>,
    by: By,
}

impl Pen {
    /// Of `actor`, at `at`.
    pub fn of(actor: &Actor, at: DateTime<Utc>) -> Self {
        let kind = match actor {
            Actor::Account { .. } => ByKind::Account,
            Actor::Key { .. } => ByKind::Key,
            Actor::Operator => ByKind::CommandLine,
            Actor::Anonymous => ByKind::Tessera,
        };
        let name = actor.name().to_owned();
        Self {
            at,
            by: By { kind, name },
        }
    }

    /// Of Tessera itself.
    pub fn of_tessera(at: DateTime<Utc>) -> Self {
        Self::of(&Actor::Anonymous, at)
    }

    /// `thing` is new.
    pub fn created(&self, thing: &impl Audited) -> Entry {
        let differences = differences(&[], &thing.facts());
        self.entry(Action::Create, thing.target(), differences)
    }

    /// `old` has become `new`; nothing if one can't tell them apart. It is called as it was.
    pub fn changed<T: Audited>(&self, old: &T, new: &T) -> Option<Entry> {
        let differences = differences(&old.facts(), &new.facts());
        (!differences.is_empty()).then(|| self.entry(Action::Change, old.target(), differences))
    }

    /// `thing` is gone.
    pub fn deleted(&self, thing: &impl Audited) -> Entry {
        let differences = differences(&thing.facts(), &[]);
        self.entry(Action::Delete, thing.target(), differences)
    }

    /// `thing` is back from the trash.
    pub fn restored(&self, thing: &impl Audited) -> Entry {
        self.entry(Action::Restore, thing.target(), Vec::new())
    }

    /// `thing` is gone for ever.
    pub fn purged(&self, thing: &impl Audited) -> Entry {
        self.entry(Action::Purge, thing.target(), Vec::new())
    }

    fn entry(&self, action: Action, target: Target, differences: Vec<Difference>) -> Entry {
        Entry {
            at: self.at,
            by: self.by.clone(),
            action,
            target,
            differences,
        }
    }
}

/// What is in one of them and not the same in the other.
fn differences(old: &[(Field, Fact)], new: &[(Field, Fact)]) -> Vec<Difference> {
    let of = |facts: &[(Field, Fact)], field| {
        let fact = facts.iter().find(|(other, _)| *other == field);
        fact.map_or(Fact::None, |(_, fact)| fact.clone())
    };
    let gone = old
        .iter()
        .filter(|(field, _)| new.iter().all(|(other, _)| other != field));
    new.iter()
        .chain(gone)
        .map(|(field, _)| (*field, of(old, *field), of(new, *field)))
        .filter(|(_, old, new)| old != new)
        .map(|(field, old, new)| Difference {
            field,
            old: old.written(),
            new: new.written(),
        })
        .collect()
}

impl Fact {
    /// A text; an empty one is nothing.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::None
        } else {
            Self::Text(text)
        }
    }

    /// A time, if there is one.
    pub fn time(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::None, |at| {
            Self::Text(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        })
    }

    fn written(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::None | Self::Secret(_) => None,
        }
    }
}

impl Audited for Token {
    fn target(&self) -> Target {
        Target {
            kind: TargetKind::Token,
            uid: Some(self.uid),
            name: self.value.as_str().to_owned(),
        }
    }

    fn facts(&self) -> Vec<(Field, Fact)> {
        vec![
            (Field::Value, Fact::text(self.value.as_str())),
            (Field::Label, Fact::text(self.label.as_str())),
            (Field::ValidFrom, Fact::time(self.window.from)),
            (Field::ValidTo, Fact::time(self.window.to)),
            (Field::Uses, Fact::text(self.uses.number().to_string())),
            (Field::Lock, Fact::text(self.lock.to_string())),
            (Field::Disabled, Fact::time(self.disabled)),
        ]
    }
}

impl Audited for Settings {
    fn target(&self) -> Target {
        Target {
            kind: TargetKind::Settings,
            uid: None,
            name: String::new(),
        }
    }

    fn facts(&self) -> Vec<(Field, Fact)> {
        SettingKey::ALL
            .into_iter()
            .map(|key| (key.field(), Fact::text(self.get(key))))
            .collect()
    }
}

impl Audited for Account {
    fn target(&self) -> Target {
        Target {
            kind: TargetKind::Account,
            uid: Some(self.uid),
            name: self.name.as_str().to_owned(),
        }
    }

    fn facts(&self) -> Vec<(Field, Fact)> {
        vec![
            (Field::Name, Fact::text(self.name.as_str())),
            (Field::Role, Fact::text(self.role.as_str())),
            (Field::Password, Fact::Secret(self.password.0.clone())),
            (Field::Disabled, Fact::time(self.disabled)),
        ]
    }
}

impl Audited for ApiKey {
    fn target(&self) -> Target {
        Target {
            kind: TargetKind::Key,
            uid: Some(self.uid),
            name: self.name.as_str().to_owned(),
        }
    }

    fn facts(&self) -> Vec<(Field, Fact)> {
        vec![
            (Field::Name, Fact::text(self.name.as_str())),
            (Field::Permissions, Fact::text(self.permissions.to_string())),
            (Field::Expires, Fact::time(self.expires)),
            (Field::Secret, Fact::Secret(format!("{:?}", self.hash.0))),
        ]
    }
}

impl Audited for Invitation {
    fn target(&self) -> Target {
        Target {
            kind: TargetKind::Invitation,
            uid: Some(self.uid),
            name: self.role.as_str().to_owned(),
        }
    }

    fn facts(&self) -> Vec<(Field, Fact)> {
        vec![
            (Field::Role, Fact::text(self.role.as_str())),
            (Field::Expires, Fact::time(Some(self.expires))),
        ]
    }
}

/// The names on the wire, in addresses and in stores.
macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in addresses and in stores.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }

            /// The one of that name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

names!(ByKind {
    Account = "account",
    Key = "key",
    CommandLine = "command_line",
    Tessera = "tessera",
});
names!(Action {
    Create = "create",
    Change = "change",
    Delete = "delete",
    Restore = "restore",
    Purge = "purge",
});
names!(TargetKind {
    Token = "token",
    Settings = "settings",
    Account = "account",
    Key = "key",
    Invitation = "invitation",
});

// Entries hold the values of tokens, which do not print.

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, target, .. } = self;
        write!(f, "Entry({action:?} {target:?} {:?})", self.differences)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.kind, self.uid)
    }
}

impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.field)
    }
}

impl fmt::Debug for EntryFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntryFilter")
    }
}

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fact")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountName, PasswordHash, Role};

    fn account(name: &str, password: &str) -> Account {
        Account {
            uid: Uuid::nil(),
            name: AccountName::parse(name).unwrap(),
            role: Role::Editor,
            password: PasswordHash(password.into()),
            created: DateTime::UNIX_EPOCH,
            last_login: None,
            disabled: None,
        }
    }

    #[test]
    fn an_entry_says_what_differs_and_no_secret() {
        let pen = Pen::of(&Actor::Operator, DateTime::UNIX_EPOCH);
        let (old, new) = (account("Ada", "hash 1"), account("Bea", "hash 2"));
        assert_eq!(pen.changed(&old, &old), None);
        let entry = pen.changed(&old, &new).unwrap();
        assert_eq!(entry.target.name, "Ada");
        assert_eq!(
            entry.differences,
            [
                Difference {
                    field: Field::Name,
                    old: Some("Ada".into()),
                    new: Some("Bea".into())
                },
                Difference {
                    field: Field::Password,
                    old: None,
                    new: None
                }
            ]
        );
        assert!(!serde_json::to_string(&entry).unwrap().contains("hash"));
    }

    #[test]
    fn what_is_new_had_nothing_and_what_is_gone_has_nothing() {
        let pen = Pen::of_tessera(DateTime::UNIX_EPOCH);
        let made = pen.created(&account("Ada", "hash"));
        assert!(made.differences.iter().all(|d| d.old.is_none()));
        let gone = pen.deleted(&account("Ada", "hash"));
        assert!(gone.differences.iter().all(|d| d.new.is_none()));
        assert_eq!((made.differences.len(), gone.differences.len()), (3, 3));
        assert_eq!(made.by.kind, ByKind::Tessera);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(*action));
        }
        for kind in TargetKind::ALL {
            assert_eq!(TargetKind::parse(kind.as_str()), Some(*kind));
        }
        for kind in ByKind::ALL {
            assert_eq!(ByKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(Action::parse("burn"), None);
    }
}
