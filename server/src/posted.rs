//! Forms that post to their own page, which answers with what is shown once (see [`app::forms::once`]).

use axum::{
    Extension, Form, Router,
    body::Body,
    extract::{FromRequest as _, Path, Request, State},
    response::{IntoResponse as _, Response},
    routing::post,
};
use domain::Actor;
use leptos::prelude::provide_context;
use uuid::Uuid;

use app::{
    ClientAddress,
    forms::once::{Once, Typed},
};

use crate::{router::context_of, state::AppState};

/// The forms. Their pages are routes of the same paths.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/keys/new", post(add_key))
        .route("/keys/{uid}/rotate", post(rotate_key))
        .route("/accounts/invite", post(invite))
        .route("/t", post(check))
}

async fn add_key(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> Response {
    let (request, typed) = match read(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let once = app::fns::keys::add_key(&state.service, &actor, typed).await;
    answer(&state, request, once).await
}

async fn rotate_key(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    Path(uid): Path<Uuid>,
    request: Request,
) -> Response {
    let (request, typed) = match read(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let once = app::fns::keys::rotate_key(&state.service, &actor, uid, typed).await;
    answer(&state, request, once).await
}

async fn invite(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> Response {
    let origin = state.origin(request.headers());
    let (request, typed) = match read(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let once = app::fns::accounts::invite(&state.service, &actor, &origin, typed).await;
    answer(&state, request, once).await
}

async fn check(State(state): State<AppState>, request: Request) -> Response {
    let address = request.extensions().get::<ClientAddress>().copied();
    let (request, typed) = match read(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let address = address.map_or_else(String::new, |address| address.0.to_string());
    let once = app::fns::check::check_typed(&state.service, &address, typed).await;
    answer(&state, request, once).await
}

/// The fields of a form, and the request without them.
pub(crate) async fn read(request: Request) -> Result<(Request, Typed), Response> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let form = Form::<Vec<(String, String)>>::from_request(whole, &()).await;
    let Form(fields) = form.map_err(axum::response::IntoResponse::into_response)?;
    Ok((Request::from_parts(parts, Body::empty()), Typed(fields)))
}

/// The page of the request's path, which finds in its context what came of its form.
async fn answer(state: &AppState, request: Request, once: Once) -> Response {
    let options = state.leptos_options.clone();
    let context = context_of(state);
    let render = leptos_axum::render_app_async_with_context(
        move || {
            context();
            provide_context(once.clone());
        },
        move || app::shell(options.clone()),
    );
    render(request).await.into_response()
}
