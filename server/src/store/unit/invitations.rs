//! One-time links.

use async_trait::async_trait;
use domain::{
    account::Invitation,
    secret::SecretHash,
    store::{InvitationRows, Stored},
};
use uuid::Uuid;

use super::{SqlRows, failed, read};
use crate::store::{at::At, rows::InvitationRow};

#[async_trait]
impl InvitationRows for SqlRows {
    async fn insert_invitation(&mut self, invitation: &Invitation) -> Stored<()> {
        sqlx::query(
            "insert into invitations (uid, hash, role, expires, creator, created)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(invitation.uid)
        .bind(invitation.hash.0.as_slice())
        .bind(invitation.role.as_str())
        .bind(At(invitation.expires))
        .bind(invitation.creator.as_deref())
        .bind(invitation.created.map(At))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn take_invitation(&mut self, hash: &SecretHash) -> Stored<Option<Invitation>> {
        // Whoever deletes the row has it: a second one waits for the first, and then finds nothing.
        let row: Option<InvitationRow> = sqlx::query_as(
            "delete from invitations
             where hash = $1
             returning uid, hash, role, expires, creator, created",
        )
        .bind(hash.0.as_slice())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn invitation(&mut self, hash: &SecretHash) -> Stored<Option<Invitation>> {
        let row: Option<InvitationRow> = sqlx::query_as(
            "select uid, hash, role, expires, creator, created
             from invitations
             where hash = $1",
        )
        .bind(hash.0.as_slice())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn invitations(&mut self) -> Stored<Vec<Invitation>> {
        let rows: Vec<InvitationRow> = sqlx::query_as(
            "select uid, hash, role, expires, creator, created
             from invitations
             order by expires, uid",
        )
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn delete_invitation(&mut self, uid: Uuid) -> Stored<Option<Invitation>> {
        let row: Option<InvitationRow> = sqlx::query_as(
            "delete from invitations
             where uid = $1
             returning uid, hash, role, expires, creator, created",
        )
        .bind(uid)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn delete_invitations(&mut self) -> Stored<()> {
        sqlx::query("delete from invitations")
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
