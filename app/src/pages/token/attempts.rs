//! What was tried with a token: by day, and attempt by attempt.

use domain::view::{TokenPage, UsageView};
use leptos::prelude::*;

use crate::{
    addresses,
    components::{badge::outcome_badge, chart::chart, pager::pager, time::exact_time},
    text::{fill, later::later_text, text},
};

/// How often it was tried on each of the last days.
pub(super) fn usage_days(page: &mut TokenPage) -> AnyView {
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{later_text().overview.days}</h2>
            </div>
            {chart(std::mem::take(&mut page.days))}
        </section>
    }
    .into_any()
}

/// A page of the attempts, newest first.
pub(super) fn attempts(page: TokenPage, zone: &str) -> AnyView {
    let text = text();
    let words = &text.token;
    let facts = fill(
        words.attempts_facts,
        &[
            ("accepted", &text.number(page.tally.accepted)),
            ("refused", &text.number(page.tally.refused)),
        ],
    );
    let uid = page.token.uid;
    let (request, total, last) = (page.usages.request, page.usages.total, page.usages.pages());
    let pages = (last > 1).then(|| {
        let address = |page: u32| match page {
            1 => addresses::token(uid),
            page => format!("{}?page={page}", addresses::token(uid)),
        };
        let pager = pager(request.number, last, request.size, total, address);
        view! { <div class="card-foot card-pager">{pager}</div> }
    });
    let table = if total.number == 0 {
        view! { <p class="card-body muted">{words.no_attempts}</p> }.into_any()
    } else {
        let zone = zone.to_owned();
        let row = move |usage: UsageView| {
            view! {
                <tr>
                    <td>{exact_time(usage.at, &zone)}</td>
                    <td>{outcome_badge(usage.outcome)}</td>
                    <td class="secondary anywhere">{usage.actor}</td>
                </tr>
            }
        };
        view! {
            <div class="table-scroll table-log">
                <table class="table table-plain">
                    <caption class="visually-hidden">{words.attempts}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.column_time}</th>
                            <th scope="col">{words.column_outcome}</th>
                            <th scope="col">{words.column_actor}</th>
                        </tr>
                    </thead>
                    <tbody>{page.usages.items.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{words.attempts}</h2>
                <p class="faint nums">{facts}</p>
            </div>
            {table} {pages}
        </section>
    }
    .into_any()
}
