//! What happens to tokens, for those who watch: on this node, and by way of the database on the others.
//!
//! Events are gathered into frames. The first of a frame is sent at once and the others within [`GATHER`], so a lone
//! attempt is seen without delay and a crowd costs the hot path a lock and a few copies. Whoever can't follow is told to
//! look anew instead.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    live::Event,
    ports::{Clock, Ids, Watchers},
};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast, watch};
use uuid::Uuid;

use crate::{ids::RandomIds, store::Wire};

/// How long events are gathered after the first.
const GATHER: Duration = Duration::from_millis(100);

/// The most events of a frame. As JSON they are no longer than a notification of PostgreSQL may be, 8000 bytes.
const MOST: usize = 60;

/// Frames that wait for a watcher; one who is further behind looks anew.
const BEHIND: usize = 64;

/// How long to wait before other nodes are tried again.
const RETRY: Duration = Duration::from_millis(500);

/// How long a node that stops waits until the others know.
const FAREWELL: Duration = Duration::from_secs(1);

/// How far the clocks of two nodes, and of a page and its node, may be apart.
const APART: TimeDelta = TimeDelta::seconds(5);

/// What watchers are told at once.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What has happened, oldest first; none = so much, or nobody knows what: look anew.
    pub events: Option<Arc<[Event]>>,
    /// Whether it happened on this node.
    is_own: bool,
}

/// A frame on its way to other nodes.
#[derive(Serialize, Deserialize)]
struct Message {
    /// Which node sends it.
    node: Uuid,
    events: Option<Vec<Event>>,
}

/// What waits for the next frame.
#[derive(Default)]
struct Waiting {
    events: Vec<Event>,
    too_many: bool,
}

/// Takes in what has happened, and tells those who watch.
pub struct Live {
    node: Uuid,
    clock: Arc<dyn Clock>,
    /// A plain mutex, for it is never held across an await.
    waiting: Mutex<Waiting>,
    wake: Notify,
    frames: broadcast::Sender<Frame>,
    /// When something was last heard of, in microseconds since 1970.
    last: AtomicI64,
    stop: watch::Sender<bool>,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Live")
    }
}

impl Watchers for Live {
    fn tell(&self, events: &mut dyn Iterator<Item = Event>) {
        let mut waiting = self.waiting();
        let room = MOST - waiting.events.len();
        waiting.events.extend(events.take(room));
        waiting.too_many |= events.next().is_some();
        if !waiting.events.is_empty() {
            drop(waiting);
            self.wake.notify_one();
        }
    }
}

impl Live {
    /// Begins to gather.
    pub fn start(clock: Arc<dyn Clock>) -> Arc<Self> {
        let live = Arc::new(Self {
            node: RandomIds.uid(),
            // What happened before is not known.
            last: AtomicI64::new(clock.now().timestamp_micros()),
            clock,
            waiting: Mutex::default(),
            wake: Notify::new(),
            frames: broadcast::channel(BEHIND).0,
            stop: watch::channel(false).0,
        });
        tokio::spawn(live.clone().gather());
        live
    }

    /// What happens from now on.
    pub fn frames(&self) -> broadcast::Receiver<Frame> {
        self.frames.subscribe()
    }

    /// Whether something may have happened since `at`, by the clock of any node.
    pub fn may_have_changed_since(&self, at: DateTime<Utc>) -> bool {
        let last = DateTime::from_timestamp_micros(self.last.load(Ordering::Relaxed));
        last.is_none_or(|last| last + APART >= at)
    }

    /// Ends when the node is about to stop.
    pub async fn stopped(&self) {
        // An error would mean that we are gone ourselves.
        let _ = self.stop.subscribe().wait_for(|stop| *stop).await;
    }

    /// Ends what is being watched: nobody is to wait for watchers.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Carries frames to and from the other nodes.
    pub async fn carry(self: Arc<Self>, wire: Wire) {
        tokio::select! {
            () = self.speak(&wire) => {}
            () = self.hear(&wire) => {}
        }
    }

    /// Tells the other nodes to look anew, when all that this one does is done: what it did last may not have been told.
    pub async fn part(&self, wire: &Wire) {
        let message = Message {
            node: self.node,
            events: None,
        };
        let text = serde_json::json!(message).to_string();
        if !matches!(
            tokio::time::timeout(FAREWELL, wire.tell(&text)).await,
            Ok(Ok(()))
        ) {
            tracing::debug!("the other nodes can't be told that this one stops");
        }
    }

    async fn gather(self: Arc<Self>) {
        loop {
            self.wake.notified().await;
            let Waiting { events, too_many } = std::mem::take(&mut *self.waiting());
            self.send(Frame {
                events: (!too_many).then(|| events.into()),
                is_own: true,
            });
            tokio::time::sleep(GATHER).await;
        }
    }

    fn send(&self, frame: Frame) {
        let now = self.clock.now().timestamp_micros();
        self.last.fetch_max(now, Ordering::Relaxed);
        // An error means that nobody watches.
        let _ = self.frames.send(frame);
    }

    async fn speak(&self, wire: &Wire) {
        let mut frames = self.frames();
        loop {
            let events = match frames.recv().await {
                Ok(frame) if !frame.is_own => continue,
                Ok(frame) => frame.events.map(|events| events.to_vec()),
                Err(broadcast::error::RecvError::Lagged(_)) => None,
                Err(broadcast::error::RecvError::Closed) => return,
            };
            let mut message = Message {
                node: self.node,
                events,
            };
            while let Err(error) = wire.tell(&serde_json::json!(message).to_string()).await {
                tracing::debug!(%error, "the other nodes can't be told what happens");
                // What happens meanwhile is too old to be told by then.
                message.events = None;
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    async fn hear(&self, wire: &Wire) {
        loop {
            match wire.listen().await {
                Ok(mut ear) => {
                    // Nobody knows what was said before.
                    self.send(Frame {
                        events: None,
                        is_own: false,
                    });
                    while let Some(text) = ear.next().await {
                        self.heard(&text);
                    }
                    tracing::warn!("the other nodes can't be heard any more: trying again");
                }
                Err(error) => tracing::debug!(%error, "the other nodes can't be heard"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    fn heard(&self, text: &str) {
        let events = match serde_json::from_str::<Message>(text) {
            Ok(message) if message.node == self.node => return,
            Ok(message) => message.events,
            // A node of another version: something has happened.
            Err(_) => None,
        };
        self.send(Frame {
            events: events.map(Into::into),
            is_own: false,
        });
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::usage::Outcome;

    use super::*;
    use crate::clock::SystemClock;

    fn event(number: u128) -> Event {
        Event {
            token: Uuid::from_u128(number),
            at: DateTime::from_timestamp_micros(1_793_620_800_123_456).unwrap(),
            outcome: Some(Outcome::NotYetValid),
        }
    }

    #[test]
    fn the_longest_frame_fits_into_a_notification() {
        let message = Message {
            node: Uuid::max(),
            events: Some((0..MOST as u128).map(event).collect()),
        };
        assert!(serde_json::json!(message).to_string().len() < 8000);
    }

    #[tokio::test]
    async fn a_lone_event_is_told_at_once_and_a_crowd_as_one_frame() {
        let live = Live::start(Arc::new(SystemClock));
        let mut frames = live.frames();
        live.tell(&mut [event(1)].into_iter());
        let first = frames.recv().await.unwrap();
        assert_eq!(first.events.as_deref(), Some(&[event(1)][..]));
        for n in 2..5 {
            live.tell(&mut [event(n)].into_iter());
        }
        let second = frames.recv().await.unwrap();
        let expected = [event(2), event(3), event(4)];
        assert_eq!(second.events.as_deref(), Some(&expected[..]));
        live.tell(&mut (0..1000).map(event));
        assert!(frames.recv().await.unwrap().events.is_none());
    }

    #[tokio::test]
    async fn who_is_too_far_behind_learns_it() {
        let live = Live::start(Arc::new(SystemClock));
        let mut frames = live.frames();
        for _ in 0..=BEHIND {
            live.send(Frame {
                events: None,
                is_own: false,
            });
        }
        assert!(matches!(
            frames.recv().await,
            Err(broadcast::error::RecvError::Lagged(1))
        ));
    }

    #[tokio::test]
    async fn what_was_missed_is_known_by_the_time() {
        let live = Live::start(Arc::new(SystemClock));
        let now = SystemClock.now();
        assert!(live.may_have_changed_since(now));
        assert!(!live.may_have_changed_since(now + TimeDelta::seconds(6)));
    }
}
