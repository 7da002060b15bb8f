//! Accepted and refused attempts by day: as bars, and as a table for whoever sees no bars.

use domain::view::DayView;
use leptos::prelude::*;

use crate::{
    text::{fill, later::later_text, text},
    times,
};

/// The drawing, in units of its own.
const HEIGHT: u64 = 132;
/// A day with the gap behind it.
const STEP: u64 = 24;
/// A bar.
const BAR: u64 = 16;

/// The days as a figure.
pub(crate) fn chart(days: Vec<DayView>) -> AnyView {
    let (text, words) = (text(), &later_text().chart);
    let (accepted, refused) = days.iter().fold((0, 0), |(accepted, refused), day| {
        (accepted + day.tally.accepted, refused + day.tally.refused)
    });
    let label = fill(
        words.label,
        &[
            ("n", &text.number(days.len() as u64)),
            ("accepted", &text.number(accepted)),
            ("refused", &text.number(refused)),
        ],
    );
    let most = days.iter().map(all).max().unwrap_or(0);
    let ends = [days.first(), days.last()]
        .map(|day| day.map(|day| view! { <span>{times::day(text, day.day)}</span> }));
    let most_a_day = fill(words.most, &[("n", &text.number(most))]);
    view! {
        <figure class="chart">
            {bars(&days, top(most), label)}
            <div class="chart-days faint">{ends}</div>
            <figcaption class="chart-foot">
                <span class="key key-accepted">
                    {text.outcome.accepted} " " {text.number(accepted)}
                </span>
                <span class="key key-refused">
                    {later_text().activity.refused} " " {text.number(refused)}
                </span>
                <span class="faint">{most_a_day}</span>
            </figcaption>
            <details>
                <summary>{words.table}</summary>
                {table(days)}
            </details>
        </figure>
    }
    .into_any()
}

fn all(day: &DayView) -> u64 {
    day.tally.accepted + day.tally.refused
}

/// Where the scale ends: a round number that no day exceeds.
fn top(most: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for round in [2, 4, 10].map(|n: u64| step.saturating_mul(n)) {
            if most <= round {
                return round;
            }
        }
        step = step.saturating_mul(10);
    }
}

/// How high a bar is; what is there can be seen.
fn height(attempts: u64, top: u64) -> u64 {
    let height = attempts.saturating_mul(HEIGHT) / top.max(1);
    if attempts > 0 { height.max(2) } else { 0 }
}

fn bars(days: &[DayView], top: u64, label: String) -> AnyView {
    let (text, words) = (text(), &later_text().chart);
    let width = days.len() as u64 * STEP;
    let bar = |(n, day): (usize, &DayView)| {
        let x = n as u64 * STEP + (STEP - BAR) / 2;
        let refused = height(day.tally.refused, top);
        let accepted = height(day.tally.accepted, top);
        let told = fill(
            words.day,
            &[
                ("day", &times::day(text, day.day)),
                ("accepted", &text.number(day.tally.accepted)),
                ("refused", &text.number(day.tally.refused)),
            ],
        );
        let part = |class: &'static str, y: u64, height: u64| {
            (height > 0).then(|| {
                view! { <rect class=class x=x y=y width=BAR height=height rx="2"></rect> }
            })
        };
        view! {
            <g>
                <title>{told}</title>
                <rect class="bar-room" x=n as u64 * STEP y="0" width=STEP height=HEIGHT></rect>
                {part("bar-accepted", HEIGHT.saturating_sub(refused + accepted), accepted)}
                {part("bar-refused", HEIGHT - refused, refused)}
            </g>
        }
    };
    let line = |y: u64| {
        view! { <line class="chart-line" x1="0" x2=width y1=y y2=y></line> }
    };
    view! {
        <svg role="img" aria-label=label viewBox=format!("0 -4 {width} {}", HEIGHT + 5)>
            {[0, HEIGHT / 2, HEIGHT].map(line).collect_view()}
            {days.iter().enumerate().map(bar).collect_view()}
        </svg>
    }
    .into_any()
}

fn table(days: Vec<DayView>) -> AnyView {
    let (text, words) = (text(), &later_text().chart);
    let row = |day: DayView| {
        view! {
            <tr>
                <th scope="row">{times::day(text, day.day)}</th>
                <td class="end">{text.number(day.tally.accepted)}</td>
                <td class="end">{text.number(day.tally.refused)}</td>
            </tr>
        }
    };
    view! {
        <table class="table chart-table">
            <caption class="visually-hidden">{words.caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{words.column_day}</th>
                    <th scope="col" class="end">
                        {text.outcome.accepted}
                    </th>
                    <th scope="col" class="end">
                        {later_text().activity.refused}
                    </th>
                </tr>
            </thead>
            <tbody>{days.into_iter().rev().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number_that_no_day_exceeds() {
        for (most, end) in [
            (0, 2),
            (2, 2),
            (3, 4),
            (9, 10),
            (11, 20),
            (41, 100),
            (1284, 2000),
        ] {
            assert_eq!(top(most), end, "{most}");
        }
        assert!(top(u64::MAX) > 0);
    }

    #[test]
    fn a_single_attempt_among_thousands_can_be_seen() {
        assert_eq!(height(1, 10_000), 2);
        assert_eq!(height(0, 10_000), 0);
        assert_eq!(height(10_000, 10_000), HEIGHT);
    }
}
