//! What rows hold, and how they become the types of `domain`.
//!
//! A row that does not fit is an [`Inconsistent`] error with its coordinates, never a panic.

use domain::{
    Permissions, Token, Uses, Window,
    account::{Account, AccountName, ApiKey, FormerKey, Invitation, PasswordHash, Role, Session},
    audit::{Action, By, ByKind, Difference, Entry, Target, TargetKind},
    error::{Error, Field},
    idempotency::{Answer, Fingerprint, IdempotencyKey, Memory, Once},
    secret::SecretHash,
    store::{StoreError, Stored},
    token::{Deletion, Label, TrashedToken, Value},
    usage::{Logged, Outcome, SpanCount, Usage},
};
use uuid::Uuid;

use super::{at::At, error::Inconsistent};

/// The columns of a [`TokenRow`], to be built into statements.
macro_rules! token_columns {
    () => {
        "uid, value, label, valid_from, valid_to, uses, used, lock, disabled, last_used, \
         creator, created, modified, version"
    };
}
pub(super) use token_columns;

/// The same as one JSON array, as SQLite makes it, in the order of the fields of a [`TokenRow`].
macro_rules! token_array {
    () => {
        "json_array(hex(uid), value, label, valid_from, valid_to, uses, used, lock, disabled, \
         last_used, creator, created, modified, version)"
    };
}
pub(super) use token_array;

#[derive(sqlx::FromRow, serde::Deserialize)]
pub(super) struct TokenRow {
    uid: Uuid,
    pub(super) value: String,
    label: String,
    valid_from: Option<At>,
    valid_to: Option<At>,
    uses: i64,
    used: i64,
    lock: i64,
    disabled: Option<At>,
    last_used: Option<At>,
    creator: Option<String>,
    created: At,
    modified: At,
    version: i64,
}

impl TryFrom<TokenRow> for Token {
    type Error = Inconsistent;

    fn try_from(row: TokenRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("tokens", column, row.uid);
        let from = row.valid_from.map(|at| at.0);
        let to = row.valid_to.map(|at| at.0);
        Ok(Self {
            uid: row.uid,
            value: Value::parse(row.value).map_err(|_| wrong("value"))?,
            label: Label::parse(&row.label).map_err(|_| wrong("label"))?,
            window: Window::new(from, to).ok_or_else(|| wrong("valid_to"))?,
            uses: Uses::from_number(row.uses).map_err(|_| wrong("uses"))?,
            used: u64::try_from(row.used).map_err(|_| wrong("used"))?,
            lock: domain::settings::lock_from_number(row.lock).map_err(|_| wrong("lock"))?,
            disabled: row.disabled.map(|at| at.0),
            last_used: row.last_used.map(|at| at.0),
            creator: row.creator,
            created: row.created.0,
            modified: row.modified.0,
            version: row.version,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct TrashedRow {
    #[sqlx(flatten)]
    token: TokenRow,
    deleted: At,
    deleted_by: String,
    deletion: Uuid,
}

impl TryFrom<TrashedRow> for TrashedToken {
    type Error = Inconsistent;

    fn try_from(row: TrashedRow) -> Result<Self, Inconsistent> {
        Ok(Self {
            token: row.token.try_into()?,
            deletion: Deletion {
                uid: row.deletion,
                at: row.deleted.0,
                by: row.deleted_by,
            },
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct EntryRow {
    pub(super) id: i64,
    at: At,
    by_kind: String,
    by_name: String,
    action: String,
    target_kind: String,
    target_uid: Option<Uuid>,
    target_name: String,
    differences: String,
}

impl TryFrom<EntryRow> for Entry {
    type Error = Inconsistent;

    fn try_from(row: EntryRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("audit_entries", column, row.id);
        Ok(Self {
            at: row.at.0,
            by: By {
                kind: ByKind::parse(&row.by_kind).ok_or_else(|| wrong("by_kind"))?,
                name: row.by_name,
            },
            action: Action::parse(&row.action).ok_or_else(|| wrong("action"))?,
            target: Target {
                kind: TargetKind::parse(&row.target_kind).ok_or_else(|| wrong("target_kind"))?,
                uid: row.target_uid,
                name: row.target_name,
            },
            differences: differences(&row.differences).ok_or_else(|| wrong("differences"))?,
        })
    }
}

/// One difference as it is kept: field, old, new.
type Kept = (Field, Option<String>, Option<String>);

/// Differences as JSON.
pub(super) fn differences_text(differences: &[Difference]) -> String {
    let kept: Vec<_> = differences
        .iter()
        .map(|Difference { field, old, new }| (field, old, new))
        .collect();
    serde_json::json!(kept).to_string()
}

fn differences(text: &str) -> Option<Vec<Difference>> {
    let kept: Vec<Kept> = serde_json::from_str(text).ok()?;
    let difference = |(field, old, new)| Difference { field, old, new };
    Some(kept.into_iter().map(difference).collect())
}

/// A counter as engines keep it. It would take some thousand years to reach their limit.
pub(super) fn counter(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A counter as it was kept.
pub(super) fn counted(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[derive(sqlx::FromRow)]
pub(super) struct UsageRow {
    pub(super) id: i64,
    token_uid: Uuid,
    token_value: String,
    at: At,
    outcome: i16,
    actor: String,
}

impl TryFrom<UsageRow> for Usage {
    type Error = Inconsistent;

    fn try_from(row: UsageRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("usages", column, row.id);
        Ok(Self {
            token_uid: row.token_uid,
            token_value: Value::parse(row.token_value).map_err(|_| wrong("token_value"))?,
            at: row.at.0,
            outcome: Outcome::from_number(row.outcome).ok_or_else(|| wrong("outcome"))?,
            actor: row.actor,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct CountRow {
    span: i32,
    outcome: i16,
    count: i64,
}

impl TryFrom<CountRow> for SpanCount {
    type Error = Inconsistent;

    fn try_from(row: CountRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("usages", column, row.span);
        Ok(Self {
            span: usize::try_from(row.span).map_err(|_| wrong("at"))?,
            outcome: Outcome::from_number(row.outcome).ok_or_else(|| wrong("outcome"))?,
            attempts: counted(row.count),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct LoggedRow {
    #[sqlx(flatten)]
    usage: UsageRow,
    label: Option<String>,
}

impl TryFrom<LoggedRow> for Logged {
    type Error = Inconsistent;

    fn try_from(row: LoggedRow) -> Result<Self, Inconsistent> {
        let uid = row.usage.token_uid;
        let label = row.label.map(|label| Label::parse(&label)).transpose();
        Ok(Self {
            number: row.usage.id,
            usage: row.usage.try_into()?,
            label: label.map_err(|_| inconsistent("tokens", "label", uid))?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct MemoryRow {
    actor: Uuid,
    key: String,
    fingerprint: Vec<u8>,
    answer: String,
    at: At,
}

impl TryFrom<MemoryRow> for Memory {
    type Error = Inconsistent;

    fn try_from(row: MemoryRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("memories", column, row.actor);
        let fingerprint = row
            .fingerprint
            .try_into()
            .map_err(|_| wrong("fingerprint"))?;
        Ok(Self {
            once: Once {
                actor: row.actor,
                key: IdempotencyKey::parse(&row.key).map_err(|_| wrong("key"))?,
                fingerprint: Fingerprint(fingerprint),
            },
            // What another version kept in a form of its own is not done again, though nobody can tell what it was.
            answer: serde_json::from_str(&row.answer).unwrap_or(Answer::Refused(Error::KeyReused)),
            at: row.at.0,
        })
    }
}

/// An answer as it is kept.
pub(super) fn answer_json(answer: &Answer) -> Stored<String> {
    serde_json::to_string(answer).map_err(|error| StoreError::Failed(error.into()))
}

#[derive(sqlx::FromRow)]
pub(super) struct AccountRow {
    uid: Uuid,
    name: String,
    role: String,
    password: String,
    created: At,
    last_login: Option<At>,
    disabled: Option<At>,
}

impl TryFrom<AccountRow> for Account {
    type Error = Inconsistent;

    fn try_from(row: AccountRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("accounts", column, row.uid);
        Ok(Self {
            uid: row.uid,
            name: AccountName::parse(&row.name).map_err(|_| wrong("name"))?,
            role: Role::parse(&row.role).ok_or_else(|| wrong("role"))?,
            password: PasswordHash(row.password),
            created: row.created.0,
            last_login: row.last_login.map(|at| at.0),
            disabled: row.disabled.map(|at| at.0),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct SessionRow {
    session_uid: Uuid,
    hash: Vec<u8>,
    account_uid: Uuid,
    session_created: At,
    seen: At,
    address: Option<String>,
}

impl TryFrom<SessionRow> for Session {
    type Error = Inconsistent;

    fn try_from(row: SessionRow) -> Result<Self, Inconsistent> {
        Ok(Self {
            uid: row.session_uid,
            hash: hash(row.hash)
                .ok_or_else(|| inconsistent("sessions", "hash", row.account_uid))?,
            account_uid: row.account_uid,
            created: row.session_created.0,
            seen: row.seen.0,
            address: row.address,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct SessionWithAccount {
    #[sqlx(flatten)]
    session: SessionRow,
    #[sqlx(flatten)]
    account: AccountRow,
}

impl TryFrom<SessionWithAccount> for (Session, Account) {
    type Error = Inconsistent;

    fn try_from(row: SessionWithAccount) -> Result<Self, Inconsistent> {
        Ok((row.session.try_into()?, row.account.try_into()?))
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct KeyRow {
    uid: Uuid,
    name: String,
    hash: Vec<u8>,
    prefix: Option<String>,
    permissions: String,
    expires: Option<At>,
    creator: Option<String>,
    created: At,
    last_used: Option<At>,
    revoked: Option<At>,
    former_hash: Option<Vec<u8>>,
    former_until: Option<At>,
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = Inconsistent;

    fn try_from(row: KeyRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("keys", column, row.uid);
        let former = match (row.former_hash, row.former_until) {
            (Some(bytes), Some(until)) => Some(FormerKey {
                hash: hash(bytes).ok_or_else(|| wrong("former_hash"))?,
                until: until.0,
            }),
            _ => None,
        };
        Ok(Self {
            uid: row.uid,
            name: AccountName::parse(&row.name).map_err(|_| wrong("name"))?,
            hash: hash(row.hash).ok_or_else(|| wrong("hash"))?,
            prefix: row.prefix,
            permissions: permissions(&row.permissions).ok_or_else(|| wrong("permissions"))?,
            expires: row.expires.map(|at| at.0),
            creator: row.creator,
            created: row.created.0,
            last_used: row.last_used.map(|at| at.0),
            revoked: row.revoked.map(|at| at.0),
            former,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct InvitationRow {
    uid: Uuid,
    hash: Vec<u8>,
    role: String,
    expires: At,
    creator: Option<String>,
    created: Option<At>,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = Inconsistent;

    fn try_from(row: InvitationRow) -> Result<Self, Inconsistent> {
        let wrong = |column| inconsistent("invitations", column, row.uid);
        Ok(Self {
            uid: row.uid,
            hash: hash(row.hash).ok_or_else(|| wrong("hash"))?,
            role: Role::parse(&row.role).ok_or_else(|| wrong("role"))?,
            expires: row.expires.0,
            creator: row.creator,
            created: row.created.map(|at| at.0),
        })
    }
}

fn inconsistent(table: &'static str, column: &'static str, id: impl ToString) -> Inconsistent {
    Inconsistent {
        table,
        column,
        id: id.to_string(),
    }
}

fn hash(bytes: Vec<u8>) -> Option<SecretHash> {
    bytes.try_into().ok().map(SecretHash)
}

fn permissions(text: &str) -> Option<Permissions> {
    // Nothing prints as nothing, and is not read as a list of one empty name.
    if text.is_empty() {
        Some(Permissions::NONE)
    } else {
        Permissions::parse(text).ok()
    }
}
