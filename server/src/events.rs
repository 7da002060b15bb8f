//! What happens, as server-sent events: which token was tried or changed, how, when, and nothing that is secret.
//!
//! `GET /events?since=MICROS` gives events named `token`, whose data is a [`domain::live::Event`], and `resync`: look
//! anew, for some were not told. One comes first unless nothing has happened since that time, so who looks and then
//! listens misses nothing.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{Extension, Query, State},
    response::{
        IntoResponse as _, Response,
        sse::{self, KeepAlive, Sse},
    },
    routing::get,
};
use chrono::DateTime;
use domain::{Actor, Error};
use futures_util::stream;
use http::{HeaderMap, HeaderName};
use serde::Deserialize;
use tokio::{
    sync::{
        OwnedSemaphorePermit,
        broadcast::{self, error::RecvError},
    },
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

use crate::{auth::may_still_watch, json_api, limits::RETRY_AFTER, live::Frame, state::AppState};

/// How often it is looked whether who watches still may.
const CHECK: Duration = Duration::from_secs(5);

/// How often something is sent where nothing happens, so that nobody on the way takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(1);

/// The routes of this door.
pub fn router() -> Router<AppState> {
    Router::new().route("/events", get(events))
}

/// What is asked for.
#[derive(Debug, Deserialize)]
struct Asked {
    /// When whoever asks has looked last, in microseconds since 1970.
    since: Option<i64>,
}

async fn events(
    State(state): State<AppState>,
    actor: Option<Extension<Actor>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let actor = actor.map_or(Actor::Anonymous, |Extension(actor)| actor);
    if let Err(error) = state.service.may_watch(&actor) {
        return json_api::failed(&error);
    }
    let Some(room) = state.limits.watch() else {
        return json_api::failed(&Error::Busy {
            retry_after: RETRY_AFTER,
        });
    };
    let frames = state.live.frames();
    let since = asked.since.and_then(DateTime::from_timestamp_micros);
    let has_missed = since.is_none_or(|since| state.live.may_have_changed_since(since));
    let mut checks = interval_at(Instant::now() + CHECK, CHECK);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watch = Watch {
        state,
        headers,
        frames,
        checks,
        _room: room,
        waiting: [sse::Event::default().retry(RETRY)].into(),
    };
    if has_missed {
        watch.waiting.push_back(resync());
    }
    let stream = stream::unfold(watch, Watch::next);
    let sse = Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // Proxies that gather answers would keep events back.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (unbuffered, sse).into_response()
}

/// Somebody who watches.
struct Watch {
    state: AppState,
    headers: HeaderMap,
    frames: broadcast::Receiver<Frame>,
    checks: Interval,
    /// Given back when they have gone.
    _room: OwnedSemaphorePermit,
    waiting: VecDeque<sse::Event>,
}

impl Watch {
    /// The next event; none = there are no more for them, or the node is about to stop.
    async fn next(mut self) -> Option<(Result<sse::Event, Infallible>, Self)> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some((Ok(event), self));
            }
            tokio::select! {
                frame = self.frames.recv() => match frame {
                    Ok(frame) => self.take(&frame),
                    Err(RecvError::Lagged(_)) => self.waiting.push_back(resync()),
                    Err(RecvError::Closed) => return None,
                },
                () = self.state.live.stopped() => return None,
                _ = self.checks.tick() => {
                    if !may_still_watch(&self.state, &self.headers).await {
                        return None;
                    }
                }
            }
        }
    }

    fn take(&mut self, frame: &Frame) {
        match &frame.events {
            None => self.waiting.push_back(resync()),
            Some(events) => self.waiting.extend(events.iter().map(|event| {
                let named = sse::Event::default().event("token");
                named.json_data(event).unwrap_or_else(|_| resync())
            })),
        }
    }
}

fn resync() -> sse::Event {
    sse::Event::default().event("resync").data("{}")
}
