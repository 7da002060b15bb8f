//! Keys that do something wherever one is. What they open, the palette and the list of all keys, comes with the code of
//! later pages, once somebody has asked for it.

use domain::{Permission, Permissions};
use leptos::{ev::keydown, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::KeyboardEvent;

use crate::{
    addresses, browser,
    components::toasts::Toasts,
    context,
    load::{Answer, Loading},
    pages,
    text::text,
};

/// What keys can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    /// Pages, acts and tokens, to be found by their names.
    Palette,
    /// All keys, and the switch that turns single ones off.
    Shortcuts,
}

/// The keys of all pages in the frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    /// Whether single keys do something in this browser. Who speaks to a computer can't have it, for words are keys.
    pub(crate) single: RwSignal<bool>,
    /// What was asked for last; it says so each time.
    pub(crate) asked: RwSignal<Option<Opens>>,
    visitor: Loading,
    at_gate: Memo<bool>,
}

impl Keys {
    /// Gives the components below the calling one the keys, which are heard once the page is alive.
    pub(crate) fn provide(visitor: Loading, at_gate: Memo<bool>) -> Self {
        let keys = Self {
            single: RwSignal::new(context::single_keys()),
            asked: RwSignal::new(None),
            visitor,
            at_gate,
        };
        provide_context(keys);
        let navigate = use_navigate();
        let go = Callback::new(move |page| navigate(page, NavigateOptions::default()));
        Effect::new(move || {
            let _ = window_event_listener(keydown, move |event| {
                if keys.hear(&event, go).is_some() {
                    event.prevent_default();
                }
            });
        });
        keys
    }

    /// What whoever is looking may do.
    pub(crate) async fn permissions(self) -> Permissions {
        match self.visitor.answer().await {
            Ok(Answer::Visitor(visitor)) => visitor.permissions,
            _ => Permissions::NONE,
        }
    }

    /// The palette and the list of keys, closed, once one of them was asked for.
    pub(crate) fn dialogs(self) -> AnyView {
        let (text, toasts) = (text(), expect_context::<Toasts>());
        let is_wanted = Memo::new(move |_| self.asked.get().is_some());
        let loaded = move || {
            is_wanted.get().then(|| {
                let dialogs = Suspend::new(async move {
                    let dialogs = pages::dialogs().await;
                    if dialogs.is_none() {
                        // Asked again, it is tried again.
                        self.asked.set(None);
                        toasts.warn(text.error(&pages::not_loaded_error()));
                    }
                    dialogs.into_any()
                });
                dialogs.into_any()
            })
        };
        loaded.into_any()
    }

    /// Does what a key means; none if it means nothing here.
    fn hear(self, event: &KeyboardEvent, go: Callback<&'static str>) -> Option<()> {
        if self.at_gate.get_untracked() || event.default_prevented() {
            return None;
        }
        let key = event.key();
        let with_command = event.ctrl_key() || event.meta_key();
        if with_command && key.eq_ignore_ascii_case("k") && !event.alt_key() && !event.shift_key() {
            self.asked.set(Some(Opens::Palette));
            return Some(());
        }
        let is_single = self.single.get_untracked()
            && !with_command
            && !event.alt_key()
            && !browser::takes_keys(event);
        if !is_single {
            return None;
        }
        match (key.as_str(), event.repeat()) {
            ("j" | "J", _) => browser::move_row(1),
            ("k" | "K", _) => browser::move_row(-1),
            (_, true) => None,
            ("x" | "X", _) => browser::tick_row(),
            ("?", _) => {
                self.asked.set(Some(Opens::Shortcuts));
                Some(())
            }
            ("/", _) => {
                if !browser::focus_search() {
                    go.run(addresses::TOKENS);
                    spawn_local(search_of_the_list());
                }
                Some(())
            }
            ("n" | "N", _) => {
                spawn_local(async move {
                    if self.permissions().await.contain(Permission::Add) {
                        go.run(addresses::NEW_TOKENS);
                    }
                });
                Some(())
            }
            _ => None,
        }
    }
}

/// Comes to the field for searching, once the list is there.
async fn search_of_the_list() {
    const TRIES: u32 = 60;
    const PAUSE: i32 = 50;
    for _ in 0..TRIES {
        browser::pause(PAUSE).await;
        if browser::focus_search() {
            break;
        }
    }
}
