//! What a store must do. Both engines do it with the same SQL, see `docs/architecture.md`.
//!
//! A read is a [`Rows`]; a write is a [`Unit`]: it happens whole at [`Unit::commit`], and not at all if it is dropped
//! before. Lookups answer an `Option`: the store does not know whether absence is bad.

use std::pin::Pin;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    account::{Account, ApiKey, Invitation, PasswordHash, Role, Session},
    audit::{Entry, EntryFilter},
    consume::{Answer, Spend},
    idempotency::{Memory, Once},
    page::Count,
    ports::Clock,
    secret::SecretHash,
    settings::Settings,
    token::{
        Deletion, Order, Overwrite, Position, Status, Token, TokenFilter, Trashed, TrashedToken,
        Value,
    },
    usage::{Logged, Place, SpanCount, Tally, Usage, UsageFilter},
};

/// Why a store did not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The unique index says no.
    #[error("taken")]
    Taken,
    /// The engine does not answer now (pool exhausted, connection lost, disk full): nothing was written.
    #[error("the store is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The engine went away while it was told to make changes last: whether it did is not known.
    #[error("the store went away before it answered")]
    InDoubt(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a store operation gives.
pub type Stored<T> = Result<T, StoreError>;

/// A group of attempts that is committed: others see what it did.
pub struct Committed {
    answers: Vec<Answer>,
    settled: Option<Pin<Box<dyn Future<Output = Stored<()>> + Send>>>,
}

impl Committed {
    /// It outlasts whatever happens to the machine.
    pub fn kept(answers: Vec<Answer>) -> Self {
        Self {
            answers,
            settled: None,
        }
    }

    /// It does once this has ended well.
    pub fn until(
        answers: Vec<Answer>,
        settled: impl Future<Output = Stored<()>> + Send + 'static,
    ) -> Self {
        Self {
            answers,
            settled: Some(Box::pin(settled)),
        }
    }

    /// Whether it outlasts that already.
    pub fn is_settled(&self) -> bool {
        self.settled.is_none()
    }

    /// Its answers, which are not to be given before. Nobody knows what the machine would remember of it on an error,
    /// which is [`StoreError::InDoubt`].
    pub async fn answers(self) -> Stored<Vec<Answer>> {
        if let Some(settled) = self.settled {
            settled.await?;
        }
        Ok(self.answers)
    }
}

/// A place where everything is kept.
#[async_trait]
pub trait Store: Send + Sync {
    /// To look only. What two calls on it see may differ.
    async fn read(&self) -> Stored<Box<dyn Rows>>;

    /// To change something.
    async fn write(&self) -> Stored<Box<dyn Unit>>;

    /// As [`TokenRows::token_of_value`] on a [`Store::read`] of its own. An engine may answer many who ask at the same
    /// time at once.
    async fn token_of_value(&self, value: &Value) -> Stored<Option<Token>> {
        self.read().await?.token_of_value(value).await
    }

    /// Makes all attempts of a group in one commit: reads the tokens, asks the clock, judges as
    /// [`decide`](crate::consume::decide) does, writes the tokens, the attempts and what is to be remembered. One
    /// answer an attempt, in their order; on an error none of them was made, unless it is [`StoreError::InDoubt`].
    async fn spend(&self, spends: &[Spend], clock: &dyn Clock) -> Stored<Vec<Answer>>;

    /// The same, but returns as soon as the next group can be made: an engine may still have to wait for its disk.
    async fn spend_next(&self, spends: &[Spend], clock: &dyn Clock) -> Stored<Committed> {
        let answers = self.spend(spends, clock).await?;
        Ok(Committed::kept(answers))
    }

    /// This attempt is going to wait until others are made: an engine that is some way off may have a look at its token
    /// meanwhile. Nothing depends on it.
    fn read_ahead(&self, _spend: &Spend) {}

    /// Whether the engine answers.
    async fn ping(&self) -> Stored<()>;

    /// Sees to what an engine has put off, for the process is going to end. Nothing is lost without it, and what is asked
    /// for later is answered all the same.
    async fn settle(&self) -> Stored<()> {
        Ok(())
    }
}

/// One transaction.
#[async_trait]
pub trait Unit: Rows {
    /// Makes everything that was done in it last, and writes `entries` into the audit log with it. None are for what
    /// the log does not speak of: that somebody signed in, or was seen.
    async fn commit(self: Box<Self>, entries: &[Entry]) -> Stored<()>;
}

/// All operations on rows.
pub trait Rows:
    TokenRows
    + TrashRows
    + UsageRows
    + MemoryRows
    + AccountRows
    + SessionRows
    + KeyRows
    + InvitationRows
    + SettingsRows
    + AuditRows
{
}

/// Tokens.
#[async_trait]
pub trait TokenRows: Send {
    /// Adds all of them; [`StoreError::Taken`] if one has a value that another token has.
    async fn insert_tokens(&mut self, tokens: &[Token]) -> Stored<()>;
    /// The token of that uid.
    async fn token(&mut self, uid: Uuid) -> Stored<Option<Token>>;
    /// The same, and in a unit nobody else changes it before the unit ends.
    async fn token_for_update(&mut self, uid: Uuid) -> Stored<Option<Token>>;
    /// The token of that value, byte for byte.
    async fn token_of_value(&mut self, value: &Value) -> Stored<Option<Token>>;
    /// Writes all fields of a token whose version is still `read_version`; whether it was.
    /// [`StoreError::Taken`] if another token has its value.
    async fn update_token(&mut self, token: &Token, read_version: i64) -> Stored<bool>;
    /// Those of them that exist, by their uids, as [`TokenRows::token_for_update`] gives one.
    async fn tokens_for_update(&mut self, uids: &[Uuid]) -> Stored<Vec<Token>>;
    /// The uids of the tokens that `filter` means, so many at most, each as [`TokenRows::token_for_update`] gives it.
    async fn uids_for_update(&mut self, filter: &TokenFilter, limit: u32) -> Stored<Vec<Uuid>>;
    /// Writes the same on all of them.
    async fn overwrite_tokens(&mut self, uids: &[Uuid], new: &Overwrite) -> Stored<()>;
    /// A part of the list of tokens that `filter` means.
    async fn tokens(
        &mut self,
        filter: &TokenFilter,
        order: Order,
        position: &Position,
        limit: u32,
    ) -> Stored<Vec<Token>>;
    /// The tokens behind the first `offset` of that list, and how many are in it, as [`TokenRows::count_tokens`] counts.
    async fn token_page(
        &mut self,
        filter: &TokenFilter,
        order: Order,
        offset: u64,
        limit: u32,
        most: u32,
    ) -> Stored<(Vec<Token>, Count)>;
    /// How many tokens `filter` means; beyond `most` they are not counted.
    async fn count_tokens(&mut self, filter: &TokenFilter, most: u32) -> Stored<Count>;
    /// How many tokens stand how at an instant; those that are none are left out.
    async fn count_statuses(&mut self, at: DateTime<Utc>) -> Stored<Vec<(Status, u64)>>;
}

/// The trash. What lies in it is no token to the operations of [`TokenRows`], nor to [`Store::spend`]: it is kept apart.
#[async_trait]
pub trait TrashRows: Send {
    /// Moves those of them that exist into the trash, and gives them as they were.
    async fn trash_tokens(&mut self, uids: &[Uuid], deletion: &Deletion) -> Stored<Vec<Token>>;
    /// Moves tokens out of the trash, and gives them as they are then, one version on. [`StoreError::Taken`] if another
    /// token has a value of theirs.
    async fn restore_tokens(&mut self, which: Trashed) -> Stored<Vec<Token>>;
    /// A part of the trash, what was deleted last first.
    async fn trash(&mut self, offset: u64, limit: u32) -> Stored<Vec<TrashedToken>>;
    /// How many tokens are in the trash.
    async fn count_trash(&mut self) -> Stored<u64>;
    /// Deletes tokens for ever that were deleted before `before`, so many at most, and gives them.
    async fn purge_trash(&mut self, before: DateTime<Utc>, limit: u32) -> Stored<Vec<Token>>;
}

/// The log of attempts.
#[async_trait]
pub trait UsageRows: Send {
    /// Attempts on a token, newest first.
    async fn usages_of(&mut self, token_uid: Uuid, offset: u64, limit: u32) -> Stored<Vec<Usage>>;
    /// How often a token was tried.
    async fn tally_of(&mut self, token_uid: Uuid) -> Stored<Tally>;
    /// How often a token, or any if none is named, was tried from each of these instants until the next. They are in
    /// order.
    async fn count_usages(
        &mut self,
        token_uid: Option<Uuid>,
        instants: &[DateTime<Utc>],
    ) -> Stored<Vec<SpanCount>>;
    /// Attempts on all tokens, newest first, from before the place `older_than`.
    async fn usages(
        &mut self,
        filter: &UsageFilter,
        older_than: Option<Place>,
        limit: u32,
    ) -> Stored<Vec<Logged>>;
    /// Attempts on all tokens, oldest first, behind the one of number `after`, each with its number: for exports.
    async fn usages_after(&mut self, after: i64, limit: u32) -> Stored<Vec<(i64, Usage)>>;
    /// Forgets attempts made before `before`, so many at most; how many.
    async fn purge_usages(&mut self, before: DateTime<Utc>, limit: u32) -> Stored<u64>;
}

/// What requests under idempotency keys came to.
#[async_trait]
pub trait MemoryRows: Send {
    /// What came under the key of that request, if anything.
    async fn memory(&mut self, once: &Once) -> Stored<Option<Memory>>;
    /// Remembers it; [`StoreError::Taken`] if something came under that key before.
    async fn insert_memory(&mut self, memory: &Memory) -> Stored<()>;
    /// Forgets up to `limit` of those from before `at`; how many they were.
    async fn delete_memories_before(&mut self, at: DateTime<Utc>, limit: u32) -> Stored<u64>;
}

/// Accounts.
#[async_trait]
pub trait AccountRows: Send {
    /// Adds an account; [`StoreError::Taken`] if the name is.
    async fn insert_account(&mut self, account: &Account) -> Stored<()>;
    /// The account of that uid.
    async fn account(&mut self, uid: Uuid) -> Stored<Option<Account>>;
    /// The account whose name has that [key](crate::account::AccountName::key).
    async fn account_named(&mut self, name_key: &str) -> Stored<Option<Account>>;
    /// All accounts, by name.
    async fn accounts(&mut self) -> Stored<Vec<Account>>;
    /// How many accounts there are. In a unit, nobody adds one before the unit ends.
    async fn count_accounts(&mut self) -> Stored<u64>;
    /// How many accounts there are that can sign in and administer. In a unit, nobody changes that before the unit ends.
    async fn count_admins(&mut self) -> Stored<u64>;
    /// Sets what the account may do, and since when nobody can sign in with it.
    async fn update_account(
        &mut self,
        uid: Uuid,
        role: Role,
        disabled: Option<DateTime<Utc>>,
    ) -> Stored<()>;
    /// Notes a sign-in.
    async fn set_last_login(&mut self, uid: Uuid, at: DateTime<Utc>) -> Stored<()>;
    /// Sets another password.
    async fn set_password(&mut self, uid: Uuid, password: &PasswordHash) -> Stored<()>;
    /// Deletes an account with its sessions; whether there was one.
    async fn delete_account(&mut self, uid: Uuid) -> Stored<bool>;
}

/// Sessions.
#[async_trait]
pub trait SessionRows: Send {
    /// Adds a session.
    async fn insert_session(&mut self, session: &Session) -> Stored<()>;
    /// A session with its account.
    async fn session(&mut self, hash: &SecretHash) -> Stored<Option<(Session, Account)>>;
    /// Notes a request.
    async fn touch_session(&mut self, hash: &SecretHash, seen: DateTime<Utc>) -> Stored<()>;
    /// Ends a session.
    async fn delete_session(&mut self, hash: &SecretHash) -> Stored<()>;
    /// The sessions of an account, last seen first.
    async fn sessions_of(&mut self, account_uid: Uuid) -> Stored<Vec<Session>>;
    /// Ends a session of an account; whether there was one.
    async fn delete_session_of(&mut self, account_uid: Uuid, uid: Uuid) -> Stored<bool>;
    /// Ends all sessions of an account, but the one of the hash `kept`, if one is named.
    async fn delete_sessions_of(
        &mut self,
        account_uid: Uuid,
        kept: Option<&SecretHash>,
    ) -> Stored<()>;
    /// Ends the sessions that were last seen before `idle` or begun before `absolute`.
    async fn delete_sessions_before(
        &mut self,
        idle: DateTime<Utc>,
        absolute: DateTime<Utc>,
    ) -> Stored<()>;
}

/// Keys.
#[async_trait]
pub trait KeyRows: Send {
    /// Adds a key; [`StoreError::Taken`] if a key that is not revoked has the name.
    async fn insert_key(&mut self, key: &ApiKey) -> Stored<()>;
    /// The key of that hash, now or before its last rotation.
    async fn key(&mut self, hash: &SecretHash) -> Stored<Option<ApiKey>>;
    /// The key of that uid. In a unit nobody else changes it before the unit ends.
    async fn key_for_update(&mut self, uid: Uuid) -> Stored<Option<ApiKey>>;
    /// The uid of the key that is not revoked and whose name has that key.
    async fn key_named(&mut self, name_key: &str) -> Stored<Option<Uuid>>;
    /// All keys, by name.
    async fn keys(&mut self) -> Stored<Vec<ApiKey>>;
    /// Writes what rotating and revoking change: secrets, expiry, revocation.
    async fn update_key(&mut self, key: &ApiKey) -> Stored<()>;
    /// Notes a request.
    async fn touch_key(&mut self, uid: Uuid, used: DateTime<Utc>) -> Stored<()>;
}

/// Invitations.
#[async_trait]
pub trait InvitationRows: Send {
    /// Adds an invitation.
    async fn insert_invitation(&mut self, invitation: &Invitation) -> Stored<()>;
    /// Takes an invitation away: only one caller ever gets it.
    async fn take_invitation(&mut self, hash: &SecretHash) -> Stored<Option<Invitation>>;
    /// The invitation of that hash.
    async fn invitation(&mut self, hash: &SecretHash) -> Stored<Option<Invitation>>;
    /// All invitations, those that end first first.
    async fn invitations(&mut self) -> Stored<Vec<Invitation>>;
    /// Deletes an invitation, and gives it, if there was one.
    async fn delete_invitation(&mut self, uid: Uuid) -> Stored<Option<Invitation>>;
    /// Deletes all invitations.
    async fn delete_invitations(&mut self) -> Stored<()>;
}

/// Settings.
#[async_trait]
pub trait SettingsRows: Send {
    /// The settings; those that nobody has set are the defaults.
    async fn settings(&mut self) -> Stored<Settings>;
    /// Keeps all settings.
    async fn set_settings(&mut self, settings: &Settings) -> Stored<()>;
}

/// The audit log. It is written by [`Unit::commit`] alone.
#[async_trait]
pub trait AuditRows: Send {
    /// Entries, newest first, older than the one of number `older_than`, each with its number.
    async fn entries(
        &mut self,
        filter: &EntryFilter,
        older_than: Option<i64>,
        limit: u32,
    ) -> Stored<Vec<(i64, Entry)>>;
}
