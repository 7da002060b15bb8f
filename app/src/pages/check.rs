//! How a token stands, for whoever scans its code with a telephone's own camera. The value is in the fragment of the
//! address, which browsers send to nobody, or is typed.

use domain::{time::Moment, token::Verdict, view::Checked};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_meta::Title;

use crate::{
    Error,
    addresses::{self, encoded},
    browser,
    components::{
        alert::error_alert,
        field::{code_field, submit},
        verdict::{self, class_of, facts},
    },
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
        let first = match answer.and_then(Answer::read::<Once>) {
            Ok(once) => came_of(once),
            Err(error) => Some(Err(error)),
        };
        (move || came.get().or_else(|| first.clone()).map(told)).into_any()
    });
    let card = view! {
        <Title text=words.title />
        <div class="card-body form">
            <h1>{words.title}</h1>
            <div role="status">{told}</div>
            <form id=FORM class="form" method="post" action=addresses::CHECK on:submit=send>
                {code_field(words.code, None)}
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
        Ok(None) => {
            let hint = words.unknown_hint.to_owned();
            card(Verdict::Stop, words.unknown, hint, ().into_any())
        }
        Err(error) => error_alert(text().error(&error)),
    }
}

fn good(checked: &Checked) -> AnyView {
    let text = text();
    let words = &later_text().check;
    let said = checked.status.verdict();
    let word = match said {
        Verdict::Go => words.good,
        Verdict::Wait => words.not_now,
        Verdict::Stop => words.not_good,
    };
    let moment = |moment: Moment| times::date_time(text, moment.local);
    let known = vec![
        (words.valid_from, checked.from.map(moment)),
        (later_text().scan.valid_until, checked.to.map(moment)),
        (words.locked_until, checked.locked_until.map(moment)),
        (words.zone, Some(checked.site.zone.0.clone())),
    ];
    let status = text.status_name(checked.status).to_owned();
    card(said, word, status, facts(checked.uses, known))
}

fn card(said: Verdict, word: &'static str, sentence: String, facts: AnyView) -> AnyView {
    view! {
        <section class=format!(
            "door-card {}",
            class_of(said),
        )>{verdict::told(said, word.into_any(), sentence)} {facts}</section>
    }
    .into_any()
}
