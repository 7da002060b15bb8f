//! Pages that keep themselves up to date: they hear what happens to tokens, and load what they show anew.
//!
//! Only pages of the later part do. Nothing of this runs on the host, and no page needs it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use domain::{time::Moment, view::Site};
use futures_util::{StreamExt as _, stream::select};
use gloo_net::eventsource::futures::EventSource;
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use uuid::Uuid;

use crate::{
    addresses, browser,
    text::{fill, later::later_text},
};

/// How long nothing is loaded anew after it was: a crowd at the door is no reason to ask without end.
const REST: Duration = Duration::from_millis(500);

/// How long to wait before a host that does not answer is listened to again.
const RETRY: Duration = Duration::from_secs(10);

/// How long nothing is said to those who listen to the page after something was.
const QUIET: i64 = 10;

/// What a page has heard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Live {
    /// Whether it listens.
    on: RwSignal<bool>,
    /// Changes with everything that concerns the page.
    changes: RwSignal<u32>,
    /// Whether something was heard while it rested.
    again: StoredValue<bool>,
    /// Whether it rests.
    rests: StoredValue<bool>,
    /// When what the page shows was made.
    made: StoredValue<Option<Moment>>,
    /// What is said to those who listen to the page, and when.
    told: RwSignal<Option<(i64, String)>>,
}

impl Live {
    /// For what concerns the token that is named, or any if none is, as long as the calling component is there.
    pub(crate) fn new(token: impl Fn() -> Option<Uuid> + Copy + 'static) -> Self {
        let live = Self {
            on: RwSignal::new(true),
            changes: RwSignal::new(0),
            again: StoredValue::new(false),
            rests: StoredValue::new(false),
            made: StoredValue::new(None),
            told: RwSignal::new(None),
        };
        Effect::new(move || live.listen(token()));
        live
    }

    /// Changes whenever what the page shows has to be loaded anew.
    pub(crate) fn changes(self) -> u32 {
        self.changes.get()
    }

    /// Whether the page listens, as a signal.
    pub(crate) fn switch(self) -> RwSignal<bool> {
        self.on
    }

    /// The page shows what was made then.
    pub(crate) fn shows(self, site: &Site) {
        self.made.set_value(Some(site.now));
    }

    /// The place where those who listen to the page hear that it has changed, now and then.
    pub(crate) fn status(self) -> AnyView {
        let words = move || self.told.get().map(|(_, words)| words);
        view! {
            <p class="visually-hidden" role="status">
                {words}
            </p>
        }
        .into_any()
    }

    /// Listens while somebody can see the page: a browser has but a few connections to a host.
    fn listen(self, token: Option<Uuid>) {
        let visible = browser::visible();
        let retries = RwSignal::new(0_u32);
        Effect::new(move || {
            retries.track();
            if !self.on.get() || !visible.get() {
                return;
            }
            let since = self.made.get_value().map(|made| made.at.timestamp_micros());
            let Ok(source) = EventSource::new(&addresses::events(since)) else {
                return;
            };
            let source = Rc::new(RefCell::new(Some(source)));
            let heard = source.clone();
            spawn_local(async move {
                self.hear(&heard, token).await;
                // Closed by us, or for good: a host that is only started anew is found again by the browser itself.
                if heard.borrow_mut().take().is_some() {
                    let again = move || {
                        let _ = retries.try_update(|retries| *retries += 1);
                    };
                    set_timeout(again, RETRY);
                }
            });
            let source = SendWrapper::new(source);
            on_cleanup(move || drop(source.borrow_mut().take()));
        });
    }

    /// Until there is nothing more to be heard.
    async fn hear(self, source: &RefCell<Option<EventSource>>, token: Option<Uuid>) {
        let events = source.borrow_mut().as_mut().and_then(|source| {
            let tokens = source.subscribe("token").ok()?;
            Some(select(tokens, source.subscribe("resync").ok()?))
        });
        let Some(mut events) = events else {
            return;
        };
        let uid = token.map(|token| token.to_string());
        while let Some(Ok((name, message))) = events.next().await {
            let data = message.data().as_string().unwrap_or_default();
            // The only uid in it is that of the token.
            let concerns = uid.as_ref().is_none_or(|uid| data.contains(uid));
            if name == "resync" || concerns {
                self.change();
            }
        }
    }

    /// Something concerns the page.
    pub(crate) fn change(self) {
        if self.rests.try_get_value() != Some(false) {
            let _ = self.again.try_set_value(true);
            return;
        }
        self.rests.set_value(true);
        self.changes.update(|changes| *changes += 1);
        self.tell();
        let wake = move || {
            let _ = self.rests.try_set_value(false);
            if self.again.try_get_value() == Some(true) {
                self.again.set_value(false);
                self.change();
            }
        };
        set_timeout(wake, REST);
    }

    fn tell(self) {
        let now = browser::now();
        let is_quiet = self
            .told
            .with_untracked(|told| told.as_ref().is_none_or(|(at, _)| now - at >= QUIET));
        if is_quiet {
            let words = fill(later_text().live.updated, &[("time", &browser::clock())]);
            self.told.set(Some((now, words)));
        }
    }
}
