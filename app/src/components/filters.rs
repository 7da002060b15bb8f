//! The filters of a log: a form that a browser sends by itself, and what stands in the address because of it.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    empty::empty,
    icon::{Icon, icon},
};
use crate::{
    addresses::{encoded, parameter},
    browser,
    text::text,
};

/// The parameter that says where older entries begin.
const BEFORE: &str = "before";

/// The filters of a page, as its address has them.
#[derive(Debug, Clone)]
pub(crate) struct Filters {
    /// The id of the form.
    pub(crate) id: &'static str,
    /// The page.
    pub(crate) address: &'static str,
    /// What one can filter by, as it is called in the address.
    pub(crate) names: &'static [&'static str],
    /// The query of the address.
    pub(crate) query: String,
    /// The query that the fields say; they hold what was typed since until it is another.
    pub(crate) said: StoredValue<String>,
}

impl Filters {
    /// Whether only some entries are asked for.
    pub(crate) fn are_set(&self) -> bool {
        self.names.iter().any(|name| !self.value(name).is_empty())
    }

    fn value(&self, name: &str) -> String {
        parameter(&self.query, name).unwrap_or_default()
    }

    /// A field to be typed in.
    pub(crate) fn input(
        &self,
        name: &'static str,
        kind: &'static str,
        label: &'static str,
    ) -> AnyView {
        view! {
            <label class="field">
                <span class="label">{label}</span>
                <input class="input" type=kind name=name value=self.value(name) autocomplete="off" />
            </label>
        }
        .into_any()
    }

    /// One of several: name and words of each.
    pub(crate) fn select(
        &self,
        name: &'static str,
        label: &'static str,
        options: Vec<(&'static str, &'static str)>,
    ) -> AnyView {
        let chosen = self.value(name);
        let option = |(value, words): (&'static str, &'static str)| {
            let is_chosen = value == chosen;
            view! {
                <option value=value selected=is_chosen>
                    {words}
                </option>
            }
        };
        view! {
            <label class="field">
                <span class="label">{label}</span>
                <select class="input" name=name>
                    <option value="">{text().audit.any}</option>
                    {options.into_iter().map(option).collect_view()}
                </select>
            </label>
        }
        .into_any()
    }

    /// The form around its fields. A script stays on the page, and leaves what is empty out of the address.
    pub(crate) fn form(&self, fields: AnyView) -> AnyView {
        let &Self {
            id, address, names, ..
        } = self;
        let navigate = use_navigate();
        let (said, query) = (self.said, self.query.clone());
        Effect::new(move || {
            if said.with_value(|said| *said != query) {
                said.set_value(query.clone());
                browser::reset_form(id);
            }
        });
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if let Some(form) = browser::form_values(id) {
                let pairs: Vec<String> = names
                    .iter()
                    .map(|name| (name, browser::value_of(&form, name)))
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| format!("{name}={}", encoded(&value)))
                    .collect();
                let address = format!("{address}?{}", pairs.join("&"));
                navigate(
                    address.trim_end_matches('?'),
                    NavigateOptions {
                        scroll: false,
                        ..NavigateOptions::default()
                    },
                );
            }
        };
        view! {
            <form id=id class="filters" role="search" method="get" action=address on:submit=submit>
                {fields}
                <div class="actions">
                    <button class="btn btn-primary">
                        {icon(Icon::Search)}
                        {text().audit.apply}
                    </button>
                    {self.are_set().then(|| self.clear())}
                </div>
            </form>
        }
        .into_any()
    }

    /// There is nothing: to these filters, or at all.
    pub(crate) fn nothing(
        &self,
        sign: Icon,
        none_title: &'static str,
        (empty_title, empty_text): (&'static str, &'static str),
    ) -> AnyView {
        let (title, told, clear) = if self.are_set() {
            (none_title, text().tokens.none_text, Some(self.clear()))
        } else {
            (empty_title, empty_text, None)
        };
        let state = empty(sign, 2, title, told.into(), clear.into_any());
        view! { <div class="card">{state}</div> }.into_any()
    }

    /// A link to the page without any filter.
    pub(crate) fn clear(&self) -> AnyView {
        view! {
            <a class="btn" href=self.address>
                {icon(Icon::X)}
                {text().tokens.clear}
            </a>
        }
        .into_any()
    }

    /// A link to the file of what matches.
    pub(crate) fn export(&self, address: &'static str) -> AnyView {
        view! {
            <a class="btn" href=format!("{address}?{}", self.query) download rel="external">
                {icon(Icon::Download)}
                {text().audit.export}
            </a>
        }
        .into_any()
    }

    /// Whether this is the beginning of the log.
    pub(crate) fn at_newest(&self) -> bool {
        self.value(BEFORE).is_empty()
    }

    /// Links to the newest entries and to those from before `older_than`, if there are any.
    pub(crate) fn pager(&self, older_than: Option<String>) -> AnyView {
        let words = &text().audit;
        let kept: Vec<&str> = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(BEFORE))
            .collect();
        let kept = kept.join("&");
        let link = |address: String, rel: Option<&'static str>, words: &'static str| {
            view! {
                <li>
                    <a class="btn" rel=rel href=address>
                        {words}
                    </a>
                </li>
            }
        };
        let newest = (!self.at_newest())
            .then(|| link(format!("{}?{kept}", self.address), None, words.newest));
        let older = older_than.map(|place| {
            let address = format!("{}?{kept}&{BEFORE}={place}", self.address);
            link(address, Some("next"), words.older)
        });
        view! {
            <div class="pager">
                <nav aria-label=text().tokens.pages>
                    <ul>{newest} {older}</ul>
                </nav>
            </div>
        }
        .into_any()
    }
}
