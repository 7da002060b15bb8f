//! Scanning: a scanner that types, or a person who does; to look a token up, or to use it at a door.

mod camera;
mod door;
mod wedge;

use std::time::Duration;

use domain::{Permission, usage::Outcome, view::Used};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use uuid::Uuid;

use self::{
    camera::Eye,
    door::{door, name_of, sentence_of, told_with_page},
};
use crate::{
    Error,
    addresses::{self, encoded, parameter},
    browser::{self, Tone},
    components::{
        field::{code_field, submit},
        head::page_head,
        icon::{Icon, icon},
    },
    door::scanned,
    fns::scan::{AddScanned, LookUp, UseToken},
    frame::visitor_permissions,
    text::{fill, later::later_text, text},
};

/// How long a door shows that somebody may go in, before it is ready for the next.
const ACCEPTED_FOR: Duration = Duration::from_secs(2);

/// Seconds between the tries of an attempt that nobody answers.
const RETRIES: [u32; 3] = [1, 2, 4];

/// Results that stay in sight.
const LAST: usize = 5;

/// What a door shows.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    /// The server has not answered yet. `again` once it did not answer a first time.
    Asking { again: bool },
    /// It has.
    Told(Box<Used>),
    /// No token has the value.
    Unknown,
    /// Nobody knows: not whether the token is good, nor whether it was used.
    Unchecked(String),
}

/// An attempt: what was scanned, and the key under which it is made once.
#[derive(Debug, Clone)]
struct Attempt {
    number: u32,
    value: String,
    key: String,
}

/// One of the last results.
#[derive(Debug, Clone)]
struct Line {
    accepted: bool,
    name: String,
    words: &'static str,
    at: String,
}

/// A page on which one scans.
#[derive(Debug, Clone, Copy)]
struct Scanner {
    is_use: Memo<bool>,
    shown: RwSignal<Option<Shown>>,
    attempt: StoredValue<Option<Attempt>>,
    lines: RwSignal<Vec<Line>>,
    /// Accepted and refused since the page was opened.
    counts: RwSignal<(u64, u64)>,
    unknown: RwSignal<Option<String>>,
    trouble: RwSignal<Option<String>>,
    pending: RwSignal<bool>,
    sound: RwSignal<bool>,
    go: Callback<String>,
}

/// The page.
#[component]
pub(super) fn Scan() -> impl IntoView {
    let search = use_location().search;
    let navigate = use_navigate();
    let scanner = Scanner {
        is_use: Memo::new(move |_| {
            search.with(|search| parameter(search, "mode").as_deref() == Some("use"))
        }),
        shown: RwSignal::new(None),
        attempt: StoredValue::new(None),
        lines: RwSignal::new(Vec::new()),
        counts: RwSignal::new((0, 0)),
        unknown: RwSignal::new(None),
        trouble: RwSignal::new(None),
        pending: RwSignal::new(false),
        sound: RwSignal::new(true),
        go: Callback::new(move |page: String| navigate(&page, NavigateOptions::default())),
    };
    let nothing = wedge::ends_with_nothing();
    wedge::listen(scanner, nothing);
    let eye = Eye::new(scanner);
    let words = &later_text().scan;
    let of = Memo::new(move |_| {
        search.with(|search| parameter(search, "of").and_then(|uid| Uuid::parse_str(&uid).ok()))
    });
    let may_use = move || {
        Suspend::new(async move {
            let may = visitor_permissions().await.contain(Permission::Consume);
            may.then(|| modes(scanner))
        })
    };
    view! {
        {page_head(words.title, words.facts.into_any(), ().into_any())}
        <div class="scan">
            <Transition>{may_use}</Transition>
            {move || of.get().map(told_with_page)}
            {camera::camera(eye)}
            {entry(scanner, nothing)}
            {move || unknown(scanner, search)}
            {history(scanner)}
        </div>
        <div role="status" aria-live="assertive">
            {move || scanner.shown.get().map(|shown| door(scanner, shown))}
        </div>
    }
    .into_any()
}

/// Look up or use: two addresses, so that each can be a bookmark.
fn modes(scanner: Scanner) -> AnyView {
    let words = &later_text().scan;
    let mode = move |is_use: bool, address: &'static str, name: &'static str| {
        let current = move || (scanner.is_use.get() == is_use).then_some("true");
        view! {
            <li>
                <a class="chip" href=address aria-current=current>
                    {name}
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label=words.mode>
            <ul class="chips">
                {mode(false, addresses::SCAN, words.look_up)}
                {mode(true, addresses::SCAN_USE, words.use_)}
            </ul>
        </nav>
    }
    .into_any()
}

/// Typing. The field is also where a scanner types that nobody pointed at it.
fn entry(scanner: Scanner, nothing: RwSignal<bool>) -> AnyView {
    let words = &later_text().scan;
    let path = move || {
        if scanner.is_use.get() {
            UseToken::PATH
        } else {
            LookUp::PATH
        }
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = browser::form_values("scan") {
            let value = browser::value_of(&form, "value");
            browser::reset_form("scan");
            scanner.take(&value);
        }
    };
    let action = move || {
        if scanner.is_use.get() {
            words.use_.into_any()
        } else {
            words.look_up.into_any()
        }
    };
    let toggle = move |_| scanner.sound.update(|on| *on = !*on);
    view! {
        <form id="scan" class="card card-body form" method="post" action=path on:submit=send>
            {code_field(words.value, Some(words.value_hint))}
            {wedge::suffix_choice(nothing)}
            {move || {
                scanner.trouble.get().map(|words| view! { <p class="error" role="alert">{words}</p> })
            }}
            <div class="actions">
                <button
                    type="button"
                    class="btn needs-script"
                    aria-pressed=move || scanner.sound.get().to_string()
                    on:click=toggle
                >
                    {move || icon(if scanner.sound.get() { Icon::Volume } else { Icon::VolumeOff })}
                    {words.sound}
                </button>
                {submit(action, scanner.pending.into(), "btn-primary")}
            </div>
        </form>
    }
    .into_any()
}

/// No token has the value: one is offered.
fn unknown(scanner: Scanner, search: Memo<String>) -> Option<AnyView> {
    let words = &later_text().scan;
    let typed = scanner.unknown.get();
    let was_told = search.with(|search| parameter(search, "unknown").is_some());
    if typed.is_none() && !was_told {
        return None;
    }
    let offer = match typed {
        Some(value) => {
            let shown = value.clone();
            let add = move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                if let Some(body) = browser::urlencoded(&event) {
                    scanner.send(AddScanned::PATH, body, None);
                }
            };
            view! {
                <p class="mono anywhere">{shown}</p>
                <form method="post" action=AddScanned::PATH on:submit=add>
                    <input type="hidden" name="value" value=value />
                    <button class="btn btn-primary">{words.create}</button>
                </form>
            }
            .into_any()
        }
        None => view! {
            <a class="btn" href=addresses::NEW_TOKENS>
                {words.create}
            </a>
        }
        .into_any(),
    };
    Some(
        view! {
            <section class="card card-body form" role="alert">
                <h2>{words.unknown_title}</h2>
                <p>{words.unknown_text}</p>
                {offer}
            </section>
        }
        .into_any(),
    )
}

/// One of the last results.
fn line(line: Line) -> AnyView {
    let sign = if line.accepted {
        Icon::CircleCheck
    } else {
        Icon::OctagonX
    };
    view! {
        <li class="scan-line">
            {icon(sign)} <span class="anywhere">{line.name}</span> <span>{line.words}</span>
            <span class="faint nums">{line.at}</span>
        </li>
    }
    .into_any()
}

fn history(scanner: Scanner) -> AnyView {
    let words = &later_text().scan;
    let text = text();
    let counts = move || {
        let (accepted, refused) = scanner.counts.get();
        fill(
            words.counts,
            &[
                ("accepted", &text.number(accepted)),
                ("refused", &text.number(refused)),
            ],
        )
    };
    let lines = move || {
        let lines = scanner.lines.get().into_iter().map(line);
        lines.collect_view()
    };
    let any = move || {
        scanner.is_use.get().then_some(()).map(|()| {
            view! {
                <section class="card card-body">
                    <h2>{words.last}</h2>
                    <p class="nums">{counts}</p>
                    <ul class="scan-lines">{lines}</ul>
                </section>
            }
        })
    };
    any.into_any()
}

impl Scanner {
    /// What was scanned or typed.
    fn take(self, value: &str) {
        let value = scanned(value);
        if value.is_empty() || self.pending.get_untracked() {
            return;
        }
        self.unknown.set(None);
        self.trouble.set(None);
        if self.is_use.get_untracked() {
            let number = self
                .attempt
                .with_value(|before| before.as_ref().map_or(0, |before| before.number + 1));
            let key = browser::unlikely_name();
            let attempt = Attempt { number, value, key };
            self.attempt.set_value(Some(attempt.clone()));
            self.try_use(attempt);
        } else {
            let body = format!("value={}", encoded(&value));
            self.send(LookUp::PATH, body, Some(value));
        }
    }

    /// Calls a function that leads elsewhere.
    fn send(self, path: &'static str, body: String, looked_up: Option<String>) {
        let words = text();
        self.pending.set(true);
        spawn_local(async move {
            let answer = browser::post(path, body).await;
            if self.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok((_, Some(next))) if next == addresses::SCAN_UNKNOWN => {
                    self.unknown.set(looked_up);
                }
                Ok((_, Some(next))) => self.go.run(addresses::split_notice(&next).0.to_owned()),
                Ok((_, None)) => {}
                Err(error) => self.trouble.set(Some(words.error(&error))),
            }
        });
    }

    /// Whether this is still the attempt that the page is about.
    fn is_current(self, attempt: &Attempt) -> bool {
        self.attempt
            .try_with_value(|current| {
                current
                    .as_ref()
                    .is_some_and(|current| current.number == attempt.number)
            })
            .unwrap_or(false)
    }

    fn try_use(self, attempt: Attempt) {
        let text = text();
        let words = &later_text().scan;
        self.pending.set(true);
        self.shown.set(Some(Shown::Asking { again: false }));
        spawn_local(async move {
            let body = format!(
                "value={}&key={}",
                encoded(&attempt.value),
                encoded(&attempt.key)
            );
            let mut retries = RETRIES.into_iter();
            let shown = loop {
                let answer = browser::post(UseToken::PATH, body.clone()).await;
                // Who tried may have left the page.
                if !self.is_current(&attempt) {
                    return;
                }
                let wait = match answer {
                    Ok((json, _)) => {
                        break serde_json::from_str(&json).map_or_else(
                            |_| Shown::Unchecked(words.no_answer.into()),
                            |used| Shown::Told(Box::new(used)),
                        );
                    }
                    Err(Error::Domain(domain::Error::NotFound)) => break Shown::Unknown,
                    // The same attempt again, by its key: it is made once, whether the first came through or not.
                    Err(Error::Call(_) | Error::Domain(domain::Error::Internal)) => retries.next(),
                    Err(Error::Domain(
                        domain::Error::Busy { retry_after }
                        | domain::Error::Throttled { retry_after },
                    )) => retries.next().map(|wait| wait.max(retry_after.min(10))),
                    Err(error) => break Shown::Unchecked(text.error(&error)),
                };
                let Some(wait) = wait else {
                    break Shown::Unchecked(words.no_answer.into());
                };
                self.shown.try_set(Some(Shown::Asking { again: true }));
                browser::pause(i32::try_from(wait * 1000).unwrap_or(i32::MAX)).await;
                if !self.is_current(&attempt) {
                    return;
                }
            };
            self.pending.try_set(false);
            self.tell(&attempt, shown);
        });
    }

    /// Shows a result, sounds it, and remembers it.
    fn tell(self, attempt: &Attempt, shown: Shown) {
        let words = &later_text().scan;
        let line = match &shown {
            Shown::Told(used) => Some((
                used.outcome == Outcome::Accepted,
                name_of(used),
                sentence_of(used.outcome),
            )),
            Shown::Unknown => Some((false, attempt.value.clone(), words.unknown_title)),
            Shown::Asking { .. } | Shown::Unchecked(_) => None,
        };
        if self.sound.get_untracked() {
            browser::sound(match &line {
                Some((true, ..)) => Tone::Good,
                Some(_) => Tone::Bad,
                None => Tone::Unsure,
            });
        }
        if let Some((accepted, name, words)) = line {
            self.counts.update(|(yes, no)| {
                *(if accepted { yes } else { no }) += 1;
            });
            let at = browser::clock();
            self.lines.update(|lines| {
                lines.insert(
                    0,
                    Line {
                        accepted,
                        name,
                        words,
                        at,
                    },
                );
                lines.truncate(LAST);
            });
            if accepted {
                let attempt = attempt.clone();
                set_timeout(
                    move || {
                        if self.is_current(&attempt) {
                            self.next();
                        }
                    },
                    ACCEPTED_FOR,
                );
            }
        }
        self.shown.set(Some(shown));
        request_animation_frame(|| browser::focus("next-scan"));
    }

    /// Ready for the next.
    fn next(self) {
        if self.shown.try_set(None).is_none() {
            // The camera, where it is on: what it covers takes no focus.
            browser::focus("value");
            browser::focus("camera-stop");
        }
    }
}
