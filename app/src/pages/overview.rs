//! What is going on.

use domain::{
    Permission, Status, Uses,
    actor::Permissions,
    usage::Outcome,
    view::{LoggedView, Overview as Shown, TokenView},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{activity::token_name, errors::failed, new_tokens::first_uses, tokens::name_of};
use crate::{
    addresses,
    call::{Call, form},
    components::{
        alert::form_alert,
        badge::outcome_badge,
        chart::chart,
        empty::empty,
        field::{Input, flaw_of, submit},
        head::page_head,
        icon::{Icon, icon},
        time::time,
    },
    fns::tokens::AddTokens,
    load::{Answer, Ask, Loading},
    text::{fill, later::later_text, text},
};

/// How a program makes its first token.
const CURL: &str = "curl https://…/tokens/add_token \\\n  -H 'Authorization: Bearer tsr_…' \\\n  -d value=ticket-1 -d usage_count=1";

/// The overview.
#[component]
pub(super) fn Overview() -> impl IntoView {
    let add = Call::new(AddTokens::PATH);
    let shown = Loading::new(move || (Ask::Overview, add.answers()));
    shown.show(
        move |answer, permissions| match answer.and_then(Answer::read::<Shown>) {
            Ok(shown) => page(shown, permissions, add),
            Err(error) => failed(&error),
        },
    )
}

fn page(shown: Shown, permissions: Permissions, add: Call) -> AnyView {
    let words = &later_text().overview;
    let new = permissions.contain(Permission::Add).then(|| {
        view! {
            <a class="btn btn-primary" href=addresses::NEW_TOKENS>
                {icon(Icon::Plus)}
                {text().tokens.new}
            </a>
        }
    });
    let head = page_head(words.title, words.facts.into_any(), new.into_any());
    // Attempts outlive tokens: who has had some is not new here.
    if shown.all() == 0 && shown.usages.is_empty() {
        return view! { {head} {first(permissions)} }.into_any();
    }
    let zone = shown.site.zone.0.clone();
    let quick = permissions
        .contain(Permission::Add)
        .then(|| quick_form(&shown, add));
    view! {
        {head}
        {numbers(&shown)}
        <div class="overview">
            <div class="stack">
                {card(words.days, chart(shown.days))} {last(shown.usages, &zone)}
            </div>
            <div class="stack">
                {quick} {ending(shown.ending, &zone)} {refusals(shown.refusals)}
            </div>
        </div>
    }
    .into_any()
}

fn card(title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{title}</h2>
            </div>
            {body}
        </section>
    }
    .into_any()
}

/// Where there is nothing yet: what to do first, by hand or by program.
fn first(permissions: Permissions) -> AnyView {
    let (text, words) = (text(), &later_text().overview);
    let new = permissions.contain(Permission::Add).then(|| {
        view! {
            <a class="btn btn-primary" href=addresses::NEW_TOKENS>
                {icon(Icon::Plus)}
                {words.first}
            </a>
        }
    });
    let key = permissions.contain(Permission::Admin).then(|| {
        view! {
            <a class="btn" href=addresses::NEW_KEY>
                {icon(Icon::Key)}
                {words.key}
            </a>
        }
    });
    let actions = view! { {new} {key} };
    let state = empty(
        Icon::Ticket,
        2,
        text.tokens.first_title,
        text.tokens.first_text.into(),
        actions.into_any(),
    );
    view! {
        <div class="card">
            {state} <div class="card-body">
                <p class="muted">{words.program}</p>
                <pre class="code-block mono" tabindex="0">
                    {CURL}
                </pre>
            </div>
        </div>
    }
    .into_any()
}

fn numbers(shown: &Shown) -> AnyView {
    let (text, words) = (text(), &later_text().overview);
    let of_status = |status: Status| format!("{}?status={}", addresses::TOKENS, status.as_str());
    let today = shown.site.now.local.date();
    let attempts = shown.days.last().map(|day| day.tally).unwrap_or_default();
    let count = |n: u64| text.number(n);
    let usable = Status::USABLE.iter().map(|status| shown.count(*status));
    let numbers = [
        (
            of_status(Status::Active),
            text.status.active,
            usable.sum(),
            text.plural(&words.of_all, shown.all()),
        ),
        (
            of_status(Status::ExpiresSoon),
            text.status.expires_soon,
            shown.count(Status::ExpiresSoon),
            words.within_a_day.to_owned(),
        ),
        (
            of_status(Status::UsedUp),
            text.status.used_up,
            shown.count(Status::UsedUp),
            text.plural(&words.locked, shown.count(Status::Locked)),
        ),
        (
            format!("{}?from={today}&to={today}", addresses::ACTIVITY),
            words.today,
            attempts.accepted + attempts.refused,
            fill(
                text.token.attempts_facts,
                &[
                    ("accepted", &count(attempts.accepted)),
                    ("refused", &count(attempts.refused)),
                ],
            ),
        ),
    ];
    let number = |(address, label, number, note): (String, &'static str, u64, String)| {
        view! {
            <li>
                <a class="card number" href=address>
                    <span class="label">{label}</span>
                    <span class="big nums">{text.number(number)}</span>
                    <span class="rule-note">{note}</span>
                </a>
            </li>
        }
    };
    view! { <ul class="numbers">{numbers.map(number).collect_view()}</ul> }.into_any()
}

/// One token by its label; all else is as the settings have new ones.
fn quick_form(shown: &Shown, add: Call) -> AnyView {
    let (text, words) = (text(), &later_text().overview);
    let uses = first_uses(&shown.settings);
    let label = flaw_of(add.error(), domain::Field::Label);
    let hidden = |name: &'static str, value: String| {
        view! { <input type="hidden" name=name value=value /> }
    };
    let fields = view! {
        {hidden("form[amount]", "1".into())}
        {hidden("form[window]", domain::settings::Preset::NoLimit.as_str().into())}
        {hidden("form[lock]", shown.settings.default_lock.to_string())}
        {match uses {
            Uses::Unlimited => hidden("form[unlimited]", "on".into()),
            Uses::Left(n) => hidden("form[uses]", n.to_string()),
        }}
        <div class="quick-form">
            {form_alert(add.error())}
            <Input name="form[label]" label=text.common.label hint=words.quick_hint error=label />
            <div class="actions">
                {submit(text.create.submit, add.pending(), "btn-primary")}
                <a class="btn btn-quiet" href=addresses::NEW_TOKENS>
                    {words.more}
                </a>
            </div>
        </div>
    };
    card(
        words.quick,
        form(add, Some("quick-create"), fields.into_any()),
    )
}

fn ending(tokens: Vec<TokenView>, zone: &str) -> AnyView {
    let words = &later_text().overview;
    if tokens.is_empty() {
        return card(
            words.ending,
            view! { <p class="card-body muted">{words.none_ending}</p> }.into_any(),
        );
    }
    let item = |token: TokenView| {
        let end = token.to.map(|to| time(to, zone));
        view! {
            <li class="item">
                <a class="row-link anywhere" href=addresses::token(token.uid)>
                    {name_of(&token)}
                </a>
                <span class="muted">{end}</span>
            </li>
        }
    };
    let items = view! { <ul class="items">{tokens.into_iter().map(item).collect_view()}</ul> };
    card(words.ending, items.into_any())
}

fn refusals(refusals: Vec<(Outcome, u64)>) -> Option<AnyView> {
    let (text, words) = (text(), &later_text().overview);
    let item = |(outcome, attempts): (Outcome, u64)| {
        let address = format!("{}?outcome={}", addresses::ACTIVITY, outcome.as_str());
        view! {
            <li class="item reason">
                <a class="row-link" href=address>
                    {text.outcome_name(outcome)}
                </a>
                <span class="nums">{text.number(attempts)}</span>
            </li>
        }
    };
    (!refusals.is_empty()).then(|| {
        let items = refusals.into_iter().map(item).collect_view();
        card(
            words.refusals,
            view! { <ul class="items">{items}</ul> }.into_any(),
        )
    })
}

fn last(usages: Vec<LoggedView>, zone: &str) -> AnyView {
    let (text, words) = (text(), &later_text().overview);
    if usages.is_empty() {
        let none = later_text().activity.empty_text;
        return card(
            text.token.attempts,
            view! { <p class="card-body muted">{none}</p> }.into_any(),
        );
    }
    let item = |logged: LoggedView| {
        view! {
            <li class="item">
                <span class="item-text anywhere">{token_name(&logged)}</span>
                {outcome_badge(logged.usage.outcome)}
                <span class="muted">{time(logged.usage.at, zone)}</span>
            </li>
        }
    };
    let items = view! {
        <ul class="items">{usages.into_iter().map(item).collect_view()}</ul>
        <div class="card-foot">
            <a class="btn" href=addresses::ACTIVITY>
                {words.all}
            </a>
        </div>
    };
    card(text.token.attempts, items.into_any())
}
