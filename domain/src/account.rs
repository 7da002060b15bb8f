//! Who exists: people with a role, programs with a key, and how each is known again.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    actor::{Actor, Permission, Permissions},
    error::FlawKind,
    secret::SecretHash,
};

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Names it for ever.
    pub uid: Uuid,
    /// What the person types; unique, upper and lower case alike.
    pub name: AccountName,
    /// What the person may do.
    pub role: Role,
    /// The argon2id hash of the password, in PHC string format.
    pub password: PasswordHash,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// The last sign-in.
    pub last_login: Option<DateTime<Utc>>,
    /// Since when nobody can sign in with it.
    pub disabled: Option<DateTime<Utc>>,
}

impl Account {
    /// The person, asking.
    pub fn actor(&self) -> Actor {
        Actor::Account {
            uid: self.uid,
            name: self.name.as_str().to_owned(),
            role: self.role,
        }
    }
}

/// What an account may do, each all that the one before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Also spends.
    Operator,
    /// Also makes and alters.
    Editor,
    /// Also deletes.
    Manager,
    /// Also settings, accounts and keys.
    Admin,
}

impl Role {
    /// All of them, least first.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Operator,
        Self::Editor,
        Self::Manager,
        Self::Admin,
    ];

    /// Its name on the command line and in stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Editor => "editor",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// What it allows.
    pub fn permissions(self) -> Permissions {
        use Permission::{Add, Consume, Delete, Edit, View};
        match self {
            Self::Viewer => [View].into_iter().collect(),
            Self::Operator => [View, Consume].into_iter().collect(),
            Self::Editor => [View, Consume, Add, Edit].into_iter().collect(),
            Self::Manager => [View, Consume, Add, Edit, Delete].into_iter().collect(),
            Self::Admin => Permissions::ALL,
        }
    }
}

/// The name of an account or a key: 1 to [`AccountName::MAX_CHARS`] characters in one line, no blanks at the ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountName(String);

impl AccountName {
    /// Longer names do not fit where names stand.
    pub const MAX_CHARS: usize = 64;

    /// `text` without blanks at its ends, if it can be a name.
    pub fn parse(text: &str) -> Result<Self, FlawKind> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FlawKind::Missing);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(FlawKind::TooLong { max: 64 });
        }
        if text.chars().any(char::is_control) {
            return Err(FlawKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes it unique: the same whatever case it is typed in.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A password as it was typed. Does not print.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The least number of characters (NIST SP 800-63B asks for 8, we for a little more).
    pub const MIN_CHARS: usize = 10;
    /// The most bytes: the hash of more costs more than it protects.
    pub const MAX_BYTES: usize = 1000;

    /// A password to be set: long enough, not too long.
    pub fn parse(text: impl Into<String>) -> Result<Self, FlawKind> {
        let text = text.into();
        if text.is_empty() {
            return Err(FlawKind::Missing);
        }
        if text.chars().count() < Self::MIN_CHARS {
            return Err(FlawKind::TooShort { min: 10 });
        }
        if text.len() > Self::MAX_BYTES {
            return Err(FlawKind::TooLong { max: 1000 });
        }
        Ok(Self(text))
    }

    /// A password to be compared: anything that could have been set.
    pub fn attempt(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.len() > Self::MAX_BYTES {
            text.clear();
        }
        Self(text)
    }

    /// The text, for hashing alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// The hash of a password, in PHC string format. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// A person who is signed in somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it for those who may end it without holding its secret.
    pub uid: Uuid,
    /// The hash of the secret in the cookie.
    pub hash: SecretHash,
    /// Who.
    pub account_uid: Uuid,
    /// Since when.
    pub created: DateTime<Utc>,
    /// The last request, to the minute or so.
    pub seen: DateTime<Utc>,
    /// From where it was begun, as the host believes.
    pub address: Option<String>,
}

impl Session {
    /// A session that nobody used for so long is over.
    pub const IDLE: TimeDelta = TimeDelta::days(7);
    /// However busy it is, after so long one signs in again.
    pub const ABSOLUTE: TimeDelta = TimeDelta::days(30);
    /// `seen` is written at most this often.
    pub const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

    /// Whether it still holds at `now`.
    pub fn is_good_at(&self, now: DateTime<Utc>) -> bool {
        now.signed_duration_since(self.seen) < Self::IDLE
            && now.signed_duration_since(self.created) < Self::ABSOLUTE
    }
}

/// What lets a program in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Names it for ever.
    pub uid: Uuid,
    /// For people and for the log of attempts; unique among keys, upper and lower case alike.
    pub name: AccountName,
    /// The hash of the key.
    pub hash: SecretHash,
    /// How the key begins, so that people can tell which one they hold; none = it was made before that was kept.
    pub prefix: Option<String>,
    /// What it may do; never administration.
    pub permissions: Permissions,
    /// From then on it is no good.
    pub expires: Option<DateTime<Utc>>,
    /// Who made it: the name that they had then.
    pub creator: Option<String>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// The last request with it, to the minute or so.
    pub last_used: Option<DateTime<Utc>>,
    /// Since when it is no good, because a person said so.
    pub revoked: Option<DateTime<Utc>>,
    /// What it was before it was rotated, while that is good beside it.
    pub former: Option<FormerKey>,
}

/// What a key was before it was rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormerKey {
    /// The hash of it.
    pub hash: SecretHash,
    /// From then on it is no good.
    pub until: DateTime<Utc>,
}

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// Good.
    Good,
    /// Good, but not for long.
    ExpiresSoon,
    /// Its time is over.
    Expired,
    /// A person ended it.
    Revoked,
}

impl ApiKey {
    /// `last_used` is written at most this often.
    pub const USED_EVERY: TimeDelta = TimeDelta::minutes(1);

    /// A key that expires within this time says so, that there is time to rotate it.
    pub const SOON: TimeDelta = TimeDelta::days(7);
    /// The longest that a rotated key is good beside the new one.
    pub const MAX_OVERLAP: TimeDelta = TimeDelta::days(30);

    /// Whether it still holds at `now`.
    pub fn is_good_at(&self, now: DateTime<Utc>) -> bool {
        matches!(self.status(now), KeyStatus::Good | KeyStatus::ExpiresSoon)
    }

    /// Whether a secret of that hash opens it at `now`: its own, or the former one while that holds too.
    pub fn admits(&self, hash: &SecretHash, now: DateTime<Utc>) -> bool {
        let former = |former: FormerKey| former.hash == *hash && now < former.until;
        match self.status(now) {
            KeyStatus::Revoked => false,
            _ if self.hash == *hash => self.is_good_at(now),
            _ => self.former.is_some_and(former),
        }
    }

    /// How it stands at `now`.
    pub fn status(&self, now: DateTime<Utc>) -> KeyStatus {
        match self.expires {
            _ if self.revoked.is_some() => KeyStatus::Revoked,
            Some(expires) if expires <= now => KeyStatus::Expired,
            Some(expires) if expires.signed_duration_since(now) < Self::SOON => {
                KeyStatus::ExpiresSoon
            }
            _ => KeyStatus::Good,
        }
    }
}

/// A one-time link by which an account can be made without being signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Names it for those who may withdraw it.
    pub uid: Uuid,
    /// The hash of the code in the link.
    pub hash: SecretHash,
    /// The role that the new account gets.
    pub role: Role,
    /// From then on it is no good.
    pub expires: DateTime<Utc>,
    /// Who made it: the name that they had then; none = the server, as the set-up link.
    pub creator: Option<String>,
    /// When it was made; none = before that was kept.
    pub created: Option<DateTime<Utc>>,
}

impl Invitation {
    /// How long the set-up link that the server prints is good.
    pub const SET_UP: TimeDelta = TimeDelta::days(1);
    /// How long a link that an administrator sends is good.
    pub const SENT: TimeDelta = TimeDelta::days(7);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_all_that_the_one_before_may() {
        for pair in Role::ALL.windows(2) {
            let [less, more] = pair else {
                unreachable!("windows of two")
            };
            assert!(
                less.permissions()
                    .iter()
                    .all(|p| more.permissions().contain(p))
            );
            assert_ne!(less.permissions(), more.permissions());
        }
        assert_eq!(Role::parse("manager"), Some(Role::Manager));
        assert_eq!(Role::parse("king"), None);
    }

    #[test]
    fn secrets_do_not_print() {
        let printed = format!(
            "{:?} {:?}",
            Password::parse("correct horse").unwrap(),
            PasswordHash("hash".into())
        );
        assert_eq!(printed, "Password PasswordHash");
    }

    #[test]
    fn names_and_passwords_say_what_is_wrong_with_them() {
        assert_eq!(AccountName::parse("  "), Err(FlawKind::Missing));
        assert_eq!(AccountName::parse("a\nb"), Err(FlawKind::ControlCharacter));
        assert_eq!(
            AccountName::parse(&"x".repeat(65)),
            Err(FlawKind::TooLong { max: 64 })
        );
        assert_eq!(AccountName::parse(" Ada ").unwrap().key(), "ada");
        assert_eq!(
            Password::parse("short").unwrap_err(),
            FlawKind::TooShort { min: 10 }
        );
        assert_eq!(Password::parse("").unwrap_err(), FlawKind::Missing);
    }

    #[test]
    fn a_session_ends_by_rest_and_by_age() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let session = Session {
            uid: Uuid::nil(),
            hash: SecretHash([0; 32]),
            account_uid: Uuid::nil(),
            created: start,
            seen: start,
            address: None,
        };
        assert!(session.is_good_at(start + Session::IDLE - TimeDelta::seconds(1)));
        assert!(!session.is_good_at(start + Session::IDLE));
        let busy = Session {
            seen: start + Session::ABSOLUTE,
            ..session
        };
        assert!(!busy.is_good_at(start + Session::ABSOLUTE));
    }

    #[test]
    fn a_key_admits_its_own_secret_and_for_a_while_the_former_one() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let (own, former) = (SecretHash([1; 32]), SecretHash([2; 32]));
        let key = ApiKey {
            uid: Uuid::nil(),
            name: AccountName::parse("door").unwrap(),
            hash: own,
            prefix: None,
            permissions: Permissions::KEY,
            expires: Some(now + TimeDelta::days(8)),
            creator: None,
            created: now,
            last_used: None,
            revoked: None,
            former: Some(FormerKey {
                hash: former,
                until: now + TimeDelta::hours(1),
            }),
        };
        for (hours, status, admits_own, admits_former) in [
            (0, KeyStatus::Good, true, true),
            (1, KeyStatus::Good, true, false),
            (25, KeyStatus::ExpiresSoon, true, false),
            (8 * 24, KeyStatus::Expired, false, false),
        ] {
            let at = now + TimeDelta::hours(hours);
            assert_eq!(
                (
                    key.status(at),
                    key.admits(&own, at),
                    key.admits(&former, at)
                ),
                (status, admits_own, admits_former),
                "after {hours} h"
            );
            assert!(!key.admits(&SecretHash([3; 32]), at));
        }
        let revoked = ApiKey {
            revoked: Some(now),
            ..key
        };
        assert_eq!(revoked.status(now), KeyStatus::Revoked);
        assert!(!revoked.admits(&own, now) && !revoked.admits(&former, now));
    }
}
