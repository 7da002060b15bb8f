//! What other clocks show, the reader's, the site's and that of UTC, beside the time that somebody points at, touches or
//! comes to with a key.
//!
//! It is one place for all times of a page. What the clocks of the site and of UTC show is in the `title` of each time,
//! which is there without a script.

use std::time::Duration;

use chrono::DateTime;
use leptos::{
    ev::{focusin, focusout, keydown, pointerover, scroll},
    prelude::*,
};
use web_sys::HtmlElement;

use super::time::in_readers_zone;
use crate::{
    browser,
    text::{Text, text},
    times,
};

const ID: &str = "clocks";

/// How long somebody points at a time before it is told.
const POINTED: Duration = Duration::from_millis(250);

/// How long it stays for a pointer on its way to it.
const LEFT: Duration = Duration::from_millis(150);

/// The place where they are told.
pub(crate) fn clocks() -> AnyView {
    let text = text();
    let lines = RwSignal::new(String::new());
    let show = move |time: HtmlElement| {
        lines.set(told(text, &time));
        // Once they are drawn, for their size decides where they fit.
        request_animation_frame(move || browser::show_beside(ID, &time));
    };
    let hide = move || {
        browser::hide_beside(ID);
        lines.set(String::new());
    };
    let is_shown = move || lines.with_untracked(|lines| !lines.is_empty());
    Effect::new(move || {
        let _ = window_event_listener(pointerover, move |event| {
            if browser::time_of(&event).is_some() {
                set_timeout(
                    move || {
                        if let Some(time) = browser::pointed_time() {
                            show(time);
                        }
                    },
                    POINTED,
                );
            } else if is_shown() {
                set_timeout(
                    move || {
                        if !browser::is_attended(ID) {
                            hide();
                        }
                    },
                    LEFT,
                );
            }
        });
        let _ = window_event_listener(focusin, move |event| {
            if let Some(time) = browser::time_of(&event) {
                show(time);
            }
        });
        let _ = window_event_listener(focusout, move |event| {
            if browser::time_of(&event).is_some() {
                hide();
            }
        });
        let _ = window_event_listener(keydown, move |event| {
            if event.key() == "Escape" && is_shown() {
                event.prevent_default();
                hide();
            }
        });
        let _ = window_event_listener(scroll, move |_| {
            if is_shown() {
                browser::place_again(ID);
            }
        });
    });
    view! {
        <div id=ID class="clocks nums" popover="manual" role="tooltip">
            {move || lines.get()}
        </div>
    }
    .into_any()
}

/// How far away a time is, and what the clocks show: the reader's, and those in its title. A line each.
fn told(text: &Text, time: &HtmlElement) -> String {
    let (millis, others) = browser::clocks_of(time);
    let distance = times::distance(text, millis / 1000 - browser::now());
    match own_clock(text, millis, &others) {
        Some(own) => format!("{distance}\n{own}\n{others}"),
        None => format!("{distance}\n{others}"),
    }
}

/// What the reader's clock shows, unless one of `others` shows the same as far ahead of UTC: browsers have names of their
/// own for some zones.
fn own_clock(text: &Text, millis: i64, others: &str) -> Option<String> {
    let local = in_readers_zone(DateTime::from_timestamp_millis(millis)?);
    let ahead = browser::zone_offset(millis);
    let own = times::clock_of(text, local, &browser::zone_name(), ahead);
    let shown = times::exact_date_time(text, local);
    let ahead = own.rsplit(' ').next()?;
    let is_told = |line: &str| line.starts_with(&shown) && line.ends_with(ahead);
    (!others.lines().any(is_told)).then_some(own)
}
