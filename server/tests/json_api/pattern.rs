//! The placeholders of the vectors: filled in where a request is made, matched where an answer is compared.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::ports::Clock as _;
use serde_json::Value;
use server::clock::SystemClock;
use uuid::Uuid;

/// What the placeholders of one line stand for.
#[derive(Debug, Clone)]
pub(crate) struct Bindings {
    /// `uid`, `uid2`, `uid3` and `new_uid`, once they are known.
    uids: HashMap<String, Uuid>,
    /// When the line began, to the second.
    start: DateTime<Utc>,
    /// The site zone.
    pub(crate) zone: Tz,
}

impl Bindings {
    pub(crate) fn new() -> Self {
        let start = SystemClock.now();
        let start = DateTime::from_timestamp(start.timestamp(), 0).unwrap();
        Self {
            uids: HashMap::new(),
            start,
            zone: Tz::UTC,
        }
    }

    /// Saves the `token_uid` of an answer.
    pub(crate) fn save(&mut self, name: &str, answer: &Value) {
        if let Some(uid) = answer["token_uid"].as_str() {
            self.uids.insert(name.to_owned(), uid.parse().unwrap());
        }
    }

    /// The uids of the line's own tokens.
    pub(crate) fn own(&self, uid: Uuid) -> bool {
        self.uids.values().any(|own| *own == uid)
    }

    /// `text` with every placeholder that stands for one thing alone; the others are left.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            filled += before;
            let known = behind.split_once('}').and_then(|(name, after)| {
                let stands_for = self.stands_for(name)?;
                Some((stands_for, after))
            });
            if let Some((stands_for, after)) = known {
                filled += &stands_for;
                rest = after;
            } else {
                filled.push('{');
                rest = behind;
            }
        }
        filled + rest
    }

    fn stands_for(&self, name: &str) -> Option<String> {
        if let Some((letter, times)) = name.split_once('*') {
            return Some(letter.repeat(times.parse().ok()?));
        }
        let at = |seconds: &str| Some(self.start + TimeDelta::seconds(seconds.parse().ok()?));
        if let Some(seconds) = name.strip_prefix("utcnow") {
            return Some(isoformat(at(seconds)?.naive_utc()));
        }
        if let Some(seconds) = name.strip_prefix("now") {
            return Some(isoformat(
                at(seconds)?.with_timezone(&self.zone).naive_local(),
            ));
        }
        let (name, form) = name.split_once(':').unwrap_or((name, ""));
        let uid = self.uids.get(name)?;
        match form {
            "" => Some(uid.to_string()),
            "hex" => Some(uid.simple().to_string()),
            "upper" => Some(uid.to_string().to_uppercase()),
            "urn" => Some(uid.urn().to_string()),
            _ => None,
        }
    }

    /// Every string in `value` filled in, the names of objects too.
    pub(crate) fn fill_all(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(list) => list.iter().map(|value| self.fill_all(value)).collect(),
            Value::Object(object) => object
                .iter()
                .map(|(name, value)| (self.fill(name), self.fill_all(value)))
                .collect(),
            other => other.clone(),
        }
    }

    /// Whether `actual` is as `expected` says; more keys in objects are fine. `new_uid` is bound where it is met first.
    pub(crate) fn compare(
        &mut self,
        place: &str,
        expected: &Value,
        actual: &Value,
    ) -> Result<(), String> {
        let different = || Err(format!("{place}: expected {expected}, got {actual}"));
        match (expected, actual) {
            (Value::Object(expected), Value::Object(fields)) => {
                for (name, expected) in expected {
                    let place = format!("{place}.{name}");
                    let Some(value) = fields.get(name) else {
                        return Err(format!("{place}: missing in {actual}"));
                    };
                    if expected == "{created}" {
                        if Some(value) != fields.get("created") {
                            return Err(format!("{place}: not equal to `created` in {actual}"));
                        }
                    } else {
                        self.compare(&place, expected, value)?;
                    }
                }
                Ok(())
            }
            (Value::Array(expected), Value::Array(values)) if expected.len() == values.len() => {
                expected
                    .iter()
                    .zip(values)
                    .enumerate()
                    .try_for_each(|(n, (expected, value))| {
                        self.compare(&format!("{place}[{n}]"), expected, value)
                    })
            }
            (Value::String(pattern), Value::String(text)) => {
                if self.matches(pattern, text) {
                    Ok(())
                } else {
                    different()
                }
            }
            (Value::Object(_) | Value::Array(_) | Value::String(_), _) => different(),
            _ if expected == actual => Ok(()),
            _ => different(),
        }
    }

    fn matches(&mut self, pattern: &str, text: &str) -> bool {
        if pattern == "{new_uid}" && !self.uids.contains_key("new_uid") {
            let Ok(uid) = text.parse::<Uuid>() else {
                return false;
            };
            self.uids.insert("new_uid".to_owned(), uid);
            return uid.to_string() == text;
        }
        if pattern == "{ts}" {
            let now = SystemClock.now().with_timezone(&self.zone).naive_local();
            return text.parse::<NaiveDateTime>().is_ok_and(|time| {
                isoformat(time) == text && (now - time).abs() < TimeDelta::seconds(10)
            });
        }
        let pattern = self.fill(pattern);
        match pattern.split_once("{text}") {
            None => pattern == text,
            Some((before, after)) => {
                text.len() > before.len() + after.len()
                    && text.starts_with(before)
                    && text.ends_with(after)
            }
        }
    }
}

/// Naive isoformat: microseconds only where they are not zero.
fn isoformat(time: NaiveDateTime) -> String {
    let whole = time.format("%Y-%m-%dT%H:%M:%S").to_string();
    match time.and_utc().timestamp_subsec_micros() {
        0 => whole,
        micros => format!("{whole}.{micros:06}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_filled_and_matched() {
        let uid = "7F0C1C9E-6A0F-4A52-9B7E-1F2D3C4B5A69";
        let mut bindings = Bindings::new();
        bindings.save("uid", &json!({"token_uid": uid}));
        assert_eq!(bindings.fill("{uid:upper}"), uid);
        assert_eq!(bindings.fill("{uid2} {x*3}{text}{"), "{uid2} xxx{text}{");
        assert!(bindings.fill("{now-60}+02:00").ends_with("+02:00"));
        let mut compare = |expected, actual| bindings.compare("", &expected, &actual).is_ok();
        assert!(compare(
            json!({"a": "value: {text}"}),
            json!({"a": "value: too long", "b": 1})
        ));
        assert!(!compare(
            json!({"a": "value: {text}"}),
            json!({"a": "value: "})
        ));
        assert!(!compare(json!({"a": 1}), json!({"a": "1"})));
        assert!(!compare(json!({"a": null}), json!({})));
        assert!(!compare(json!("{ts}"), json!("2023-09-22T10:30:00")));
        assert!(compare(json!(["{new_uid}"]), json!([uid.to_lowercase()])));
        assert!(!compare(json!(["{new_uid}"]), json!([uid])));
    }
}
