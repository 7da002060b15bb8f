//! Making a key, and giving one another secret. Both forms post to their own page, which then shows the key once.

use domain::{Field, Permission, view::KeyView};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{errors::failed, token::uid_in_address};
use crate::{
    Error, addresses,
    components::{
        alert::form_alert,
        field::{Input, field_error, flaw_of, submit},
        head::{breadcrumb, page_head},
        once::shown_once,
    },
    context,
    forms::{
        keys::{EXPIRY_DAYS, KeyForm, NEVER, ON_A_DAY, OVERLAP_HOURS},
        once::{Once, Typed},
    },
    load::{Answer, Ask, Loading},
    text::{fill, text},
};

/// What a key can hold, and whether a new one does unless it is said otherwise.
const PERMISSIONS: [(Permission, bool); 5] = [
    (Permission::View, true),
    (Permission::Consume, true),
    (Permission::Add, false),
    (Permission::Edit, false),
    (Permission::Delete, false),
];

/// The page with the form, for a new key and for one that is there.
#[component]
pub(super) fn KeyEditor() -> impl IntoView {
    let is_new = use_params_map().with_untracked(|params| params.get_str("uid").is_none());
    let uid = uid_in_address();
    let start = Loading::new(move || (Ask::KeyForm((!is_new).then(|| uid.get())), 0));
    start.show(|answer, _| match answer.and_then(Answer::read::<KeyForm>) {
        Ok(form) => page(form),
        Err(error) => failed(&error),
    })
}

fn page(form: KeyForm) -> AnyView {
    let text = text();
    let words = &text.keys;
    let KeyForm { key, site, once } = form;
    let title = if key.is_some() {
        words.rotate_title
    } else {
        words.new_title
    };
    let above = vec![(words.title.into(), addresses::KEYS.into())];
    let Once {
        secret,
        error,
        typed,
    } = once;
    if let Some(error) = &error {
        context::set_page_error(error);
    }
    let body = match secret {
        Some(secret) => {
            let name = key
                .as_ref()
                .map_or(typed.get("name"), |key| key.name.as_str());
            let made = fill(words.made, &[("name", name.trim())]);
            shown_once(&secret, made, words.made_text, addresses::KEYS)
        }
        None => fields(key.as_ref(), &typed, error, &site.zone.0),
    };
    view! {
        {breadcrumb(above, title.into())}
        {page_head(title, ().into_any(), ().into_any())}
        {body}
    }
    .into_any()
}

fn fields(key: Option<&KeyView>, typed: &Typed, error: Option<Error>, zone: &str) -> AnyView {
    let text = text();
    let words = &text.keys;
    let error = Signal::stored(error);
    let what = match key {
        Some(key) => rotated(key),
        None => new_key(typed, error),
    };
    let overlap = key.map(|_| overlap_section(typed, error));
    let (action, label) = match key {
        Some(key) => (addresses::rotate_key(key.uid), words.rotate),
        None => (addresses::NEW_KEY.to_owned(), words.create),
    };
    view! {
        <form method="post" action=action>
            <div class="card">
                <div class="section">
                    {section_text(words.what, words.what_hint)}
                    <div class="form">{form_alert(error)} {what}</div>
                </div>
                <div class="section">
                    {section_text(words.expires, words.expires_hint)}
                    {expiry_field(typed, error, zone)}
                </div>
                {overlap}
                <div class="card-foot">
                    <a class="btn" href=addresses::KEYS>
                        {text.common.cancel}
                    </a>
                    {submit(label, Signal::stored(false), "btn-primary")}
                </div>
            </div>
        </form>
    }
    .into_any()
}

fn rotated(key: &KeyView) -> AnyView {
    let text = text();
    let prefix = key.prefix.as_ref().map(|prefix| format!("{prefix}…"));
    view! {
        <div>
            <p class="group-title anywhere">{key.name.as_str().to_owned()}</p>
            <p class="muted">
                <span class="mono">{prefix}</span>
                " "
                {text.permission_names(key.permissions)}
            </p>
        </div>
    }
    .into_any()
}

fn new_key(typed: &Typed, error: Signal<Option<Error>>) -> AnyView {
    let text = text();
    let words = &text.keys;
    let check = |(permission, by_default): (Permission, bool)| {
        let checked = if typed.is_empty() {
            by_default
        } else {
            typed
                .all("permission")
                .any(|name| name == permission.as_str())
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    name="permission"
                    value=permission.as_str()
                    checked=checked
                />
                <span>
                    {text.permission_name(permission)}
                    <span class="hint rule-note">{text.permission_hint(permission)}</span>
                </span>
            </label>
        }
    };
    view! {
        <Input
            name="name"
            label=words.name
            hint=words.name_hint
            value=typed.get("name")
            maxlength="64"
            required=true
            error=flaw_of(error, Field::Name)
        />
        <fieldset class="group">
            <legend>{words.permissions}</legend>
            {PERMISSIONS.map(check).collect_view()}
            {field_error("permission-error".into(), flaw_of(error, Field::Permissions))}
        </fieldset>
    }
    .into_any()
}

fn expiry_field(typed: &Typed, error: Signal<Option<Error>>, zone: &str) -> AnyView {
    let text = text();
    let words = &text.keys;
    let chosen = typed.get("expires");
    let days = EXPIRY_DAYS.map(|days| {
        let value = days.to_string();
        let checked = value == chosen;
        chip(
            "expires",
            value,
            text.plural(&words.days, days.unsigned_abs()),
            checked,
        )
    });
    // A flaw of the day stands at the day, where it is asked for.
    let flaw = flaw_of(error, Field::Expires);
    let on_a_day = chosen == ON_A_DAY;
    let of_choice = Signal::derive(move || flaw.get().filter(|_| !on_a_day));
    let of_day = Signal::derive(move || flaw.get().filter(|_| on_a_day));
    view! {
        <fieldset class="group day-field">
            <legend>{words.expires_after}</legend>
            <div class="chips">
                {days.collect_view()}
                {chip("expires", ON_A_DAY.into(), words.on_a_day.into(), on_a_day)}
                {chip("expires", NEVER.into(), words.no_end.into(), chosen == NEVER)}
            </div>
            {field_error("expires-error".into(), of_choice)}
            <div class="day-of-field">
                <Input
                    name="until"
                    label=words.last_day
                    kind="date"
                    value=typed.get("until")
                    hint=fill(words.last_day_hint, &[("zone", zone)])
                    error=of_day
                />
            </div>
        </fieldset>
    }
    .into_any()
}

fn overlap_section(typed: &Typed, error: Signal<Option<Error>>) -> AnyView {
    let text = text();
    let words = &text.keys;
    let chosen = if typed.is_empty() {
        "24"
    } else {
        typed.get("overlap")
    };
    let choice = |hours: i64| {
        let value = hours.to_string();
        let label = match hours.unsigned_abs() {
            0 => words.at_once.to_owned(),
            hours if hours < 24 => text.plural(&words.hours, hours),
            hours => text.plural(&words.days, hours / 24),
        };
        let checked = value == chosen;
        chip("overlap", value, label, checked)
    };
    view! {
        <div class="section">
            {section_text(words.overlap, words.overlap_hint)} <fieldset class="group">
                <legend>{words.overlap_for}</legend>
                <div class="chips">{OVERLAP_HOURS.map(choice).collect_view()}</div>
                {field_error("overlap-error".into(), flaw_of(error, Field::Overlap))}
            </fieldset>
        </div>
    }
    .into_any()
}

fn chip(name: &'static str, value: String, words: String, checked: bool) -> AnyView {
    view! {
        <label class="chip">
            <input type="radio" name=name value=value checked=checked required=true />
            {words}
        </label>
    }
    .into_any()
}

fn section_text(title: &'static str, hint: &'static str) -> AnyView {
    view! { <div class="section-text"><h2>{title}</h2> <p>{hint}</p></div> }.into_any()
}
