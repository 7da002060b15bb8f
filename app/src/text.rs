//! Every word that a person reads, in each language.
//!
//! A [`Text`] has a field for each sentence, so that a missing one does not compile. Sentences hold named gaps, `{n}`,
//! which [`fill`] fills. To add a sentence, add its field to an area below and its words to `en.rs` and `de.rs`; to
//! add a language, add a file like theirs and a variant of [`Language`].

mod de;
mod en;
mod sentences;

use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// What it calls itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// Its words.
    pub fn text(self) -> &'static Text {
        match self {
            Self::En => &en::TEXT,
            Self::De => &de::TEXT,
        }
    }

    /// The language of a tag such as `de-AT`, if it is one of ours.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|language| language.tag() == primary)
    }

    /// The first of ours in an `Accept-Language` header. Weights are taken to be in falling order, as browsers send
    /// them.
    pub fn negotiate(accept: &str) -> Option<Self> {
        accept
            .split(',')
            .find_map(|range| Self::parse(range.split(';').next()?))
    }
}

/// The words of the page's language.
pub fn text() -> &'static Text {
    use_context::<Language>().unwrap_or_default().text()
}

/// `template` with each gap `{name}` filled.
pub fn fill(template: &str, gaps: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        filled.push_str(before);
        filled.push_str(
            gaps.iter()
                .find(|(gap, _)| *gap == name)
                .map_or("", |(_, words)| words),
        );
        rest = after;
    }
    filled + rest
}

/// The two forms of a noun beside a number; English and German need no more.
#[derive(Debug)]
pub struct Plural {
    /// For one.
    pub one: &'static str,
    /// For none and for many.
    pub other: &'static str,
}

/// Something that lists its sentences, for the test that compares the languages.
#[cfg(test)]
trait Sentences {
    fn visit(&self, path: &str, see: &mut dyn FnMut(&str, &'static str));
}

#[cfg(test)]
impl Sentences for &'static str {
    fn visit(&self, path: &str, see: &mut dyn FnMut(&str, &'static str)) {
        see(path, self);
    }
}

#[cfg(test)]
impl Sentences for Plural {
    fn visit(&self, path: &str, see: &mut dyn FnMut(&str, &'static str)) {
        see(path, self.one);
        see(path, self.other);
    }
}

#[cfg(test)]
impl<const N: usize> Sentences for [&'static str; N] {
    fn visit(&self, path: &str, see: &mut dyn FnMut(&str, &'static str)) {
        for words in self {
            see(path, words);
        }
    }
}

/// Declares areas of sentences: a struct each, that can list what it holds.
macro_rules! areas {
    ($($(#[$meta:meta])* $area:ident { $($field:ident: $kind:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        #[expect(missing_docs, reason = "the English words say what each is")]
        pub struct $area { $(pub $field: $kind,)* }

        #[cfg(test)]
        impl Sentences for $area {
            fn visit(&self, path: &str, see: &mut dyn FnMut(&str, &'static str)) {
                $(self.$field.visit(&format!("{path}.{}", stringify!($field)), see);)*
            }
        }
    )*};
}

pub mod later;

type Words = &'static str;

areas! {
    /// All words of one language.
    Text {
        tag: Words,
        common: Common,
        shell: Shell,
        times: Times,
        login: Login,
        setup: Setup,
        tokens: Tokens,
        create: Create,
        token: Token,
        rules: Rules,
        trash: Trash,
        audit: Audit,
        status: Statuses,
        outcome: Outcomes,
        settings: Settings,
        keys: Keys,
        accounts: Accounts,
        once: Once,
        permissions: PermissionWords,
        notices: Notices,
        errors: Errors,
        flaws: Flaws,
    }

    /// Used in many places.
    Common {
        thousands: Words,
        more_than: Words,
        optional: Words,
        save: Words,
        cancel: Words,
        close: Words,
        retry: Words,
        copy: Words,
        copied: Words,
        copy_refused: Words,
        unlimited: Words,
        never: Words,
        none: Words,
        loading: Words,
        seconds: Plural,
        value: Words,
        label: Words,
    }

    /// The frame around every page.
    Shell {
        skip: Words,
        navigation: Words,
        tokens: Words,
        scan: Words,
        activity: Words,
        overview: Words,
        administration: Words,
        accounts: Words,
        keys: Words,
        settings: Words,
        audit: Words,
        account: Words,
        find: Words,
        sign_out: Words,
        language: Words,
        theme: Words,
        system: Words,
        light: Words,
        dark: Words,
        roles: [Words; 5],
        role_hints: [Words; 5],
        breadcrumb: Words,
        messages: Words,
    }

    /// Times. Weekdays begin with Monday.
    Times {
        weekdays: [Words; 7],
        months: [Words; 12],
        date_time: Words,
        date: Words,
        weekday_time: Words,
        now: Words,
        ago: Words,
        ahead: Words,
        seconds: Plural,
        minutes: Plural,
        hours: Plural,
        days: Plural,
    }

    /// Signing in.
    Login {
        title: Words,
        name: Words,
        password: Words,
        submit: Words,
        refused: Words,
    }

    /// The first account.
    Setup {
        title: Words,
        facts: Words,
        name: Words,
        name_hint: Words,
        password: Words,
        password_hint: Words,
        submit: Words,
        join: Words,
        join_facts: Words,
        bad_code: Words,
    }

    /// The list.
    Tokens {
        title: Words,
        count: Plural,
        active_now: Words,
        new: Words,
        print: Words,
        search: Words,
        search_hint: Words,
        search_submit: Words,
        filter: Words,
        all: Words,
        clear: Words,
        caption: Words,
        column_token: Words,
        column_status: Words,
        column_uses: Words,
        column_last_used: Words,
        column_valid_to: Words,
        column_created: Words,
        column_actions: Words,
        uses_of: Words,
        no_end: Words,
        starts: Words,
        like: Words,
        edit: Words,
        delete: Words,
        pages: Words,
        previous: Words,
        next: Words,
        page: Words,
        shown: Words,
        first_title: Words,
        first_text: Words,
        none_title: Words,
        none_text: Words,
        error_title: Words,
        forbidden_title: Words,
        forbidden_text: Words,
        select: Words,
        select_page: Words,
        selection: Words,
        selected: Plural,
        select_all: Words,
        clear_selection: Words,
        set_window: Words,
        set_uses: Words,
        print_selection: Words,
        export: Words,
        view: Words,
        as_rows: Words,
        as_codes: Words,
        together: Words,
        filters: Words,
        bad_filter: Words,
        without: Words,
        valid_from: Words,
        today: Words,
        last_days: Plural,
        next_days: Plural,
    }

    /// Making tokens.
    Create {
        title: Words,
        facts: Words,
        what: Words,
        what_hint: Words,
        amount: Words,
        amount_hint: Words,
        value: Words,
        value_hint: Words,
        prefix: Words,
        prefix_hint: Words,
        label: Words,
        label_hint: Words,
        when: Words,
        when_hint: Words,
        window: Words,
        custom: Words,
        from: Words,
        to: Words,
        how_often: Words,
        how_often_hint: Words,
        uses: Words,
        uses_hint: Words,
        lock: Words,
        lock_hint: Words,
        submit: Words,
        submit_many: Words,
        summary: Words,
        summary_lock: Words,
        valid_always: Words,
        valid_between: Words,
        valid_from: Words,
        valid_to: Words,
        uses_each: Plural,
        uses_unlimited: Words,
        amount_of: Plural,
    }

    /// The trash.
    Trash {
        title: Words,
        facts: Words,
        column_deleted: Words,
        column_ends: Words,
        restore: Words,
        restore_label: Words,
        empty_title: Words,
        empty_text: Words,
    }

    /// The audit log.
    Audit {
        title: Words,
        facts: Words,
        export: Words,
        action: Words,
        actions: [Words; 5],
        kind: Words,
        kinds: [Words; 5],
        target: Words,
        differences: Words,
        fields: Plural,
        disabled_since: Words,
        permissions: Words,
        expires: Words,
        role: Words,
        key: Words,
        command_line: Words,
        secret: Words,
        any: Words,
        apply: Words,
        newest: Words,
        older: Words,
        none_title: Words,
        empty_title: Words,
        empty_text: Words,
    }

    /// One token.
    Token {
        edit: Words,
        edit_title: Words,
        disable: Words,
        enable: Words,
        delete: Words,
        created_by: Words,
        created: Words,
        modified: Words,
        code: Words,
        code_alt: Words,
        svg: Words,
        png: Words,
        download_failed: Words,
        attempts: Words,
        attempts_facts: Words,
        no_attempts: Words,
        column_time: Words,
        column_outcome: Words,
        column_actor: Words,
        delete_title: Words,
        delete_text: Words,
        delete_confirm: Words,
        label_hint: Words,
        value_hint: Words,
        gone_title: Words,
        gone_text: Words,
        to_list: Words,
    }

    /// The rules of a token and their quick buttons.
    Rules {
        title: Words,
        valid: Words,
        always: Words,
        from: Words,
        until: Words,
        between: Words,
        uses_left: Words,
        used: Words,
        unlimited_left: Words,
        lock: Words,
        no_lock: Words,
        lock_seconds: Plural,
        not_locked: Words,
        last_used: Words,
        never_used: Words,
        no_limit: Words,
        morning: Words,
        afternoon: Words,
        today: Words,
        seven_days: Words,
        set_window: Words,
        set_uses: Words,
        set_to: Words,
    }

    /// How a token stands: the badge, and the sentence that gives the reason.
    Statuses {
        active: Words,
        expires_soon: Words,
        scheduled: Words,
        locked: Words,
        used_up: Words,
        expired: Words,
        disabled: Words,
        active_why: Words,
        active_left_why: Plural,
        expires_soon_why: Words,
        scheduled_why: Words,
        locked_why: Words,
        used_up_why: Words,
        expired_why: Words,
        disabled_why: Words,
    }

    /// How an attempt ended.
    Outcomes {
        accepted: Words,
        disabled: Words,
        used_up: Words,
        locked: Words,
        not_yet_valid: Words,
        expired: Words,
    }

    /// The settings page.
    Settings {
        title: Words,
        facts: Words,
        windows: Words,
        windows_hint: Words,
        start: Words,
        end: Words,
        defaults: Words,
        defaults_hint: Words,
        default_uses: Words,
        default_uses_hint: Words,
        default_lock: Words,
        zone_section: Words,
        zone_section_hint: Words,
        zone: Words,
        zone_hint: Words,
        language_section: Words,
        language_section_hint: Words,
        language: Words,
        language_browser: Words,
        qr: Words,
        qr_hint: Words,
        qr_value: Words,
        qr_value_hint: Words,
        qr_link: Words,
        qr_link_hint: Words,
        qr_correction: Words,
        qr_correction_hint: Words,
        qr_margin: Words,
        qr_margin_hint: Words,
        modules: Words,
        retention_section: Words,
        retention_section_hint: Words,
        retention: Words,
        retention_hint: Words,
        days: Words,
    }

    /// The API keys.
    Keys {
        title: Words,
        facts: Words,
        new: Words,
        none_title: Words,
        none_text: Words,
        column_key: Words,
        column_permissions: Words,
        column_expires: Words,
        column_last_used: Words,
        column_created: Words,
        by: Words,
        no_end: Words,
        expires_in: Words,
        expired: Words,
        revoked: Words,
        former_until: Words,
        rotate_name: Words,
        revoke_name: Words,
        new_title: Words,
        rotate_title: Words,
        what: Words,
        what_hint: Words,
        name: Words,
        name_hint: Words,
        permissions: Words,
        expires: Words,
        expires_hint: Words,
        expires_after: Words,
        on_a_day: Words,
        last_day: Words,
        last_day_hint: Words,
        days: Plural,
        hours: Plural,
        overlap: Words,
        overlap_hint: Words,
        overlap_for: Words,
        at_once: Words,
        create: Words,
        rotate: Words,
        made: Words,
        made_text: Words,
        revoke: Words,
        revoke_title: Words,
        revoke_text: Words,
    }

    /// Accounts, invitations and sessions.
    Accounts {
        title: Words,
        count: Plural,
        invite: Words,
        column_name: Words,
        column_role: Words,
        column_last_login: Words,
        column_created: Words,
        invitations: Words,
        ends: Words,
        withdraw: Words,
        invite_title: Words,
        invite_hint: Words,
        make_link: Words,
        link: Words,
        link_text: Words,
        own_title: Words,
        last_login: Words,
        never_signed_in: Words,
        enable: Words,
        disable: Words,
        role_hint: Words,
        password: Words,
        password_hint: Words,
        current_password: Words,
        new_password: Words,
        change_password: Words,
        sessions: Words,
        no_sessions: Words,
        end_session: Words,
        unknown_address: Words,
        seen: Words,
        since: Words,
        here: Words,
    }

    /// What is shown once.
    Once {
        copy_and_close: Words,
        copied: Words,
        leave: Words,
    }

    /// What one may do: the name, and the sentence that explains it.
    PermissionWords {
        view: Words,
        view_hint: Words,
        consume: Words,
        consume_hint: Words,
        add: Words,
        add_hint: Words,
        edit: Words,
        edit_hint: Words,
        delete: Words,
        delete_hint: Words,
        admin: Words,
        admin_hint: Words,
    }

    /// What was done.
    Notices {
        created: Plural,
        saved: Words,
        disabled: Plural,
        enabled: Plural,
        changed: Plural,
        revoked: Words,
        withdrawn: Words,
        session_ended: Words,
        password_changed: Words,
        deleted: Plural,
        restored: Plural,
        undo: Words,
        dismiss: Words,
    }

    /// What went wrong as a whole.
    Errors {
        not_found_title: Words,
        not_found: Words,
        forbidden_title: Words,
        forbidden: Words,
        unauthenticated: Words,
        failed_title: Words,
        conflict: Words,
        outdated: Plural,
        throttled: Words,
        busy: Words,
        in_doubt: Words,
        key_reused: Words,
        internal: Words,
        invalid: Words,
        call: Words,
        home: Words,
    }

    /// What is wrong with a field.
    Flaws {
        missing: Words,
        taken: Words,
        taken_name: Words,
        too_long: Words,
        too_short: Words,
        control_character: Words,
        not_an_integer: Words,
        too_small: Words,
        too_large: Words,
        out_of_range: Words,
        not_a_date_time: Words,
        not_a_date: Words,
        not_a_time: Words,
        end_not_after_start: Words,
        no_such_local_time: Words,
        unknown: Words,
        invalid: Words,
        wrong_password: Words,
        last_administrator: Words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(language: Language) -> Vec<(String, &'static str)> {
        let mut all = Vec::new();
        language.text().visit("text", &mut |path, words| {
            all.push((path.to_owned(), words));
        });
        later::words(language).visit("later", &mut |path, words| {
            all.push((path.to_owned(), words));
        });
        all
    }

    fn gaps(words: &str) -> Vec<&str> {
        let mut gaps: Vec<_> = words
            .split('{')
            .skip(1)
            .filter_map(|tail| Some(tail.split_once('}')?.0))
            .collect();
        gaps.sort_unstable();
        gaps
    }

    #[test]
    fn the_languages_have_the_same_gaps() {
        for ((path, english), (_, german)) in sentences(Language::En)
            .into_iter()
            .zip(sentences(Language::De))
        {
            assert_eq!(gaps(english), gaps(german), "{path}: {english} / {german}");
        }
    }

    #[test]
    fn no_sentence_is_empty() {
        for (path, words) in Language::ALL.into_iter().flat_map(sentences) {
            assert!(
                !words.trim().is_empty() || path.ends_with("thousands"),
                "{path}"
            );
        }
    }

    #[test]
    fn gaps_are_filled_by_name() {
        assert_eq!(
            fill("{n} of {total} uses", &[("total", "10"), ("n", "3")]),
            "3 of 10 uses"
        );
        assert_eq!(fill("no gap", &[]), "no gap");
        assert_eq!(fill("open {brace", &[]), "open {brace");
    }

    #[test]
    fn the_first_known_language_is_taken() {
        assert_eq!(
            Language::negotiate("fr-FR, de-AT;q=0.8, en;q=0.5"),
            Some(Language::De)
        );
        assert_eq!(Language::negotiate("EN-us"), Some(Language::En));
        assert_eq!(Language::negotiate("fr, *"), None);
    }
}
