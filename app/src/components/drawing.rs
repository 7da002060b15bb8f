//! Many codes, drawn some at a time, so that the page stays at hand while they come.

use leptos::prelude::*;

use crate::{
    browser, context,
    text::{fill, later::later_text, text},
};

/// Codes that the host draws: as many as a browser takes over without a pause.
pub(crate) const FIRST: usize = 100;

/// Codes that a browser draws between its first frames. Then fewer and fewer on one to which they take longer than
/// [`ALERT`], down to those that are drawn together, and more on a quick one.
const A_FRAME: usize = 24;

/// Milliseconds from frame to frame within which a page answers as if nothing else was to be done (W3C, Long Tasks).
const ALERT: f64 = 50.0;

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawing {
    drawn: RwSignal<usize>,
    stopped: RwSignal<bool>,
    count: usize,
    /// Codes that cannot be drawn one without the other.
    together: usize,
    pace: StoredValue<Pace>,
}

/// How many codes are drawn between two frames.
#[derive(Debug, Clone, Copy)]
struct Pace {
    codes: usize,
    /// When the last ones were drawn, in milliseconds; none if it has not begun, or was stopped.
    since: Option<f64>,
}

impl Pace {
    /// That of the next frame, at `now`.
    fn next(self, now: f64, together: usize) -> Self {
        let codes = match self.since.map(|since| now - since) {
            Some(took) if took > ALERT => (self.codes / 2).max(1),
            Some(took) if took < ALERT / 2.0 => self.codes + together,
            _ => self.codes,
        };
        Self {
            codes,
            since: Some(now),
        }
    }
}

impl Drawing {
    /// Of `count` codes, which are drawn `together` at once at least.
    pub(crate) fn new(count: usize, together: usize) -> Self {
        let first = if context::is_first_paint() {
            FIRST
        } else {
            A_FRAME
        };
        let drawing = Self {
            drawn: RwSignal::new(whole(first, together).min(count)),
            stopped: RwSignal::new(false),
            count,
            together,
            pace: StoredValue::new(Pace {
                codes: A_FRAME,
                since: None,
            }),
        };
        Effect::new(move || {
            if drawing.stopped.get() {
                drawing.pace.update_value(|pace| pace.since = None);
            } else if drawing.is_under_way()
                && let Ok(frame) = request_animation_frame_with_handle(move || drawing.draw())
            {
                // Who stops, or leaves, gets none that were on their way.
                on_cleanup(move || frame.cancel());
            }
        });
        drawing
    }

    /// Draws as many as the pace is. The page may have been left.
    fn draw(self) {
        let now = browser::now_millis();
        let paced = self.pace.try_update_value(|pace| {
            *pace = pace.next(now, self.together);
            pace.codes
        });
        let Some(codes) = paced else { return };
        self.drawn.try_update(|drawn| {
            *drawn = (*drawn + whole(codes, self.together)).min(self.count);
        });
    }

    /// Whether the code of that number is drawn; they are counted from 0.
    pub(crate) fn has(self, code: usize) -> bool {
        code < self.drawn.get()
    }

    fn is_under_way(self) -> bool {
        self.drawn.get() < self.count
    }

    /// How far it is, as `words` say it and as a bar, and what stops it.
    pub(crate) fn state(self, words: &'static str) -> AnyView {
        let Self { drawn, count, .. } = self;
        let number = |n: usize| text().number(n as u64);
        let told = move || {
            fill(
                words,
                &[("n", &number(drawn.get())), ("total", &number(count))],
            )
        };
        let under_way = Memo::new(move |_| self.is_under_way());
        view! {
            <p role="status" class="nums">
                {told}
            </p>
            {move || under_way.get().then(|| self.bar())}
        }
        .into_any()
    }

    fn bar(self) -> AnyView {
        let Self {
            drawn,
            stopped,
            count,
            ..
        } = self;
        let words = &later_text().drawing;
        let verb = move || {
            if stopped.get() {
                words.go_on
            } else {
                words.stop
            }
        };
        view! {
            <progress
                max=count.to_string()
                value=move || drawn.get().to_string()
                aria-label=words.label
            ></progress>
            <button
                type="button"
                class="btn btn-small needs-script"
                on:click=move |_| stopped.update(|stopped| *stopped = !*stopped)
            >
                {verb}
            </button>
        }
        .into_any()
    }
}

/// The least number of codes, of those that are drawn `together`, that is not below `codes`.
fn whole(codes: usize, together: usize) -> usize {
    codes.div_ceil(together) * together
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_browser_draws_fewer_at_a_time_and_a_quick_one_more() {
        let pace = Pace {
            codes: 24,
            since: Some(1000.0),
        };
        let after = |took: f64| pace.next(1000.0 + took, 10).codes;
        assert_eq!(after(16.7), 34);
        assert_eq!(after(33.3), 24);
        assert_eq!(after(80.0), 12);
        let slowest = Pace { codes: 1, ..pace };
        assert_eq!(slowest.next(2000.0, 10).codes, 1);
        let stopped = Pace {
            since: None,
            ..pace
        };
        assert_eq!(stopped.next(9000.0, 10).codes, 24);
    }

    #[test]
    fn what_belongs_together_is_drawn_together() {
        assert_eq!(whole(24, 10), 30);
        assert_eq!(whole(1, 21), 21);
    }
}
