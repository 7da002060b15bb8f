//! Who can sign in, and who is invited to.

use domain::view::{AccountList, AccountView, InvitationView};
use leptos::{prelude::*, server_fn::ServerFn};

use super::errors::failed;
use crate::{
    addresses,
    call::{Call, form},
    components::{
        alert::form_alert,
        badge::disabled_badge,
        head::page_head,
        icon::{Icon, icon},
        table::column,
        time::time,
    },
    fns::accounts::WithdrawInvitation,
    load::{Answer, Ask, Loading},
    text::{fill, text},
};

/// The list page.
#[component]
pub(super) fn Accounts() -> impl IntoView {
    let withdraw = Call::new(WithdrawInvitation::PATH);
    let list = Loading::new(move || (Ask::Accounts, withdraw.answers()));
    list.show(
        move |answer, _| match answer.and_then(Answer::read::<AccountList>) {
            Ok(list) => accounts(list, withdraw),
            Err(error) => failed(&error),
        },
    )
}

fn accounts(list: AccountList, withdraw: Call) -> AnyView {
    let text = text();
    let words = &text.accounts;
    let AccountList {
        accounts,
        invitations,
        site,
    } = list;
    let zone = site.zone.0;
    let facts = text.plural(
        &words.count,
        u64::try_from(accounts.len()).unwrap_or_default(),
    );
    let invite = view! {
        <a class="btn btn-primary" href=addresses::INVITE>
            {icon(Icon::Plus)}
            {words.invite}
        </a>
    };
    let invited = (!invitations.is_empty()).then(|| open(invitations, &zone, withdraw));
    view! {
        {page_head(words.title, facts.into_any(), invite.into_any())}
        {form_alert(withdraw.error())}
        <div class="stack table-area">
            <div class="table-card table-cards">
                <table class="table table-hover" role="table">
                    <caption class="visually-hidden">{words.title}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            {column(words.column_name)} {column(words.column_role)}
                            {column(words.column_last_login)} {column(words.column_created)}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        {accounts.into_iter().map(|account| row(account, &zone)).collect_view()}
                    </tbody>
                </table>
            </div>
            {invited}
        </div>
    }
    .into_any()
}

fn row(account: AccountView, zone: &str) -> AnyView {
    let text = text();
    let words = &text.accounts;
    let disabled = account.disabled.map(|_| disabled_badge());
    view! {
        <tr role="row" class:over=account.disabled.is_some()>
            <th scope="row" role="rowheader" class="grow">
                <a class="row-title" href=addresses::account(account.uid)>
                    {account.name.as_str().to_owned()}
                </a>
            </th>
            <td role="cell" class="secondary wide-on-phone">
                {text.role_name(account.role)}
                " "
                {disabled}
            </td>
            <td role="cell" class="secondary" data-label=words.column_last_login>
                {account
                    .last_login
                    .map_or_else(|| text.common.never.into_any(), |moment| time(moment, zone))}
            </td>
            <td role="cell" class="secondary" data-label=words.column_created>
                {time(account.created, zone)}
            </td>
        </tr>
    }
    .into_any()
}

/// The invitations that nobody has accepted yet.
fn open(invitations: Vec<InvitationView>, zone: &str, withdraw: Call) -> AnyView {
    let text = text();
    let words = &text.accounts;
    let item = |invitation: InvitationView| {
        let role = text.role_name(invitation.role);
        let by = invitation
            .creator
            .map(|name| fill(text.keys.by, &[("name", &name)]));
        let button = view! {
            <input type="hidden" name="uid" value=invitation.uid.to_string() />
            <button class="btn btn-small">{words.withdraw}</button>
        };
        view! {
            <li class="item">
                <div class="item-text">
                    <p>{role} " " <span class="muted anywhere">{by}</span></p>
                    <p class="faint">{words.ends} " " {time(invitation.expires, zone)}</p>
                </div>
                {form(withdraw, None, button.into_any())}
            </li>
        }
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{words.invitations}</h2>
            </div>
            <ul class="items">{invitations.into_iter().map(item).collect_view()}</ul>
        </section>
    }
    .into_any()
}
