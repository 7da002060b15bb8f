//! Picking tokens in the list, and what can be done with those that are picked.
//!
//! The list is a form: what is ticked in it is what is picked, also where there is no script. It leads to the page of
//! the selection, which asks for what an act needs and says what it touches; with a script, what needs no question is
//! done at once.

use domain::{actor::Permissions, page::Count, service::Selection};
use leptos::{
    ev::{Event, SubmitEvent, keydown},
    prelude::*,
    server_fn::ServerFn,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use uuid::Uuid;

use crate::{
    addresses::{self, ListQuery, encoded},
    browser,
    call::Call,
    components::{
        alert::form_alert,
        field::hidden,
        icon::{Icon, icon},
    },
    fns::selections::{ChangeTokens, DeleteSelection},
    forms::selections::Act,
    text::{fill, text},
};

const FORM: &str = "picks";

/// What is done from the list at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Acts {
    change: Call,
    delete: Call,
    /// Whether the rows are no longer those with which the page came.
    later: StoredValue<bool>,
}

impl Acts {
    pub(super) fn new() -> Self {
        let acts = Self {
            change: Call::new(ChangeTokens::PATH),
            delete: Call::new(DeleteSelection::PATH),
            later: StoredValue::new(false),
        };
        // The button that was pressed is gone with the bar.
        Effect::new(move |before: Option<u32>| {
            let answers = acts.answers();
            if before.is_some_and(|before| before != answers) {
                browser::focus("content");
            }
            answers
        });
        acts
    }

    /// Changes with each answer, for the list has to be loaded anew then.
    pub(super) fn answers(self) -> u32 {
        self.change.answers() + self.delete.answers()
    }

    /// Why the last one was not done.
    pub(super) fn refused(self) -> AnyView {
        [self.change, self.delete]
            .map(|call| form_alert(call.error()))
            .into_any()
    }

    /// Does `act` with what the form holds; whether it can be done without a question.
    fn send(self, act: Act, picked: &str) -> bool {
        let call = match act {
            Act::Delete => self.delete,
            Act::Disable | Act::Enable => self.change,
            Act::Window | Act::Uses => return false,
        };
        call.send(format!(
            "form[act]={}&form[selection]={}",
            act.as_str(),
            encoded(picked)
        ));
        true
    }
}

/// How many tokens are picked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picks {
    /// Rows that are ticked.
    rows: RwSignal<u32>,
    /// Whether all that match are meant, on whichever page.
    all: RwSignal<bool>,
    /// Rows on the page.
    shown: u32,
    /// Tokens that match.
    total: Count,
}

impl Picks {
    /// None of `shown` rows, of `total` tokens that match.
    pub(super) fn new(shown: usize, total: Count) -> Self {
        Self {
            rows: RwSignal::new(0),
            all: RwSignal::new(false),
            shown: u32::try_from(shown).unwrap_or(u32::MAX),
            total,
        }
    }

    fn count(self) -> Count {
        if self.all.get() {
            self.total
        } else {
            u64::from(self.rows.get()).into()
        }
    }

    /// Looks what is ticked: the form holds it, these signals are what it held after the last change.
    fn read(self) {
        let Some(form) = browser::form_values(FORM) else {
            return;
        };
        self.rows.set(form.get_all("uid").length());
        self.all.set(form.has("all"));
    }

    /// Something was ticked. All that match are no longer meant once a row of them is not.
    fn changed(self, event: &Event) {
        self.read();
        if self.all.get_untracked() && self.rows.get_untracked() < self.shown {
            let is_all = browser::name_of(event) == "all";
            browser::tick(FORM, if is_all { "uid" } else { "all" }, is_all);
            self.read();
        }
    }

    /// The box in the head of the table, which stands for all rows of the page.
    pub(super) fn head(self) -> AnyView {
        let some = move || (1..self.shown).contains(&self.rows.get());
        let every = move || self.rows.get() == self.shown;
        view! {
            <th scope="col" role="columnheader" class="pick">
                <span class="visually-hidden">{text().tokens.selection}</span>
                <input
                    type="checkbox"
                    class="needs-script"
                    aria-label=text().tokens.select_page
                    autocomplete="off"
                    prop:indeterminate=some
                    prop:checked=every
                    on:change=move |event| browser::tick(FORM, "uid", event_target_checked(&event))
                />
            </th>
        }
        .into_any()
    }
}

/// The box of a row.
pub(super) fn pick(uid: Uuid, name: &str) -> AnyView {
    let label = fill(text().tokens.select, &[("name", name)]);
    view! {
        <td role="cell" class="pick">
            <input
                type="checkbox"
                name="uid"
                value=uid.to_string()
                aria-label=label
                autocomplete="off"
            />
        </td>
    }
    .into_any()
}

/// The form around the table, with the bar that appears once something is picked.
pub(super) fn form(
    query: &ListQuery,
    picks: Picks,
    acts: &Acts,
    permissions: Permissions,
    table: AnyView,
) -> AnyView {
    let kept = hidden(query.on_page(1).pairs());
    let navigate = use_navigate();
    let acts = *acts;
    let submit = move |event: SubmitEvent| {
        let Some(picked) = browser::urlencoded(&event) else {
            return;
        };
        // What has no act leads elsewhere by itself.
        let Some(act) = Act::of_query(&picked) else {
            return;
        };
        event.prevent_default();
        let is_few = untrack(|| picks.count()).number <= Selection::FEW;
        if !(is_few && acts.send(act, &picked)) {
            let address = format!("{}?{picked}", addresses::SELECTION);
            navigate(&address, NavigateOptions::default());
        }
    };
    Effect::new(move || {
        if acts.later.get_value() {
            // Other rows, in the boxes of those before them.
            browser::reset_form(FORM);
        } else {
            // What was ticked, or kept by the browser, before the page came alive.
            acts.later.set_value(true);
            picks.read();
        }
    });
    Effect::new(move || {
        let listener = window_event_listener(keydown, move |event| {
            // What is open above the list is what Escape closes.
            if event.key() == "Escape" && !event.default_prevented() && !browser::is_dialog_open() {
                browser::reset_form(FORM);
            }
        });
        on_cleanup(move || listener.remove());
    });
    let reset = move |_| {
        picks.rows.set(0);
        picks.all.set(false);
    };
    view! {
        <form
            id=FORM
            class="picks"
            method="get"
            action=addresses::SELECTION
            on:change=move |event| picks.changed(&event)
            on:reset=reset
            on:submit=submit
        >
            {kept} {table} {bar(picks, permissions)}
        </form>
    }
    .into_any()
}

/// What can be done with what is picked. The first button is what Enter does on a box: one that leads to a question.
fn bar(picks: Picks, permissions: Permissions) -> AnyView {
    let text = text();
    let words = &text.tokens;
    let told = move || match picks.count() {
        Count { number: 0, .. } => words.selection.to_owned(),
        count => text.plural_count(&words.selected, count),
    };
    let all = (picks.total.number > picks.shown.into()).then(|| {
        let label = fill(words.select_all, &[("n", &text.count(picks.total))]);
        view! {
            <label class="check">
                <input type="checkbox" name="all" value=picks.total.number.to_string() autocomplete="off" />
                <span>{label}</span>
            </label>
        }
    });
    let act = |act: Act, class: &'static str, sign, label: &'static str| {
        permissions.contain(act.permission()).then(|| {
            view! {
                <button class=format!("btn btn-small {class}") name="act" value=act.as_str()>
                    {icon(sign)}
                    {label}
                </button>
            }
        })
    };
    let lead = |page: &'static str, sign, label: &'static str| {
        view! {
            <button class="btn btn-small" formaction=page>
                {icon(sign)}
                {label}
            </button>
        }
    };
    view! {
        <div class="act-bar" role="group" aria-label=words.selection>
            <p role="status">{told}</p>
            {all}
            <div class="actions">
                {act(Act::Window, "", Icon::Clock, words.set_window)}
                {act(Act::Uses, "", Icon::Rotate, words.set_uses)}
                {act(Act::Disable, "", Icon::Ban, text.token.disable)}
                {act(Act::Enable, "", Icon::Power, text.token.enable)}
                {lead(addresses::PRINT, Icon::Printer, words.print_selection)}
                {lead(addresses::EXPORT, Icon::Download, words.export)}
                {act(Act::Delete, "btn-danger", Icon::Trash, text.token.delete)}
            </div>
            <button
                type="reset"
                class="btn btn-icon"
                aria-label=words.clear_selection
                title=words.clear_selection
            >
                {icon(Icon::X)}
            </button>
        </div>
    }
    .into_any()
}
