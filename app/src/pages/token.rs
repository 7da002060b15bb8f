//! One token.

mod attempts;
pub(super) mod help;

use domain::{
    Permission, Uses,
    actor::Permissions,
    settings::Preset,
    time::Moment,
    view::{TokenPage, TokenView},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use uuid::Uuid;

use attempts::{attempts, usage_days};
use help::{countdown, help, repeated};

use super::{errors::failed, tokens::name_of};
use crate::{
    Error, addresses, browser,
    call::{Call, form},
    components::{
        alert::form_alert,
        badge::{reason, status_badge},
        dialog::dialog,
        field::submit,
        head::breadcrumb,
        icon::{Icon, icon},
        qr::qr_panel,
        time::{time, told_time, with_time},
    },
    fns::tokens::{DeleteToken, SetDisabled, SetUses, SetWindow},
    live::Live,
    load::{Answer, Ask, Loading},
    text::{fill, later::later_text, text},
    times,
};

const DELETE_DIALOG: &str = "delete-token";

/// How many uses one click sets; −1 = without limit.
const QUICK_USES: [i64; 7] = [-1, 0, 1, 10, 20, 50, 100];

/// The uid in the address of a token's page. What is none names no token.
pub(super) fn uid_in_address() -> Memo<Uuid> {
    let params = use_params_map();
    Memo::new(move |_| {
        let uid = params
            .read()
            .get_str("uid")
            .and_then(|uid| Uuid::parse_str(uid).ok());
        uid.unwrap_or_default()
    })
}

/// The calls that alter the token of the page.
#[derive(Clone, Copy)]
struct Calls {
    window: Call,
    uses: Call,
    disabled: Call,
    delete: Call,
}

impl Calls {
    fn new() -> Self {
        Self {
            window: Call::new(SetWindow::PATH),
            uses: Call::new(SetUses::PATH),
            disabled: Call::new(SetDisabled::PATH),
            delete: Call::new(DeleteToken::PATH),
        }
    }

    /// Changes with each answer.
    fn answers(self) -> u32 {
        self.window.answers() + self.uses.answers() + self.disabled.answers()
    }

    /// Whether the token is deleted from here, or about to be.
    fn is_deleting(self) -> bool {
        self.delete.pending().get() || self.delete.successes() > 0
    }

    /// What went wrong with the last call of each. Deleting tells it where it asks.
    fn error(self) -> Signal<Option<Error>> {
        Signal::derive(move || {
            let [window, uses, disabled] =
                [self.window, self.uses, self.disabled].map(|call| call.error().get());
            window.or(uses).or(disabled)
        })
    }
}

/// The page of a token.
#[component]
pub(super) fn Token() -> impl IntoView {
    let uid = uid_in_address();
    let calls = Calls::new();
    let live = Live::new(move || Some(uid.get()));
    let search = use_location().search;
    let number = Memo::new(move |_| {
        let page = search.with(|query| addresses::parameter(query, "page"));
        page.and_then(|page| page.parse().ok()).unwrap_or(1)
    });
    // Of a token that is being deleted here, what is heard of it comes too late to be looked at.
    let again = Memo::new(move |before: Option<&u32>| match before {
        Some(before) if calls.is_deleting() => *before,
        _ => calls.answers() + live.changes(),
    });
    let page = Loading::new(move || {
        let ask = Ask::Token(uid.get(), Permission::View, number.get());
        (ask, again.get())
    });
    let page =
        page.show(
            move |answer, permissions| match answer.and_then(Answer::read::<TokenPage>) {
                Ok(page) => {
                    live.shows(&page.site);
                    token(page, permissions, &calls, live)
                }
                Err(error) => failed(&error),
            },
        );
    view! {
        {live.status()}
        {page}
    }
}

fn token(mut page: TokenPage, permissions: Permissions, calls: &Calls, live: Live) -> AnyView {
    let text = text();
    let zone = page.site.zone.0.clone();
    let name = name_of(&page.token);
    view! {
        <Title text=name.clone() />
        {breadcrumb(vec![(text.tokens.title.into(), addresses::TOKENS.into())], name.clone())}
        {head(&page.token, &zone, permissions, calls, live)}
        {form_alert(calls.error())}
        <div class="token">
            {qr_panel(page.token.uid, page.token.value.as_str(), page.site.codes)}
            <div class="stack">
                {rules(&page, &zone, permissions, calls)} {usage_days(&mut page)}
                {attempts(page, &zone)}
            </div>
        </div>
    }
    .into_any()
}

fn head(
    token: &TokenView,
    zone: &str,
    permissions: Permissions,
    calls: &Calls,
    live: Live,
) -> AnyView {
    let text = text();
    let words = &text.token;
    let uid = token.uid;
    let name = name_of(token);
    let made = match &token.creator {
        Some(creator) => words.created_by.replace("{name}", creator),
        None => words.created.to_owned(),
    };
    let disabled = token.disabled.is_some();
    let toggle = view! {
        <input type="hidden" name="uid" value=uid.to_string() />
        <button class="btn" name="disabled" value=(!disabled).to_string()>
            {icon(if disabled { Icon::Power } else { Icon::Ban })}
            {if disabled { words.enable } else { words.disable }}
        </button>
    };
    let edit = permissions.contain(Permission::Edit).then(|| {
        view! {
            <a class="btn" href=addresses::edit_token(uid)>
                {icon(Icon::Pencil)}
                {words.edit}
            </a>
            {form(calls.disabled, None, toggle.into_any())}
        }
    });
    let delete = permissions.contain(Permission::Delete).then(|| {
        let ask = move |event: leptos::ev::MouseEvent| {
            if browser::show_dialog(DELETE_DIALOG) {
                event.prevent_default();
            }
        };
        view! {
            <a class="btn" href=addresses::delete_token(uid) on:click=ask>
                {icon(Icon::Trash)}
                {words.delete}
            </a>
            {delete_dialog(uid, &name, calls.delete)}
        }
    });
    view! {
        <header class="head">
            <div class="head-text">
                <div class="head-title">
                    <h1>{name.clone()}</h1>
                    {status_badge(token.status)} {countdown(token, live)}
                </div>
                <p class="head-facts">
                    {reason(text, token)} " " {with_time(&made, time(token.created, zone))}
                </p>
            </div>
            <div class="head-actions">{edit} {delete}</div>
        </header>
    }
    .into_any()
}

/// What is asked before a token goes, and the form that lets it go.
pub(super) fn delete_form(uid: Uuid, name: &str, delete: Call, cancel: AnyView) -> AnyView {
    let words = &text().token;
    let buttons = view! {
        <input type="hidden" name="uid" value=uid.to_string() />
        <div class="actions">
            {cancel} {submit(words.delete_confirm, delete.pending(), "btn-danger")}
        </div>
    };
    view! {
        <p class="anywhere">{fill(words.delete_text, &[("name", name)])}</p>
        {form_alert(delete.error())}
        {form(delete, None, buttons.into_any())}
    }
    .into_any()
}

fn delete_dialog(uid: Uuid, name: &str, delete: Call) -> AnyView {
    let text = text();
    let cancel = view! {
        <button type="button" class="btn" on:click=move |_| browser::close_dialog(DELETE_DIALOG)>
            {text.common.cancel}
        </button>
    };
    dialog(
        DELETE_DIALOG,
        text.token.delete_title.into(),
        delete_form(uid, name, delete, cancel.into_any()),
    )
}

fn rules(page: &TokenPage, zone: &str, permissions: Permissions, calls: &Calls) -> AnyView {
    let words = &text().rules;
    let token = &page.token;
    let may_edit = permissions.contain(Permission::Edit);
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{words.title}</h2>
            </div>
            <dl class="rules">
                <div class="rule">
                    <dt>{words.valid} {help(words.valid, later_text().help.valid)}</dt>
                    <dd class="rule-value">{window(token, zone)} {repeated(&page.repeated)}</dd>
                    {may_edit.then(|| quick_windows(token.uid, calls.window))}
                </div>
                <div class="rule">
                    <dt>{words.uses_left} {help(words.uses_left, later_text().help.uses_left)}</dt>
                    <dd class="rule-value">{uses_left(token)}</dd>
                    {may_edit.then(|| quick_uses(token.uid, calls.uses))}
                </div>
                <div class="rule">
                    <dt>{words.lock} {help(words.lock, later_text().help.lock)}</dt>
                    <dd class="rule-value">{lock(token, zone)}</dd>
                </div>
            </dl>
        </section>
    }
    .into_any()
}

fn window(token: &TokenView, zone: &str) -> AnyView {
    let text = text();
    let words = &text.rules;
    let told = |moment: Moment| times::date_time(text, moment.local);
    let ends = match (token.from, token.to) {
        (None, None) => return words.always.into_any(),
        (Some(from), None) => vec![(from, fill(words.from, &[("from", &told(from))]))],
        (None, Some(to)) => vec![(to, fill(words.until, &[("to", &told(to))]))],
        (Some(from), Some(to)) => {
            let (start, end) = times::span(text, from.local, to.local);
            vec![(from, format!("{start} –")), (to, end)]
        }
    };
    let ends = ends.into_iter().map(
        |(moment, end)| view! { <span class="nowrap">{told_time(moment, zone, end)}</span> " " },
    );
    view! {
        {ends.collect_view()}
        <span class="rule-note">{zone.to_owned()}</span>
    }
    .into_any()
}

fn uses_left(token: &TokenView) -> AnyView {
    let text = text();
    let words = &text.rules;
    let left = match token.uses {
        Uses::Unlimited => words.unlimited_left.to_owned(),
        Uses::Left(n) => text.number(n.into()),
    };
    let used = fill(words.used, &[("n", &text.number(token.used))]);
    view! {
        <span class="big">{left}</span>
        <span class="rule-note">{used}</span>
    }
    .into_any()
}

fn lock(token: &TokenView, zone: &str) -> AnyView {
    let text = text();
    let words = &text.rules;
    let length = match token.lock {
        0 => words.no_lock.to_owned(),
        n => text.plural(&words.lock_seconds, n.into()),
    };
    let used = match token.last_used {
        Some(last_used) => view! { {words.last_used} " " {time(last_used, zone)} }.into_any(),
        None => words.never_used.into_any(),
    };
    view! {
        {length}
        <span class="rule-note">{used}</span>
    }
    .into_any()
}

fn quick_windows(uid: Uuid, set: Call) -> AnyView {
    let text = text();
    let button = |preset: Preset| {
        view! {
            <button class="btn quick" name="preset" value=preset.as_str()>
                {text.preset_name(preset)}
            </button>
        }
    };
    let buttons = view! {
                <input type="hidden" name="uid" value=uid.to_string() />
                <div class="btn-row" role="group" aria-label=text.rules.set_window>
                    {Preset::ALL.map(button).collect_view()}
                </div>
    };
    view! { <dd>{form(set, None, buttons.into_any())}</dd> }.into_any()
}

fn quick_uses(uid: Uuid, set: Call) -> AnyView {
    let text = text();
    let button = |uses: i64| {
        let (words, label) = if uses < 0 {
            (text.common.unlimited.to_owned(), None)
        } else {
            (
                uses.to_string(),
                Some(fill(text.rules.set_to, &[("n", &uses.to_string())])),
            )
        };
        view! {
            <button class="btn quick" name="uses" value=uses.to_string() aria-label=label>
                {words}
            </button>
        }
    };
    let buttons = view! {
                <input type="hidden" name="uid" value=uid.to_string() />
                <div class="btn-row" role="group" aria-label=text.rules.set_uses>
                    {QUICK_USES.map(button).collect_view()}
                </div>
    };
    view! { <dd>{form(set, None, buttons.into_any())}</dd> }.into_any()
}
