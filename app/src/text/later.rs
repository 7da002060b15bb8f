//! Words of pages that are not part of the first load: they come with the code of those pages.

mod de;
mod en;

use leptos::prelude::use_context;

#[cfg(test)]
use super::Sentences;
use super::{Language, Plural, Words};

/// The words of the page's language.
pub fn later_text() -> &'static Later {
    words(use_context::<Language>().unwrap_or_default())
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static Later {
    match language {
        Language::En => &en::LATER,
        Language::De => &de::LATER,
    }
}

areas! {
    /// All of them, of one language.
    Later {
        filter: Filter,
        codes: Codes,
        drawing: Drawing,
        print: Print,
        scan: Scan,
        check: Check,
        activity: Activity,
        live: Live,
        chart: Chart,
        help: Help,
        overview: Overview,
        selection: Selection,
        keys: Keys,
    }

    /// What keys do, and what the palette holds beside pages.
    Keys {
        title: Words,
        palette: Words,
        hint: Words,
        results: Plural,
        look_up: Words,
        use_: Words,
        invite: Words,
        new_key: Words,
        light: Words,
        dark: Words,
        system: Words,
        search: Words,
        rows: Words,
        tick: Words,
        escape: Words,
        single: Words,
        single_hint: Words,
        on: Words,
        off: Words,
        close: Words,
    }

    /// What the rules of a token mean.
    Help {
        label: Words,
        valid: Words,
        uses_left: Words,
        lock: Words,
        first: Words,
        second: Words,
    }

    /// Attempts by day.
    Chart {
        label: Words,
        day: Words,
        most: Words,
        table: Words,
        caption: Words,
        column_day: Words,
    }

    /// What is going on.
    Overview {
        title: Words,
        facts: Words,
        days: Words,
        of_all: Plural,
        within_a_day: Words,
        locked: Plural,
        today: Words,
        quick: Words,
        quick_hint: Words,
        more: Words,
        ending: Words,
        none_ending: Words,
        refusals: Words,
        all: Words,
        first: Words,
        key: Words,
        program: Words,
    }

    /// Pages that keep themselves up to date.
    Live {
        switch: Words,
        updated: Words,
    }

    /// All attempts.
    Activity {
        title: Words,
        facts: Words,
        refused: Words,
        gone: Words,
        none_title: Words,
        empty_title: Words,
        empty_text: Words,
    }

    /// The list as codes.
    Codes {
        sort: Words,
        ascending: Words,
        descending: Words,
        size: Words,
        per_page: Words,
        drawn: Words,
        next: Words,
    }

    /// Many codes on their way.
    Drawing {
        label: Words,
        stop: Words,
        go_on: Words,
    }

    /// The filters of the list.
    Filter {
        title: Words,
        facts: Words,
        uses: Words,
        uses_hint: Words,
        least: Words,
        most: Words,
        apply: Words,
    }

    /// Acting on many tokens.
    Selection {
        disable: Plural,
        enable: Plural,
        window: Plural,
        uses: Plural,
        delete: Plural,
        disable_effect: Words,
        enable_effect: Words,
        window_effect: Words,
        uses_effect: Words,
        delete_effect: Words,
        every: Words,
        matching: Words,
        search: Words,
        more: Plural,
        window_hint: Words,
        typed: Words,
        typed_hint: Words,
        nothing_title: Words,
        nothing: Words,
    }

    /// Labels on paper.
    Print {
        title: Words,
        facts: Words,
        print: Words,
        grid: Words,
        a4_24: Words,
        a4_40: Words,
        letter_30: Words,
        single: Words,
        own: Words,
        paper: Words,
        columns: Words,
        rows: Words,
        margin_x: Words,
        margin_y: Words,
        gap_x: Words,
        gap_y: Words,
        apply: Words,
        drawn: Words,
        cut: Words,
        next: Words,
        nothing_title: Words,
        nothing: Words,
    }

    /// How a token stands, for whoever holds its code.
    Check {
        title: Words,
        code: Words,
        check: Words,
        not_used: Words,
        good: Words,
        not_now: Words,
        not_good: Words,
        unknown: Words,
        unknown_hint: Words,
        valid_from: Words,
        locked_until: Words,
        zone: Words,
    }

    /// Scanning, and what a door shows.
    Scan {
        title: Words,
        facts: Words,
        mode: Words,
        look_up: Words,
        use_: Words,
        value: Words,
        value_hint: Words,
        suffix: Words,
        suffix_key: Words,
        suffix_none: Words,
        sound: Words,
        camera: Words,
        camera_on: Words,
        aim: Words,
        stop: Words,
        torch: Words,
        other_camera: Words,
        type_code: Words,
        insecure: Words,
        not_allowed: Words,
        not_there: Words,
        broken: Words,
        not_read: Words,
        unknown_title: Words,
        unknown_text: Words,
        create: Words,
        last: Words,
        counts: Words,
        asking: Words,
        asking_again: Words,
        not_yet: Words,
        unchecked: Words,
        no_answer: Words,
        try_again: Words,
        next: Words,
        accepted: Words,
        refused: Words,
        wait: Words,
        valid_until: Words,
        last_used: Words,
    }
}
