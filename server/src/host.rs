//! Putting the host together: a store, a queue, and the use cases over them.

use std::sync::Arc;

use anyhow::Context as _;
use domain::{Service, ports::Clock, store::Store};

use crate::{
    clock::SystemClock,
    config::DatabaseConfig,
    consumption::{self, Queue},
    ids::RandomIds,
    live::Live,
    passwords::Argon2id,
    store,
    throttle::NodeThrottle,
    zones::IanaZones,
};

/// The use cases, and the queue behind them that has to be stopped at the end.
pub struct Host {
    /// The use cases.
    pub service: Service,
    /// The attempts to spend that wait.
    pub queue: Arc<Queue>,
    /// What happens, for those who watch.
    pub live: Arc<Live>,
    /// Where everything is kept; to be settled at the end.
    pub store: Arc<dyn Store>,
}

impl Host {
    /// Over the database of `config`, whose tables are brought up to date first.
    pub async fn open(
        config: &DatabaseConfig,
        queue: consumption::Options,
    ) -> anyhow::Result<Self> {
        let url = config.url()?;
        let store = store::connect(&url, &store::Options::default())
            .await
            .with_context(|| format!("the database {url} can't be used"))?;
        Ok(Self::over(store, queue))
    }

    /// Over a store.
    pub fn over(store: Arc<dyn Store>, queue: consumption::Options) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let live = Live::start(clock.clone());
        let queue = Queue::start(store.clone(), clock.clone(), live.clone(), queue);
        let queue = Arc::new(queue);
        let service = Service::new(domain::service::Host {
            store: store.clone(),
            consumer: queue.clone(),
            clock,
            ids: Arc::new(RandomIds),
            passwords: Arc::new(Argon2id),
            zones: Arc::new(IanaZones),
            throttle: Arc::new(NodeThrottle::default()),
            watchers: live.clone(),
        });
        Self {
            service,
            queue,
            live,
            store,
        }
    }
}
