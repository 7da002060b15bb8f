//! Invitations, and one's own password.

use std::fmt;

use domain::{
    Error, Field, FlawKind,
    account::{Password, Role},
    view::Site,
};
use serde::{Deserialize, Serialize};

use super::{
    once::{Once, Typed},
    tokens::Flaws,
};

/// What the form for an invitation starts from, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteForm {
    /// Where and when this was made.
    pub site: Site,
    /// What came of the form, if this answers it.
    pub once: Once,
}

/// Another password of one's own, as it was typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    /// The present one.
    pub current: String,
    /// The next one.
    pub password: String,
}

/// The role that the form asks for, or what is wrong.
pub fn invited_role(typed: &Typed) -> Result<Role, Error> {
    match typed.get("role") {
        "" => Err(Error::flaw(Field::Role, FlawKind::Missing)),
        name => Role::parse(name).ok_or_else(|| Error::flaw(Field::Role, FlawKind::Unknown)),
    }
}

impl PasswordForm {
    /// The present and the next one, or what is wrong.
    pub fn parse(&self) -> Result<(Password, Password), Error> {
        let mut flaws = Flaws::default();
        let current = match self.current.as_str() {
            "" => Err(FlawKind::Missing),
            text => Ok(Some(Password::attempt(text))),
        };
        let current = flaws.take(Field::CurrentPassword, current);
        let next = Password::parse(self.password.as_str()).map(Some);
        let next = flaws.take(Field::Password, next);
        flaws.check()?;
        current.zip(next).ok_or(Error::Internal)
    }
}

// Passwords do not print.
impl fmt::Debug for PasswordForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordForm")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_passwords_are_asked_for_and_what_is_wrong_is_said_at_once() {
        let error = PasswordForm::default().parse().unwrap_err();
        for field in [Field::CurrentPassword, Field::Password] {
            assert_eq!(error.flaw_of(field), Some(&FlawKind::Missing));
        }
        let form = PasswordForm {
            current: "x".into(),
            password: "0123456789".into(),
        };
        assert!(form.parse().is_ok());
    }

    #[test]
    fn a_role_is_one_of_ours() {
        let typed = |role: &str| Typed(vec![("role".into(), role.into())]);
        assert_eq!(invited_role(&typed("editor")), Ok(Role::Editor));
        assert_eq!(
            invited_role(&typed("king")),
            Err(Error::flaw(Field::Role, FlawKind::Unknown))
        );
        assert_eq!(
            invited_role(&Typed::default()),
            Err(Error::flaw(Field::Role, FlawKind::Missing))
        );
    }
}
