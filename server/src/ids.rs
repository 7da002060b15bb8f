//! Random uuids and secrets.

use uuid::Uuid;

/// Takes randomness from the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl domain::ports::Ids for RandomIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where all others get their uuids"
    )]
    fn uid(&self) -> Uuid {
        // Version 4, for it may become a token's value: 122 random bits, and nothing about when it was made.
        Uuid::new_v4()
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system has randomness to give");
        bytes
    }
}
