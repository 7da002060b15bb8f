//! Many tokens, and what is to become of them.

use domain::{
    Error, Field, FlawKind, Permission,
    service::{Selection, TokenQuery},
    settings::Preset,
    token::{CommonChange, WindowChange},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tokens::{Flaws, time, uses};
use crate::addresses::{ListQuery, encoded, parameter, parameters};

/// What can be done with many tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Take them out of use.
    Disable,
    /// Take them back into use.
    Enable,
    /// Set when they can be used.
    Window,
    /// Set how often they can still be used.
    Uses,
    /// Move them to the trash.
    Delete,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Disable,
        Self::Enable,
        Self::Window,
        Self::Uses,
        Self::Delete,
    ];

    /// Its name in addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Window => "window",
            Self::Uses => "uses",
            Self::Delete => "delete",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == name)
    }

    /// The one that a query names; none = it names none.
    pub fn of_query(query: &str) -> Option<Self> {
        Self::parse(&parameter(query, "act")?)
    }

    /// What one has to be permitted for it.
    pub fn permission(self) -> Permission {
        match self {
            Self::Delete => Permission::Delete,
            Self::Disable | Self::Enable | Self::Window | Self::Uses => Permission::Edit,
        }
    }
}

/// The tokens that a query names: each by a `uid`, or, if it says how many were seen, `all` that match.
pub fn selection(query: &str) -> Result<Selection, Error> {
    let Some(seen) = parameter(query, "all") else {
        return Ok(Selection::Named(uids(query)));
    };
    Ok(Selection::Matching {
        query: ListQuery::parse(query).on_page(1).try_into()?,
        seen: digits(&seen),
    })
}

/// The uids that a query names: each by a `uid`, as a form has it, or together as `ids`.
pub fn uids(query: &str) -> Vec<Uuid> {
    let ids = parameter(query, "ids").unwrap_or_default();
    parameters(query, "uid")
        .chain(ids.split(',').map(str::to_owned))
        .filter_map(|uid| uid.parse().ok())
        .collect()
}

/// Which tokens a file or a sheet is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// These.
    Named(Vec<Uuid>),
    /// A list in its order, all pages of it.
    Matching(TokenQuery),
}

impl Picked {
    /// The tokens that a query names; if none, those that the list of the same query shows.
    pub fn parse(query: &str) -> Result<Self, Error> {
        let uids = uids(query);
        if uids.is_empty() || parameter(query, "all").is_some() {
            ListQuery::parse(query).try_into().map(Self::Matching)
        } else {
            Ok(Self::Named(uids))
        }
    }
}

/// The same query for the same tokens, after `count` of them were seen.
pub fn seen(query: &str, count: u64) -> String {
    let list = ListQuery::parse(query).on_page(1).pairs().into_iter();
    let all = parameter(query, "all").map(|_| ("all", count.to_string()));
    let uids = uids(query).into_iter().map(|uid| ("uid", uid.to_string()));
    // A row that is ticked says nothing where all are meant.
    let uids = uids.filter(|_| all.is_none());
    let pairs: Vec<String> = list
        .chain(all.clone())
        .chain(uids)
        .map(|(name, value)| format!("{name}={}", encoded(&value)))
        .collect();
    pairs.join("&")
}

/// What is to be done with many tokens, as it was typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SelectionForm {
    /// Which, as a query: see [`selection`].
    pub selection: String,
    /// The name of an [`Act`].
    pub act: String,
    /// How many they are, typed as a sign that it is meant; asked for where they are many.
    pub typed: String,
    /// The name of a [`Preset`]; what is none stands for the two times.
    pub window: String,
    /// A new start as a `datetime-local` input sends it; empty = each keeps its own.
    pub from: String,
    /// A new end likewise.
    pub to: String,
    /// How often each can still be used.
    pub uses: String,
    /// Present: without limit, whatever `uses` says.
    pub unlimited: Option<String>,
}

impl SelectionForm {
    /// Which tokens, or what is wrong with how many they are.
    pub fn selection(&self) -> Result<Selection, Error> {
        let selection = selection(&self.selection)?;
        let mut flaws = Flaws::default();
        flaws.take(Field::Amount, self.meant(&selection));
        flaws.check()?;
        Ok(selection)
    }

    /// Which tokens and what is to become of them, or what is wrong.
    pub fn parse(&self) -> Result<(Selection, CommonChange), Error> {
        let selection = selection(&self.selection)?;
        let mut flaws = Flaws::default();
        let mut change = CommonChange::default();
        match Act::parse(&self.act) {
            Some(Act::Disable) => change.disabled = Some(true),
            Some(Act::Enable) => change.disabled = Some(false),
            Some(Act::Uses) => {
                let uses = uses(&self.uses, self.unlimited.is_some());
                change.uses = flaws.take(Field::Uses, uses);
            }
            Some(Act::Window) => change.window = self.window(&mut flaws),
            Some(Act::Delete) | None => return Err(Error::NotFound),
        }
        flaws.take(Field::Amount, self.meant(&selection));
        flaws.check()?;
        Ok((selection, change))
    }

    /// The news that `count` tokens were changed, for the list.
    pub fn notice(&self, count: u64) -> String {
        let done = match Act::parse(&self.act) {
            Some(Act::Disable) => "disabled",
            Some(Act::Enable) => "enabled",
            _ => "changed",
        };
        format!("{done}-{count}")
    }

    fn window(&self, flaws: &mut Flaws) -> WindowChange {
        if let Some(preset) = Preset::parse(&self.window) {
            return WindowChange::Preset(preset);
        }
        let from = flaws.take(Field::ValidFrom, time(&self.from)).map(Some);
        let mut to = time(&self.to);
        if from.is_none() && to == Ok(None) {
            to = Err(FlawKind::Missing);
        }
        let to = flaws.take(Field::ValidTo, to).map(Some);
        WindowChange::Ends { from, to }
    }

    /// Many are meant only if somebody has typed how many.
    fn meant(&self, selection: &Selection) -> Result<(), FlawKind> {
        match selection.seen() {
            0 => Err(FlawKind::Missing),
            n if n > Selection::FEW && digits(&self.typed) != n => Err(FlawKind::Invalid),
            _ => Ok(()),
        }
    }
}

/// A number as people write it, its thousands apart or not; what is none is nothing.
fn digits(text: &str) -> u64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use domain::{Status, Uses, token::When};

    use super::*;

    const A: &str = "00000000-0000-0000-0000-00000000000a";
    const B: &str = "00000000-0000-0000-0000-00000000000b";

    fn form(selection: &str, act: &str) -> SelectionForm {
        SelectionForm {
            selection: selection.into(),
            act: act.into(),
            ..SelectionForm::default()
        }
    }

    #[test]
    fn tokens_are_named_or_match() {
        let named = selection(&format!("q=x&uid={A}&uid=nonsense&uid={B}&act=delete"));
        let named = named.unwrap();
        let uids = [A, B].map(|uid| uid.parse().unwrap());
        assert_eq!(named, Selection::Named(uids.to_vec()));
        let matching = selection(&format!("q=x&status=used_up&page=3&uid={A}&all=1,284"));
        let query = TokenQuery {
            search: "x".into(),
            status: vec![Status::UsedUp],
            ..TokenQuery::default()
        };
        assert_eq!(matching, Ok(Selection::Matching { query, seen: 1284 }));
    }

    #[test]
    fn what_was_seen_replaces_what_was_seen_before() {
        let query = format!("q=a%20b&page=2&uid={A}&all=7&act=delete");
        assert_eq!(seen(&query, 9), "q=a%20b&all=9");
        let query = format!("q=x&uid={A}&uid={B}&act=delete");
        assert_eq!(seen(&query, 2), format!("q=x&uid={A}&uid={B}"));
    }

    #[test]
    fn more_than_fifty_are_meant_by_their_number_alone() {
        for (all, typed, good) in [
            ("50", "", true),
            ("51", "", false),
            ("51", "50", false),
            ("1284", "1284", true),
            ("1284", " 1,284 ", true),
            ("1284", "1.284", true),
        ] {
            let form = SelectionForm {
                typed: typed.into(),
                ..form(&format!("all={all}"), "delete")
            };
            assert_eq!(form.selection().is_ok(), good, "{all} {typed}");
        }
        let none = form("", "delete").selection().unwrap_err();
        assert_eq!(none.flaw_of(Field::Amount), Some(&FlawKind::Missing));
    }

    #[test]
    fn an_end_that_is_left_empty_stays_as_it_is() {
        let extend = |from: &str, to: &str| {
            let form = SelectionForm {
                window: "custom".into(),
                from: from.into(),
                to: to.into(),
                ..form(&format!("uid={A}"), "window")
            };
            form.parse().map(|(_, change)| change.window)
        };
        let Ok(WindowChange::Ends { from, to }) = extend("", "2031-01-01T10:00") else {
            panic!("two ends")
        };
        assert!(from.is_none() && matches!(to, Some(Some(When::Typed(_)))));
        let nothing = extend("", "").unwrap_err();
        assert_eq!(nothing.flaw_of(Field::ValidTo), Some(&FlawKind::Missing));
        let wrong = extend("", "soon").unwrap_err();
        assert_eq!(wrong.flaw_of(Field::ValidTo), Some(&FlawKind::NotADateTime));
    }

    #[test]
    fn each_act_changes_what_it_says() {
        let change = |act| form(&format!("uid={A}"), act).parse().unwrap().1;
        assert_eq!(change("disable").disabled, Some(true));
        assert_eq!(change("enable").disabled, Some(false));
        let unlimited = SelectionForm {
            unlimited: Some("on".into()),
            ..form(&format!("uid={A}"), "uses")
        };
        assert_eq!(unlimited.parse().unwrap().1.uses, Some(Uses::Unlimited));
        assert_eq!(
            form(&format!("uid={A}"), "burn").parse().unwrap_err(),
            Error::NotFound
        );
    }
}
