//! The API keys.

use domain::{
    account::KeyStatus,
    view::{KeyList, KeyView},
};
use leptos::prelude::*;

use super::errors::failed;
use crate::{
    addresses,
    components::{
        badge::key_badge,
        empty::empty,
        head::page_head,
        icon::{Icon, icon},
        table::column,
        time::time,
    },
    load::{Answer, Ask, Loading},
    text::{fill, text},
    times,
};

/// The list page.
#[component]
pub(super) fn Keys() -> impl IntoView {
    let list = Loading::new(|| (Ask::Keys, 0));
    list.show(|answer, _| match answer.and_then(Answer::read::<KeyList>) {
        Ok(list) => keys(list),
        Err(error) => failed(&error),
    })
}

fn keys(list: KeyList) -> AnyView {
    let words = &text().keys;
    let new = view! {
        <a class="btn btn-primary" href=addresses::NEW_KEY>
            {icon(Icon::Plus)}
            {words.new}
        </a>
    };
    let body = if list.keys.is_empty() {
        let state = empty(
            Icon::Key,
            2,
            words.none_title,
            words.none_text.into(),
            ().into_any(),
        );
        view! { <div class="card">{state}</div> }.into_any()
    } else {
        table(list)
    };
    view! {
        {page_head(words.title, words.facts.into_any(), new.into_any())}
        <div class="table-area">{body}</div>
    }
    .into_any()
}

fn table(list: KeyList) -> AnyView {
    let words = &text().keys;
    let KeyList { keys, site } = list;
    view! {
        <div class="table-card table-cards">
            <table class="table table-hover" role="table">
                <caption class="visually-hidden">{words.title}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {column(words.column_key)} {column(words.column_permissions)}
                        {column(words.column_expires)} {column(words.column_last_used)}
                        {column(words.column_created)}
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">{text().tokens.column_actions}</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {keys
                        .into_iter()
                        .map(|key| row(key, &site.zone.0, site.now.at.timestamp()))
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(key: KeyView, zone: &str, now: i64) -> AnyView {
    let text = text();
    let words = &text.keys;
    let is_over = matches!(key.status, KeyStatus::Expired | KeyStatus::Revoked);
    let can = text.permission_names(key.permissions);
    let expires = expires(&key, zone, now);
    let creator = key.creator.map(|name| {
        let by = fill(words.by, &[("name", &name)]);
        view! { <span class="row-note anywhere">{by}</span> }
    });
    let action = |address: String, label: &str, sign| {
        let label = fill(label, &[("name", key.name.as_str())]);
        view! {
            <a class="btn btn-icon" href=address aria-label=label.clone() title=label>
                {icon(sign)}
            </a>
        }
    };
    let actions = (key.status != KeyStatus::Revoked).then(|| {
        view! {
            <div class="row-actions">
                {action(addresses::rotate_key(key.uid), words.rotate_name, Icon::Rotate)}
                {action(addresses::revoke_key(key.uid), words.revoke_name, Icon::Ban)}
            </div>
        }
    });
    let prefix = key.prefix.map(|prefix| format!("{prefix}…"));
    view! {
        <tr role="row" class:over=is_over>
            <th scope="row" role="rowheader" class="grow">
                <span class="row-title">{key.name.as_str().to_owned()}</span>
                <span class="row-value mono">{prefix}</span>
            </th>
            <td role="cell" class="secondary wide-on-phone">
                {can}
            </td>
            <td role="cell" class="secondary wide-on-phone" data-label=words.column_expires>
                {expires}
            </td>
            <td role="cell" class="secondary" data-label=words.column_last_used>
                {key
                    .last_used
                    .map_or_else(|| text.common.never.into_any(), |moment| time(moment, zone))}
            </td>
            <td role="cell" class="secondary" data-label=words.column_created>
                {time(key.created, zone)}
                {creator}
            </td>
            <td role="cell" class="tight row-actions-cell">
                {actions}
            </td>
        </tr>
    }
    .into_any()
}

/// When it ends or has ended, and what else is still good.
fn expires(key: &KeyView, zone: &str, now: i64) -> AnyView {
    let text = text();
    let words = &text.keys;
    let told = |moment: domain::time::Moment| times::date_time(text, moment.local);
    let end = match (key.status, key.expires) {
        (KeyStatus::Revoked, _) => {
            view! { {key_badge(key.status, words.revoked.into())} " " {key.revoked.map(|at| time(at, zone))} }
                .into_any()
        }
        (KeyStatus::ExpiresSoon, Some(end)) => {
            let span = times::relative(text, end.at.timestamp() - now).unwrap_or_else(|| told(end));
            let soon = fill(words.expires_in, &[("in", &span)]);
            view! { <span title=told(end)>{key_badge(key.status, soon)}</span> }.into_any()
        }
        (KeyStatus::Expired, Some(end)) => {
            view! { {key_badge(key.status, words.expired.into())} " " {time(end, zone)} }.into_any()
        }
        (_, Some(end)) => time(end, zone),
        (_, None) => words.no_end.into_any(),
    };
    let former = key.former_until.map(|until| {
        let until = fill(words.former_until, &[("time", &told(until))]);
        view! { <span class="row-note">{until}</span> }
    });
    view! { {end} {former} }.into_any()
}
