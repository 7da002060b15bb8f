//! Looking into the trash, taking out of it, and emptying it.

use uuid::Uuid;

use super::{Service, taken};
use crate::{
    actor::{Actor, Permission},
    audit::Pen,
    error::{Error, Field, Result},
    page::{Page, PageRequest},
    token::{Deletion, Trashed},
    view::{TokenView, TrashList, TrashedView},
};

/// Tokens that one unit takes out of the trash for ever.
const PURGED_AT_ONCE: u32 = 1000;

impl Service {
    /// A page of the trash, what was deleted last first.
    pub async fn trash(&self, actor: &Actor, request: PageRequest) -> Result<TrashList> {
        actor.require(Permission::Delete)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let mut rows = self.store().read().await?;
        let page = Page {
            items: rows.trash(request.offset(), request.size).await?,
            request,
            total: rows.count_trash().await?.into(),
        };
        Ok(TrashList {
            tokens: page.map(|trashed| TrashedView {
                deleted: self.moment(&settings.zone, trashed.deletion.at),
                by: trashed.deletion.by.clone(),
                ends: self.moment(&settings.zone, trashed.deletion.ends()),
                token: self.view(&settings, trashed.token, now),
            }),
            site: self.site(&settings, now),
        })
    }

    /// Takes a token out of the trash. It has its history; a value that another token has taken meanwhile is a flaw.
    pub async fn restore_token(&self, actor: &Actor, uid: Uuid) -> Result<TokenView> {
        let restored = self.restore(actor, Trashed::Token(uid)).await?;
        restored.into_iter().next().ok_or(Error::NotFound)
    }

    /// Takes all that one deletion put there out of the trash, or nothing.
    pub async fn undo_deletion(&self, actor: &Actor, deletion: Uuid) -> Result<Vec<TokenView>> {
        self.restore(actor, Trashed::Deletion(deletion)).await
    }

    async fn restore(&self, actor: &Actor, which: Trashed) -> Result<Vec<TokenView>> {
        actor.require(Permission::Delete)?;
        let settings = self.current_settings().await?;
        let mut unit = self.store().write().await?;
        let tokens = unit
            .restore_tokens(which)
            .await
            .map_err(taken(Field::Value))?;
        if tokens.is_empty() {
            return Err(Error::NotFound);
        }
        let now = self.now();
        let pen = Pen::of(actor, now);
        let entries: Vec<_> = tokens.iter().map(|token| pen.restored(token)).collect();
        self.commit(unit, &entries)
            .await
            .map_err(taken(Field::Value))?;
        Ok(tokens
            .into_iter()
            .map(|token| self.view(&settings, token, now))
            .collect())
    }

    /// Deletes for ever what has been in the trash for [`Deletion::KEPT`]; how many tokens. For a job of the host.
    pub async fn empty_trash(&self) -> Result<u64> {
        let mut purged = 0;
        loop {
            let now = self.now();
            let pen = Pen::of_tessera(now);
            let mut unit = self.store().write().await?;
            let tokens = unit
                .purge_trash(now - Deletion::KEPT, PURGED_AT_ONCE)
                .await?;
            if tokens.is_empty() {
                return Ok(purged);
            }
            let entries: Vec<_> = tokens.iter().map(|token| pen.purged(token)).collect();
            self.commit(unit, &entries).await?;
            purged += tokens.len() as u64;
        }
    }
}
