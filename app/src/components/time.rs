//! A time: absolute in the site's zone at first, then told from where the reader is.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use domain::time::Moment;
use leptos::prelude::*;

use crate::{
    browser,
    text::{Text, text},
    times,
};

/// How often relative times are told anew.
const TICK: Duration = Duration::from_secs(10);

/// The browser's clock, in seconds since 1970; none on the host and until the page is hydrated, so that both draw the
/// same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    seconds: RwSignal<Option<i64>>,
    is_known: Memo<bool>,
}

impl Now {
    /// Gives all times below the calling component a clock, which starts once the page is hydrated.
    pub(crate) fn provide() {
        let seconds = RwSignal::new(None);
        let is_known = Memo::new(move |_| seconds.get().is_some());
        provide_context(Self { seconds, is_known });
        Effect::new(move || {
            seconds.set(Some(browser::now()));
            let _ = set_interval_with_handle(move || seconds.set(Some(browser::now())), TICK);
        });
    }
}

/// How far `moment` is from now where that helps, else its day and time where the reader is.
pub(crate) fn time(moment: Moment, zone: &str) -> AnyView {
    let text = text();
    let Now { seconds, .. } = expect_context();
    let words = move || match seconds.get() {
        None => times::date_time(text, moment.local),
        Some(now) => times::relative(text, moment.at.timestamp() - now)
            .unwrap_or_else(|| times::date_time(text, in_readers_zone(moment.at))),
    };
    element(text, moment, zone, words.into_any())
}

/// Day and time of `moment` where the reader is, however near it is.
pub(crate) fn day_time(moment: Moment, zone: &str) -> AnyView {
    let text = text();
    let Now { is_known, .. } = expect_context();
    let words = move || {
        let here = is_known.get().then(|| in_readers_zone(moment.at));
        times::date_time(text, here.unwrap_or(moment.local))
    };
    element(text, moment, zone, words.into_any())
}

/// `moment` in `words`, which tell it in the site's zone.
pub(crate) fn told_time(moment: Moment, zone: &str, words: String) -> AnyView {
    element(text(), moment, zone, words.into_any())
}

/// Day and time to the second in the site's zone, always: for logs, which are filtered by the days of the site.
pub(crate) fn exact_time(moment: Moment, zone: &str) -> AnyView {
    told_time(moment, zone, times::exact_date_time(text(), moment.local))
}

/// A sentence with `time` in its gap of that name.
pub(crate) fn with_time(sentence: &str, time: AnyView) -> AnyView {
    let (before, after) = sentence.split_once("{time}").unwrap_or((sentence, ""));
    view! { {before.to_owned()} {time} {after.to_owned()} }.into_any()
}

/// The element of a time: the instant for programs, and what other clocks show, for the browser to tell until the page
/// is alive and `clocks` does.
fn element(text: &Text, moment: Moment, zone: &str, words: AnyView) -> AnyView {
    let Now { is_known, .. } = expect_context();
    let at = moment.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let utc = times::clock_of(text, moment.at.naive_utc(), "UTC", TimeDelta::zero());
    let behind = moment.local - moment.at.naive_utc();
    let title = match times::clock_of(text, moment.local, zone, behind) {
        site if site == utc => utc,
        site => format!("{site}\n{utc}"),
    };
    view! {
        <time datetime=at title=title tabindex=move || is_known.get().then_some("0")>
            {words}
        </time>
    }
    .into_any()
}

/// What the clock of the reader's device shows at `at`.
pub(super) fn in_readers_zone(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc() + browser::zone_offset(at.timestamp_millis())
}
