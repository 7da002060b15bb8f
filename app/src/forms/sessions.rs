//! Signing in, and the first account.

use std::fmt;

use domain::{
    Error, Field, Flaw,
    account::{AccountName, Password},
    service::NewAccount,
};
use serde::{Deserialize, Serialize};

use crate::addresses;

/// Signing in.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignInForm {
    /// The name of the account.
    #[serde(default)]
    pub name: String,
    /// The password.
    #[serde(default)]
    pub password: String,
    /// Where to go afterwards.
    #[serde(default)]
    pub next: Option<String>,
}

/// An account to be made by a one-time link.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewAccountForm {
    /// The code of the link.
    #[serde(default)]
    pub code: String,
    /// The name of the account.
    #[serde(default)]
    pub name: String,
    /// Its password.
    #[serde(default)]
    pub password: String,
}

impl SignInForm {
    /// The page to go to afterwards: one of ours, else the overview. Nobody is led away by a link that was sent to them.
    pub fn next_page(&self) -> &str {
        self.next
            .as_deref()
            .filter(|path| path.starts_with('/') && !path.starts_with("//"))
            // Browsers read a backslash as a slash, and skip tabs and line breaks.
            .filter(|path| !path.contains(|c: char| c == '\\' || c.is_control()))
            .unwrap_or(addresses::HOME)
    }
}

impl NewAccountForm {
    /// The account, or what is wrong with it.
    pub fn parse(&self) -> Result<NewAccount, Error> {
        let flaw = |field| move |kind| Flaw { field, kind };
        let name = AccountName::parse(&self.name).map_err(flaw(Field::Name));
        let password = Password::parse(self.password.as_str()).map_err(flaw(Field::Password));
        match (name, password) {
            (Ok(name), Ok(password)) => Ok(NewAccount { name, password }),
            (name, password) => Err(Error::Invalid {
                flaws: name.err().into_iter().chain(password.err()).collect(),
            }),
        }
    }
}

// Passwords and codes do not print.
impl fmt::Debug for SignInForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInForm")
    }
}

impl fmt::Debug for NewAccountForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewAccountForm")
    }
}

#[cfg(test)]
mod tests {
    use domain::FlawKind;

    use super::*;

    #[test]
    fn only_our_own_pages_are_led_to() {
        let next_page = |next: Option<&str>| {
            let next = next.map(str::to_owned);
            SignInForm {
                name: String::new(),
                password: String::new(),
                next,
            }
            .next_page()
            .to_owned()
        };
        assert_eq!(next_page(Some("/settings?a=b")), "/settings?a=b");
        for elsewhere in [
            None,
            Some("https://e.example"),
            Some("//e.example"),
            Some("/\\e.example"),
            Some("/\t/e"),
        ] {
            assert_eq!(next_page(elsewhere), "/");
        }
    }

    #[test]
    fn every_flaw_is_said_at_once() {
        let form = NewAccountForm {
            code: String::new(),
            name: " ".into(),
            password: "short".into(),
        };
        let error = form.parse().unwrap_err();
        assert_eq!(error.flaw_of(Field::Name), Some(&FlawKind::Missing));
        assert_eq!(
            error.flaw_of(Field::Password),
            Some(&FlawKind::TooShort { min: 10 })
        );
    }
}
