//! What a door says, told from afar: by colour, by shape and by a mark.

use leptos::prelude::*;

/// Yes, no, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Go,
    Stop,
    Wait,
}

impl Verdict {
    /// The class that colours what says it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Go => "door-ok",
            Self::Stop => "door-no",
            Self::Wait => "door-wait",
        }
    }

    /// Its sign.
    pub(crate) fn sign(self) -> AnyView {
        let (shape, mark) = match self {
            Self::Go => (
                "M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0",
                "M7.5 12.5l3 3 6-6.5",
            ),
            Self::Stop => (
                "M7.86 2h8.28L22 7.86v8.28L16.14 22H7.86L2 16.14V7.86z",
                "M9 9l6 6M15 9l-6 6",
            ),
            Self::Wait => ("M12 3.5L22 20.5H2z", "M12 9.5v5M12 17.6v.1"),
        };
        view! {
            <svg class="door-sign" viewBox="0 0 24 24" aria-hidden="true">
                <path class="door-shape" d=shape />
                <path class="door-mark" d=mark />
            </svg>
        }
        .into_any()
    }
}
