//! People.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    account::{Account, PasswordHash, Role},
    store::{AccountRows, Stored},
};
use uuid::Uuid;

use super::{HOLD_ACCOUNTS, SqlRows, can_be_stored, failed, read};
use crate::store::{
    at::At,
    rows::{AccountRow, counted},
};

#[async_trait]
impl AccountRows for SqlRows {
    async fn insert_account(&mut self, account: &Account) -> Stored<()> {
        sqlx::query(
            "insert into accounts (uid, name, name_key, role, password, created, last_login, disabled)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(account.uid)
        .bind(account.name.as_str())
        .bind(account.name.key())
        .bind(account.role.as_str())
        .bind(&account.password.0)
        .bind(At(account.created))
        .bind(account.last_login.map(At))
        .bind(account.disabled.map(At))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn account(&mut self, uid: Uuid) -> Stored<Option<Account>> {
        let row: Option<AccountRow> = sqlx::query_as(
            "select uid, name, role, password, created, last_login, disabled
             from accounts
             where uid = $1",
        )
        .bind(uid)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn account_named(&mut self, name_key: &str) -> Stored<Option<Account>> {
        // Whatever somebody types at the door comes here.
        if !can_be_stored(name_key) {
            return Ok(None);
        }
        let row: Option<AccountRow> = sqlx::query_as(
            "select uid, name, role, password, created, last_login, disabled
             from accounts
             where name_key = $1",
        )
        .bind(name_key)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn accounts(&mut self) -> Stored<Vec<Account>> {
        let rows: Vec<AccountRow> = sqlx::query_as(
            "select uid, name, role, password, created, last_login, disabled
             from accounts
             order by name_key",
        )
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn count_accounts(&mut self) -> Stored<u64> {
        hold_accounts(self).await?;
        let count: i64 = sqlx::query_scalar("select count(*) from accounts")
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(counted(count))
    }

    async fn count_admins(&mut self) -> Stored<u64> {
        hold_accounts(self).await?;
        let count: i64 = sqlx::query_scalar(
            "select count(*) from accounts where role = $1 and disabled is null",
        )
        .bind(Role::Admin.as_str())
        .fetch_one(self.connection())
        .await
        .map_err(failed)?;
        Ok(counted(count))
    }

    async fn update_account(
        &mut self,
        uid: Uuid,
        role: Role,
        disabled: Option<DateTime<Utc>>,
    ) -> Stored<()> {
        sqlx::query("update accounts set role = $2, disabled = $3 where uid = $1")
            .bind(uid)
            .bind(role.as_str())
            .bind(disabled.map(At))
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn set_last_login(&mut self, uid: Uuid, at: DateTime<Utc>) -> Stored<()> {
        sqlx::query("update accounts set last_login = $2 where uid = $1")
            .bind(uid)
            .bind(At(at))
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn set_password(&mut self, uid: Uuid, password: &PasswordHash) -> Stored<()> {
        sqlx::query("update accounts set password = $2 where uid = $1")
            .bind(uid)
            .bind(&password.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_account(&mut self, uid: Uuid) -> Stored<bool> {
        let done = sqlx::query("delete from accounts where uid = $1")
            .bind(uid)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }
}

/// Whoever counts accounts in a unit does so to decide about one, and nobody else may meanwhile.
async fn hold_accounts(rows: &mut SqlRows) -> Stored<()> {
    if let Some(hold) = HOLD_ACCOUNTS.filter(|_| rows.is_unit()) {
        sqlx::query(hold)
            .execute(rows.connection())
            .await
            .map_err(failed)?;
    }
    Ok(())
}
