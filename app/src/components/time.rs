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
    let told = move |now: i64| {
        times::relative(text, moment.at.timestamp() - now)
            .unwrap_or_else(|| times::date_time(text, in_readers_zone(moment.at)))
    };
    element(text, moment, zone, told)
}

/// Day and time of `moment` in the site's zone, always.
pub(crate) fn site_time(moment: Moment, zone: &str) -> AnyView {
    let text = text();
    element(text, moment, zone, move |_| {
        times::date_time(text, moment.local)
    })
}

fn element(
    text: &'static Text,
    moment: Moment,
    zone: &str,
    told: impl Fn(i64) -> String + Send + Sync + 'static,
) -> AnyView {
    let Now(now) = expect_context();
    let absolute = times::date_time(text, moment.local);
    let utc = fill(
        text.times.utc,
        &[("time", &times::date_time(text, moment.at.naive_utc()))],
    );
    let title = format!("{absolute} {zone}\n{utc}");
    let at = moment.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let words = move || now.get().map_or_else(|| absolute.clone(), &told);
    view! { <time datetime=at title=title>{words}</time> }.into_any()
}

/// What the clock of the reader's device shows at `at`.
fn in_readers_zone(at: DateTime<Utc>) -> NaiveDateTime {
    #[expect(clippy::cast_precision_loss, reason = "exact up to the year 287396")]
    let date = js_sys::Date::new(&(at.timestamp_millis() as f64).into());
    #[expect(clippy::cast_possible_truncation, reason = "minutes of at most a day")]
    let behind = TimeDelta::minutes(date.get_timezone_offset() as i64);
    at.naive_utc() - behind
}
