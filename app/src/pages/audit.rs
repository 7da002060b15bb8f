//! The audit log.

use domain::{
    Field,
    account::Role,
    audit::{Action, By, ByKind, Target, TargetKind},
    view::{DifferenceView, EntryList, EntryView, Told},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::errors::failed;
use crate::{
    addresses,
    components::{filters::Filters, head::page_head, icon::Icon, table::column, time::exact_time},
    load::{Answer, Ask, Loading},
    text::{Text, text},
    times,
};

/// What one can filter by, as it is called in the address.
const FILTERS: [&str; 6] = ["q", "by", "action", "target", "from", "to"];

/// The page of the audit log.
#[component]
pub(super) fn Audit() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|query| query.trim_start_matches('?').to_owned()));
    let list = Loading::new(move || (Ask::Entries(query.get()), 0));
    let pending = list.pending();
    let said = StoredValue::new(query.get_untracked());
    let entries = list.show(
        move |answer, _| match answer.and_then(Answer::read::<EntryList>) {
            Ok(list) => page(list, query, said),
            Err(error) => failed(&error),
        },
    );
    view! { <div class="table-area" class:stale=move || pending.get()>{entries}</div> }.into_any()
}

fn page(list: EntryList, query: Memo<String>, said: StoredValue<String>) -> AnyView {
    let text = text();
    let words = &text.audit;
    let filters = Filters {
        id: "audit-filter",
        address: addresses::AUDIT,
        names: &FILTERS,
        query: query.get_untracked(),
        said,
    };
    let body = if list.entries.is_empty() {
        let empty = (words.empty_title, words.empty_text);
        filters.nothing(Icon::History, words.none_title, empty)
    } else {
        table(list, &filters)
    };
    let export = filters.export(addresses::AUDIT_EXPORT);
    view! {
        {page_head(words.title, words.facts.into_any(), export)}
        {fields(&filters)}
        {body}
    }
    .into_any()
}

fn fields(filters: &Filters) -> AnyView {
    let text = text();
    let words = &text.audit;
    let actions = Action::ALL
        .iter()
        .map(|action| (action.as_str(), action_name(text, *action)));
    let targets = TargetKind::ALL
        .iter()
        .map(|kind| (kind.as_str(), target_kind(text, *kind)));
    let fields = view! {
        {filters.input("q", "search", words.target)}
        {filters.input("by", "search", text.token.column_actor)}
        {filters.select("action", words.action, actions.collect())}
        {filters.select("target", words.kind, targets.collect())}
        {filters.input("from", "date", text.create.from)}
        {filters.input("to", "date", text.create.to)}
    };
    filters.form(fields.into_any())
}

fn table(list: EntryList, filters: &Filters) -> AnyView {
    let text = text();
    let words = &text.audit;
    let zone = list.site.zone.0;
    let older_than = list.older_than.map(|number| number.to_string());
    let rows = list
        .entries
        .into_iter()
        .map(|entry| row(entry, &zone))
        .collect_view();
    view! {
        <div class="table-card table-cards">
            <table class="table table-top" role="table">
                <caption class="visually-hidden">{words.title}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {column(text.token.column_time)} {column(text.token.column_actor)}
                        {column(words.action)} {column(words.target)} {column(words.differences)}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        {filters.pager(older_than)}
    }
    .into_any()
}

fn row(entry: EntryView, zone: &str) -> AnyView {
    let text = text();
    let words = &text.audit;
    let tone = match entry.action {
        Action::Create | Action::Restore => "badge tone-ok",
        Action::Change => "badge tone-info",
        Action::Delete | Action::Purge => "badge tone-bad",
    };
    view! {
        <tr role="row">
            <td role="cell" class="secondary">
                {exact_time(entry.at, zone)}
            </td>
            <td role="cell" class="anywhere" data-label=text.token.column_actor>
                {by(text, entry.by)}
            </td>
            <td role="cell" data-label=words.action>
                <span class=tone>{action_name(text, entry.action)}</span>
            </td>
            <td role="cell" class="anywhere" data-label=words.target>
                {target(text, entry.target, entry.action)}
            </td>
            <td role="cell" class="wide-on-phone">
                {differences(text, entry.differences, entry.action)}
            </td>
        </tr>
    }
    .into_any()
}

fn by(text: &'static Text, by: By) -> AnyView {
    let words = &text.audit;
    match by.kind {
        ByKind::Account => by.name.into_any(),
        ByKind::Key => view! { {by.name} " " <span class="faint">{words.key}</span> }.into_any(),
        ByKind::CommandLine => words.command_line.into_any(),
        ByKind::Tessera => "Tessera".into_any(),
    }
}

fn target(text: &'static Text, target: Target, action: Action) -> AnyView {
    let kind = target_kind(text, target.kind);
    let leads =
        target.kind == TargetKind::Token && !matches!(action, Action::Delete | Action::Purge);
    let name = match target.uid.filter(|_| leads) {
        Some(uid) => view! { <a href=addresses::token(uid)>{target.name}</a> }.into_any(),
        None => target.name.into_any(),
    };
    view! {
        <span class="faint">{kind}</span>
        " "
        {name}
    }
    .into_any()
}

fn differences(text: &'static Text, differences: Vec<DifferenceView>, action: Action) -> AnyView {
    if differences.is_empty() {
        return ().into_any();
    }
    let count = text.plural(&text.audit.fields, differences.len() as u64);
    let list = view! {
        <ul class="diffs">
            {differences.into_iter().map(|difference| line(text, difference)).collect_view()}
        </ul>
    };
    // What was changed is what one looks for; what a new or deleted thing held is there if wanted.
    if action == Action::Change {
        list.into_any()
    } else {
        view! {
            <details>
                <summary>{count}</summary>
                {list}
            </details>
        }
        .into_any()
    }
}

fn line(text: &'static Text, difference: DifferenceView) -> AnyView {
    let field = difference.field;
    let told = |told: Option<Told>| told.map(|told| told_as(text, field, told));
    let (old, new) = (told(difference.old), told(difference.new));
    let values = match (old, new) {
        (None, None) => view! { <span class="faint">{text.audit.secret}</span> }.into_any(),
        (old, new) => {
            let nothing = || text.common.none.to_owned();
            let had = old.map(|old| view! { <del>{old}</del> " → " });
            view! { {had} <ins>{new.unwrap_or_else(nothing)}</ins> }.into_any()
        }
    };
    view! { <li><span class="faint">{text.field_name(field)}</span> " " {values}</li> }.into_any()
}

fn told_as(text: &Text, field: Field, told: Told) -> String {
    match (field, told) {
        (_, Told::At(moment)) => times::date_time(text, moment.local),
        (Field::Uses | Field::DefaultUses, Told::Text(uses)) if uses == "-1" => {
            text.common.unlimited.into()
        }
        (Field::Role, Told::Text(role)) => match Role::parse(&role) {
            Some(role) => text.role_name(role).into(),
            None => role,
        },
        (_, Told::Text(told)) => told,
    }
}

fn action_name(text: &Text, action: Action) -> &'static str {
    let [create, change, delete, restore, purge] = text.audit.actions;
    match action {
        Action::Create => create,
        Action::Change => change,
        Action::Delete => delete,
        Action::Restore => restore,
        Action::Purge => purge,
    }
}

fn target_kind(text: &Text, kind: TargetKind) -> &'static str {
    let [token, settings, account, key, invitation] = text.audit.kinds;
    match kind {
        TargetKind::Token => token,
        TargetKind::Settings => settings,
        TargetKind::Account => account,
        TargetKind::Key => key,
        TargetKind::Invitation => invitation,
    }
}
