//! That something is on its way: the code of a page, or what it shows anew.

use leptos::prelude::*;

use crate::text::text;

/// How much is on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Busy(RwSignal<u32>);

impl Busy {
    /// Gives the components below the calling one a place where all that is on its way is counted.
    pub(crate) fn provide() -> Self {
        let busy = Self(RwSignal::new(0));
        provide_context(busy);
        busy
    }

    /// Something is on its way, or has come.
    #[cfg_attr(
        feature = "ssr",
        expect(dead_code, reason = "on the host nobody sees it")
    )]
    pub(crate) fn count(self, begins: bool) {
        self.0.update(|count| {
            *count = if begins {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        });
    }

    /// Whether anything is.
    pub(crate) fn is_busy(self) -> Memo<bool> {
        Memo::new(move |_| self.0.get() > 0)
    }

    /// A thin bar over the page, which the style shows only after a while.
    pub(crate) fn bar(self) -> AnyView {
        let is_busy = self.is_busy();
        view! {
            <div
                class="busy"
                role="progressbar"
                aria-label=text().common.loading
                hidden=move || !is_busy.get()
            ></div>
        }
        .into_any()
    }
}
