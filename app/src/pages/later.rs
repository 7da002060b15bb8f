//! The pages that are not part of the first load. In a build that is delivered their code is a file of its own, which a
//! browser fetches when it comes to the first of them; what everybody meets first stays small.
//!
//! There is one such file, for many would share most of their code, and what is shared becomes a file for each way of
//! sharing it.

use leptos::{prelude::*, server_fn::error::ServerFnErrorErr};
use leptos_router::ChooseView;

use super::{
    account, accounts, activity, audit, check, delete_token, edit_token, errors, filter, invite,
    key_form, keys, new_tokens, overview, print, revoke_key, scan, selection, settings, setup,
    shortcuts, token, tokens, trash,
};
use crate::{Error, context};

/// Names the pages: for each what draws it.
macro_rules! pages {
    ($($name:ident => $page:path,)+) => {
        /// A page of these, as the view of a route. One type for all of them: what a router makes of a view is compiled
        /// for each type of view.
        #[derive(Debug, Clone, Copy)]
        pub(super) enum Page {
            $($name,)+
            /// No page, but what keys open on any.
            Dialogs,
        }

        impl Page {
            fn draw(self) -> AnyView {
                match self {
                    $(Self::$name => $page().into_any(),)+
                    Self::Dialogs => shortcuts::Shortcuts().into_any(),
                }
            }
        }
    };
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        show(self).await
    }

    async fn preload(&self) {}
}

pages! {
    Setup => setup::Setup,
    NewTokens => new_tokens::NewTokens,
    Token => token::Token,
    EditToken => edit_token::EditToken,
    DeleteToken => delete_token::DeleteToken,
    Settings => settings::Settings,
    Keys => keys::Keys,
    KeyEditor => key_form::KeyEditor,
    RevokeKey => revoke_key::RevokeKey,
    Account => account::Account,
    Accounts => accounts::Accounts,
    Invite => invite::Invite,
    Trash => trash::Trash,
    Overview => overview::Overview,
    Activity => activity::Activity,
    Audit => audit::Audit,
    Codes => tokens::codes::Codes,
    Filter => filter::Filter,
    Print => print::Print,
    Selection => selection::Selection,
    Scan => scan::Scan,
    Check => check::Check,
}

/// The dialogs that keys open; none if their code did not come.
pub(crate) async fn dialogs() -> Option<AnyView> {
    drawn(Page::Dialogs).await.ok()
}

async fn show(page: Page) -> AnyView {
    context::name_part("later");
    match context::busy_while(drawn(page)).await {
        Ok(view) => view,
        Err(NotLoaded) => not_loaded().await,
    }
}

/// The file with the pages did not come.
#[derive(Debug)]
struct NotLoaded;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg(feature = "split")]
use part::drawn;

#[cfg(feature = "split")]
mod part {
    #![expect(
        clippy::unnecessary_wraps,
        reason = "loading can fail, of which the macro makes the error"
    )]

    use super::{AnyView, NotLoaded, Page};

    /// All that the file holds is what this needs.
    #[leptos::wasm_split::wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
    pub(super) fn drawn(page: Page) -> Result<AnyView, NotLoaded> {
        Ok(page.draw())
    }
}

/// In one piece there is nothing to wait for.
#[cfg(not(feature = "split"))]
async fn drawn(page: Page) -> Result<AnyView, NotLoaded> {
    std::future::ready(Ok(page.draw())).await
}

async fn not_loaded() -> AnyView {
    // A page that the host has made stays as it came: its links and forms work without us.
    #[cfg(feature = "split")]
    if context::is_first_paint() {
        std::future::pending::<()>().await;
    }
    std::future::ready(errors::failed(&not_loaded_error())).await
}

/// What went wrong where the code did not come.
pub(crate) fn not_loaded_error() -> Error {
    Error::Call(ServerFnErrorErr::Request(
        "the code of the page did not come".to_owned(),
    ))
}
