//! How a page gets what it shows: asked on the host before the first byte is sent, and by the browser from then on.

use std::sync::Arc;

use domain::{
    Permission, Permissions,
    view::{NewTokens, SettingsPage, TokenList, TokenPage, Visitor},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Error, addresses::ListQuery, context, frame::visitor_permissions};

/// What a page asks for. One type for all pages: the code that waits for an answer, keeps it and reads it out of the
/// page is large, and is compiled for each type of answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Who is looking.
    Visitor,
    /// Whether the code of a set-up link is good.
    Invitation(String),
    /// A page of the list.
    Tokens(ListQuery),
    /// What the form for new tokens starts from.
    NewTokens,
    /// One token with its last attempts, for those who may do this with it.
    Token(Uuid, Permission),
    /// The settings, and what one can choose from.
    Settings,
}

/// The answer to the [`Ask`] of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "a page has one or two of them")]
pub(crate) enum Answer {
    Visitor(Visitor),
    Invitation(bool),
    Tokens(TokenList),
    NewTokens(NewTokens),
    Token(TokenPage),
    Settings(SettingsPage),
}

/// An answer that is there or on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loading {
    answer: Resource<Result<Answer, Error>>,
    pending: RwSignal<bool>,
}

impl Loading {
    /// Asks, and asks again whenever the question changes. The number beside it is for asking the same again.
    pub(crate) fn new(ask: impl Fn() -> (Ask, u32) + Send + Sync + 'static) -> Self {
        let ask: Arc<dyn Fn() -> (Ask, u32) + Send + Sync> = Arc::new(ask);
        Self {
            answer: Resource::new_blocking(move || ask(), |(ask, _)| context::load(ask)),
            pending: RwSignal::new(false),
        }
    }

    /// The answer, once it is there.
    pub(crate) async fn answer(self) -> Result<Answer, Error> {
        self.answer.await
    }

    /// Whether a new answer is on its way while the old one is shown.
    pub(crate) fn pending(self) -> RwSignal<bool> {
        self.pending
    }

    /// The answer as a view, with what the visitor may do.
    pub(crate) fn show(
        self,
        view: impl Fn(Result<Answer, Error>, Permissions) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        self.show_shared(Arc::new(view))
    }

    fn show_shared(self, view: View) -> AnyView {
        let body = move || {
            let view = view.clone();
            Suspend::new(async move {
                let permissions = visitor_permissions().await;
                view(self.answer.await, permissions)
            })
        };
        context::transition(body, self.pending)
    }
}

type View = Arc<dyn Fn(Result<Answer, Error>, Permissions) -> AnyView + Send + Sync>;
