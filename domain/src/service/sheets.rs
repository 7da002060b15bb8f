//! Tokens on paper.

use uuid::Uuid;

use super::{Service, TokenQuery};
use crate::{
    actor::Actor,
    error::{Error, Result},
    page::PageRequest,
    view::{Sheet, SheetLabel},
};

impl Sheet {
    /// The most labels that are made at once.
    pub const MOST: usize = 1000;
}

impl Service {
    /// Labels of these tokens, in this order; those that are gone are left out.
    pub async fn sheet_of(&self, actor: &Actor, uids: &[Uuid]) -> Result<Sheet> {
        let mut labels = Vec::new();
        for uid in uids.iter().take(Sheet::MOST) {
            match self.token(actor, *uid).await {
                Ok(token) => labels.push(SheetLabel::from(token)),
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let total = (uids.len() as u64).into();
        Ok(Sheet {
            labels,
            total,
            codes: self.codes(actor).await?,
        })
    }

    /// Labels of the first [`Sheet::MOST`] tokens that the query means, whichever page of them it asks for.
    pub async fn sheet(&self, actor: &Actor, query: &TokenQuery) -> Result<Sheet> {
        let mut labels = Vec::new();
        for number in 1.. {
            let query = TokenQuery {
                page: PageRequest::new(number, PageRequest::MAX_SIZE),
                ..query.clone()
            };
            let list = self.tokens(actor, &query).await?;
            let total = list.tokens.total;
            let pages = list.tokens.pages();
            labels.extend(list.tokens.items.into_iter().map(SheetLabel::from));
            if labels.len() >= Sheet::MOST || number >= pages {
                labels.truncate(Sheet::MOST);
                return Ok(Sheet {
                    labels,
                    total,
                    codes: self.codes(actor).await?,
                });
            }
        }
        Err(Error::Internal)
    }
}
