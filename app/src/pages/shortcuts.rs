//! What keys open: the palette, and the list of all keys with the switch for single ones.

mod palette;

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    browser,
    call::Call,
    components::dialog::dialog,
    fns::preferences::SetSingleKeys,
    keys::{Keys, Opens},
    text::{later::later_text, text},
};

const DIALOG: &str = "shortcuts";

/// The dialogs, which open as they are asked for.
#[component]
pub(super) fn Shortcuts() -> impl IntoView {
    let keys: Keys = expect_context();
    let palette = palette::Palette::new(keys);
    Effect::new(move || match keys.asked.get() {
        Some(Opens::Palette) => {
            browser::close_dialog(DIALOG);
            palette.open();
        }
        Some(Opens::Shortcuts) => {
            browser::show_dialog(DIALOG);
        }
        None => {}
    });
    view! {
        {palette.view()}
        {list()}
    }
    .into_any()
}

/// All keys, and the switch.
fn list() -> AnyView {
    let words = &later_text().keys;
    let row = |(keys, does): (&'static [&'static str], &'static str)| {
        let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " });
        view! {
            <div class="shortcut">
                <dt>{does}</dt>
                <dd>{keys.collect_view()}</dd>
            </div>
        }
    };
    let rows: [(&[&str], &str); 7] = [
        (&["/"], words.search),
        (&["N"], text().tokens.new),
        (&["J", "K"], words.rows),
        (&["X"], words.tick),
        (&["?"], words.title),
        (&["Ctrl K", "⌘ K"], words.palette),
        (&["Esc"], words.escape),
    ];
    let body = view! {
        <dl class="shortcuts">{rows.map(row).collect_view()}</dl>
        <div class="section-text">
            <h3>{words.single}</h3>
            <p>{words.single_hint}</p>
        </div>
        {single_switch()}
        <div class="actions">
            <button type="button" class="btn" on:click=move |_| browser::close_dialog(DIALOG)>
                {words.close}
            </button>
        </div>
    };
    dialog(DIALOG, words.title.into(), body.into_any())
}

/// Turns single keys on and off in this browser.
pub(super) fn single_switch() -> AnyView {
    let words = &later_text().keys;
    let Keys { single, .. } = expect_context();
    let keep = Call::new(SetSingleKeys::PATH);
    let button = |(is_on, name): (bool, &'static str)| {
        let choose = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            single.set(is_on);
            keep.send(format!("on={is_on}"));
        };
        view! {
            <button
                class="segment"
                name="on"
                value=is_on.to_string()
                aria-pressed=move || (single.get() == is_on).to_string()
                on:click=choose
            >
                {name}
            </button>
        }
    };
    view! {
        <form method="post" action=SetSingleKeys::PATH>
            <div class="segmented" role="group" aria-label=words.single>
                {[(true, words.on), (false, words.off)].map(button).collect_view()}
            </div>
        </form>
    }
    .into_any()
}
