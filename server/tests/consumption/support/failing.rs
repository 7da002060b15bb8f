//! A real store that can be told to wait, to fail or to panic before it spends.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use domain::{
    consume::{Answer, Spend},
    ports::Clock,
    store::{Committed, Rows, Store, StoreError, Stored, Unit},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::database::Opened;

/// What is to happen to the next group.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next {
    Works,
    IsUnavailable,
    Fails,
    Panics,
}

/// A store with a gate in front.
pub(crate) struct Gated {
    store: Opened,
    /// Each group needs a permit.
    pub(crate) gate: Semaphore,
    /// How many groups came to the gate.
    pub(crate) groups: AtomicU32,
    /// What happens behind the gate, group by group; then all works.
    plan: Vec<Next>,
    /// Each group that is made needs a permit, if there are any to give, before it is on the disk. Closed, the disk fails.
    disk: Option<Arc<Semaphore>>,
}

impl Gated {
    pub(crate) fn new(store: Opened, open: usize, plan: Vec<Next>) -> Arc<Self> {
        Arc::new(Self {
            store,
            gate: Semaphore::new(open),
            groups: AtomicU32::new(0),
            plan,
            disk: None,
        })
    }

    /// All groups go through, and come to this disk.
    pub(crate) fn with_disk(store: Opened, disk: &Arc<Semaphore>) -> Arc<Self> {
        Arc::new(Self {
            store,
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            groups: AtomicU32::new(0),
            plan: Vec::new(),
            disk: Some(Arc::clone(disk)),
        })
    }
}

#[async_trait]
impl Store for Gated {
    async fn read(&self) -> Stored<Box<dyn Rows>> {
        self.store.read().await
    }

    async fn write(&self) -> Stored<Box<dyn Unit>> {
        self.store.write().await
    }

    async fn spend(&self, spends: &[Spend], clock: &dyn Clock) -> Stored<Vec<Answer>> {
        let group = self.groups.fetch_add(1, Ordering::SeqCst);
        self.gate.acquire().await.unwrap().forget();
        match self.plan.get(group as usize).unwrap_or(&Next::Works) {
            Next::Works => self.store.spend(spends, clock).await,
            Next::IsUnavailable => Err(StoreError::Unavailable("away".into())),
            Next::Fails => Err(StoreError::Failed("broken".into())),
            Next::Panics => panic!("as planned"),
        }
    }

    async fn spend_next(&self, spends: &[Spend], clock: &dyn Clock) -> Stored<Committed> {
        let answers = self.spend(spends, clock).await?;
        let Some(disk) = self.disk.clone() else {
            return Ok(Committed::kept(answers));
        };
        Ok(Committed::until(answers, async move {
            let permit = disk.acquire().await;
            permit
                .map(SemaphorePermit::forget)
                .map_err(|error| StoreError::InDoubt(error.into()))
        }))
    }

    async fn ping(&self) -> Stored<()> {
        self.store.ping().await
    }
}
