//! Who is asking now, and what they may do.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    account::Role,
    error::{Error, FlawKind, Result},
};

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// Nobody that we know.
    #[default]
    Anonymous,
    /// A person who is signed in.
    Account {
        /// The account.
        uid: Uuid,
        /// Its name.
        name: String,
        /// Its role.
        role: Role,
    },
    /// A program with an API key.
    Key {
        /// The key.
        uid: Uuid,
        /// Its name.
        name: String,
        /// What it may do.
        permissions: Permissions,
    },
    /// Whoever runs the command line on the host itself: there is nothing to keep from them.
    Operator,
}

impl Actor {
    /// What they may do.
    pub fn permissions(&self) -> Permissions {
        match self {
            Self::Anonymous => Permissions::NONE,
            Self::Account { role, .. } => role.permissions(),
            Self::Key { permissions, .. } => *permissions,
            Self::Operator => Permissions::ALL,
        }
    }

    /// Whether they may do `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions().contain(permission)
    }

    /// Opens a use case: nothing happens unless they may do `permission`.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self {
            Self::Anonymous => Err(Error::Unauthenticated),
            _ if self.may(permission) => Ok(()),
            _ => Err(Error::Forbidden),
        }
    }

    /// Names the actor for ever: whose an idempotency key is.
    pub fn uid(&self) -> Uuid {
        match self {
            Self::Account { uid, .. } | Self::Key { uid, .. } => *uid,
            Self::Anonymous | Self::Operator => Uuid::nil(),
        }
    }

    /// The account, if it is a person.
    pub fn account_uid(&self) -> Option<Uuid> {
        match self {
            Self::Account { uid, .. } => Some(*uid),
            _ => None,
        }
    }

    /// The name that stands in logs of attempts and as creator.
    pub fn name(&self) -> &str {
        match self {
            Self::Anonymous => "",
            Self::Account { name, .. } | Self::Key { name, .. } => name,
            Self::Operator => "command line",
        }
    }
}

/// Something that one may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Look at tokens and their attempts.
    View,
    /// Spend a use.
    Consume,
    /// Make tokens.
    Add,
    /// Alter tokens.
    Edit,
    /// Delete tokens.
    Delete,
    /// Settings, accounts, keys.
    Admin,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::View,
        Self::Consume,
        Self::Add,
        Self::Edit,
        Self::Delete,
        Self::Admin,
    ];

    /// Its name on the command line and in stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Consume => "consume",
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Admin => "admin",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Self::View => 1,
            Self::Consume => 2,
            Self::Add => 4,
            Self::Edit => 8,
            Self::Delete => 16,
            Self::Admin => 32,
        }
    }
}

/// A set of permissions. Reads and prints as `view,consume`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(u8);

impl Permissions {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything.
    pub const ALL: Self = Self(63);
    /// The most that an API key can hold: everything but administration.
    pub const KEY: Self = Self(31);

    /// Whether `permission` is in it.
    pub fn contain(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Those in it.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .into_iter()
            .filter(move |permission| self.contain(*permission))
    }

    /// The set that `text` lists, divided by commas.
    pub fn parse(text: &str) -> std::result::Result<Self, FlawKind> {
        text.split(',')
            .map(str::trim)
            .try_fold(Self::NONE, |set, name| {
                let permission = Permission::ALL.into_iter().find(|p| p.as_str() == name);
                permission
                    .map(|p| Self(set.0 | p.bit()))
                    .ok_or(FlawKind::Unknown)
            })
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(
            permissions
                .into_iter()
                .fold(0, |bits, permission| bits | permission.bit()),
        )
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, permission) in self.iter().enumerate() {
            if n > 0 {
                f.write_str(",")?;
            }
            f.write_str(permission.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permissions({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_read_what_they_print() {
        for bits in 0..=Permissions::ALL.0 {
            let set = Permissions(bits);
            if set != Permissions::NONE {
                assert_eq!(Permissions::parse(&set.to_string()), Ok(set));
            }
        }
        assert_eq!(Permissions::parse("view, fly"), Err(FlawKind::Unknown));
        assert_eq!(Permissions::parse(""), Err(FlawKind::Unknown));
    }

    #[test]
    fn nobody_is_asked_to_sign_in_and_somebody_is_forbidden() {
        let viewer = Actor::Account {
            uid: Uuid::nil(),
            name: "v".into(),
            role: Role::Viewer,
        };
        assert_eq!(
            Actor::Anonymous.require(Permission::View),
            Err(Error::Unauthenticated)
        );
        assert_eq!(viewer.require(Permission::View), Ok(()));
        assert_eq!(viewer.require(Permission::Consume), Err(Error::Forbidden));
        assert_eq!(Actor::Operator.require(Permission::Admin), Ok(()));
    }
}
