//! Lists as files for people: comma-separated values, sent as they are read, however many there are.

use app::forms::selections::Picked;
use axum::{
    Router,
    body::Body,
    extract::{Extension, RawQuery, State},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use domain::{
    Actor, Service, Token,
    audit::{Difference, Entry},
    service::{EntryQuery, UsageQuery},
    usage::Logged,
};
use futures_util::stream;
use http::{HeaderValue, header};

use crate::{json_api, state::AppState};

/// Rows that are read at once.
const CHUNK: u32 = 1000;

/// The routes of this door.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/audit/export.csv", get(entries))
        .route("/activity/export.csv", get(usages))
        .route("/tokens/export.csv", get(tokens))
}

/// The tokens that the list means, or those that are ticked in it.
async fn tokens(
    State(state): State<AppState>,
    actor: Option<Extension<Actor>>,
    RawQuery(query): RawQuery,
) -> Response {
    let actor = actor.map_or(Actor::Anonymous, |Extension(actor)| actor);
    let asked = match Picked::parse(&query.unwrap_or_default()) {
        Ok(asked) => asked,
        Err(error) => return json_api::failed(&error),
    };
    let head = [
        "uid",
        "value",
        "label",
        "valid_from",
        "valid_to",
        "uses",
        "used",
        "lock",
        "disabled",
        "last_used",
        "creator",
        "created",
        "modified",
    ];
    let read = move |asked| {
        let (service, actor) = (state.service.clone(), actor.clone());
        async move { token_rows(&service, &actor, asked).await }
    };
    download("tokens.csv", &head, (asked, None), read).await
}

/// Which tokens, and behind which one to go on.
type Asked = (Picked, Option<Token>);

async fn token_rows(
    service: &Service,
    actor: &Actor,
    (asked, after): Asked,
) -> domain::Result<Part<Asked>> {
    let tokens = match &asked {
        Picked::Named(uids) => service.tokens_named(actor, uids).await?,
        Picked::Matching(query) => service.tokens_after(actor, query, after, CHUNK).await?,
    };
    let rows: Vec<String> = tokens.iter().map(|token| row(&cells_of(token))).collect();
    let next = match asked {
        Picked::Named(_) => None,
        Picked::Matching(_) => tokens.into_iter().last().map(|last| (asked, Some(last))),
    };
    Ok((rows.concat(), next))
}

/// Uses are −1 without a limit, times UTC.
fn cells_of(token: &Token) -> [String; 13] {
    let time = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
    [
        token.uid.to_string(),
        token.value.as_str().to_owned(),
        token.label.as_str().to_owned(),
        time(token.window.from),
        time(token.window.to),
        token.uses.number().to_string(),
        token.used.to_string(),
        token.lock.to_string(),
        time(token.disabled),
        time(token.last_used),
        token.creator.clone().unwrap_or_default(),
        time(Some(token.created)),
        time(Some(token.modified)),
    ]
}

async fn entries(
    State(state): State<AppState>,
    actor: Option<Extension<Actor>>,
    RawQuery(query): RawQuery,
) -> Response {
    let actor = actor.map_or(Actor::Anonymous, |Extension(actor)| actor);
    let query = EntryQuery {
        older_than: None,
        ..app::forms::audit::entry_query(&query.unwrap_or_default())
    };
    let head = [
        "at", "by", "action", "target", "uid", "name", "field", "old", "new",
    ];
    let read = move |query| {
        let (service, actor) = (state.service.clone(), actor.clone());
        async move { entry_rows(&service, &actor, query).await }
    };
    download("audit.csv", &head, query, read).await
}

/// Rows as they stand in the file, and where to go on, if anywhere.
type Part<Q> = (String, Option<Q>);

async fn entry_rows(
    service: &Service,
    actor: &Actor,
    query: EntryQuery,
) -> domain::Result<Part<EntryQuery>> {
    let entries = service.entries_after(actor, &query, CHUNK).await?;
    let rows = entries.iter().flat_map(|(_, entry)| rows_of(entry));
    let rows: Vec<String> = rows.map(|cells| row(&cells)).collect();
    let next = entries.last().map(|(number, _)| EntryQuery {
        older_than: Some(*number),
        ..query
    });
    Ok((rows.concat(), next))
}

/// A row for each field that differs, or one without a field.
fn rows_of(entry: &Entry) -> Vec<[String; 9]> {
    let row = |difference: Option<&Difference>| {
        let field = difference.map(|difference| format!("{:?}", difference.field));
        [
            entry.at.to_rfc3339(),
            entry.by.name.clone(),
            entry.action.as_str().to_owned(),
            entry.target.kind.as_str().to_owned(),
            entry
                .target
                .uid
                .map(|uid| uid.to_string())
                .unwrap_or_default(),
            entry.target.name.clone(),
            field.unwrap_or_default(),
            difference.and_then(|d| d.old.clone()).unwrap_or_default(),
            difference.and_then(|d| d.new.clone()).unwrap_or_default(),
        ]
    };
    if entry.differences.is_empty() {
        return vec![row(None)];
    }
    entry.differences.iter().map(|d| row(Some(d))).collect()
}

async fn usages(
    State(state): State<AppState>,
    actor: Option<Extension<Actor>>,
    RawQuery(query): RawQuery,
) -> Response {
    let actor = actor.map_or(Actor::Anonymous, |Extension(actor)| actor);
    let query = UsageQuery {
        older_than: None,
        ..app::forms::usages::usage_query(&query.unwrap_or_default())
    };
    let head = ["at", "outcome", "by", "token_uid", "token_value", "label"];
    let read = move |query| {
        let (service, actor) = (state.service.clone(), actor.clone());
        async move { usage_rows(&service, &actor, query).await }
    };
    download("activity.csv", &head, query, read).await
}

async fn usage_rows(
    service: &Service,
    actor: &Actor,
    query: UsageQuery,
) -> domain::Result<Part<UsageQuery>> {
    let usages = service.usages_before(actor, &query, CHUNK).await?;
    let rows: Vec<String> = usages
        .iter()
        .map(|usage| row(&usage_cells(usage)))
        .collect();
    let next = usages.last().map(|last| UsageQuery {
        older_than: Some(last.place()),
        ..query
    });
    Ok((rows.concat(), next))
}

fn usage_cells(logged: &Logged) -> [String; 6] {
    let usage = &logged.usage;
    let label = logged.label.as_ref().map(|label| label.as_str().to_owned());
    [
        usage.at.to_rfc3339(),
        usage.outcome.as_str().to_owned(),
        usage.actor.clone(),
        usage.token_uid.to_string(),
        usage.token_value.as_str().to_owned(),
        label.unwrap_or_default(),
    ]
}

/// A file of what `query` means. Who may not have it is told so before it begins.
async fn download<Q, F, R>(name: &str, head: &[&str], query: Q, read: F) -> Response
where
    Q: Send + 'static,
    F: Fn(Q) -> R + Clone + Send + 'static,
    R: Future<Output = domain::Result<Part<Q>>> + Send + 'static,
{
    match read(query).await {
        Ok(first) => file(name, head, first, read),
        Err(error) => json_api::failed(&error),
    }
}

/// A file whose parts are read one after the other, while it is sent.
fn file<Q, F, R>(name: &str, head: &[&str], first: Part<Q>, rest: F) -> Response
where
    Q: Send + 'static,
    F: Fn(Q) -> R + Clone + Send + 'static,
    R: Future<Output = domain::Result<Part<Q>>> + Send + 'static,
{
    let (rows, next) = first;
    // Spreadsheets take a file for UTF-8 if it begins so.
    let begin = format!("\u{feff}{}{rows}", row(head));
    let parts = stream::unfold((Some(begin), next), move |(begin, next)| {
        let rest = rest.clone();
        async move {
            if let Some(begin) = begin {
                return Some((Ok(begin), (None, next)));
            }
            match rest(next?).await {
                Ok((_, None)) => None,
                Ok((rows, next)) => Some((Ok(rows), (None, next))),
                // A file that breaks off is seen to be broken.
                Err(error) => Some((Err(error), (None, None))),
            }
        }
    });
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let mut response = Body::from_stream(parts).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = disposition {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Cells as a line of RFC 4180.
fn row(cells: &[impl AsRef<str>]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// A text as a cell. What a spreadsheet would take for a formula begins with an apostrophe, which makes it text.
fn cell(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n', '\'']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("-1", "-1"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@sum(a)", "\"'@sum(a)\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
