//! Many codes, drawn some at a time, so that the page stays at hand while they come.

use leptos::prelude::*;

use crate::{
    context,
    text::{fill, later::later_text, text},
};

/// Codes that the host draws: as many as a browser takes over without a pause.
pub(crate) const FIRST: usize = 100;

/// Codes that a browser draws between two frames.
const A_FRAME: usize = 24;

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawing {
    drawn: RwSignal<usize>,
    stopped: RwSignal<bool>,
    count: usize,
}

impl Drawing {
    /// Of `count` codes, which are drawn `together` at once at least.
    pub(crate) fn new(count: usize, together: usize) -> Self {
        let whole = move |codes: usize| codes.div_ceil(together) * together;
        let first = if context::is_first_paint() {
            FIRST
        } else {
            A_FRAME
        };
        let drawing = Self {
            drawn: RwSignal::new(whole(first).min(count)),
            stopped: RwSignal::new(false),
            count,
        };
        Effect::new(move || {
            if drawing.is_under_way() && !drawing.stopped.get() {
                request_animation_frame(move || {
                    // The page may have been left.
                    drawing
                        .drawn
                        .try_update(|drawn| *drawn = (*drawn + whole(A_FRAME)).min(count));
                });
            }
        });
        drawing
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
