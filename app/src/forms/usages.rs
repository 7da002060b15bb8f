//! The filter of the log of attempts, as it stands in the address of its page.

use chrono::NaiveDate;
use domain::{
    service::UsageQuery,
    usage::{Outcome, Place},
};

use crate::addresses::parameter;

/// What stands in the address for all that was refused, whatever the reason.
pub const REFUSED: &str = "refused";

/// What the query of an address asks for; what it says wrong is as usual.
pub fn usage_query(query: &str) -> UsageQuery {
    let get = |name| parameter(query, name).unwrap_or_default();
    let day = |name| get(name).parse::<NaiveDate>().ok();
    let outcomes = match &*get("outcome") {
        REFUSED => Outcome::refusals().collect(),
        name => Outcome::parse(name).into_iter().collect(),
    };
    UsageQuery {
        outcomes,
        actor: get("by"),
        from: day("from"),
        to: day("to"),
        older_than: Place::parse(&get("before")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_as_usual() {
        let query = usage_query("?outcome=used_up&by=Gate%201&to=2026-11-02&before=1000000-7");
        assert_eq!(
            query,
            UsageQuery {
                outcomes: vec![Outcome::UsedUp],
                actor: "Gate 1".into(),
                to: NaiveDate::from_ymd_opt(2026, 11, 2),
                older_than: Place::parse("1000000-7"),
                ..UsageQuery::default()
            }
        );
        assert_eq!(
            usage_query("outcome=burnt&from=yesterday&before=7"),
            UsageQuery::default()
        );
    }

    #[test]
    fn refused_is_every_reason() {
        assert_eq!(
            usage_query("outcome=refused").outcomes,
            [
                Outcome::Disabled,
                Outcome::UsedUp,
                Outcome::Locked,
                Outcome::NotYetValid,
                Outcome::Expired
            ]
        );
    }
}
