//! What the rules say in codes, in words.

use domain::{
    Field, FlawKind, Permission, Permissions, Status,
    account::Role,
    page::Count,
    settings::Preset,
    token::{Days, TimeOf},
    usage::Outcome,
};

use super::{Plural, Text, fill};
use crate::{Error, times};

impl Text {
    /// A number with its thousands apart.
    pub fn number(&self, n: u64) -> String {
        let digits = n.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push_str(self.common.thousands);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// How many there are.
    pub fn count(&self, count: Count) -> String {
        let number = self.number(count.number);
        if count.is_more {
            fill(self.common.more_than, &[("n", &number)])
        } else {
            number
        }
    }

    /// The form of a noun for `n`, with the number in it.
    pub fn plural(&self, noun: &Plural, n: u64) -> String {
        self.plural_count(noun, n.into())
    }

    /// The same for what is only counted so far.
    pub fn plural_count(&self, noun: &Plural, count: Count) -> String {
        let is_one = count == Count::from(1);
        fill(
            if is_one { noun.one } else { noun.other },
            &[("n", &self.count(count))],
        )
    }

    /// A status as one word.
    pub fn status_name(&self, status: Status) -> &'static str {
        let words = &self.status;
        match status {
            Status::Active => words.active,
            Status::ExpiresSoon => words.expires_soon,
            Status::Scheduled => words.scheduled,
            Status::Locked => words.locked,
            Status::UsedUp => words.used_up,
            Status::Expired => words.expired,
            Status::Disabled => words.disabled,
        }
    }

    /// How an attempt ended.
    pub fn outcome_name(&self, outcome: Outcome) -> &'static str {
        let words = &self.outcome;
        match outcome {
            Outcome::Accepted => words.accepted,
            Outcome::Disabled => words.disabled,
            Outcome::UsedUp => words.used_up,
            Outcome::Locked => words.locked,
            Outcome::NotYetValid => words.not_yet_valid,
            Outcome::Expired => words.expired,
        }
    }

    /// Why something can't be taken back: mostly that its value is taken.
    pub fn undo_error(&self, error: &Error) -> String {
        match error {
            Error::Domain(cause) => match cause.flaw_of(Field::Value) {
                Some(flaw) => self.flaw(Field::Value, flaw),
                None => self.error(error),
            },
            Error::Call(_) => self.error(error),
        }
    }

    /// A field as it is called where it stands alone.
    pub fn field_name(&self, field: Field) -> String {
        let (rules, settings) = (&self.rules, &self.settings);
        let end = |range: &str, end: &str| format!("{range}, {end}");
        match field {
            Field::Value => self.common.value.into(),
            Field::Label => self.common.label.into(),
            Field::ValidFrom => self.create.from.into(),
            Field::ValidTo => self.create.to.into(),
            Field::Uses => self.create.uses.into(),
            Field::Lock => self.create.lock.into(),
            Field::Disabled => self.audit.disabled_since.into(),
            Field::Created => self.tokens.column_created.into(),
            Field::LastUsed => self.tokens.column_last_used.into(),
            Field::Amount => self.create.amount.into(),
            Field::Name => self.login.name.into(),
            Field::Password | Field::CurrentPassword | Field::Code => self.login.password.into(),
            Field::Secret => self.audit.key.into(),
            Field::Role => self.audit.role.into(),
            Field::Permissions => self.audit.permissions.into(),
            Field::Expires => self.audit.expires.into(),
            Field::Overlap => self.keys.overlap.into(),
            Field::MorningStart => end(rules.morning, settings.start),
            Field::MorningEnd => end(rules.morning, settings.end),
            Field::AfternoonStart => end(rules.afternoon, settings.start),
            Field::AfternoonEnd => end(rules.afternoon, settings.end),
            Field::TodayStart => end(rules.today, settings.start),
            Field::TodayEnd => end(rules.today, settings.end),
            Field::DefaultUses => settings.default_uses.into(),
            Field::DefaultLock => settings.default_lock.into(),
            Field::Zone => settings.zone.into(),
            Field::Language => settings.language.into(),
            Field::QrContent => settings.qr.into(),
            Field::QrCorrection => settings.qr_correction.into(),
            Field::QrMargin => settings.qr_margin.into(),
            Field::Retention => settings.retention.into(),
        }
    }

    /// A role as one word.
    pub fn role_name(&self, role: Role) -> &'static str {
        let [viewer, operator, editor, manager, admin] = self.shell.roles;
        match role {
            Role::Viewer => viewer,
            Role::Operator => operator,
            Role::Editor => editor,
            Role::Manager => manager,
            Role::Admin => admin,
        }
    }

    /// What a role adds to the one before.
    pub fn role_hint(&self, role: Role) -> &'static str {
        let [viewer, operator, editor, manager, admin] = self.shell.role_hints;
        match role {
            Role::Viewer => viewer,
            Role::Operator => operator,
            Role::Editor => editor,
            Role::Manager => manager,
            Role::Admin => admin,
        }
    }

    /// A permission as one word.
    pub fn permission_name(&self, permission: Permission) -> &'static str {
        self.permission(permission).0
    }

    /// What a permission is good for.
    pub fn permission_hint(&self, permission: Permission) -> &'static str {
        self.permission(permission).1
    }

    /// Several permissions in a row.
    pub fn permission_names(&self, permissions: Permissions) -> String {
        let names: Vec<_> = permissions
            .iter()
            .map(|permission| self.permission_name(permission))
            .collect();
        names.join(", ")
    }

    fn permission(&self, permission: Permission) -> (&'static str, &'static str) {
        let words = &self.permissions;
        match permission {
            Permission::View => (words.view, words.view_hint),
            Permission::Consume => (words.consume, words.consume_hint),
            Permission::Add => (words.add, words.add_hint),
            Permission::Edit => (words.edit, words.edit_hint),
            Permission::Delete => (words.delete, words.delete_hint),
            Permission::Admin => (words.admin, words.admin_hint),
        }
    }

    /// A time of a token as it is called where one filters by it.
    pub fn time_name(&self, of: TimeOf) -> &'static str {
        let words = &self.tokens;
        match of {
            TimeOf::Created => words.column_created,
            TimeOf::ValidFrom => words.valid_from,
            TimeOf::ValidTo => words.column_valid_to,
            TimeOf::LastUsed => words.column_last_used,
        }
    }

    /// Days that a filter asks for by name.
    pub fn days_name(&self, of: TimeOf, days: Days) -> String {
        let words = &self.tokens;
        match days {
            Days::Last(1) => words.today.into(),
            Days::Last(n) => self.plural(&words.last_days, n.into()),
            Days::Next(n) => self.plural(&words.next_days, n.into()),
            Days::Never if of == TimeOf::LastUsed => self.common.never.into(),
            Days::Never => self.common.none.into(),
            // They stand for themselves.
            Days::Between(..) => String::new(),
        }
    }

    /// A window that one click sets.
    pub fn preset_name(&self, preset: Preset) -> &'static str {
        let words = &self.rules;
        match preset {
            Preset::NoLimit => words.no_limit,
            Preset::Morning => words.morning,
            Preset::Afternoon => words.afternoon,
            Preset::Today => words.today,
            Preset::SevenDays => words.seven_days,
        }
    }

    /// Why a call did not do what was asked, as a sentence for the whole form or page.
    pub fn error(&self, error: &Error) -> String {
        let words = &self.errors;
        let seconds = |template, n: u32| fill(template, &[("n", &n.to_string())]);
        match error {
            Error::Call(_) => words.call.into(),
            Error::Domain(error) => match error {
                domain::Error::NotFound => words.not_found.into(),
                domain::Error::Invalid { .. } => words.invalid.into(),
                domain::Error::Refused { refusal } => {
                    self.outcome_name((*refusal).into()).to_owned()
                }
                domain::Error::Conflict => words.conflict.into(),
                domain::Error::Outdated { count } => self.plural(&words.outdated, *count),
                domain::Error::Unauthenticated => words.unauthenticated.into(),
                domain::Error::Forbidden => words.forbidden.into(),
                domain::Error::Throttled { retry_after } => seconds(words.throttled, *retry_after),
                domain::Error::Busy { retry_after } => seconds(words.busy, *retry_after),
                domain::Error::InDoubt { .. } => words.in_doubt.into(),
                domain::Error::KeyReused => words.key_reused.into(),
                domain::Error::Internal => words.internal.into(),
            },
        }
    }

    /// What is wrong with a field.
    pub fn flaw(&self, field: Field, kind: &FlawKind) -> String {
        let words = &self.flaws;
        let number = |template, n: i64| fill(template, &[("n", &n.to_string())]);
        match kind {
            FlawKind::Missing => words.missing.into(),
            FlawKind::Taken if field == Field::Name => words.taken_name.into(),
            FlawKind::Taken => words.taken.into(),
            FlawKind::TooLong { max } => number(words.too_long, i64::from(*max)),
            FlawKind::TooShort { min } => number(words.too_short, i64::from(*min)),
            FlawKind::ControlCharacter => words.control_character.into(),
            FlawKind::NotAnInteger => words.not_an_integer.into(),
            FlawKind::TooSmall { min } => number(words.too_small, *min),
            FlawKind::TooLarge { max } => number(words.too_large, *max),
            FlawKind::OutOfRange => words.out_of_range.into(),
            FlawKind::NotADateTime => words.not_a_date_time.into(),
            FlawKind::NotADate => words.not_a_date.into(),
            FlawKind::NotATime => words.not_a_time.into(),
            FlawKind::EndNotAfterStart => words.end_not_after_start.into(),
            FlawKind::NoSuchLocalTime { next } => {
                let next = times::date_time(self, *next);
                fill(words.no_such_local_time, &[("time", &next)])
            }
            FlawKind::Unknown => words.unknown.into(),
            FlawKind::Invalid if field == Field::Code => self.setup.bad_code.into(),
            FlawKind::Invalid if field == Field::CurrentPassword => words.wrong_password.into(),
            FlawKind::Invalid => words.invalid.into(),
            FlawKind::LastAdministrator => words.last_administrator.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::page::Count;

    use crate::text::Language;

    #[test]
    fn thousands_stand_apart_as_the_language_wants() {
        let numbers = [0, 999, 1_000, 1_284, 1_234_567];
        let en = numbers.map(|n| Language::En.text().number(n));
        assert_eq!(en, ["0", "999", "1,000", "1,284", "1,234,567"]);
        assert_eq!(Language::De.text().number(1_284), "1.284");
    }

    #[test]
    fn what_is_not_counted_to_its_end_is_more_than_that() {
        let (en, de) = (Language::En.text(), Language::De.text());
        let more = Count::up_to(5_000, 5_001);
        assert_eq!(
            [en, de].map(|text| text.plural_count(&text.tokens.count, more)),
            ["more than 5,000 tokens", "mehr als 5.000 Token"]
        );
        assert_eq!(en.count(Count::from(5_000)), "5,000");
    }

    #[test]
    fn one_is_singular_and_all_else_plural() {
        let text = Language::En.text();
        let count = |n| text.plural(&text.tokens.count, n);
        assert_eq!(
            [0, 1, 2_000].map(count),
            ["0 tokens", "1 token", "2,000 tokens"]
        );
    }
}
