//! Flaws in plain English, for the terminal and for programs' logs. Pages have words of their own, in the reader's
//! language.

use domain::{Flaw, FlawKind};

/// A flaw as `field: what is wrong`.
pub fn flaw(flaw: &Flaw) -> String {
    let field = serde_json::to_value(flaw.field).unwrap_or_default();
    format!(
        "{}: {}",
        field.as_str().unwrap_or_default(),
        kind(&flaw.kind)
    )
}

/// What is wrong.
pub fn kind(kind: &FlawKind) -> String {
    match kind {
        FlawKind::Missing => "is missing".into(),
        FlawKind::Taken => "is already used by another one".into(),
        FlawKind::TooLong { max } => format!("must not be longer than {max}"),
        FlawKind::TooShort { min } => format!("must have at least {min} characters"),
        FlawKind::ControlCharacter => "must not contain control characters".into(),
        FlawKind::NotAnInteger => "is no whole number".into(),
        FlawKind::TooSmall { min } => format!("must be {min} or more"),
        FlawKind::TooLarge { max } => format!("must be {max} or less"),
        FlawKind::OutOfRange => "is out of range".into(),
        FlawKind::NotADateTime => "is no date and time".into(),
        FlawKind::NotADate => "is no date".into(),
        FlawKind::NotATime => "is no time of day (HH:MM)".into(),
        FlawKind::EndNotAfterStart => "must not be before the start".into(),
        FlawKind::NoSuchLocalTime { .. } => "does not exist: the clocks skip it".into(),
        FlawKind::Unknown => "is not known".into(),
        FlawKind::Invalid => "is not good".into(),
        FlawKind::LastAdministrator => "would leave nobody who can administer".into(),
    }
}
