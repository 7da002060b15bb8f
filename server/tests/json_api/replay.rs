//! Replays the vectors: each line's settings and setup, its request, and what must hold afterwards.

use std::{fmt::Write as _, time::Duration};

use axum::body::Body;
use domain::{Actor, page::PageRequest, service::TokenQuery, settings::SettingKey};
use http::{HeaderName, HeaderValue, Method, Request, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::{JoinSet, LocalSet};

use crate::{
    host::{Answer, Engine, HOST, TestHost},
    pattern::Bindings,
};

/// So many hosts, each with a database, share the lines of an engine.
const HOSTS: usize = 6;

/// A line, as far as it is replayed.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    settings: Value,
    #[serde(default)]
    setup: Option<Vec<Step>>,
    request: Sent,
    expect: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    request: Option<Sent>,
    save: Option<String>,
    sleep: Option<f64>,
    settings: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    method: String,
    path: String,
    auth: Option<String>,
    #[serde(default)]
    headers: Value,
    #[serde(default)]
    query: Value,
    #[serde(default)]
    form: Value,
    json: Option<Value>,
    multipart: Option<Vec<Part>>,
    body: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    data: String,
    filename: Option<String>,
}

/// Replays every line that has an `expect`, and fails with the differences of all lines that differ.
#[expect(
    clippy::print_stdout,
    reason = "how many lines pass is the result of this test"
)]
pub(crate) async fn replay(engine: Engine, vectors: &str) {
    let lines: Vec<Line> = vectors
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let lines: Vec<Line> = lines
        .into_iter()
        .filter(|line| line.expect.is_some())
        .collect();
    let expected = lines.len();
    assert!(expected >= 272, "lines were lost: {expected}");

    let mut shares: Vec<Vec<Line>> = (0..HOSTS).map(|_| Vec::new()).collect();
    for (n, line) in lines.into_iter().enumerate() {
        shares[n % HOSTS].push(line);
    }
    // On this thread: what they wait for are sleeps and databases.
    let local = LocalSet::new();
    let mut hosts = JoinSet::new();
    for share in shares {
        hosts.spawn_local_on(replay_on_one_host(engine, share), &local);
    }
    let outcomes: Vec<_> = local
        .run_until(hosts.join_all())
        .await
        .into_iter()
        .flatten()
        .collect();

    assert_eq!(outcomes.len(), expected, "not every line was replayed");
    let failed: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(id, outcome)| Some(format!("{id}: {}", outcome.err()?)))
        .collect();
    println!(
        "{} of {expected} lines pass on {engine:?}",
        expected - failed.len()
    );
    assert!(
        failed.is_empty(),
        "{} lines differ:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

async fn replay_on_one_host(engine: Engine, lines: Vec<Line>) -> Vec<(String, Result<(), String>)> {
    let host = TestHost::start(engine).await;
    let mut outcomes = Vec::new();
    for line in lines {
        outcomes.push((line.id.clone(), replay_line(&host, &line).await));
    }
    host.stop().await;
    outcomes
}

async fn replay_line(host: &TestHost, line: &Line) -> Result<(), String> {
    let mut bindings = Bindings::new();
    delete_all_tokens(host).await;
    let defaults = json!({"default_usage_count": 0, "default_locktime": 0, "site_timezone": "UTC"});
    for settings in [&defaults, &line.settings] {
        set(host, &mut bindings, settings).await;
    }
    for step in line.setup.iter().flatten() {
        if let Some(sent) = &step.request {
            let answer = send(host, &bindings, sent).await;
            if let Some(name) = &step.save {
                bindings.save(name, &answer.json());
            }
        }
        if let Some(seconds) = step.sleep {
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        }
        if let Some(settings) = &step.settings {
            set(host, &mut bindings, settings).await;
        }
    }
    let answer = send(host, &bindings, &line.request).await;
    let expect = line.expect.as_ref().expect("only such lines are replayed");
    let Some(alternatives) = expect.get("any_of").and_then(Value::as_array) else {
        return holds(host, bindings, expect, &answer).await;
    };
    let mut differences = Vec::new();
    for expect in alternatives {
        match holds(host, bindings.clone(), expect, &answer).await {
            Ok(()) => return Ok(()),
            Err(difference) => differences.push(difference),
        }
    }
    Err(differences.join("; "))
}

/// Whether all that `expect` names is as it says.
async fn holds(
    host: &TestHost,
    mut bindings: Bindings,
    expect: &Value,
    answer: &Answer,
) -> Result<(), String> {
    if let Some(response) = expect.get("response") {
        answered(&mut bindings, response, answer)?;
    }
    if let Some(tokens) = expect.get("tokens_after").and_then(Value::as_array) {
        let all = count_tokens(host).await;
        if all != tokens.len() as u64 {
            return Err(format!(
                "tokens_after: expected {}, there are {all}",
                tokens.len()
            ));
        }
        for token in tokens {
            let value = bindings.fill_all(&token["value"]);
            let query = Sent::query_token(&value);
            let found = send(host, &bindings, &query).await.json();
            bindings.compare("tokens_after", token, &found["token"])?;
        }
    }
    if let Some(usages) = expect.get("usage_log_after") {
        let rows = host
            .service
            .usages_after(&Actor::Operator, 0, 10_000)
            .await
            .unwrap();
        let rows: Value = rows
            .into_iter()
            .filter(|(_, usage)| bindings.own(usage.token_uid))
            .map(|(_, usage)| {
                json!({
                    "token_uid": usage.token_uid,
                    "token_value": usage.token_value.as_str(),
                    "error_code": usage.outcome.error_code(),
                    "user": usage.actor,
                })
            })
            .collect();
        bindings.compare("usage_log_after", usages, &rows)?;
    }
    Ok(())
}

fn answered(bindings: &mut Bindings, expected: &Value, answer: &Answer) -> Result<(), String> {
    bindings.compare(
        "status",
        &expected["status"],
        &json!(answer.status.as_u16()),
    )?;
    if let Some(content_type) = expected.get("content_type") {
        bindings.compare("content_type", content_type, &json!(answer.content_type()))?;
        if content_type == "image/png" && !answer.body.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Err("the body is no PNG".to_owned());
        }
    }
    if let Some(json) = expected.get("json") {
        bindings.compare("json", json, &answer.json())?;
    }
    for (name, expected) in expected["headers"].as_object().into_iter().flatten() {
        let expected = expected.as_str().expect("headers are text");
        let expected = bindings.fill(expected);
        let value = answer.header(name);
        let methods = |text: &str| -> Vec<String> {
            text.split(',')
                .map(|method| method.trim().to_owned())
                .collect()
        };
        let is_right = match name.as_str() {
            "Allow" => methods(&expected)
                .iter()
                .all(|method| methods(value).contains(method)),
            "WWW-Authenticate" => value.starts_with(&expected),
            _ => value == expected,
        };
        if !is_right {
            return Err(format!("{name}: expected {expected}, got {value}"));
        }
    }
    Ok(())
}

impl Sent {
    fn query_token(value: &Value) -> Self {
        Self {
            method: "GET".to_owned(),
            path: "/tokens/query_token".to_owned(),
            auth: Some("admin".to_owned()),
            headers: Value::Null,
            query: json!({"value": value}),
            form: Value::Null,
            json: None,
            multipart: None,
            body: None,
        }
    }
}

async fn send(host: &TestHost, bindings: &Bindings, sent: &Sent) -> Answer {
    let mut address = bindings.fill(&sent.path);
    if !sent.query.is_null() {
        address = format!("{address}?{}", urlencoded(bindings, &sent.query));
    }
    let (content_type, body) = body_of(bindings, sent);
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::from_bytes(sent.method.as_bytes()).unwrap();
    *request.uri_mut() = address.parse().unwrap();
    let headers = request.headers_mut();
    headers.insert(header::HOST, HeaderValue::from_static(HOST));
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in pairs(bindings, &sent.headers) {
        headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let key = match sent.auth.as_deref() {
        Some("admin") => Some(&host.admin),
        Some("norole") => Some(&host.norole),
        _ => None,
    };
    if let Some(key) = key {
        headers.insert(
            header::AUTHORIZATION,
            format!("Bearer {key}").parse().unwrap(),
        );
    }
    host.send(request).await
}

fn body_of(bindings: &Bindings, sent: &Sent) -> (Option<&'static str>, String) {
    if let Some(json) = &sent.json {
        return (
            Some("application/json"),
            bindings.fill_all(json).to_string(),
        );
    }
    if let Some(body) = &sent.body {
        return (None, bindings.fill(body));
    }
    if let Some(parts) = &sent.multipart {
        let mut body = String::new();
        for Part {
            name,
            data,
            filename,
        } in parts
        {
            let filename = filename
                .as_ref()
                .map(|name| format!("; filename=\"{name}\""))
                .unwrap_or_default();
            body += "--edge\r\nContent-Disposition: form-data; ";
            write!(
                body,
                "name=\"{name}\"{filename}\r\n\r\n{}\r\n",
                bindings.fill(data)
            )
            .unwrap();
        }
        return (
            Some("multipart/form-data; boundary=edge"),
            body + "--edge--\r\n",
        );
    }
    match &sent.form {
        Value::Null => (None, String::new()),
        Value::String(raw) => (
            Some("application/x-www-form-urlencoded"),
            bindings.fill(raw),
        ),
        form => (
            Some("application/x-www-form-urlencoded"),
            urlencoded(bindings, form),
        ),
    }
}

fn urlencoded(bindings: &Bindings, pairs_of: &Value) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = pairs(bindings, pairs_of)
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// An object, or a list of pairs.
fn pairs(bindings: &Bindings, pairs: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| bindings.fill(value.as_str().expect("pairs are text"));
    match pairs {
        Value::Null => Vec::new(),
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        Value::Array(list) => list
            .iter()
            .map(|pair| (text(&pair[0]), text(&pair[1])))
            .collect(),
        other => panic!("no pairs: {other}"),
    }
}

async fn set(host: &TestHost, bindings: &mut Bindings, settings: &Value) {
    let changes: Vec<(SettingKey, String)> = settings
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (
                SettingKey::parse(name).expect("a setting that there is"),
                text,
            )
        })
        .collect();
    if !changes.is_empty() {
        host.service
            .change_settings(&Actor::Operator, &changes)
            .await
            .unwrap();
    }
    if let Some(zone) = settings["site_timezone"].as_str() {
        bindings.zone = zone.parse().unwrap();
    }
}

async fn count_tokens(host: &TestHost) -> u64 {
    host.service
        .tokens(&Actor::Operator, &TokenQuery::default())
        .await
        .unwrap()
        .all
        .number
}

async fn delete_all_tokens(host: &TestHost) {
    let query = TokenQuery {
        page: PageRequest::default(),
        ..TokenQuery::default()
    };
    let list = host.service.tokens(&Actor::Operator, &query).await.unwrap();
    let uids: Vec<_> = list.tokens.items.iter().map(|token| token.uid).collect();
    host.service
        .delete_tokens(&Actor::Operator, &uids)
        .await
        .unwrap()
        .unwrap();
}

/// The harness itself: what is not as a line says is noticed.
#[tokio::test]
async fn a_line_that_does_not_hold_is_noticed() {
    let host = TestHost::start(Engine::Sqlite).await;
    let token = json!({"uid": "{new_uid}", "value": "abc", "usage_count": 0});
    let right = json!({
        "response": {"status": 200, "json": {"success": true, "token_uid": "{new_uid}"}},
        "tokens_after": [token],
        "usage_log_after": [],
    });
    let replayed = async |expect: &Value| {
        let line = json!({
            "id": "x",
            "request": {
                "method": "POST",
                "path": "/tokens/add_token",
                "auth": "admin",
                "form": {"value": "abc"},
            },
            "expect": expect,
        });
        replay_line(&host, &serde_json::from_value(line).unwrap()).await
    };
    assert_eq!(replayed(&right).await, Ok(()));
    for (place, wrong) in [
        ("/response/status", json!(404)),
        ("/response/json/success", json!("true")),
        ("/response/json/token_uid", json!("{text}x")),
        ("/tokens_after", json!([])),
        ("/tokens_after/0/value", json!("abd")),
        ("/tokens_after/0/usage_count", json!(1)),
        ("/usage_log_after", json!([{"token_value": "abc"}])),
    ] {
        let mut expect = right.clone();
        *expect.pointer_mut(place).unwrap() = wrong;
        assert!(replayed(&expect).await.is_err(), "{place}");
        let any_of = json!({"any_of": [expect, expect]});
        assert!(replayed(&any_of).await.is_err(), "{place}");
        let any_of = json!({"any_of": [expect, right]});
        assert_eq!(replayed(&any_of).await, Ok(()), "{place}");
    }
    host.stop().await;
}
