//! The router: the handlers of all [`routes`](crate::routes), behind the [`entrance`](crate::entrance).

use std::path::Path;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, get_service},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list};
use tower::ServiceBuilder;
use tower_http::{
    csrf::{CsrfLayer, ProtectionError},
    services::ServeDir,
    set_header::{SetResponseHeader, SetResponseHeaderLayer},
};

use crate::{
    compression::{compress, only_asked_for},
    downloads, events, json_api, posted,
    routes::is_declared,
    state::AppState,
    typed::keep_typed,
};

/// A handler for each route.
pub(crate) fn doors(state: &AppState) -> Router {
    pages(state)
        .merge(downloads::router())
        .merge(events::router())
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .merge(files(state))
        .layer(from_fn(declared_alone))
        // They see to it themselves, without a layer.
        .merge(json_api::router())
        .with_state(state.clone())
}

/// No handler is reached under the declaration of another: where an address has a handler of its own that is not declared,
/// what is declared for it may be a pattern that it fits too.
async fn declared_alone(request: Request, next: Next) -> Response {
    let path = request.extensions().get().map(MatchedPath::as_str);
    if let Some(path) = path.filter(|path| !is_declared(path)) {
        tracing::error!(
            route = path,
            "a route without a declared permission was asked for"
        );
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    next.run(request).await
}

/// The pages and their server functions. What a foreign page could send from a browser is refused.
fn pages(state: &AppState) -> Router<AppState> {
    let mut csrf = CsrfLayer::new();
    if let Some(origin) = &state.origin {
        csrf = csrf.add_trusted_origin(origin).unwrap_or_else(|error| {
            tracing::warn!(%error, "the base URL is no origin: only the Host header counts");
            CsrfLayer::new()
        });
    }
    let options = state.leptos_options.clone();
    Router::new()
        .leptos_routes_with_context(
            state,
            generate_route_list(app::App),
            context_of(state),
            move || app::shell(options.clone()),
        )
        .merge(posted::router())
        .layer(from_fn_with_state(state.clone(), know_language))
        .layer(from_fn_with_state(state.clone(), keep_typed))
        .layer(csrf.with_rejection_response(foreign))
        .layer(compress())
        .layer(from_fn_with_state(state.clone(), only_asked_for))
}

/// What a form is told that seems to come from elsewhere. It may be a proxy that keeps from us how people reach it.
fn foreign(_: ProtectionError) -> Response {
    let told = "Refused: this seems to have been sent by a page of another site. Open this site anew and try again.\n\
                If it is refused always, a proxy before this server replaces the Host header: let it through, or name \
                the address under which people reach the site with --base-url.\n";
    (StatusCode::FORBIDDEN, told).into_response()
}

/// Tells the pages which language the site is set to: they cannot wait for it.
async fn know_language(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Ok(language) = state.service.site_language().await {
        request.extensions_mut().insert(language);
    }
    next.run(request).await
}

/// What pages and server functions find in their context.
pub(crate) fn context_of(state: &AppState) -> impl Fn() + Clone + Send + 'static + use<> {
    let service = state.service.clone();
    let options = state.host_options;
    let state = state.clone();
    move || {
        provide_context(service.clone());
        provide_context(options);
        if let Some(parts) = use_context::<Parts>() {
            provide_context(app::Origin(state.origin(&parts.headers)));
            if let Some(typed) = state.typed.of(&parts) {
                provide_context(typed);
            }
        }
        set_content_security_policy();
    }
}

/// Lets a page run our own scripts, named by the nonce of this answer, and load nothing from anywhere else.
fn set_content_security_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; object-src 'none'; \
         worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The files of the site. Those of the bundle have their content in their name, and never change.
fn files(state: &AppState) -> Router<AppState> {
    let root = Path::new(&*state.leptos_options.site_root);
    let serve = |cache: &'static str| {
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::overriding(
                header::VARY,
                HeaderValue::from_static("accept-encoding"),
            ))
            .layer(SetResponseHeaderLayer::if_not_present(
                header::CACHE_CONTROL,
                // A file that is missing now may be there after the next update.
                move |response: &Response<_>| {
                    response
                        .status()
                        .is_success()
                        .then(|| HeaderValue::from_static(cache))
                },
            ))
            .service(ServeDir::new(root).precompressed_br().precompressed_gzip())
    };
    let forever = "public, max-age=31536000, immutable";
    let a_day = "public, max-age=86400";
    Router::new()
        .route("/pkg/{*file}", get_service(serve(forever)))
        .route("/fonts/{*file}", get_service(serve(forever)))
        .route("/scanner/{*file}", get_service(scanner(serve(a_day))))
        .route("/icons/{*file}", get_service(serve(a_day)))
        .route("/favicon.svg", get_service(serve(a_day)))
        .route("/manifest.webmanifest", get_service(serve(a_day)))
        .route("/sw.js", get_service(service_worker(serve("no-cache"))))
        .route("/robots.txt", get_service(serve(a_day)))
}

/// What reads codes is on a thread of its own, with a policy of its own: it may load its parts from here, and nothing else.
fn scanner<S>(files: S) -> SetResponseHeader<S, HeaderValue> {
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
                  frame-ancestors 'none'";
    with_policy(files, policy)
}

/// What keeps the files of a build in the browser asks for them here, and does nothing else. It stands where all pages
/// are below it, so that it needs no permission to serve them.
fn service_worker<S>(files: S) -> SetResponseHeader<S, HeaderValue> {
    let policy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";
    with_policy(files, policy)
}

fn with_policy<S>(files: S, policy: &'static str) -> SetResponseHeader<S, HeaderValue> {
    SetResponseHeader::overriding(
        files,
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    )
}

async fn ready(State(state): State<AppState>) -> Response {
    match state.service.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "1")],
            "the database does not answer\n",
        )
            .into_response(),
    }
}

/// A page for people, an envelope for programs.
pub(crate) async fn not_found(state: &AppState, request: Request) -> Response {
    let accepts = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if !accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        return json_api::nothing_here();
    }
    let options = state.leptos_options.clone();
    let render = leptos_axum::render_app_async_with_context(context_of(state), move || {
        app::shell(options.clone())
    });
    render(request).await.into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_is_not_declared_is_not_reached_by_a_pattern_that_is() {
        let doors: Router = Router::new()
            .route("/tokens/all", get(async || "all"))
            .route("/tokens/{uid}", get(async || "one"))
            .layer(from_fn(declared_alone));
        for (path, status) in [
            ("/tokens/7", StatusCode::OK),
            ("/tokens/all", StatusCode::INTERNAL_SERVER_ERROR),
            ("/nothing", StatusCode::NOT_FOUND),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = doors.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
        }
    }
}
