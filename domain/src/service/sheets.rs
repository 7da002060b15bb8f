//! Tokens on paper.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Service, TokenQuery, token_list::COUNTED};
use crate::{
    actor::{Actor, Permission},
    error::Result,
    page::Count,
    token::Token,
    view::{Sheet, SheetLabel},
};

const MOST: u32 = 1000;

impl Sheet {
    /// The most labels that are made at once.
    pub const MOST: usize = MOST as usize;
}

impl Service {
    /// Labels of these tokens, in this order; those that are gone are left out.
    pub async fn sheet_of(&self, actor: &Actor, uids: &[Uuid]) -> Result<Sheet> {
        let tokens = self.tokens_named(actor, uids).await?;
        let total = (tokens.len() as u64).into();
        let mut found: HashMap<_, _> = tokens.into_iter().map(|token| (token.uid, token)).collect();
        let in_order = uids.iter().filter_map(|uid| found.remove(uid));
        self.sheet_with(in_order.take(Sheet::MOST).collect(), total)
            .await
    }

    /// Labels of the first [`Sheet::MOST`] tokens that the query means, whichever page of them it asks for.
    pub async fn sheet(&self, actor: &Actor, query: &TokenQuery) -> Result<Sheet> {
        actor.require(Permission::View)?;
        let settings = self.current_settings().await?;
        let filter = self.filter(&settings, query, self.now());
        let mut rows = self.store().read().await?;
        let (tokens, total) = rows
            .token_page(&filter, query.order, 0, MOST, COUNTED)
            .await?;
        drop(rows);
        self.sheet_with(tokens, total).await
    }

    async fn sheet_with(&self, tokens: Vec<Token>, total: Count) -> Result<Sheet> {
        let settings = self.current_settings().await?;
        let now = self.now();
        let labels = tokens
            .into_iter()
            .map(|token| SheetLabel::from(self.view(&settings, token, now)));
        Ok(Sheet {
            labels: labels.collect(),
            total,
            codes: settings.codes(),
        })
    }
}
