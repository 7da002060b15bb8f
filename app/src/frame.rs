//! What stands around every page: navigation and account for those who are signed in, a card for those who are not.

use domain::{Permission, Permissions, view::Visitor};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use crate::{
    addresses, browser,
    call::Call,
    components::{
        busy::Busy,
        clocks::clocks,
        icon::{Icon, icon},
    },
    fns::{
        preferences::{SetLanguage, SetTheme},
        sessions::SignOut,
    },
    keys::{Keys, Opens},
    load::{Answer, Ask, Loading},
    preferences::Theme,
    text::{Language, text},
};

/// Who is looking, asked once for all pages in the frame.
#[derive(Debug, Clone, Copy)]
struct CurrentVisitor(Loading);

/// The theme of this page, as a signal: it can change without loading the page anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurrentTheme(pub(crate) RwSignal<Theme>);

/// What the visitor may do; nothing if nobody is signed in.
pub(crate) async fn visitor_permissions() -> Permissions {
    current_visitor().await.permissions
}

async fn current_visitor() -> Visitor {
    match use_context::<CurrentVisitor>() {
        Some(CurrentVisitor(loading)) => match loading.answer().await {
            Ok(Answer::Visitor(visitor)) => visitor,
            _ => Visitor::default(),
        },
        None => Visitor::default(),
    }
}

/// The frame around all pages. Before anyone is signed in there is nothing to navigate.
pub(crate) fn frame(page: AnyView) -> AnyView {
    let path = use_location().pathname;
    let at_gate = Memo::new(move |_| path.with(|path| addresses::is_gate(path)));
    // Who comes through the gate is somebody else than before.
    let visitor = Loading::new(move || (Ask::Visitor, u32::from(at_gate.get())));
    provide_context(CurrentVisitor(visitor));
    let keys = Keys::provide(visitor, at_gate);
    let busy: Busy = expect_context();
    let is_busy = busy.is_busy();
    let side = move || {
        (!at_gate.get()).then(|| {
            view! {
                <header class="side">
                    <a class="brand" href=addresses::HOME>
                        {logo()}
                        "Tessera"
                    </a>
                    <Transition>
                        {move || Suspend::new(async move { side(current_visitor().await) })}
                    </Transition>
                </header>
            }
        })
    };
    view! {
        <div class="shell" class:shell-gate=move || at_gate.get()>
            {side}
            <main
                id="content"
                class="page"
                tabindex="-1"
                aria-busy=move || is_busy.get().then_some("true")
            >
                {busy.bar()} {page} {clocks()}
            </main>
            {keys.dialogs()}
        </div>
    }
    .into_any()
}

/// A page of those who are not signed in yet.
pub(crate) fn gate(card: AnyView) -> AnyView {
    view! {
        <div class="gate">
            <p class="brand">{logo()} "Tessera"</p>
            <div class="card gate-card">{card}</div>
            <div class="gate-foot">{language_switch()} {theme_switch()}</div>
        </div>
    }
    .into_any()
}

fn side(visitor: Visitor) -> AnyView {
    let words = &text().shell;
    let admin = visitor.permissions.contain(Permission::Admin).then(|| {
        view! {
            <div class="nav-group">
                <p class="nav-title">{words.administration}</p>
                <ul>{admin_links()}</ul>
            </div>
        }
    });
    view! {
        <nav class="nav" aria-label=words.navigation>
            <ul>
                {nav_link(addresses::HOME, Icon::House, words.overview)}
                {nav_link(addresses::TOKENS, Icon::Ticket, words.tokens)}
                {nav_link(addresses::SCAN, Icon::Scan, words.scan)}
                {nav_link(addresses::ACTIVITY, Icon::Activity, words.activity)}
            </ul>
            {admin}
        </nav>
        {account(visitor)}
    }
    .into_any()
}

/// What only administrators find: in the side bar, and on a phone in the menu of the account.
fn admin_links() -> AnyView {
    let words = &text().shell;
    [
        (addresses::ACCOUNTS, Icon::Users, words.accounts),
        (addresses::KEYS, Icon::Key, words.keys),
        (addresses::AUDIT, Icon::History, words.audit),
        (addresses::SETTINGS, Icon::Settings, words.settings),
    ]
    .map(|(address, sign, name)| nav_link(address, sign, name))
    .collect_view()
    .into_any()
}

fn nav_link(address: &'static str, sign: Icon, words: &'static str) -> AnyView {
    let path = use_location().pathname;
    let current = move || {
        path.with(|path| match path.strip_prefix(address) {
            Some("") => Some("page"),
            Some(below) if below.starts_with('/') => Some("true"),
            _ => None,
        })
    };
    view! {
        <li>
            <a class="nav-link" href=address aria-current=current>
                {icon(sign)} <span>{words}</span>
            </a>
        </li>
    }
    .into_any()
}

fn account(visitor: Visitor) -> Option<AnyView> {
    let text = text();
    let words = &text.shell;
    let name = visitor.name?;
    let initial = name.chars().next().map(String::from).unwrap_or_default();
    let role = visitor
        .role
        .map(|role| text.role_name(role))
        .unwrap_or_default();
    let facts = format!("{role} · {}", visitor.zone);
    // Whoever chose a page in the menu is done with it.
    let path = use_location().pathname;
    Effect::new(move || {
        path.track();
        browser::hide_popover("account-menu");
    });
    let keys: Keys = expect_context();
    let find = move |_| {
        browser::hide_popover("account-menu");
        keys.asked.set(Some(Opens::Palette));
    };
    let admin = visitor.permissions.contain(Permission::Admin).then(|| {
        view! {
            <nav class="phone-only" aria-label=words.administration>
                <ul>{admin_links()}</ul>
            </nav>
        }
    });
    Some(
        view! {
            <div class="side-foot">
                <button type="button" class="account" popovertarget="account-menu">
                    <span class="avatar" aria-hidden="true">{initial}</span>
                    <span class="account-text">
                        <span class="account-name">{name}</span>
                        <span class="account-facts">{facts}</span>
                    </span>
                    <span class="visually-hidden">{words.account}</span>
                    {icon(Icon::ChevronsUpDown)}
                </button>
                <div id="account-menu" class="account-menu" popover="auto">
                    {admin}
                    <button type="button" class="btn btn-wide needs-script" on:click=find>
                        {icon(Icon::Search)}
                        {words.find}
                    </button>
                    <a class="btn btn-wide" href=addresses::OWN_ACCOUNT>
                        {icon(Icon::Users)}
                        {text.accounts.own_title}
                    </a>
                    <div>
                        <h2>{words.theme}</h2>
                        {theme_switch()}
                    </div>
                    <div>
                        <h2>{words.language}</h2>
                        {language_switch()}
                    </div>
                    <form method="post" action=SignOut::PATH>
                        <button class="btn btn-wide">{icon(Icon::LogOut)} {words.sign_out}</button>
                    </form>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// A form of its own: the words of a page are chosen before it is painted, so it is loaded anew.
fn language_switch() -> AnyView {
    let here = use_context::<Language>().unwrap_or_default();
    let button = |language: Language| {
        view! {
            <button
                class="segment"
                name="language"
                value=language.tag()
                lang=language.tag()
                aria-pressed=(language == here).to_string()
            >
                {language.name()}
            </button>
        }
    };
    view! {
        <form method="post" action=SetLanguage::PATH>
            <div class="segmented wide" role="group" aria-label=text().shell.language>
                {Language::ALL.map(button).collect_view()}
            </div>
        </form>
    }
    .into_any()
}

/// The same for the theme, but a script paints it at once.
fn theme_switch() -> AnyView {
    let words = &text().shell;
    let CurrentTheme(current) = expect_context();
    let keep = Call::new(SetTheme::PATH);
    let button = |(theme, sign, name): (Theme, Icon, &'static str)| {
        let choose = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            paint(current, keep, theme);
        };
        view! {
            <button
                class="segment"
                name="theme"
                value=theme.as_str()
                title=name
                aria-label=name
                aria-pressed=move || (current.get() == theme).to_string()
                on:click=choose
            >
                {icon(sign)}
            </button>
        }
    };
    view! {
        <form method="post" action=SetTheme::PATH>
            <div class="segmented wide" role="group" aria-label=words.theme>
                {[
                    (Theme::System, Icon::Monitor, words.system),
                    (Theme::Light, Icon::Sun, words.light),
                    (Theme::Dark, Icon::Moon, words.dark),
                ]
                    .map(button)
                    .collect_view()}
            </div>
        </form>
    }
    .into_any()
}

/// Paints the page in a theme, and keeps it.
pub(crate) fn paint(current: RwSignal<Theme>, keep: Call, theme: Theme) {
    browser::set_theme(theme.forced());
    current.set(theme);
    keep.send(format!("theme={}", theme.as_str()));
}

fn logo() -> AnyView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" fill="currentColor"></rect>
            <g fill="none" stroke="#fff" stroke-width="2.5">
                <rect x="6.25" y="6.25" width="7.5" height="7.5" rx="1.75"></rect>
                <rect x="18.25" y="6.25" width="7.5" height="7.5" rx="1.75"></rect>
                <rect x="6.25" y="18.25" width="7.5" height="7.5" rx="1.75"></rect>
            </g>
            <circle cx="22" cy="22" r="5" fill="#fff"></circle>
        </svg>
    }
    .into_any()
}
