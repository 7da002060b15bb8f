//! How a token stands, as one word with a sign and a colour.

use domain::{Status, account::KeyStatus, token::Uses, usage::Outcome, view::TokenView};
use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::{
    text::{Text, fill, text},
    times,
};

/// The badge of a status.
pub(crate) fn status_badge(status: Status) -> AnyView {
    let (tone, sign) = match status {
        Status::Active => ("tone-ok", Icon::CircleCheck),
        Status::ExpiresSoon => ("tone-warn", Icon::Clock),
        Status::Scheduled => ("tone-info", Icon::Clock),
        Status::Locked => ("tone-warn", Icon::Lock),
        Status::UsedUp => ("tone-mute", Icon::Ban),
        Status::Expired => ("tone-bad", Icon::CalendarX),
        Status::Disabled => ("tone-bad", Icon::OctagonX),
    };
    badge(tone, sign, text().status_name(status))
}

/// The badge of an outcome.
pub(crate) fn outcome_badge(outcome: Outcome) -> AnyView {
    let (tone, sign) = match outcome {
        Outcome::Accepted => ("tone-ok", Icon::CircleCheck),
        _ => ("tone-bad", Icon::OctagonX),
    };
    badge(tone, sign, text().outcome_name(outcome))
}

/// The badge of an API key.
pub(crate) fn key_badge(status: KeyStatus, words: String) -> AnyView {
    let (tone, sign) = match status {
        KeyStatus::Good => ("tone-ok", Icon::CircleCheck),
        KeyStatus::ExpiresSoon => ("tone-warn", Icon::Clock),
        KeyStatus::Expired => ("tone-mute", Icon::CalendarX),
        KeyStatus::Revoked => ("tone-mute", Icon::Ban),
    };
    badge(tone, sign, words)
}

/// The badge of an account with which nobody can sign in.
pub(crate) fn disabled_badge() -> AnyView {
    badge("tone-bad", Icon::OctagonX, text().status.disabled)
}

/// The badge of the session in which one looks.
pub(crate) fn here_badge() -> AnyView {
    badge("tone-ok", Icon::CircleCheck, text().accounts.here)
}

fn badge(tone: &'static str, sign: Icon, words: impl Into<String>) -> AnyView {
    let words = words.into();
    view! { <span class=format!("badge {tone}")>{icon(sign)} {words}</span> }.into_any()
}

/// Why a token stands as it does, as a sentence in the site's time.
pub(crate) fn reason(text: &Text, token: &TokenView) -> String {
    let words = &text.status;
    let at = |template: &str, moment: Option<domain::time::Moment>| {
        let time = moment
            .map(|moment| times::date_time(text, moment.local))
            .unwrap_or_default();
        fill(template, &[("time", &time)])
    };
    match (token.status, token.uses) {
        (Status::Active, Uses::Left(n)) => text.plural(&words.active_left_why, n.into()),
        (Status::Active, Uses::Unlimited) => words.active_why.into(),
        (Status::ExpiresSoon, _) => at(words.expires_soon_why, token.to),
        (Status::Scheduled, _) => at(words.scheduled_why, token.from),
        (Status::Locked, _) => at(words.locked_why, token.locked_until),
        (Status::UsedUp, _) => words.used_up_why.into(),
        (Status::Expired, _) => at(words.expired_why, token.to),
        (Status::Disabled, _) => at(words.disabled_why, token.disabled),
    }
}
