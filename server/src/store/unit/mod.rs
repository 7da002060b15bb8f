//! The row operations, written once and compiled against each engine: see [`store`](crate::store).

mod accounts;
mod audit;
mod bounds;
mod invitations;
mod keys;
mod memories;
mod select;
mod sessions;
mod settings;
mod token_list;
mod tokens;
mod trash;
mod usages;

use async_trait::async_trait;
use domain::{
    Token,
    audit::Entry,
    store::{Rows, StoreError, Stored, Unit},
};
use sqlx::{Database, Transaction, pool::PoolConnection};

use super::{
    BLOCK_BITS, BY_BLOCK, Db, ENDS, FOR_UPDATE, FOUND, FRESH, HAS_STATISTICS, HOLD_ACCOUNTS, HOURS,
    IN_BLOCK, SEARCHED, UNINDEXED, Written, sought,
};
use crate::store::error::{failed, unsure};

/// A connection of the engine.
type Connection = <Db as Database>::Connection;

/// What the operations run on. Dropped, it goes back to its pool, and a transaction is rolled back.
pub(super) enum SqlRows {
    /// To look: each statement stands for itself.
    Plain(PoolConnection<Db>),
    /// To change something: nothing is seen by others before the commit.
    Unit(Transaction<'static, Db>, Written),
}

impl SqlRows {
    fn connection(&mut self) -> &mut Connection {
        match self {
            Self::Plain(connection) => connection,
            Self::Unit(transaction, _) => transaction,
        }
    }

    fn is_unit(&self) -> bool {
        matches!(self, Self::Unit(..))
    }

    /// The token is this once the unit is committed.
    fn wrote(&mut self, token: &Token) {
        if let Self::Unit(_, written) = self {
            written.push(token);
        }
    }
}

impl Rows for SqlRows {}

#[async_trait]
impl Unit for SqlRows {
    async fn commit(mut self: Box<Self>, entries: &[Entry]) -> Stored<()> {
        self.insert_entries(entries).await?;
        match *self {
            Self::Plain(_) => Ok(()),
            Self::Unit(transaction, written) => {
                transaction.commit().await.map_err(unsure)?;
                written.hold().await
            }
        }
    }
}

/// A row as what it stands for.
fn read<R, T>(row: R) -> Stored<T>
where
    T: TryFrom<R>,
    StoreError: From<T::Error>,
{
    Ok(T::try_from(row)?)
}

/// Whether an engine can hold this text at all: PostgreSQL knows no NUL in it. What it can't hold, it can't find.
fn can_be_stored(text: &str) -> bool {
    !text.contains('\0')
}
