//! Acting on many tokens at once.

use uuid::Uuid;

use super::{Service, TokenQuery, tokens::Deleted};
use crate::{
    actor::{Actor, Permission},
    audit::Pen,
    error::{Error, Field, FlawKind, Result},
    store::Unit,
    token::{CommonChange, Position, TokenFilter},
    view::Selected,
};

/// Which tokens one act is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These; one that is named twice counts once.
    Named(Vec<Uuid>),
    /// All that match.
    Matching {
        /// What they match, whichever page and order it asks for.
        query: TokenQuery,
        /// How many they were when they were shown.
        seen: u64,
    },
}

impl Selection {
    /// The most tokens that one act is for. A unit keeps others from what it holds until it ends.
    pub const MOST: u32 = 20_000;

    /// More than this are not acted on without a second look.
    pub const FEW: u64 = 50;

    /// How many tokens somebody had in mind.
    pub fn seen(&self) -> u64 {
        match self {
            Self::Named(uids) => sorted(uids).len() as u64,
            Self::Matching { seen, .. } => *seen,
        }
    }

    /// The tokens, held until the unit ends; by uid, in which order all who need several rows take them.
    async fn hold(
        &self,
        unit: &mut dyn Unit,
        filter: impl Fn(&TokenQuery) -> TokenFilter,
    ) -> Result<Vec<Uuid>> {
        if self.seen() > Self::MOST.into() {
            let max = Self::MOST.into();
            return Err(Error::flaw(Field::Amount, FlawKind::TooLarge { max }));
        }
        match self {
            Self::Named(uids) => Ok(sorted(uids)),
            Self::Matching { query, .. } => {
                let limit = Self::MOST + 1;
                let uids = unit.uids_for_update(&filter(query), limit).await?;
                self.check(uids.len())?;
                Ok(uids)
            }
        }
    }

    /// Whether they are as many as were seen. What was made or gone since has been seen by nobody.
    fn check(&self, count: usize) -> Result<()> {
        let count = count as u64;
        if count == self.seen() {
            Ok(())
        } else {
            Err(Error::Outdated { count })
        }
    }
}

fn sorted(uids: &[Uuid]) -> Vec<Uuid> {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

impl Service {
    /// What the act `purpose` would be for, as it is now: nobody gets a form that would be refused.
    pub async fn selected(
        &self,
        actor: &Actor,
        selection: &Selection,
        purpose: Permission,
    ) -> Result<Selected> {
        actor.require(Permission::View)?;
        actor.require(purpose)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let site = self.site(&settings, now);
        let (count, first) = match selection {
            Selection::Matching { query, .. } => {
                let filter = self.filter(&settings, query, now);
                let mut rows = self.store().read().await?;
                let count = rows.count_tokens(&filter, u32::MAX).await?.number;
                let beginning = Position::Offset(0);
                let first = rows
                    .tokens(&filter, query.order, &beginning, Selected::FIRST)
                    .await?;
                let first = first.into_iter();
                let first = first.map(|token| self.view(&settings, token, now));
                (count, first.collect())
            }
            Selection::Named(uids) => {
                let mut rows = self.store().read().await?;
                let tokens = rows.tokens_for_update(&sorted(uids)).await?;
                let count = tokens.len() as u64;
                let first = tokens.into_iter().take(Selected::FIRST as usize);
                let first = first.map(|token| self.view(&settings, token, now));
                (count, first.collect())
            }
        };
        Ok(Selected { count, first, site })
    }

    /// Makes the same of all tokens of a selection, or of none; how many were not so before. [`Error::Outdated`] if
    /// they are not as many as were seen.
    pub async fn change_tokens(
        &self,
        actor: &Actor,
        selection: &Selection,
        change: CommonChange,
    ) -> Result<u64> {
        actor.require(Permission::Edit)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let change = self.resolve_change(&settings, change.into(), now)?;
        let pen = Pen::of(actor, now);
        let mut unit = self.store().write().await?;
        let filter = |query: &_| self.filter(&settings, query, now);
        let uids = selection.hold(&mut *unit, filter).await?;
        let tokens = unit.tokens_for_update(&uids).await?;
        selection.check(tokens.len())?;
        let (mut changed, mut entries) = (Vec::new(), Vec::new());
        for before in tokens {
            let after = before
                .changed(change.clone(), now)
                .map_err(|flaw| Error::Invalid { flaws: vec![flaw] })?;
            if let Some(entry) = pen.changed(&before, &after) {
                changed.push(before.uid);
                entries.push(entry);
            }
        }
        unit.overwrite_tokens(&changed, &change.in_common(now))
            .await?;
        self.commit(unit, &entries).await?;
        Ok(changed.len() as u64)
    }

    /// Moves all tokens of a selection to the trash, or none. [`Error::Outdated`] if they are not as many as were seen.
    pub async fn delete_selection(&self, actor: &Actor, selection: &Selection) -> Result<Deleted> {
        actor.require(Permission::Delete)?;
        let settings = self.current_settings().await?;
        let mut unit = self.store().write().await?;
        let deletion = self.deletion(actor);
        let pen = Pen::of(actor, deletion.at);
        let filter = |query: &_| self.filter(&settings, query, deletion.at);
        let uids = selection.hold(&mut *unit, filter).await?;
        let tokens = unit.trash_tokens(&uids, &deletion).await?;
        selection.check(tokens.len())?;
        let entries: Vec<_> = tokens.iter().map(|token| pen.deleted(token)).collect();
        self.commit(unit, &entries).await?;
        Ok(Deleted {
            deletion: deletion.uid,
            count: tokens.len() as u64,
        })
    }
}

impl Selected {
    /// As many tokens as one can take in.
    pub const FIRST: u32 = 8;
}
