//! How a token stands, for whoever scans its code with a telephone's own camera. The value is in the fragment of the
//! address, which browsers send to nobody, or is typed.

use domain::{Status, Uses, time::Moment, view::Checked};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_meta::Title;

use crate::{
    Error,
    addresses::{self, encoded},
    browser,
    components::{alert::error_alert, field::submit, verdict::Verdict},
    context,
    fns::check::Check as CheckValue,
    forms::once::Once,
    frame::gate,
    load::{Answer, Ask, Loading},
    text::{later::later_text, text},
    times,
};

const FORM: &str = "check";

/// What came of a check.
type Came = Result<Option<Checked>, Error>;

/// The page.
#[component]
pub(super) fn Check() -> impl IntoView {
    let words = &later_text().check;
    let came = RwSignal::new(None::<Came>);
    let pending = RwSignal::new(false);
    let ask = move |value: String| {
        pending.set(true);
        spawn_local(async move {
            let body = format!("value={}", encoded(&value));
            let answer = browser::post(CheckValue::PATH, body).await;
            let answer = answer.and_then(|(text, _)| context::read::<Option<Checked>>(&text));
            if pending.try_set(false).is_none() {
                came.set(Some(answer));
            }
        });
    };
    // The code that was scanned; and another, which changes nothing but the fragment.
    Effect::new(move || {
        let scanned = move || {
            if let Some(value) = browser::fragment() {
                ask(value);
            }
        };
        scanned();
        let listener = window_event_listener_untyped("hashchange", move |_| scanned());
        on_cleanup(move || listener.remove());
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = browser::form_values(FORM) {
            ask(browser::value_of(&form, "value"));
        }
    };
    let posted = Loading::new(|| (Ask::Check, 0));
    let told = posted.show(move |answer, _| {
        let once = answer.and_then(Answer::read::<Once>);
        let first = once.ok().and_then(came_of);
        (move || came.get().or_else(|| first.clone()).map(told)).into_any()
    });
    let card = view! {
        <Title text=words.title />
        <div class="card-body form">
            <h1>{words.title}</h1>
            <div role="status">{told}</div>
            <form id=FORM class="form" method="post" action=addresses::CHECK on:submit=send>
                <div class="field">
                    <label class="label" for="value">
                        {words.code}
                    </label>
                    <input
                        class="input mono"
                        id="value"
                        name="value"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        required=true
                    />
                </div>
                {submit(words.check, pending.into(), "btn-primary btn-wide")}
                <p class="hint">{words.not_used}</p>
            </form>
        </div>
    };
    gate(card.into_any())
}

/// What a form that was posted without a script came to.
fn came_of(once: Once) -> Option<Came> {
    match (once.secret, once.error) {
        (Some(checked), _) => Some(context::read(&checked)),
        (None, Some(error)) => Some(Err(error)),
        (None, None) => None,
    }
}

fn told(came: Came) -> AnyView {
    let words = &later_text().check;
    match came {
        Ok(Some(checked)) => good(&checked),
        Ok(None) => verdict(
            Verdict::Stop,
            words.unknown,
            words.unknown_hint.into(),
            None,
        ),
        Err(error) => error_alert(text().error(&error)),
    }
}

fn good(checked: &Checked) -> AnyView {
    let text = text();
    let words = &later_text().check;
    let scan = &later_text().scan;
    let (sign, word) = match checked.status {
        Status::Active | Status::ExpiresSoon => (Verdict::Go, words.good),
        Status::Locked | Status::Scheduled => (Verdict::Wait, words.not_now),
        Status::UsedUp | Status::Expired | Status::Disabled => (Verdict::Stop, words.not_good),
    };
    let moment = |moment: Moment| times::date_time(text, moment.local);
    let left = match checked.uses {
        Uses::Unlimited => text.common.unlimited.to_owned(),
        Uses::Left(n) => text.number(n.into()),
    };
    let facts = [
        (text.rules.uses_left, Some(left)),
        (words.valid_from, checked.from.map(moment)),
        (scan.valid_until, checked.to.map(moment)),
        (words.locked_until, checked.locked_until.map(moment)),
        (words.zone, Some(checked.site.zone.0.clone())),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let rows = facts.map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd class="nums">{value}</dd>
            </div>
        }
    });
    let facts = view! { <dl class="door-facts">{rows.collect_view()}</dl> };
    let status = text.status_name(checked.status).to_owned();
    verdict(sign, word, status, Some(facts.into_any()))
}

fn verdict(
    verdict: Verdict,
    word: &'static str,
    sentence: String,
    facts: Option<AnyView>,
) -> AnyView {
    view! {
        <section class=format!("door-card {}", verdict.class())>
            <div class="door-main">
                {verdict.sign()} <p class="door-word">{word}</p> <p class="door-sentence">{sentence}</p>
            </div>
            {facts}
        </section>
    }
    .into_any()
}
