//! Tokens: the list, new ones, and changes.

use chrono::{NaiveDate, NaiveDateTime};
use domain::{
    Error, Field, Flaw, FlawKind, Uses,
    service::Batch,
    settings::{self, Preset},
    token::{Change, Draft, Label, Value, When, WindowChange},
    view::{PresetTimes, TokenView},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::addresses;

/// New tokens, as they were typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewTokensForm {
    /// How many.
    pub amount: String,
    /// The value of one, what the values of several begin with, or empty.
    pub value: String,
    /// A name for people.
    pub label: String,
    /// The name of a [`Preset`]; what is none stands for the two times.
    pub window: String,
    /// The start as a `datetime-local` input sends it, or empty.
    pub from: String,
    /// The end likewise.
    pub to: String,
    /// How often each can be used.
    pub uses: String,
    /// Present: without limit, whatever `uses` says.
    pub unlimited: Option<String>,
    /// Seconds between two uses.
    pub lock: String,
}

impl NewTokensForm {
    /// The tokens, or what is wrong. `presets` are the times that the presets set now.
    pub fn parse(&self, presets: &[PresetTimes]) -> Result<Batch, Error> {
        let mut flaws = Flaws::default();
        let preset = Preset::parse(&self.window);
        let times = presets.iter().find(|times| Some(times.preset) == preset);
        let (from, to) = match times {
            Some(times) => (times.from.map(When::Local), times.to.map(When::Local)),
            None => (
                flaws.take(Field::ValidFrom, time(&self.from)),
                flaws.take(Field::ValidTo, time(&self.to)),
            ),
        };
        let batch = Batch {
            amount: flaws.take(Field::Amount, amount(&self.amount)),
            draft: Draft {
                value: flaws.take(Field::Value, value(&self.value)),
                label: flaws.take(Field::Label, Label::parse(&self.label)),
                from,
                to,
                uses: flaws.take(Field::Uses, uses(&self.uses, self.unlimited.is_some())),
                lock: Some(flaws.take(Field::Lock, lock(&self.lock))),
            },
        };
        flaws.check()?;
        Ok(batch)
    }
}

/// A token to be altered, as it was typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditForm {
    /// Which one.
    pub uid: Uuid,
    /// The version that was seen.
    pub version: i64,
    /// Its value; empty = its uuid.
    #[serde(default)]
    pub value: String,
    /// A name for people.
    #[serde(default)]
    pub label: String,
    /// The start as a `datetime-local` input sends it, or empty.
    #[serde(default)]
    pub from: String,
    /// What stood there: an end that was not touched stays the instant that it is.
    #[serde(default)]
    pub from_before: String,
    /// The end.
    #[serde(default)]
    pub to: String,
    /// What stood there.
    #[serde(default)]
    pub to_before: String,
    /// How often it can still be used.
    #[serde(default)]
    pub uses: String,
    /// Present: without limit, whatever `uses` says.
    #[serde(default)]
    pub unlimited: Option<String>,
    /// Seconds between two uses.
    #[serde(default)]
    pub lock: String,
}

impl EditForm {
    /// The change, or what is wrong.
    pub fn parse(&self) -> Result<Change, Error> {
        let mut flaws = Flaws::default();
        let mut end = |field, text: &str, before: &str| {
            (text != before).then(|| flaws.take(field, time(text)))
        };
        let from = end(Field::ValidFrom, &self.from, &self.from_before);
        let to = end(Field::ValidTo, &self.to, &self.to_before);
        let change = Change {
            value: Some(flaws.take(Field::Value, value(&self.value))),
            label: Some(flaws.take(Field::Label, Label::parse(&self.label))),
            window: WindowChange::Ends { from, to },
            uses: flaws.take(Field::Uses, uses(&self.uses, self.unlimited.is_some())),
            lock: Some(flaws.take(Field::Lock, lock(&self.lock))),
            disabled: None,
        };
        flaws.check()?;
        Ok(change)
    }
}

/// Where one goes to see tokens that were made, with the news of it.
pub fn address_of(tokens: &[TokenView]) -> String {
    let page = match tokens {
        [] => addresses::TOKENS.to_owned(),
        [token] => addresses::token(token.uid),
        [first, ..] => addresses::batch(first.created.at.timestamp_micros(), tokens.len()),
    };
    addresses::with_notice(&page, &format!("created-{}", tokens.len()))
}

/// Gathers what is wrong.
#[derive(Default)]
pub(super) struct Flaws(Vec<Flaw>);

impl Flaws {
    /// What was read; something harmless in its place if it could not be.
    pub(super) fn take<T: Default>(&mut self, field: Field, read: Result<T, FlawKind>) -> T {
        read.unwrap_or_else(|kind| {
            self.0.push(Flaw { field, kind });
            T::default()
        })
    }

    /// Something is wrong that was read well.
    pub(super) fn add(&mut self, field: Field, kind: FlawKind) {
        self.0.push(Flaw { field, kind });
    }

    pub(super) fn check(self) -> Result<(), Error> {
        Error::unless_empty(self.0)
    }
}

fn amount(text: &str) -> Result<u32, FlawKind> {
    let number = if text.trim().is_empty() {
        1
    } else {
        settings::parse_integer(text)?
    };
    match number {
        ..1 => Err(FlawKind::TooSmall { min: 1 }),
        // The use case knows the most.
        number => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
    }
}

fn value(text: &str) -> Result<Option<Value>, FlawKind> {
    if text.is_empty() {
        Ok(None)
    } else {
        Value::parse(text).map(Some)
    }
}

pub(super) fn uses(text: &str, unlimited: bool) -> Result<Option<Uses>, FlawKind> {
    if unlimited {
        return Ok(Some(Uses::Unlimited));
    }
    if text.trim().is_empty() {
        return Err(FlawKind::Missing);
    }
    Uses::parse(text).map(Some)
}

fn lock(text: &str) -> Result<u32, FlawKind> {
    if text.trim().is_empty() {
        Ok(0)
    } else {
        settings::parse_lock(text)
    }
}

pub(super) fn time(text: &str) -> Result<Option<When>, FlawKind> {
    match text.trim() {
        "" => Ok(None),
        text => local_time(text)
            .map(|local| Some(When::Typed(local)))
            .ok_or(FlawKind::NotADateTime),
    }
}

/// Reads `2026-11-02`, by hand for the same reason as [`local_time`], in the calendar that everything keeps to.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.trim().splitn(3, '-').map(str::parse::<u16>);
    let mut next = || parts.next().and_then(Result::ok);
    let (year, month, day) = (next()?, next()?, next()?);
    let is_known = (1..=9999).contains(&year);
    is_known
        .then(|| NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()))
        .flatten()
}

/// Reads `2026-11-02T08:00`, with seconds or without. By hand: chrono's reader of formats is large, and browsers send
/// nothing else.
fn local_time(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(['T', ' '])?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (date.next()?, date.next()?, date.next()?);
    let mut time = time.splitn(3, ':');
    let (hour, minute, second) = (time.next()?, time.next()?, time.next().unwrap_or("0"));
    let whole_second = second.split_once('.').map_or(second, |(whole, _)| whole);
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?
        .and_hms_opt(
            hour.parse().ok()?,
            minute.parse().ok()?,
            whole_second.parse().ok()?,
        )
}

#[cfg(test)]
mod tests {

    use super::*;

    fn at(hour: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 11, 2)
            .unwrap()
            .and_hms_opt(hour, 0, 0)
            .unwrap()
    }

    fn form() -> NewTokensForm {
        NewTokensForm {
            amount: "2".into(),
            uses: "1".into(),
            ..NewTokensForm::default()
        }
    }

    #[test]
    fn a_preset_outweighs_the_times_that_were_typed() {
        let presets = [PresetTimes {
            preset: Preset::Morning,
            from: Some(at(8)),
            to: Some(at(12)),
        }];
        let form = NewTokensForm {
            window: "morning".into(),
            from: "nonsense".into(),
            ..form()
        };
        let draft = form.parse(&presets).unwrap().draft;
        assert_eq!(
            (draft.from, draft.to),
            (Some(When::Local(at(8))), Some(When::Local(at(12))))
        );
    }

    #[test]
    fn typed_times_are_local_and_may_be_left_out() {
        let form = NewTokensForm {
            window: "custom".into(),
            to: "2026-11-02T12:00".into(),
            ..form()
        };
        let draft = form.parse(&[]).unwrap().draft;
        assert_eq!((draft.from, draft.to), (None, Some(When::Typed(at(12)))));
    }

    #[test]
    fn every_flaw_is_said_at_once() {
        let form = NewTokensForm {
            amount: "0".into(),
            value: "a\tb".into(),
            from: "soon".into(),
            uses: String::new(),
            lock: "-1".into(),
            ..NewTokensForm::default()
        };
        let error = form.parse(&[]).unwrap_err();
        for (field, kind) in [
            (Field::Amount, FlawKind::TooSmall { min: 1 }),
            (Field::Value, FlawKind::ControlCharacter),
            (Field::ValidFrom, FlawKind::NotADateTime),
            (Field::Uses, FlawKind::Missing),
            (Field::Lock, FlawKind::TooSmall { min: 0 }),
        ] {
            assert_eq!(error.flaw_of(field), Some(&kind));
        }
    }

    #[test]
    fn unlimited_needs_no_number() {
        let form = NewTokensForm {
            uses: String::new(),
            unlimited: Some("on".into()),
            ..form()
        };
        assert_eq!(form.parse(&[]).unwrap().draft.uses, Some(Uses::Unlimited));
    }

    #[test]
    fn an_end_that_was_not_touched_stays() {
        let form = EditForm {
            uid: Uuid::nil(),
            version: 0,
            value: String::new(),
            label: String::new(),
            from: "2026-11-02T08:00".into(),
            from_before: "2026-11-02T08:00".into(),
            to: String::new(),
            to_before: "2026-11-02T12:00".into(),
            uses: "1".into(),
            unlimited: None,
            lock: "0".into(),
        };
        let WindowChange::Ends { from, to } = form.parse().unwrap().window else {
            panic!("two ends")
        };
        assert_eq!((from, to), (None, Some(None)));
    }
}
