//! Every route, with who may use it.
//!
//! The router serves no route that is not declared here: no other address reaches it ([`Routes::of`]), and no handler is
//! reached under the declaration of another. A test walks all of them as every role and holds what the service decides to
//! what is declared.

use axum::{
    extract::Request,
    response::{IntoResponse as _, Redirect, Response},
};
use domain::{Actor, Permission};
use http::header;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever has the permission.
    May(Permission),
}

/// What a route is, and so how a no is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page for people: nobody is sent to sign in.
    Page,
    /// A server function of the pages.
    Function,
    /// A call of the JSON API.
    Call,
    /// A question of an operator's monitor.
    Probe,
    /// A file that is the same for everybody.
    File,
    /// A list as a file, for people: nobody is sent to sign in.
    Download,
    /// What happens, as it happens: it does not end by itself.
    Stream,
}

/// A route and who may use it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The path, as the router knows it.
    pub path: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Who may use it.
    pub access: Access,
}

const fn route(path: &'static str, kind: Kind, access: Access) -> Route {
    Route { path, kind, access }
}

use Access::{May, Public};
use Kind::{Call, Download, File, Function, Page, Probe, Stream};
use Permission::{Add, Admin, Consume, Delete, Edit, View};

/// All routes.
pub static ROUTES: &[Route] = &[
    route("/healthz", Probe, Public),
    route("/readyz", Probe, Public),
    route("/pkg/{*file}", File, Public),
    route("/fonts/{*file}", File, Public),
    route("/scanner/{*file}", File, Public),
    route("/icons/{*file}", File, Public),
    route("/favicon.svg", File, Public),
    route("/manifest.webmanifest", File, Public),
    route("/sw.js", File, Public),
    route("/robots.txt", File, Public),
    // pages
    route("/", Page, May(View)),
    route("/setup", Page, Public),
    route("/login", Page, Public),
    route("/t", Page, Public),
    route("/tokens", Page, May(View)),
    route("/tokens/new", Page, May(Add)),
    route("/tokens/trash", Page, May(Delete)),
    route("/tokens/print", Page, May(View)),
    route("/tokens/filter", Page, May(View)),
    route("/tokens/codes", Page, May(View)),
    route("/tokens/selection", Page, May(Edit)),
    route("/tokens/export.csv", Download, May(View)),
    route("/tokens/{uid}", Page, May(View)),
    route("/tokens/{uid}/edit", Page, May(Edit)),
    route("/tokens/{uid}/delete", Page, May(Delete)),
    route("/scan", Page, May(View)),
    route("/settings", Page, May(Admin)),
    route("/account", Page, May(View)),
    route("/accounts", Page, May(Admin)),
    route("/accounts/invite", Page, May(Admin)),
    route("/accounts/{uid}", Page, May(Admin)),
    route("/keys", Page, May(Admin)),
    route("/keys/new", Page, May(Admin)),
    route("/keys/{uid}/rotate", Page, May(Admin)),
    route("/keys/{uid}/revoke", Page, May(Admin)),
    route("/activity", Page, May(View)),
    route("/activity/export.csv", Download, May(View)),
    route("/audit", Page, May(Admin)),
    route("/audit/export.csv", Download, May(Admin)),
    route("/events", Stream, May(View)),
    // server functions
    route("/fn/set_language", Function, Public),
    route("/fn/set_theme", Function, Public),
    route("/fn/set_single_keys", Function, Public),
    route("/fn/load_visitor", Function, Public),
    route("/fn/load_invitation", Function, Public),
    route("/fn/accept_invitation", Function, Public),
    route("/fn/sign_in", Function, Public),
    route("/fn/sign_out", Function, Public),
    route("/fn/list_tokens", Function, May(View)),
    route("/fn/load_token", Function, May(View)),
    route("/fn/load_sheet", Function, May(View)),
    route("/fn/load_new_tokens", Function, May(Add)),
    route("/fn/add_tokens", Function, May(Add)),
    route("/fn/change_token", Function, May(Edit)),
    route("/fn/set_window", Function, May(Edit)),
    route("/fn/set_uses", Function, May(Edit)),
    route("/fn/set_disabled", Function, May(Edit)),
    route("/fn/delete_token", Function, May(Delete)),
    route("/fn/load_selection", Function, May(Edit)),
    route("/fn/change_tokens", Function, May(Edit)),
    route("/fn/delete_selection", Function, May(Delete)),
    route("/fn/list_trash", Function, May(Delete)),
    route("/fn/restore_token", Function, May(Delete)),
    route("/fn/undo_deletion", Function, May(Delete)),
    route("/fn/load_overview", Function, May(View)),
    route("/fn/list_usages", Function, May(View)),
    route("/fn/list_entries", Function, May(Admin)),
    route("/fn/check", Function, Public),
    route("/fn/load_check", Function, Public),
    route("/fn/look_up", Function, May(View)),
    route("/fn/add_scanned", Function, May(Add)),
    route("/fn/use_token", Function, May(Consume)),
    route("/fn/load_settings", Function, May(Admin)),
    route("/fn/change_settings", Function, May(Admin)),
    route("/fn/load_keys", Function, May(Admin)),
    route("/fn/load_key_form", Function, May(Admin)),
    route("/fn/revoke_key", Function, May(Admin)),
    route("/fn/load_accounts", Function, May(Admin)),
    // Without a uid they are about one's own account.
    route("/fn/load_account", Function, May(View)),
    route("/fn/end_session", Function, May(View)),
    route("/fn/change_password", Function, May(View)),
    route("/fn/load_invite_form", Function, May(Admin)),
    route("/fn/withdraw_invitation", Function, May(Admin)),
    route("/fn/set_role", Function, May(Admin)),
    route("/fn/set_account_disabled", Function, May(Admin)),
    // the JSON API; its older address scheme and its calls with `token_uid`
    route("/tokens/query_token", Call, May(View)),
    route("/tokens/add_token", Call, May(Add)),
    route("/tokens/delete_tokens", Call, May(Delete)),
    route("/tokens/{uid}/consume_token", Call, May(Consume)),
    route("/tokens/{uid}/update_token", Call, May(Edit)),
    route("/tokens/{uid}/edit_token", Call, May(Edit)),
    route("/tokens/{uid}/delete_token", Call, May(Delete)),
    route("/tokens/{uid}/qr_code", Call, May(View)),
    route("/tokens/consume_token", Call, May(Consume)),
    route("/tokens/update_token", Call, May(Edit)),
    route("/tokens/edit_token", Call, May(Edit)),
    route("/tokens/delete_token", Call, May(Delete)),
    route("/{uid}/consume_token", Call, May(Consume)),
    route("/{uid}/update_token", Call, May(Edit)),
    route("/{uid}/edit_token", Call, May(Edit)),
    route("/{uid}/delete_token", Call, May(Delete)),
];

/// Whether a path of the router is declared.
pub(crate) fn is_declared(path: &str) -> bool {
    ROUTES.iter().any(|route| route.path == path)
}

/// [`ROUTES`], found by an address.
pub(crate) struct Routes(matchit::Router<&'static Route>);

impl Routes {
    /// All of them.
    pub(crate) fn all() -> Self {
        let mut routes = matchit::Router::new();
        for route in ROUTES {
            if let Err(error) = routes.insert(route.path, route) {
                tracing::error!(route = route.path, %error, "a route that nobody reaches");
            }
        }
        Self(routes)
    }

    /// The route of an address; none if nothing is there.
    pub(crate) fn of(&self, path: &str) -> Option<&'static Route> {
        self.0.at(path).ok().map(|found| *found.value)
    }
}

/// Sends people who are not signed in to the sign-in page, from where they come back, if the route is not for everybody.
/// Everything else is the service's to decide.
///
/// # Errors
///
/// The answer that sends them there.
pub(crate) fn guard(request: &Request, route: &Route, actor: &Actor) -> Result<(), Box<Response>> {
    let is_for_people = matches!(route.kind, Kind::Page | Kind::Download);
    if is_for_people && route.access != Access::Public && *actor == Actor::Anonymous {
        let here = request
            .uri()
            .path_and_query()
            .map_or("/", |here| here.as_str());
        let sign_in = Redirect::to(&format!("/login?next={}", query_escaped(here)));
        let answer = ([(header::CACHE_CONTROL, "no-store")], sign_in).into_response();
        return Err(Box::new(answer));
    }
    Ok(())
}

/// `text` as the value of a parameter.
fn query_escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_is_found_by_its_addresses() {
        let routes = Routes::all();
        for route in ROUTES {
            let address = route
                .path
                .replace("{*file}", "a/b.js")
                .replace("{uid}", "7");
            let found = routes.of(&address).unwrap();
            assert!(std::ptr::eq(found, route), "{address}: {}", found.path);
        }
        for nothing in [
            "", "/nothing", "/tokens/", "/fonts", "/fonts/", "/a/b/c", "//",
        ] {
            assert!(routes.of(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn where_one_came_from_survives_as_a_parameter() {
        assert_eq!(
            query_escaped("/tokens?q=a&b=ü"),
            "/tokens%3Fq%3Da%26b%3D%C3%BC"
        );
    }
}
