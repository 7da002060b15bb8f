//! What every request passes on its way in and on its way out, in one place before the router: a layer of the router
//! keeps every request and every answer in pieces of memory of its own, which cost more than what it does.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{Router, extract::Request, response::Response};
use futures_util::FutureExt as _;
use tokio::sync::SemaphorePermit;
use tower::{Service, ServiceExt as _};

use crate::{
    auth::identify,
    headers::add_security_headers,
    json_api,
    limits::Counts,
    router::{doors, not_found},
    routes::{Kind, Route, Routes, guard},
    state::AppState,
    telemetry::Note,
};

/// Everything that the host serves. To clone it is to clone a pointer.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    state: AppState,
    routes: Routes,
    doors: Router,
}

impl Site {
    /// The site over what all its requests share.
    pub fn new(state: AppState) -> Self {
        Self(Arc::new(Inner {
            doors: doors(&state),
            routes: Routes::all(),
            state,
        }))
    }
}

impl Service<Request> for Site {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self(site) = self.clone();
        Box::pin(async move { Ok(site.frame(request).await) })
    }
}

impl Inner {
    /// Notes what is asked and what is answered, and gives every answer its headers, even that to a handler that
    /// panicked.
    async fn frame(&self, request: Request) -> Response {
        let route = self.routes.of(request.uri().path());
        let note = Note::of(&request, route);
        let answer = AssertUnwindSafe(self.answer(request, route)).catch_unwind();
        let mut response = answer.await.unwrap_or_else(|_| panicked());
        add_security_headers(&self.state, response.headers_mut());
        if let Some(note) = note {
            note.write(response.status());
        }
        response
    }

    /// Sends a request to its door, of which the router knows the handler. No address gets there for which nothing is
    /// declared.
    async fn answer(&self, mut request: Request, route: Option<&'static Route>) -> Response {
        if route.is_some_and(|route| matches!(route.kind, Kind::Probe | Kind::File)) {
            return self.open(request).await;
        }
        let mut counts = Counts::default();
        let mut response = match self.admit(&mut request, route, &mut counts).await {
            Ok(_room) if route.is_some() => self.open(request).await,
            Ok(_room) => not_found(&self.state, request).await,
            Err(no) => *no,
        };
        counts.tell(response.headers_mut());
        response
    }

    async fn open(&self, request: Request) -> Response {
        let Ok(response) = self.doors.clone().oneshot(request).await;
        response
    }

    /// The way to the doors: the request is counted against its client's address, let in if there is room, counted
    /// against its key, and sent to sign in if the door is for people and nobody is known. The doors find the
    /// [`Actor`](domain::Actor) in its extensions, the [`ClientAddress`](app::ClientAddress), and those of calls the
    /// [`Credential`](crate::auth::Credential) and the [`Route`].
    async fn admit(
        &self,
        request: &mut Request,
        route: Option<&'static Route>,
        counts: &mut Counts,
    ) -> Result<SemaphorePermit<'_>, Box<Response>> {
        let no = |error| Box::new(json_api::failed(&error));
        let limits = &self.state.limits;
        let client = limits.client(request);
        limits.count_address(client, counts).map_err(no)?;
        let room = limits.room().map_err(no)?;
        let identified = identify(&self.state, request.headers()).await;
        let (actor, credential) = identified.map_err(no)?;
        limits.count_key(client, &actor, counts).map_err(no)?;
        let extensions = match route {
            Some(route) => {
                guard(request, route, &actor)?;
                let extensions = request.extensions_mut();
                if route.kind == Kind::Call {
                    extensions.insert(json_api::Entry { route, credential });
                }
                extensions
            }
            None => request.extensions_mut(),
        };
        extensions.insert(actor);
        if let Some(client) = client {
            extensions.insert(app::ClientAddress(client));
        }
        Ok(room)
    }
}

/// What happened is on standard error, by the panic hook.
fn panicked() -> Response {
    tracing::error!("a handler panicked");
    json_api::failed(&domain::Error::Internal)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use http::StatusCode;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_for() {
        let folder = tempfile::tempdir().unwrap();
        // There is room for one at a time.
        let state = AppState::in_folder(folder.path(), 1).await;
        let panics = || async { [StatusCode::OK][std::env::args().count() + 7] };
        let doors = Router::new().route("/tokens/query_token", get(panics));
        let routes = Routes::all();
        let mut site = Site(Arc::new(Inner {
            state,
            routes,
            doors,
        }));
        for _ in 0..3 {
            let request = Request::get("/tokens/query_token");
            let Ok(answer) = site.call(request.body(Body::empty()).unwrap()).await;
            // Each has given its room back.
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        }
    }
}
