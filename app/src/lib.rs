//! Tessera's pages: rendered on the host, hydrated in the browser.
//!
//! Read it in this order:
//!
//! 1. [`shell`] and [`App`]: the document, and which address shows which page.
//! 2. `pages`: one file a page; `components`: what they are made of; `frame`: what stands around them.
//! 3. [`fns`]: the server functions, a thin public surface; [`forms`]: what they read from forms; `call`: how a form
//!    of a page calls one.
//!    `keys`: what keys do everywhere. `load`: how a page gets what it shows.
//! 4. [`text`]: every word, in each language; [`times`]: times as words.
//! 5. `context`: what a page asks of the request it answers. It has a twin for the browser; these two are the only
//!    places that know on which side they are. `browser`: what only a browser can do; nothing of it runs on the host.
//!
//! A page is rendered whole before its first byte is sent, so that it says everything, and its status, without a
//! script. Every form posts to a server function and works so; in the browser the same form stays on the page.

mod addresses;
mod browser;
mod call;
mod components;
#[cfg(feature = "ssr")]
mod context;
#[cfg(not(feature = "ssr"))]
#[path = "context_browser.rs"]
mod context;
mod door;
mod error;
pub mod fns;
pub mod forms;
mod frame;
mod host;
mod keys;
mod live;
mod load;
mod pages;
mod preferences;
mod sheet;
pub mod text;
pub mod times;

pub use error::{Error, Result};
pub use host::{ClientAddress, HostOptions, Origin};
pub use pages::{App, shell};

/// The browser's entry: takes over the page that the host rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        let Some(body) = leptos::prelude::document().body() else {
            return;
        };
        // Waits for the code of a page that is not part of the first load.
        leptos::mount::hydrate_from_async(body, App).await.forget();
        browser::mark_hydrated();
        browser::keep_files();
    });
}
