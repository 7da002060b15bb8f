//! Tokens to work with.

use chrono::{DateTime, Utc};
use domain::{
    Token, Uses, Window,
    consume::Spend,
    store::Store,
    token::{Label, Value},
    usage::Usage,
};
use uuid::Uuid;

/// A time.
pub(crate) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The time at which cases happen unless they say otherwise.
pub(crate) fn noon() -> DateTime<Utc> {
    time("2024-05-17T12:00:00Z")
}

/// A token as it is when nothing was asked for, numbered; it can be used once.
pub(crate) fn token(number: u32) -> Token {
    Token {
        uid: Uuid::from_u128(u128::from(number)),
        value: value(&format!("value {number}")),
        label: Label::default(),
        window: Window::default(),
        uses: Uses::Left(1),
        used: 0,
        lock: 0,
        disabled: None,
        last_used: None,
        creator: None,
        created: noon(),
        modified: noon(),
        version: 0,
    }
}

/// A value.
pub(crate) fn value(text: &str) -> Value {
    Value::parse(text).unwrap()
}

/// An attempt on `token` by `actor`.
pub(crate) fn spend(token: &Token, actor: &str) -> Spend {
    Spend {
        token_uid: token.uid,
        actor: actor.into(),
        once: None,
    }
}

/// Adds tokens.
pub(crate) async fn add(store: &dyn Store, tokens: &[Token]) {
    let mut unit = store.write().await.unwrap();
    unit.insert_tokens(tokens).await.unwrap();
    unit.commit(&[]).await.unwrap();
}

/// The token of that uid.
pub(crate) async fn find(store: &dyn Store, uid: Uuid) -> Option<Token> {
    store.read().await.unwrap().token(uid).await.unwrap()
}

/// All attempts, oldest first.
pub(crate) async fn usages(store: &dyn Store) -> Vec<Usage> {
    let mut rows = store.read().await.unwrap();
    let usages = rows.usages_after(0, 1_000_000).await.unwrap();
    usages.into_iter().map(|(_, usage)| usage).collect()
}
