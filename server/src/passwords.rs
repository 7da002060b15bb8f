//! Hashing passwords with argon2id.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash as PhcHash},
};
use async_trait::async_trait;
use domain::{
    Error,
    account::{Password, PasswordHash},
};
use std::{hint::black_box, sync::OnceLock, time::Duration};
use tokio::task::spawn_blocking;

/// Argon2id with the parameters that the crate recommends (OWASP: 19 MiB, two passes), off the async threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Argon2id;

fn hash(text: &str) -> Option<String> {
    Argon2::default()
        .hash_password(text.as_bytes())
        .ok()
        .map(|hash| hash.to_string())
}

/// What argon2 took is given back to the machine. The allocator does that a second after it was freed, but only when
/// something large is freed then, and a server at rest frees nothing.
fn give_back() {
    tokio::spawn(async {
        tokio::time::sleep(GIVEN_BACK_AFTER).await;
        drop(black_box(vec![0_u8; LARGE]));
    });
}

const GIVEN_BACK_AFTER: Duration = Duration::from_secs(2);
/// In bytes: too large for a page of small pieces.
const LARGE: usize = 1024 * 1024;

/// A hash that no password has been given for: comparing with it takes as long as comparing with a real one.
fn nobody() -> Option<&'static str> {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    NOBODY
        .get_or_init(|| hash("nobody has this password"))
        .as_deref()
}

#[async_trait]
impl domain::ports::Passwords for Argon2id {
    async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        let hashed = spawn_blocking(move || hash(password.expose())).await;
        give_back();
        hashed.ok().flatten().map(PasswordHash).ok_or_else(|| {
            tracing::error!("a password could not be hashed");
            Error::Internal
        })
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Error> {
        let compare = move || {
            let known = hash.is_some();
            let text = hash
                .map(|hash| hash.0)
                .or_else(|| nobody().map(str::to_owned))?;
            let parsed = PhcHash::new(&text).ok()?;
            let equal = Argon2::default()
                .verify_password(password.expose().as_bytes(), &parsed)
                .is_ok();
            Some(known && equal)
        };
        let compared = spawn_blocking(compare).await;
        give_back();
        compared.ok().flatten().ok_or_else(|| {
            tracing::error!("a password could not be compared");
            Error::Internal
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::ports::Passwords as _;

    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_nobody_is_refused() {
        let password = || Password::parse("correct horse").unwrap();
        let hash = Argon2id.hash(password()).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$"));
        assert_eq!(
            Argon2id.verify(password(), Some(hash.clone())).await,
            Ok(true)
        );
        let wrong = Password::attempt("correct house");
        assert_eq!(Argon2id.verify(wrong, Some(hash)).await, Ok(false));
        let nobody = Password::attempt("nobody has this password");
        assert_eq!(Argon2id.verify(nobody, None).await, Ok(false));
    }
}
