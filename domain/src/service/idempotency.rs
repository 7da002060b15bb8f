//! Requests under an idempotency key: done once, answered alike as often as they come.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Service,
    tokens::{Batch, change_token_in, delete_tokens_in, insert_tokens_in},
};
use crate::{
    actor::{Actor, Permission},
    audit::{Entry, Pen},
    error::{Error, Result},
    idempotency::{Answer, Fingerprint, IdempotencyKey, Memory, Once, REMEMBERED},
    settings::Settings,
    store::{StoreError, Unit},
    token::{Change, Deletion, Draft, Token, draft::ResolvedChange},
};

/// What is to be done once. Spending is not among them: [`Service::consume`] takes a key itself.
#[derive(Debug, Clone)]
pub enum Request {
    /// [`Service::add_token`]
    Add(Draft),
    /// [`Service::change_token`]
    Change(Uuid, Change),
    /// [`Service::delete_tokens`]
    Delete(Vec<Uuid>),
}

impl Request {
    fn permission(&self) -> Permission {
        match self {
            Self::Add(_) => Permission::Add,
            Self::Change(..) => Permission::Edit,
            Self::Delete(_) => Permission::Delete,
        }
    }
}

/// How often a request looks for the answer to the same one that was quicker.
const TRIES: usize = 5;

/// How many answers are forgotten in one unit: others who write wait for it.
const FORGOTTEN_AT_ONCE: u32 = 1000;

impl Service {
    /// Does what is asked, or says what came of it when it was done before. [`Error::KeyReused`] if another request
    /// came under the key. What fails without being done, or refused, is not remembered.
    pub async fn once(
        &self,
        actor: &Actor,
        request: Request,
        key: IdempotencyKey,
        fingerprint: Fingerprint,
    ) -> Result<Answer> {
        actor.require(request.permission())?;
        let once = Once {
            actor: actor.uid(),
            key,
            fingerprint,
        };
        let settings = self.current_settings().await?;
        for _ in 0..TRIES {
            let now = self.now();
            let work = self.work(&settings, actor, &request, now);
            let mut unit = self.store().write().await?;
            if let Some(memory) = unit.memory(&once).await? {
                // Whoever did it may still be waiting until it lasts.
                unit.commit(&[]).await?;
                return memory.answer_to(&once);
            }
            let done = match work {
                Ok(work) => {
                    let pen = Pen::of(actor, now);
                    work.done_in(&mut *unit, &pen, now).await
                }
                Err(error) => Err(error),
            };
            let answer = match done {
                Ok((answer @ Answer::Missing(_), _)) => Err(answer),
                Err(error @ (Error::NotFound | Error::Invalid { .. } | Error::Refused { .. })) => {
                    Err(Answer::Refused(error))
                }
                other => Ok(other?),
            };
            let (answer, entries) = match answer {
                Ok(done) => done,
                Err(no) => {
                    // What was done before the no is taken back; the no is kept by itself.
                    drop(unit);
                    unit = self.store().write().await?;
                    (no, Vec::new())
                }
            };
            let memory = Memory {
                once: once.clone(),
                answer,
                at: now,
            };
            match unit.insert_memory(&memory).await {
                Ok(()) => {
                    self.commit(unit, &entries).await?;
                    return Ok(memory.answer);
                }
                // The same request came at the same time, and was quicker.
                Err(StoreError::Taken) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Busy { retry_after: 1 })
    }

    /// What has to be done for a request, as far as that can be said without looking at tokens.
    fn work(
        &self,
        settings: &Settings,
        actor: &Actor,
        request: &Request,
        now: DateTime<Utc>,
    ) -> Result<Work> {
        Ok(match request {
            Request::Add(draft) => {
                let batch = Batch {
                    draft: draft.clone(),
                    amount: 1,
                };
                Work::Insert(self.tokens_of(settings, batch, actor, now)?)
            }
            Request::Change(uid, change) => {
                let change = self.resolve_change(settings, change.clone(), now)?;
                Work::Change(*uid, Box::new(change))
            }
            Request::Delete(uids) => Work::Delete(uids.clone(), self.deletion(actor)),
        })
    }

    /// Forgets answers that are older than they have to be; how many they were.
    pub async fn forget_answers(&self) -> Result<u64> {
        let before = self.now() - REMEMBERED;
        let mut all = 0;
        loop {
            let mut unit = self.store().write().await?;
            let forgotten = unit
                .delete_memories_before(before, FORGOTTEN_AT_ONCE)
                .await?;
            unit.commit(&[]).await?;
            all += forgotten;
            if forgotten < FORGOTTEN_AT_ONCE.into() {
                return Ok(all);
            }
        }
    }
}

enum Work {
    Insert(Vec<Token>),
    Change(Uuid, Box<ResolvedChange>),
    Delete(Vec<Uuid>, Deletion),
}

impl Work {
    /// Does it. What came of it, and what is to be said of it at the commit.
    async fn done_in(
        self,
        unit: &mut dyn Unit,
        pen: &Pen,
        now: DateTime<Utc>,
    ) -> Result<(Answer, Vec<Entry>)> {
        match self {
            Self::Insert(tokens) => {
                let entries = insert_tokens_in(unit, &tokens, pen).await?;
                let token = tokens.first().ok_or(Error::Internal)?;
                Ok((Answer::Added(token.uid), entries))
            }
            Self::Change(uid, change) => {
                let (_, entry) = change_token_in(unit, uid, *change, None, now, pen).await?;
                Ok((Answer::Changed, entry.into_iter().collect()))
            }
            Self::Delete(uids, deletion) => {
                let deleted = delete_tokens_in(unit, &uids, &deletion, pen).await?;
                Ok(deleted.map_or_else(
                    |missing| (Answer::Missing(missing.0), Vec::new()),
                    |(deleted, entries)| (Answer::Deleted(deleted.count), entries),
                ))
            }
        }
    }
}
