//! The pages, and which address shows which.
//!
//! To add a page: a file below with one component, a line for it in [`later`], a route in [`App`], its address in
//! `addresses`, and, if people are to find it, a link in the frame. Its words go to `text`, its data comes from a server
//! function.

#![expect(unreachable_pub, reason = "the component macro makes its props `pub`")]

mod account;
mod accounts;
mod activity;
mod audit;
mod check;
mod delete_token;
mod edit_token;
mod errors;
mod filter;
mod invite;
mod key_form;
mod keys;
mod later;
mod login;
mod new_tokens;
mod overview;
mod print;
mod revoke_key;
mod scan;
mod selection;
mod settings;
mod setup;
mod shortcuts;
mod token;
mod token_fields;
mod tokens;
mod trash;

use std::iter;

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

use later::Page;
pub(crate) use later::{dialogs, not_loaded_error};

use crate::{
    browser,
    components::{
        busy::Busy,
        time::Now,
        toasts::{Toaster, Toasts},
    },
    context,
    frame::{CurrentTheme, frame},
    preferences::NO_KEYS,
    text::text,
};

/// The document around [`App`], for the host to render. Its language and theme are chosen here, so that the first
/// paint is right.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let language = context::language();
    let theme = context::theme().forced();
    let keys = (!context::single_keys()).then_some(NO_KEYS);
    let stylesheet = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() data-theme=theme data-keys=keys data-origin=context::origin()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf7" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0c0e13" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link
                    rel="preload"
                    href="/fonts/inter-latin.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link rel="stylesheet" href=stylesheet />
                <AutoReload options=options.clone() />
                <HydrationScripts options=options.clone() />
                {scripts(&options)}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Names the scripts that a page begins with, so that they come at the same time. `HydrationScripts` names the main one,
/// without the nonce that the policy of the page asks for.
fn scripts(options: &LeptosOptions) -> AnyView {
    let main = format!("/{}/{}.js", options.site_pkg_dir, options.output_name);
    let links = iter::once(main)
        .chain(context::part_script())
        .map(|script| {
            let nonce = context::nonce();
            view! { <link rel="modulepreload" href=script nonce=nonce crossorigin="anonymous" /> }
        });
    links.collect_view().into_any()
}

/// All pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(context::language());
    provide_context(CurrentTheme(RwSignal::new(context::theme())));
    Now::provide();
    Busy::provide();
    Toasts::provide();
    view! {
        <Title formatter=|title: String| format!("{title} · Tessera") />
        <Router>
            {skip_link()} <FocusOnNavigation />
            {frame(routes())}
            <Toaster />
        </Router>
    }
}

fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=errors::not_found_page>
            <Route path=path!("/") view=Page::Overview ssr=SsrMode::Async />
            <Route path=path!("/login") view=login::Login ssr=SsrMode::Async />
            <Route path=path!("/t") view=Page::Check ssr=SsrMode::Async />
            <Route path=path!("/setup") view=Page::Setup ssr=SsrMode::Async />
            <Route path=path!("/tokens") view=tokens::Tokens ssr=SsrMode::Async />
            <Route path=path!("/tokens/new") view=Page::NewTokens ssr=SsrMode::Async />
            <Route path=path!("/tokens/trash") view=Page::Trash ssr=SsrMode::Async />
            <Route
                path=path!("/tokens/print")
                view=Page::Print
                ssr=SsrMode::Async
            />
            <Route path=path!("/tokens/codes") view=Page::Codes ssr=SsrMode::Async />
            <Route path=path!("/tokens/filter") view=Page::Filter ssr=SsrMode::Async />
            <Route
                path=path!("/tokens/selection")
                view=Page::Selection
                ssr=SsrMode::Async
            />
            <Route path=path!("/tokens/:uid") view=Page::Token ssr=SsrMode::Async />
            <Route path=path!("/tokens/:uid/edit") view=Page::EditToken ssr=SsrMode::Async />
            <Route
                path=path!("/tokens/:uid/delete")
                view=Page::DeleteToken
                ssr=SsrMode::Async
            />
            <Route path=path!("/activity") view=Page::Activity ssr=SsrMode::Async />
            <Route path=path!("/audit") view=Page::Audit ssr=SsrMode::Async />
            <Route path=path!("/scan") view=Page::Scan ssr=SsrMode::Async />
            <Route path=path!("/settings") view=Page::Settings ssr=SsrMode::Async />
            <Route path=path!("/keys") view=Page::Keys ssr=SsrMode::Async />
            <Route path=path!("/keys/new") view=Page::KeyEditor ssr=SsrMode::Async />
            <Route path=path!("/keys/:uid/rotate") view=Page::KeyEditor ssr=SsrMode::Async />
            <Route path=path!("/keys/:uid/revoke") view=Page::RevokeKey ssr=SsrMode::Async />
            <Route path=path!("/account") view=Page::Account ssr=SsrMode::Async />
            <Route path=path!("/accounts") view=Page::Accounts ssr=SsrMode::Async />
            <Route path=path!("/accounts/invite") view=Page::Invite ssr=SsrMode::Async />
            <Route path=path!("/accounts/:uid") view=Page::Account ssr=SsrMode::Async />
        </FlatRoutes>
    }
    .into_any()
}

fn skip_link() -> AnyView {
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        browser::focus("content");
    };
    view! {
        <a class="skip" href="#content" on:click=skip>
            {text().shell.skip}
        </a>
    }
    .into_any()
}

/// A page that comes without loading the document is read from its beginning, as one that is loaded.
#[component]
fn FocusOnNavigation() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            browser::focus("content");
        }
        path
    });
}
