//! How a page gets what it shows: asked on the host before the first byte is sent, and by the browser from then on.

use std::sync::Arc;

use domain::{
    Permission, Permissions,
    view::{TokenList, Visitor},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Error, addresses::ListQuery, context, frame::visitor_permissions};

/// What a page asks for. One type for all pages: the code that waits for an answer, keeps it and reads it out of the
/// page is large, and is compiled for each type of answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Who is looking.
    Visitor,
    /// What the code of a one-time link opens.
    Invitation(String),
    /// A page of the list.
    Tokens(ListQuery),
    /// What the form for new tokens starts from, that are to be like this one.
    NewTokens(Option<Uuid>),
    /// One token with that page of its attempts, for those who may do this with it.
    Token(Uuid, Permission, u32),
    /// What a check without a script came to.
    Check,
    /// The settings, and what one can choose from.
    Settings,
    /// The API keys.
    Keys,
    /// What the forms for a new key, or for this one, start from, and what came of them.
    KeyForm(Option<Uuid>),
    /// The accounts, and who is invited.
    Accounts,
    /// An account with its sessions; none = one's own.
    Account(Option<Uuid>),
    /// What the form for an invitation starts from, and what came of it.
    InviteForm,
    /// A page of the trash.
    Trash(u32),
    /// A page of the audit log, as the query of its address says.
    Entries(String),
    /// What is going on.
    Overview,
    /// A page of the log of attempts, as the query of its address says.
    Usages(String),
    /// The labels that a query asks for.
    Sheet(String),
    /// What the act of a query would be for.
    Selection(String),
}

/// The answer to the [`Ask`] of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Answer {
    Visitor(Visitor),
    Tokens(TokenList),
    /// What a page shows that is not met first, as JSON: what it looks like is for that page to know, so that the first
    /// load need not.
    Later(String),
}

impl Answer {
    /// What an answer for a page says that is not met first.
    pub(crate) fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        let Self::Later(text) = self else {
            return Err(domain::Error::Internal.into());
        };
        context::read(&text)
    }
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
