//! What a door shows after a scan.

use std::time::Duration;

use domain::{
    Permission,
    time::Moment,
    token::Verdict,
    usage::Outcome,
    view::{TokenPage, Used},
};
use leptos::prelude::*;
use uuid::Uuid;

use super::{Scanner, Shown};
use crate::{
    browser,
    components::verdict::{self, class_of, facts},
    load::{Answer, Ask, Loading},
    pages::tokens,
    text::{later::later_text, text},
    times,
};

/// A result that came with the page is as old as this many seconds, and no older: without a script the page after a use
/// is all that tells of it, and must not tell of it twice.
const FRESH: i64 = 15;

/// What the token of a result is called.
pub(super) fn name_of(used: &Used) -> String {
    tokens::name_of(&used.token)
}

/// What stands in the way, as the badge says it.
pub(super) fn sentence_of(outcome: Outcome) -> &'static str {
    outcome
        .status()
        .map_or(later_text().scan.accepted, |status| {
            text().status_name(status)
        })
}

/// The result that stands on a page which was loaded after a use, without a script.
pub(super) fn told_with_page(uid: Uuid) -> AnyView {
    let page = Loading::new(move || (Ask::Token(uid, Permission::View, 1), 0));
    page.show(
        move |answer, _| match answer.and_then(Answer::read::<TokenPage>) {
            Ok(page) => last_of(page).map(result).into_any(),
            Err(_) => ().into_any(),
        },
    )
}

fn last_of(page: TokenPage) -> Option<Used> {
    let last = page.usages.items.first()?;
    let age = page.site.now.at.timestamp() - last.at.at.timestamp();
    let wait_until = match last.outcome {
        Outcome::Locked => page.token.locked_until,
        Outcome::NotYetValid => page.token.from,
        _ => None,
    };
    (age <= FRESH).then_some(Used {
        outcome: last.outcome,
        token: page.token,
        wait_until,
    })
}

/// A result on the page itself.
fn result(used: Used) -> AnyView {
    let class = class_of(used.outcome.verdict());
    view! {
        <section class=format!("door-card {class}") role="status">
            {words_of(&used)}
        </section>
    }
    .into_any()
}

/// The result, from edge to edge.
pub(super) fn door(scanner: Scanner, shown: Shown) -> AnyView {
    let words = &later_text().scan;
    let next = move |_| scanner.next();
    let again = move |_| {
        if let Some(attempt) = scanner.attempt.get_value() {
            scanner.try_use(attempt);
        }
    };
    let (class, body) = match &shown {
        Shown::Asking { again } => {
            let told = if *again {
                words.asking_again
            } else {
                words.asking
            };
            ("door-unsure", plain(told, words.not_yet))
        }
        Shown::Unchecked(why) => ("door-unsure", plain(words.unchecked, why)),
        Shown::Unknown => (
            class_of(Verdict::Stop),
            plain(words.refused, words.unknown_title),
        ),
        Shown::Told(used) => (class_of(used.outcome.verdict()), words_of(used)),
    };
    let is_unchecked = matches!(shown, Shown::Unchecked(_));
    let is_asking = matches!(shown, Shown::Asking { .. });
    let retry = is_unchecked.then(|| {
        view! {
            <button type="button" class="door-button" on:click=again>
                {words.try_again}
            </button>
        }
    });
    let next = (!is_asking).then(|| {
        view! {
            <button type="button" id="next-scan" class="door-button" on:click=next>
                {words.next}
            </button>
        }
    });
    view! {
        <div class=format!("door {class}")>
            {body}
            <div class="door-actions">{retry} {next}</div>
        </div>
    }
    .into_any()
}

/// A result without a token.
fn plain(word: &'static str, sentence: &str) -> AnyView {
    view! {
        <div class="door-main">
            <p class="door-word">{word}</p>
            <p class="door-sentence">{sentence.to_owned()}</p>
        </div>
    }
    .into_any()
}

fn words_of(used: &Used) -> AnyView {
    let text = text();
    let words = &later_text().scan;
    let told = |moment: Moment| times::date_time(text, moment.local);
    let outcome = sentence_of(used.outcome);
    let verdict = used.outcome.verdict();
    let word = match (verdict, used.wait_until) {
        (Verdict::Go, _) => words.accepted.into_any(),
        (Verdict::Stop, _) => words.refused.into_any(),
        (Verdict::Wait, Some(until)) => wait(until),
        (Verdict::Wait, None) => words.wait.into_any(),
    };
    let sentence = match used.outcome {
        Outcome::Accepted => name_of(used),
        _ => format!("{outcome} · {}", name_of(used)),
    };
    let known = vec![
        (words.valid_until, used.token.to.map(told)),
        (words.last_used, used.token.last_used.map(told)),
    ];
    view! {
        {verdict::told(verdict, word, sentence)}
        {facts(used.token.uses, known)}
    }
    .into_any()
}

/// A countdown, where it is one that a person waits for.
fn wait(until: Moment) -> AnyView {
    let words = &later_text().scan;
    let left = RwSignal::new(None);
    Effect::new(move || {
        let tell = move || {
            let _ = left.try_set(Some(until.at.timestamp() - browser::now()));
        };
        tell();
        if let Ok(clock) = set_interval_with_handle(tell, Duration::from_millis(500)) {
            on_cleanup(move || clock.clear());
        }
    });
    let told = move || match left.get() {
        Some(seconds) if (1..3600).contains(&seconds) => {
            format!(" {}:{:02}", seconds / 60, seconds % 60)
        }
        _ => String::new(),
    };
    // Who listens is told once, not each second.
    view! {
        {words.wait}
        <span class="nums" aria-hidden="true">
            {told}
        </span>
    }
    .into_any()
}
