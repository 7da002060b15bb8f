//! What every request passes on its way in and on its way out, in one layer each: the router copies all layers below
//! one for every request, so that many thin ones cost more than what they do.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use tokio::sync::SemaphorePermit;

use crate::{
    auth::identify, headers::add_security_headers, json_api, limits::Counts, routes::guard,
    state::AppState, telemetry::Note,
};

/// Notes what is asked and what is answered, and gives every answer its headers, even that to a handler that panicked.
pub async fn frame(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let note = Note::of(&request);
    let mut response = next.run(request).await;
    add_security_headers(&state, response.headers_mut());
    if let Some(note) = note {
        note.write(response.status());
    }
    response
}

/// The way to the doors: the request is counted against its client's address, let in if there is room, counted against
/// its key, and sent to sign in if the door is for people and nobody is known. The doors find the [`Actor`](domain::Actor), the
/// [`Credential`](crate::auth::Credential) and the [`ClientAddress`](app::ClientAddress) in its extensions.
pub async fn enter(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let mut counts = Counts::default();
    let mut response = match admit(&state, &mut request, &mut counts).await {
        Ok(_room) => next.run(request).await,
        Err(no) => *no,
    };
    counts.tell(response.headers_mut());
    response
}

async fn admit<'a>(
    state: &'a AppState,
    request: &mut Request,
    counts: &mut Counts,
) -> Result<SemaphorePermit<'a>, Box<Response>> {
    let no = |error| Box::new(json_api::failed(&error));
    let limits = &state.limits;
    let client = limits.client(request);
    limits.count_address(client, counts).map_err(no)?;
    let room = limits.room().map_err(no)?;
    let (actor, credential) = identify(state, request.headers()).await.map_err(no)?;
    limits.count_key(client, &actor, counts).map_err(no)?;
    guard(request, &actor)?;
    let extensions = request.extensions_mut();
    extensions.insert(actor);
    extensions.insert(credential);
    if let Some(client) = client {
        extensions.insert(app::ClientAddress(client));
    }
    Ok(room)
}
