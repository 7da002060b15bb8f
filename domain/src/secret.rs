//! Secrets that we make: shown once, stored as a hash.
//!
//! A secret reads `<prefix><64 hex digits><8 hex digits>`: 256 random bits and the CRC-32 of all before it, so that a
//! mistyped or cut one is refused without asking the store, and a scanner for leaked secrets can tell ours.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a secret is for; each purpose has a prefix of its own, so that one can't serve as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Lets a program in.
    ApiKey,
    /// Stands in the cookie of somebody signed in.
    Session,
    /// Stands in a one-time link.
    Invitation,
}

impl Purpose {
    /// NEVER CHANGE THE PREFIX OF EXISTING SECRETS: it would revoke all of them.
    fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "tsr_",
            Self::Session => "tss_",
            Self::Invitation => "tsi_",
        }
    }
}

/// A secret in the clear. Does not print: whoever shows it says so by [`Secret::expose`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A new secret out of 256 random bits.
    pub fn new(purpose: Purpose, entropy: [u8; 32]) -> Self {
        let mut text = String::from(purpose.prefix());
        for byte in entropy {
            push_hex(&mut text, u32::from(byte), 2);
        }
        let checksum = crc32fast::hash(text.as_bytes());
        push_hex(&mut text, checksum, 8);
        Self(text)
    }

    /// `text` as a secret of that purpose, if its form and checksum are right.
    pub fn parse(purpose: Purpose, text: &str) -> Option<Self> {
        let prefix = purpose.prefix();
        let is_hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        let digits = text.strip_prefix(prefix)?.as_bytes();
        if digits.len() != 72 || !digits.iter().copied().all(is_hex) {
            return None;
        }
        let (body, checksum) = text.split_at(prefix.len() + 64);
        let given = u32::from_str_radix(checksum, 16).ok()?;
        (crc32fast::hash(body.as_bytes()) == given).then(|| Self(text.to_owned()))
    }

    /// The text, to be shown or sent once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// How it begins: enough to tell it from others, and too little to guess the rest.
    pub fn prefix(&self) -> &str {
        let end = self.0.find('_').map_or(0, |end| end + 1) + 8;
        self.0.get(..end).unwrap_or("")
    }

    /// What is stored. SHA-256 is enough: 256 random bits can't be guessed, whatever a guess costs.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

fn push_hex(text: &mut String, number: u32, digits: usize) {
    write!(text, "{number:0digits$x}").expect("a string takes all that is written");
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The SHA-256 of a [`Secret`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_again_only_whole_and_for_its_purpose() {
        let secret = Secret::new(Purpose::ApiKey, [7; 32]);
        assert_eq!(secret.expose().len(), 76);
        assert_eq!(secret.prefix(), "tsr_07070707");
        assert_eq!(
            Secret::parse(Purpose::ApiKey, secret.expose()),
            Some(secret.clone())
        );
        assert_eq!(Secret::parse(Purpose::Session, secret.expose()), None);
        assert_eq!(Secret::parse(Purpose::ApiKey, &secret.expose()[..75]), None);
        let mistyped = secret.expose().replacen("07", "08", 1);
        assert_eq!(Secret::parse(Purpose::ApiKey, &mistyped), None);
        assert_eq!(
            Secret::parse(Purpose::ApiKey, &secret.expose().to_uppercase()),
            None
        );
    }

    #[test]
    fn neither_a_secret_nor_its_hash_prints() {
        let secret = Secret::new(Purpose::Session, [1; 32]);
        assert_eq!(
            format!("{secret:?} {:?}", secret.hash()),
            "Secret SecretHash"
        );
    }
}
