//! API keys: new ones, and new secrets of old ones.

use chrono::{NaiveDate, TimeDelta};
use domain::{
    Error, Field, FlawKind, Permission, Permissions,
    account::AccountName,
    service::{Expiry, NewKey},
    settings,
    token::When,
    view::{KeyView, Site},
};
use serde::{Deserialize, Serialize};

use super::{
    once::{Once, Typed},
    tokens::{Flaws, day},
};

/// The days for which one click makes a key good.
pub const EXPIRY_DAYS: [i64; 3] = [30, 90, 365];
/// The hours for which one click keeps the old secret of a key that is rotated.
pub const OVERLAP_HOURS: [i64; 4] = [0, 1, 24, 168];
/// The choice of a day.
pub const ON_A_DAY: &str = "date";
/// The choice of no end.
pub const NEVER: &str = "never";

/// What the forms for keys start from, and what came of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyForm {
    /// The key that gets another secret; none = a new key.
    pub key: Option<KeyView>,
    /// Where and when this was made.
    pub site: Site,
    /// What came of the form, if this answers it.
    pub once: Once,
}

/// The key that the form asks for, or what is wrong.
pub fn new_key(typed: &Typed) -> Result<NewKey, Error> {
    let mut flaws = Flaws::default();
    let name = AccountName::parse(typed.get("name"));
    let name = flaws.take(Field::Name, name.map(Some));
    let permissions = flaws.take(Field::Permissions, permissions(typed));
    let expires = flaws.take(Field::Expires, expiry(typed));
    flaws.check()?;
    Ok(NewKey {
        name: name.ok_or(Error::Internal)?,
        permissions,
        expires,
    })
}

/// The end of the new secret and how long the old one stays, or what is wrong.
pub fn rotation(typed: &Typed) -> Result<(Option<Expiry>, TimeDelta), Error> {
    let mut flaws = Flaws::default();
    let expires = flaws.take(Field::Expires, expiry(typed));
    let overlap = flaws.take(Field::Overlap, overlap(typed.get("overlap")));
    flaws.check()?;
    Ok((expires, overlap))
}

fn permissions(typed: &Typed) -> Result<Permissions, FlawKind> {
    let permission = |name: &str| {
        let found = Permission::ALL.into_iter().find(|p| p.as_str() == name);
        found.ok_or(FlawKind::Unknown)
    };
    typed.all("permission").map(permission).collect()
}

/// There is no usual one: whoever makes a key that never ends has said so.
fn expiry(typed: &Typed) -> Result<Option<Expiry>, FlawKind> {
    match typed.get("expires") {
        "" => Err(FlawKind::Missing),
        NEVER => Ok(None),
        ON_A_DAY => {
            let end = end_day(typed.get("until"))?
                .and_hms_opt(23, 59, 59)
                .ok_or(FlawKind::NotADateTime)?;
            Ok(Some(Expiry::At(When::Local(end))))
        }
        days => {
            let days = settings::parse_integer(days)?;
            let span = TimeDelta::try_days(days).ok_or(FlawKind::OutOfRange)?;
            Ok(Some(Expiry::After(span)))
        }
    }
}

fn end_day(text: &str) -> Result<NaiveDate, FlawKind> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FlawKind::Missing);
    }
    day(text).ok_or(FlawKind::NotADateTime)
}

fn overlap(hours: &str) -> Result<TimeDelta, FlawKind> {
    if hours.is_empty() {
        return Err(FlawKind::Missing);
    }
    TimeDelta::try_hours(settings::parse_integer(hours)?).ok_or(FlawKind::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Typed(fields.iter().map(pair).collect())
    }

    #[test]
    fn a_key_is_read_as_it_was_typed() {
        let key = new_key(&typed(&[
            ("name", " door "),
            ("permission", "view"),
            ("permission", "consume"),
            ("expires", "date"),
            ("until", "2026-12-31"),
        ]))
        .unwrap();
        assert_eq!(key.name.as_str(), "door");
        assert_eq!(key.permissions.to_string(), "view,consume");
        let end = NaiveDate::from_ymd_opt(2026, 12, 31)
            .and_then(|day| day.and_hms_opt(23, 59, 59))
            .unwrap();
        assert_eq!(key.expires, Some(Expiry::At(When::Local(end))));
    }

    #[test]
    fn an_end_has_to_be_chosen() {
        for (fields, expected) in [
            (vec![], Err(FlawKind::Missing)),
            (vec![("expires", "never")], Ok(None)),
            (
                vec![("expires", "90")],
                Ok(Some(Expiry::After(TimeDelta::days(90)))),
            ),
            (vec![("expires", "soon")], Err(FlawKind::NotAnInteger)),
            (vec![("expires", "date")], Err(FlawKind::Missing)),
            (
                vec![("expires", "date"), ("until", "2026-13-01")],
                Err(FlawKind::NotADateTime),
            ),
            (
                vec![("expires", "date"), ("until", "tomorrow")],
                Err(FlawKind::NotADateTime),
            ),
        ] {
            assert_eq!(expiry(&typed(&fields)), expected, "{fields:?}");
        }
    }

    #[test]
    fn every_flaw_is_said_at_once() {
        let error = new_key(&typed(&[("permission", "fly")])).unwrap_err();
        for (field, kind) in [
            (Field::Name, FlawKind::Missing),
            (Field::Permissions, FlawKind::Unknown),
            (Field::Expires, FlawKind::Missing),
        ] {
            assert_eq!(error.flaw_of(field), Some(&kind));
        }
        let error = rotation(&typed(&[])).unwrap_err();
        assert_eq!(error.flaw_of(Field::Overlap), Some(&FlawKind::Missing));
    }
}
