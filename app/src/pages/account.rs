//! One account: for an administrator any, for everybody their own.

use domain::{
    Field,
    account::{AccountName, Role},
    view::{AccountPage, AccountView, SessionView},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{errors::failed, shortcuts::single_switch, token::uid_in_address};
use crate::{
    Error, addresses,
    call::{Call, form},
    components::{
        alert::{error_alert, form_alert},
        badge::{disabled_badge, here_badge},
        field::{Input, flaw_of, submit},
        head::breadcrumb,
        icon::{Icon, icon},
        time::time,
    },
    fns::accounts::{ChangePassword, EndSession, SetAccountDisabled, SetRole},
    load::{Answer, Ask, Loading},
    text::{later::later_text, text},
};

/// What the page can do.
#[derive(Clone, Copy)]
struct Calls {
    role: Call,
    disabled: Call,
    session: Call,
    password: Call,
}

/// The page of an account, and of one's own.
#[component]
pub(super) fn Account() -> impl IntoView {
    let is_own = use_params_map().with_untracked(|params| params.get_str("uid").is_none());
    let uid = uid_in_address();
    let calls = Calls {
        role: Call::new(SetRole::PATH),
        disabled: Call::new(SetAccountDisabled::PATH),
        session: Call::new(EndSession::PATH),
        password: Call::new(ChangePassword::PATH),
    };
    let page = Loading::new(move || {
        let asked = (!is_own).then(|| uid.get());
        let answers = [calls.role, calls.disabled, calls.session].map(Call::answers);
        // With another password, other sessions end and the fields are empty again.
        let changed = calls.password.successes();
        (Ask::Account(asked), answers.iter().sum::<u32>() + changed)
    });
    page.show(
        move |answer, _| match answer.and_then(Answer::read::<AccountPage>) {
            Ok(page) if is_own => own(page, &calls),
            Ok(page) => any(page, &calls),
            Err(error) => failed(&error),
        },
    )
}

/// One's own account.
fn own(page: AccountPage, calls: &Calls) -> AnyView {
    let words = &text().accounts;
    let zone = page.site.zone.0.clone();
    view! {
        <Title text=words.own_title />
        {head(&page.account, &zone, ().into_any())}
        <div class="stack">
            {password(&page.account.name, calls.password)} {sessions(page, None, calls.session, &zone)}
            {keyboard()}
        </div>
    }
    .into_any()
}

/// An account, for an administrator.
fn any(page: AccountPage, calls: &Calls) -> AnyView {
    let words = &text().accounts;
    let zone = page.site.zone.0.clone();
    let account = &page.account;
    let uid = account.uid;
    let name = account.name.as_str().to_owned();
    let is_disabled = account.disabled.is_some();
    let toggle = view! {
        <input type="hidden" name="uid" value=uid.to_string() />
        <button class="btn" name="disabled" value=(!is_disabled).to_string()>
            {icon(if is_disabled { Icon::Power } else { Icon::Ban })}
            {if is_disabled { words.enable } else { words.disable }}
        </button>
    };
    let refused = [calls.role, calls.disabled];
    let error = Signal::derive(move || {
        let [role, disabled] = refused.map(|call| call.error().get());
        role.or(disabled)
    });
    let actions = form(calls.disabled, None, toggle.into_any());
    view! {
        <Title text=name.clone() />
        {breadcrumb(vec![(words.title.into(), addresses::ACCOUNTS.into())], name)}
        {head(account, &zone, actions)}
        {refusal(error)}
        <div class="stack">
            {role(account, calls.role)} {sessions(page, Some(uid), calls.session, &zone)}
        </div>
    }
    .into_any()
}

/// What went wrong: that it is the last who can administer is told in so many words.
fn refusal(error: Signal<Option<Error>>) -> AnyView {
    let flaw = flaw_of(error, Field::Role);
    (move || match flaw.get() {
        Some(flaw) => error_alert(flaw),
        None => form_alert(error),
    })
    .into_any()
}

fn head(account: &AccountView, zone: &str, actions: AnyView) -> AnyView {
    let text = text();
    let words = &text.accounts;
    let last = match account.last_login {
        Some(at) => view! { {words.last_login} " " {time(at, zone)} }.into_any(),
        None => words.never_signed_in.into_any(),
    };
    view! {
        <header class="head">
            <div class="head-text">
                <div class="head-title">
                    <h1>{account.name.as_str().to_owned()}</h1>
                    {account.disabled.map(|_| disabled_badge())}
                </div>
                <p class="head-facts">{text.role_name(account.role)} " · " {last}</p>
            </div>
            <div class="head-actions">{actions}</div>
        </header>
    }
    .into_any()
}

/// The roles, as a choice. Each says what it adds to the one before.
pub(super) fn role_choice(chosen: Option<Role>) -> AnyView {
    let text = text();
    let choice = |role: Role| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="role"
                    value=role.as_str()
                    checked={chosen == Some(role)}
                    required=true
                />
                <span>
                    {text.role_name(role)}
                    <span class="hint rule-note">{text.role_hint(role)}</span>
                </span>
            </label>
        }
    };
    Role::ALL.map(choice).collect_view().into_any()
}

fn role(account: &AccountView, set: Call) -> AnyView {
    let text = text();
    let words = &text.accounts;
    let fields = view! {
        <input type="hidden" name="uid" value=account.uid.to_string() />
        <div class="section">
            <div class="section-text">
                <h2>{words.column_role}</h2>
                <p>{words.role_hint}</p>
            </div>
            <fieldset class="group">
                <legend class="visually-hidden">{words.column_role}</legend>
                {role_choice(Some(account.role))}
            </fieldset>
        </div>
        <div class="card-foot">{submit(text.common.save, set.pending(), "btn-primary")}</div>
    };
    view! { <section class="card">{form(set, None, fields.into_any())}</section> }.into_any()
}

fn password(account: &AccountName, change: Call) -> AnyView {
    let words = &text().accounts;
    let error = change.error();
    let fields = view! {
        <div class="section">
            <div class="section-text">
                <h2>{words.password}</h2>
                <p>{words.password_hint}</p>
            </div>
            <div class="form">
                {form_alert(error)}
                // For the browser's store of passwords, which wants to know whose it is.
                <input
                    type="text"
                    autocomplete="username"
                    value=account.as_str().to_owned()
                    hidden
                    readonly
                />
                <Input
                    name="form[current]"
                    label=words.current_password
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    error=flaw_of(error, Field::CurrentPassword)
                />
                <Input
                    name="form[password]"
                    label=words.new_password
                    hint=text().setup.password_hint
                    kind="password"
                    autocomplete="new-password"
                    minlength="10"
                    required=true
                    error=flaw_of(error, Field::Password)
                />
            </div>
        </div>
        <div class="card-foot">
            {submit(words.change_password, change.pending(), "btn-primary")}
        </div>
    };
    view! { <section class="card">{form(change, None, fields.into_any())}</section> }.into_any()
}

/// Whether single keys do something, of this browser as are language and theme.
fn keyboard() -> AnyView {
    let words = &later_text().keys;
    view! {
        <section class="card">
            <div class="section">
                <div class="section-text">
                    <h2>{words.title}</h2>
                    <p>{words.single_hint}</p>
                </div>
                <div>
                    <p class="label">{words.single}</p>
                    {single_switch()}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn sessions(page: AccountPage, account: Option<uuid::Uuid>, end: Call, zone: &str) -> AnyView {
    let words = &text().accounts;
    let item = |session: SessionView| {
        let button = view! {
            {account.map(|uid| view! { <input type="hidden" name="account" value=uid.to_string() /> })}
            <input type="hidden" name="session" value=session.uid.to_string() />
            <button class="btn btn-small">{words.end_session}</button>
        };
        let action = if session.here {
            here_badge()
        } else {
            form(end, None, button.into_any())
        };
        view! {
            <li class="item">
                <div class="item-text">
                    <p class="anywhere">
                        {session.address.unwrap_or_else(|| words.unknown_address.to_owned())}
                    </p>
                    <p class="faint">
                        {words.seen} " " {time(session.seen, zone)} " · " {words.since} " "
                        {time(session.created, zone)}
                    </p>
                </div>
                {action}
            </li>
        }
    };
    let list = if page.sessions.is_empty() {
        view! { <p class="card-body muted">{words.no_sessions}</p> }.into_any()
    } else {
        view! { <ul class="items">{page.sessions.into_iter().map(item).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{words.sessions}</h2>
            </div>
            {form_alert(end.error())}
            {list}
        </section>
    }
    .into_any()
}
