//! Everything that one can go to or do from anywhere, found by its name; and tokens, by a part of their value or label.

use std::time::Duration;

use domain::{Permission, Permissions, view::TokenView};
use leptos::{
    ev::KeyboardEvent, leptos_dom::helpers::debounce, prelude::*, server_fn::ServerFn,
    task::spawn_local,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    addresses::{self, ListQuery},
    browser,
    call::Call,
    components::{
        copy::list_cut,
        icon::{Icon, icon},
    },
    context,
    fns::{preferences::SetTheme, sessions::SignOut},
    frame::{CurrentTheme, paint},
    keys::{Keys, Opens},
    load::{Answer, Ask},
    pages::tokens::name_of,
    preferences::Theme,
    text::{later::later_text, text},
};

const DIALOG: &str = "palette";
const LIST: &str = "palette-list";
const FIELD: &str = "palette-field";

/// How long it waits for more letters before it looks for tokens.
const TYPING: Duration = Duration::from_millis(200);

/// The most tokens that it shows.
const TOKENS: usize = 8;

/// What somebody may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    words: String,
    note: String,
    sign: Icon,
    does: Does,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Does {
    Go(String),
    Paint(Theme),
    Shortcuts,
    SignOut,
}

/// The tokens that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    /// They are being looked for.
    NotYet,
    Tokens(Vec<Choice>),
    /// Why they could not be looked for.
    Failed(String),
}

impl Found {
    const NONE: Self = Self::Tokens(Vec::new());
}

/// What stands in it now.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    keys: Keys,
    permissions: RwSignal<Permissions>,
    typed: RwSignal<String>,
    found: RwSignal<Found>,
    choices: Memo<Vec<Choice>>,
    chosen: RwSignal<usize>,
    do_it: Callback<Choice>,
}

impl Palette {
    pub(super) fn new(keys: Keys) -> Self {
        let permissions = RwSignal::new(Permissions::NONE);
        let typed = RwSignal::new(String::new());
        let found = RwSignal::new(Found::NONE);
        let all = Memo::new(move |_| places(permissions.get()));
        let choices = Memo::new(move |_| {
            let typed = typed.get().to_lowercase();
            let matches = |choice: &Choice| {
                let words = choice.words.to_lowercase();
                typed.split_whitespace().all(|part| words.contains(part))
            };
            let mut choices = all.get();
            choices.retain(matches);
            if let Found::Tokens(tokens) = found.get() {
                choices.extend(tokens);
            }
            choices
        });
        let CurrentTheme(theme) = expect_context();
        let keep = Call::new(SetTheme::PATH);
        let navigate = use_navigate();
        let do_it = Callback::new(move |choice: Choice| {
            browser::close_dialog(DIALOG);
            match choice.does {
                Does::Go(page) => navigate(&page, NavigateOptions::default()),
                Does::Paint(chosen) => paint(theme, keep, chosen),
                Does::Shortcuts => keys.asked.set(Some(Opens::Shortcuts)),
                Does::SignOut => browser::submit_form_to(SignOut::PATH),
            }
        });
        Self {
            keys,
            permissions,
            typed,
            found,
            choices,
            chosen: RwSignal::new(0),
            do_it,
        }
    }

    /// Opens it, empty.
    pub(super) fn open(self) {
        self.typed.set(String::new());
        self.found.set(Found::NONE);
        self.chosen.set(0);
        spawn_local(async move {
            self.permissions.set(self.keys.permissions().await);
        });
        browser::show_dialog(DIALOG);
    }

    pub(super) fn view(self) -> AnyView {
        let words = &later_text().keys;
        let Self { typed, chosen, .. } = self;
        let mut later = debounce(TYPING, move |search: String| {
            spawn_local(self.look_for(search));
        });
        let read = move |event: leptos::ev::Event| {
            let search = event_target_value(&event);
            typed.set(search.clone());
            chosen.set(0);
            // What was found for something else is no answer to this.
            self.found.set(if search.trim().is_empty() {
                Found::NONE
            } else {
                Found::NotYet
            });
            later(search);
        };
        let active = move || {
            let is_any = self.choices.with(|choices| !choices.is_empty());
            is_any.then(|| id_of(self.here()))
        };
        let told = move || {
            let n = self.choices.with(Vec::len) as u64;
            let results = text().plural(&words.results, n);
            match self.found.get() {
                Found::NotYet if n == 0 => text().common.loading.to_owned(),
                Found::Failed(why) if n == 0 => why,
                Found::Failed(why) => format!("{results}. {why}"),
                Found::NotYet | Found::Tokens(_) => results,
            }
        };
        view! {
            <dialog class="dialog palette" id=DIALOG aria-label=words.palette>
                <div class="with-icon">
                    {icon(Icon::Search)}
                    <input
                        class="input"
                        id=FIELD
                        type="text"
                        role="combobox"
                        aria-expanded="true"
                        aria-autocomplete="list"
                        aria-controls=LIST
                        aria-activedescendant=active
                        aria-label=words.palette
                        placeholder=words.hint
                        autocomplete="off"
                        spellcheck="false"
                        autofocus
                        prop:value=move || typed.get()
                        on:input=read
                        on:keydown=move |event| self.press(&event)
                    />
                </div>
                <ul class="choices" id=LIST role="listbox" aria-label=words.palette>
                    {move || self.options()}
                </ul>
                <p class="faint" role="status">{told}</p>
            </dialog>
        }
        .into_any()
    }

    fn options(self) -> AnyView {
        let Self { chosen, do_it, .. } = self;
        let option = move |(n, choice): (usize, Choice)| {
            let Choice {
                words, note, sign, ..
            } = choice.clone();
            view! {
                <li
                    class="choice"
                    role="option"
                    id=id_of(n)
                    aria-selected=move || (self.here() == n).to_string()
                    on:pointermove=move |_| chosen.set(n)
                    on:click=move |_| do_it.run(choice.clone())
                >
                    {icon(sign)}
                    <span class="choice-words">{words}</span>
                    <span class="choice-note mono">{note}</span>
                </li>
            }
        };
        let choices = self.choices.get().into_iter().enumerate();
        choices.map(option).collect_view().into_any()
    }

    /// The number of the chosen one: there may be fewer than there were.
    fn here(self) -> usize {
        let last = self.choices.with(Vec::len).saturating_sub(1);
        self.chosen.get().min(last)
    }

    /// Goes through the choices, or does the chosen one.
    fn press(self, event: &KeyboardEvent) {
        let Some(last) = self.choices.with_untracked(Vec::len).checked_sub(1) else {
            return;
        };
        let here = self.chosen.get_untracked().min(last);
        let next = match event.key().as_str() {
            "ArrowDown" if here == last => 0,
            "ArrowDown" => here + 1,
            "ArrowUp" if here == 0 => last,
            "ArrowUp" => here - 1,
            "Enter" => {
                event.prevent_default();
                let choice = self
                    .choices
                    .with_untracked(|choices| choices.get(here).cloned());
                if let Some(choice) = choice {
                    self.do_it.run(choice);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        self.chosen.set(next);
        browser::show(&id_of(next));
    }

    /// Looks for tokens, unless something else has been typed since.
    async fn look_for(self, search: String) {
        let is_wanted = || self.typed.with_untracked(|typed| *typed == search);
        if !is_wanted() || search.trim().is_empty() {
            return;
        }
        let query = ListQuery::default().with_search(search.clone());
        let found = match context::load(Ask::Tokens(query)).await {
            Ok(Answer::Tokens(list)) => {
                Found::Tokens(list.tokens.items.iter().take(TOKENS).map(token).collect())
            }
            Ok(_) => Found::NONE,
            Err(error) => Found::Failed(text().error(&error)),
        };
        if is_wanted() {
            self.found.set(found);
        }
    }
}

fn id_of(n: usize) -> String {
    format!("{LIST}-{n}")
}

fn token(token: &TokenView) -> Choice {
    Choice {
        words: name_of(token),
        note: if token.label.is_empty() {
            String::new()
        } else {
            list_cut(token.value.as_str())
        },
        sign: Icon::Ticket,
        does: Does::Go(addresses::token(token.uid)),
    }
}

/// The pages and acts of whoever may do so much.
fn places(permissions: Permissions) -> Vec<Choice> {
    use Permission::{Add, Admin, Consume, Delete, View};
    let (text, words) = (text(), &later_text().keys);
    let shell = &text.shell;
    let go = |address: &str| Does::Go(address.to_owned());
    let places = [
        (View, Icon::House, shell.overview, go(addresses::HOME)),
        (View, Icon::Ticket, shell.tokens, go(addresses::TOKENS)),
        (Add, Icon::Plus, text.tokens.new, go(addresses::NEW_TOKENS)),
        (View, Icon::Scan, words.look_up, go(addresses::SCAN)),
        (Consume, Icon::Scan, words.use_, go(addresses::SCAN_USE)),
        (
            View,
            Icon::Activity,
            shell.activity,
            go(addresses::ACTIVITY),
        ),
        (
            View,
            Icon::Printer,
            later_text().print.title,
            go(addresses::PRINT),
        ),
        (Delete, Icon::Trash, text.trash.title, go(addresses::TRASH)),
        (Admin, Icon::Users, shell.accounts, go(addresses::ACCOUNTS)),
        (Admin, Icon::Plus, words.invite, go(addresses::INVITE)),
        (Admin, Icon::Key, shell.keys, go(addresses::KEYS)),
        (Admin, Icon::Plus, words.new_key, go(addresses::NEW_KEY)),
        (Admin, Icon::History, shell.audit, go(addresses::AUDIT)),
        (
            Admin,
            Icon::Settings,
            shell.settings,
            go(addresses::SETTINGS),
        ),
        (
            View,
            Icon::Users,
            text.accounts.own_title,
            go(addresses::OWN_ACCOUNT),
        ),
        (View, Icon::Sun, words.light, Does::Paint(Theme::Light)),
        (View, Icon::Moon, words.dark, Does::Paint(Theme::Dark)),
        (
            View,
            Icon::Monitor,
            words.system,
            Does::Paint(Theme::System),
        ),
        (View, Icon::Info, words.title, Does::Shortcuts),
        (View, Icon::LogOut, shell.sign_out, Does::SignOut),
    ];
    places
        .into_iter()
        .filter(|(permission, ..)| permissions.contain(*permission))
        .map(|(_, sign, words, does)| Choice {
            words: words.into(),
            note: String::new(),
            sign,
            does,
        })
        .collect()
}
