//! The filter of the audit log, as it stands in the address of its page.

use chrono::NaiveDate;
use domain::{
    audit::{Action, TargetKind},
    service::EntryQuery,
};

use crate::addresses::parameter;

/// What the query of an address asks for; what it says wrong is as usual.
pub fn entry_query(query: &str) -> EntryQuery {
    let get = |name| parameter(query, name).unwrap_or_default();
    let day = |name| get(name).parse::<NaiveDate>().ok();
    EntryQuery {
        search: get("q"),
        by: get("by"),
        action: Action::parse(&get("action")),
        target: TargetKind::parse(&get("target")),
        from: day("from"),
        to: day("to"),
        older_than: get("before").parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_as_usual() {
        assert_eq!(
            entry_query("?q=a%20b&action=change&target=key&from=2026-11-02&before=7"),
            EntryQuery {
                search: "a b".into(),
                action: Some(Action::Change),
                target: Some(TargetKind::Key),
                from: NaiveDate::from_ymd_opt(2026, 11, 2),
                older_than: Some(7),
                ..EntryQuery::default()
            }
        );
        assert_eq!(
            entry_query("action=burn&from=yesterday&before=x"),
            EntryQuery::default()
        );
    }
}
