//! A time: absolute in the site's zone at first, then told from where the reader is.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use domain::time::Moment;
use leptos::prelude::*;

use crate::{
    browser,
    text::{Text, fill, text},
    times,
};

/// How often relative times are told anew.
const TICK: Duration = Duration::from_secs(10);

/// The browser's clock, in seconds since 1970; none on the host and until the page is hydrated, so that both draw the
/// same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now(RwSignal<Option<i64>>);

impl Now {
    /// Gives all times below the calling component a clock, which starts once the page is hydrated.
    pub(crate) fn provide() {
        let now = RwSignal::new(None);
        provide_context(Self(now));
        Effect::new(move || {
            now.set(Some(browser::now()));
            let _ = set_interval_with_handle(move || now.set(Some(browser::now())), TICK);
        });
    }
}

/// How far `moment` is from now where that helps, else its day and time.
pub(crate) fn time(moment: Moment, zone: &str) -> AnyView {
    let text = text();
    let Now(now) = expect_context();
    let (at, title) = attributes(text, moment, zone);
    let words = move || match now.get() {
        None => times::date_time(text, moment.local),
        Some(now) => times::relative(text, moment.at.timestamp() - now)
            .unwrap_or_else(|| times::date_time(text, in_readers_zone(moment.at))),
    };
    view! {
        <time datetime=at title=title>
            {words}
        </time>
    }
    .into_any()
}

/// Day and time of `moment` in the site's zone, always.
pub(crate) fn site_time(moment: Moment, zone: &str) -> AnyView {
    let text = text();
    fixed(text, moment, zone, times::date_time(text, moment.local))
}

/// The same to the second, for logs.
pub(crate) fn exact_time(moment: Moment, zone: &str) -> AnyView {
    let text = text();
    fixed(
        text,
        moment,
        zone,
        times::exact_date_time(text, moment.local),
    )
}

fn fixed(text: &Text, moment: Moment, zone: &str, words: String) -> AnyView {
    let (at, title) = attributes(text, moment, zone);
    view! {
        <time datetime=at title=title>
            {words}
        </time>
    }
    .into_any()
}

/// The instant for programs, and for whoever points at the time.
fn attributes(text: &Text, moment: Moment, zone: &str) -> (String, String) {
    let exact = |local| times::exact_date_time(text, local);
    let utc = fill(text.times.utc, &[("time", &exact(moment.at.naive_utc()))]);
    let title = format!("{} {zone}\n{utc}", exact(moment.local));
    (moment.at.to_rfc3339_opts(SecondsFormat::Secs, true), title)
}

/// What the clock of the reader's device shows at `at`.
fn in_readers_zone(at: DateTime<Utc>) -> NaiveDateTime {
    #[expect(clippy::cast_precision_loss, reason = "exact up to the year 287396")]
    let date = js_sys::Date::new(&(at.timestamp_millis() as f64).into());
    #[expect(clippy::cast_possible_truncation, reason = "minutes of at most a day")]
    let behind = TimeDelta::minutes(date.get_timezone_offset() as i64);
    at.naive_utc() - behind
}
