//! Making, finding, altering, deleting and spending tokens.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Service, taken};
use crate::{
    actor::{Actor, Permission},
    audit::{Entry, Pen},
    consume::{Consumption, Spend},
    error::{Error, Field, Flaw, FlawKind, Result},
    idempotency::{IdempotencyKey, Once},
    page::{Page, PageRequest},
    settings::{Preset, Settings},
    store::Unit,
    token::{
        Change, Deletion, Draft, Label, Status, Token, TokenVersion, Value, Window, WindowChange,
        draft::{ResolvedChange, ResolvedDraft},
    },
    view::{NewTokens, PresetTimes, TokenPage, TokenView},
};

/// Several tokens of one kind.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// What they have in common. With more than one, its value is what all values begin with (the uuid follows), and
    /// a label is numbered: `VIP` becomes `VIP-001`, `VIP-002`, …
    pub draft: Draft,
    /// How many; 1 to [`Batch::MAX`].
    pub amount: u32,
}

impl Batch {
    /// The most tokens that one request makes.
    pub const MAX: u32 = 1000;
}

impl Service {
    /// Makes one token.
    pub async fn add_token(&self, actor: &Actor, draft: Draft) -> Result<TokenView> {
        let tokens = self.add_tokens(actor, Batch { draft, amount: 1 }).await?;
        tokens.into_iter().next().ok_or(Error::Internal)
    }

    /// Makes several tokens, all or none.
    pub async fn add_tokens(&self, actor: &Actor, batch: Batch) -> Result<Vec<TokenView>> {
        actor.require(Permission::Add)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let tokens = self.tokens_of(&settings, batch, actor, now)?;
        let mut unit = self.store().write().await?;
        let entries = insert_tokens_in(&mut *unit, &tokens, &Pen::of(actor, now)).await?;
        self.commit(unit, &entries)
            .await
            .map_err(taken(Field::Value))?;
        Ok(tokens
            .into_iter()
            .map(|token| self.view(&settings, token, now))
            .collect())
    }

    pub(super) fn tokens_of(
        &self,
        settings: &Settings,
        batch: Batch,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Vec<Token>> {
        let Batch { draft, amount } = batch;
        if amount == 0 {
            return Err(Error::flaw(Field::Amount, FlawKind::TooSmall { min: 1 }));
        }
        if amount > Batch::MAX {
            return Err(Error::flaw(Field::Amount, FlawKind::TooLarge { max: 1000 }));
        }
        let draft = self.resolve_draft(settings, draft)?;
        let digits = amount.to_string().len();
        let flaw = |field| move |kind| Error::flaw(field, kind);
        (1..=amount)
            .map(|number| {
                let uid = self.0.host.ids.uid();
                let mut draft = draft.clone();
                if amount > 1 {
                    if let Some(prefix) = &draft.value {
                        let value = Value::parse(format!("{}{uid}", prefix.as_str()));
                        draft.value = Some(value.map_err(flaw(Field::Value))?);
                    }
                    if !draft.label.is_empty() {
                        let label = format!("{}-{number:0digits$}", draft.label.as_str());
                        draft.label = Label::parse(&label).map_err(flaw(Field::Label))?;
                    }
                }
                // A microsecond between them keeps their numbers in order where the newest come first.
                let created = now - TimeDelta::microseconds(i64::from(number - 1));
                Ok(draft.into_token(uid, actor.name(), created))
            })
            .collect()
    }

    fn resolve_draft(&self, settings: &Settings, draft: Draft) -> Result<ResolvedDraft> {
        let mut flaws = Vec::new();
        let mut end = |when: Option<_>, field| {
            when.and_then(|when| {
                self.instant(&settings.zone, when, field)
                    .map_err(|flaw| flaws.push(flaw))
                    .ok()
            })
        };
        let from = end(draft.from, Field::ValidFrom);
        let to = end(draft.to, Field::ValidTo);
        let window = Window::new(from, to).unwrap_or_else(|| {
            flaws.push(Flaw {
                field: Field::ValidTo,
                kind: FlawKind::EndNotAfterStart,
            });
            Window::default()
        });
        Error::unless_empty(flaws)?;
        Ok(ResolvedDraft {
            value: draft.value,
            label: draft.label,
            window,
            uses: draft.uses.unwrap_or(settings.default_uses),
            lock: draft.lock.unwrap_or(settings.default_lock),
        })
    }

    /// What the form for new tokens starts from: the settings, or another token.
    pub async fn new_tokens(&self, actor: &Actor, like: Option<Uuid>) -> Result<NewTokens> {
        actor.require(Permission::Add)?;
        let like = match like {
            Some(uid) => Some(self.token(actor, uid).await?),
            None => None,
        };
        let settings = self.current_settings().await?;
        let site = self.site(&settings, self.now());
        let presets = Preset::ALL
            .into_iter()
            .map(|preset| {
                let (from, to) = settings.window_of(preset, site.now.local);
                PresetTimes { preset, from, to }
            })
            .collect();
        Ok(NewTokens {
            settings: (*settings).clone(),
            site,
            presets,
            like,
        })
    }

    /// One token.
    pub async fn token(&self, actor: &Actor, uid: Uuid) -> Result<TokenView> {
        actor.require(Permission::View)?;
        let settings = self.current_settings().await?;
        let token = self
            .store()
            .read()
            .await?
            .token(uid)
            .await?
            .ok_or(Error::NotFound)?;
        Ok(self.view(&settings, token, self.now()))
    }

    /// One token with its attempts, for those who may look and may do `purpose` with it: nobody gets a form that would
    /// be refused.
    pub async fn token_page(
        &self,
        actor: &Actor,
        uid: Uuid,
        purpose: Permission,
        request: PageRequest,
    ) -> Result<TokenPage> {
        actor.require(Permission::View)?;
        actor.require(purpose)?;
        let settings = self.current_settings().await?;
        let mut rows = self.store().read().await?;
        let token = rows.token(uid).await?.ok_or(Error::NotFound)?;
        let tally = rows.tally_of(uid).await?;
        let usages = rows.usages_of(uid, request.offset(), request.size).await?;
        let now = self.now();
        let days = self.last_days(&settings.zone, now);
        let counts = rows.count_usages(Some(uid), &days.instants).await?;
        let page = Page {
            items: usages,
            request,
            total: (tally.accepted + tally.refused).into(),
        };
        let token = self.view(&settings, token, now);
        let ends = [token.from, token.to].into_iter().flatten();
        Ok(TokenPage {
            days: days.tallies(&counts),
            repeated: ends
                .filter_map(|end| self.repeated(&settings.zone, end))
                .collect(),
            token,
            tally,
            usages: page.map(|usage| self.usage_view(&settings, usage)),
            site: self.site(&settings, now),
        })
    }

    /// The token of that value, if there is one.
    pub async fn find_token(&self, actor: &Actor, value: &str) -> Result<Option<TokenView>> {
        actor.require(Permission::View)?;
        // What cannot be a value is the value of no token.
        let Ok(value) = Value::parse(value) else {
            return Ok(None);
        };
        let settings = self.current_settings().await?;
        let token = self.store().token_of_value(&value).await?;
        Ok(token.map(|token| self.view(&settings, token, self.now())))
    }

    /// Alters a token. With `seen`, only if nobody has changed it since that version was read.
    pub async fn change_token(
        &self,
        actor: &Actor,
        uid: Uuid,
        change: Change,
        seen: Option<TokenVersion>,
    ) -> Result<TokenView> {
        actor.require(Permission::Edit)?;
        let settings = self.current_settings().await?;
        let now = self.now();
        let change = self.resolve_change(&settings, change, now)?;
        let mut unit = self.store().write().await?;
        let pen = Pen::of(actor, now);
        let (after, entry) = change_token_in(&mut *unit, uid, change, seen, now, &pen).await?;
        self.commit(unit, entry.as_slice())
            .await
            .map_err(taken(Field::Value))?;
        Ok(self.view(&settings, after, now))
    }

    pub(super) fn resolve_change(
        &self,
        settings: &Settings,
        change: Change,
        now: DateTime<Utc>,
    ) -> Result<ResolvedChange> {
        let (from, to) = match change.window {
            WindowChange::Keep => (None, None),
            WindowChange::Ends { from, to } => (from, to),
            WindowChange::Preset(preset) => {
                let local = self.zones().local(&settings.zone, now);
                let (from, to) = settings.window_of(preset, local);
                (
                    Some(from.map(crate::token::When::Local)),
                    Some(to.map(crate::token::When::Local)),
                )
            }
        };
        let mut flaws = Vec::new();
        let mut end = |given: Option<Option<_>>, field| {
            given.map(|end| {
                end.and_then(|when| {
                    self.instant(&settings.zone, when, field)
                        .map_err(|flaw| flaws.push(flaw))
                        .ok()
                })
            })
        };
        let from = end(from, Field::ValidFrom);
        let to = end(to, Field::ValidTo);
        Error::unless_empty(flaws)?;
        Ok(ResolvedChange {
            value: change.value,
            label: change.label,
            from,
            to,
            uses: change.uses,
            lock: change.lock,
            disabled: change.disabled,
        })
    }

    pub(super) fn deletion(&self, actor: &Actor) -> Deletion {
        Deletion {
            uid: self.0.host.ids.uid(),
            at: self.now(),
            by: actor.name().to_owned(),
        }
    }

    /// Deletes all of them or none. One that is named twice counts once. [`Missing`] names the first that does not
    /// exist. They go to the trash.
    pub async fn delete_tokens(
        &self,
        actor: &Actor,
        uids: &[Uuid],
    ) -> Result<std::result::Result<Deleted, Missing>> {
        actor.require(Permission::Delete)?;
        let mut unit = self.store().write().await?;
        let deletion = self.deletion(actor);
        match delete_tokens_in(&mut *unit, uids, &deletion, &Pen::of(actor, deletion.at)).await? {
            Ok((deleted, entries)) => {
                self.commit(unit, &entries).await?;
                Ok(Ok(deleted))
            }
            Err(missing) => Ok(Err(missing)),
        }
    }

    /// Spends one use, or says why not. The attempt is on disk when this answers. However often it comes under the
    /// same `key`, it is made once and answered alike; another request under it is [`Error::KeyReused`].
    pub async fn consume(
        &self,
        actor: &Actor,
        uid: Uuid,
        key: Option<IdempotencyKey>,
    ) -> Result<Consumption> {
        actor.require(Permission::Consume)?;
        let spend = Spend {
            token_uid: uid,
            actor: actor.name().to_owned(),
            once: key.map(|key| Once {
                actor: actor.uid(),
                key,
                fingerprint: Spend::fingerprint(uid),
            }),
        };
        self.0
            .host
            .consumer
            .consume(spend)
            .await?
            .ok_or(Error::NotFound)
    }

    /// How the site's clocks show an instant.
    pub async fn local(&self, at: DateTime<Utc>) -> Result<chrono::NaiveDateTime> {
        let settings = self.current_settings().await?;
        Ok(self.zones().local(&settings.zone, at))
    }

    pub(super) fn view(&self, settings: &Settings, token: Token, now: DateTime<Utc>) -> TokenView {
        let moment = |at: DateTime<Utc>| self.moment(&settings.zone, at);
        let mut holding = Status::ALL
            .into_iter()
            .filter(|status| token.is(*status, now));
        let status = holding.next().unwrap_or(Status::Active);
        TokenView {
            status,
            also: holding.collect(),
            uid: token.uid,
            from: token.window.from.map(moment),
            to: token.window.to.map(moment),
            uses: token.uses,
            used: token.used,
            lock: token.lock,
            locked_until: token
                .locked_until()
                .filter(|until| now < *until)
                .map(moment),
            disabled: token.disabled.map(moment),
            last_used: token.last_used.map(moment),
            created: moment(token.created),
            modified: moment(token.modified),
            version: token.version,
            value: token.value,
            label: token.label,
            creator: token.creator,
        }
    }
}

/// Adds tokens. What is to be said of it at the commit.
pub(super) async fn insert_tokens_in(
    unit: &mut dyn Unit,
    tokens: &[Token],
    pen: &Pen,
) -> Result<Vec<Entry>> {
    unit.insert_tokens(tokens)
        .await
        .map_err(taken(Field::Value))?;
    Ok(tokens.iter().map(|token| pen.created(token)).collect())
}

/// Alters a token. How it is then, and what is to be said of it at the commit.
pub(super) async fn change_token_in(
    unit: &mut dyn Unit,
    uid: Uuid,
    change: ResolvedChange,
    seen: Option<TokenVersion>,
    now: DateTime<Utc>,
    pen: &Pen,
) -> Result<(Token, Option<Entry>)> {
    let before = unit.token_for_update(uid).await?.ok_or(Error::NotFound)?;
    if seen.is_some_and(|seen| seen != before.version) {
        return Err(Error::Conflict);
    }
    let after = before
        .changed(change, now)
        .map_err(|flaw| Error::Invalid { flaws: vec![flaw] })?;
    let written = unit
        .update_token(&after, before.version)
        .await
        .map_err(taken(Field::Value))?;
    if !written {
        return Err(Error::Conflict);
    }
    let entry = pen.changed(&before, &after);
    Ok((after, entry))
}

/// Moves tokens to the trash. What was deleted, and what is to be said of it at the commit.
pub(super) async fn delete_tokens_in(
    unit: &mut dyn Unit,
    uids: &[Uuid],
    deletion: &Deletion,
    pen: &Pen,
) -> Result<std::result::Result<(Deleted, Vec<Entry>), Missing>> {
    let tokens = unit.trash_tokens(uids, deletion).await?;
    let gone: BTreeSet<Uuid> = tokens.iter().map(|token| token.uid).collect();
    if let Some(missing) = uids.iter().find(|uid| !gone.contains(uid)) {
        return Ok(Err(Missing(*missing)));
    }
    let deleted = Deleted {
        deletion: deletion.uid,
        count: tokens.len() as u64,
    };
    let entries = tokens.iter().map(|token| pen.deleted(token)).collect();
    Ok(Ok((deleted, entries)))
}

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deleted {
    /// Names the deletion, for undoing it.
    pub deletion: Uuid,
    /// How many tokens.
    pub count: u64,
}

/// The token that was to be deleted and does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing(pub Uuid);
