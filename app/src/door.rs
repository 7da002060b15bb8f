//! What comes from scanners and cameras.

use domain::codes::value_of_link;

/// The longest pause between two letters of a scanner that types, in milliseconds. A person is slower, or is in a field.
const PAUSE: f64 = 250.0;

/// The fewest letters that are a value: fewer are keys that somebody pressed.
const SHORTEST: usize = 3;

/// How long a code has to be out of sight before it counts anew, in milliseconds.
const OUT_OF_SIGHT: f64 = 3_000.0;

/// The value that a scanner gives: without the keys by which it says that this was all, and out of the link that a code
/// of ours may say.
pub(crate) fn scanned(text: &str) -> String {
    let text = text.trim_matches(['\r', '\n', '\t']);
    value_of_link(text).unwrap_or_else(|| text.to_owned())
}

/// The letters of a scanner that types, outside of fields.
#[derive(Debug, Default)]
pub(crate) struct Wedge {
    typed: String,
    last: f64,
}

impl Wedge {
    /// Hears a key, at a time in milliseconds. Gives the value if the key ends one.
    pub(crate) fn hear(&mut self, key: &str, now: f64) -> Option<String> {
        if now - self.last > PAUSE {
            self.typed.clear();
        }
        self.last = now;
        match key {
            "Enter" | "Tab" => self.end(),
            _ if key.chars().count() == 1 => {
                self.typed.push_str(key);
                None
            }
            // Shift and the like are keys too.
            _ => None,
        }
    }

    /// Gives what was typed, if it is a value: for scanners that end with nothing, once they pause.
    pub(crate) fn end(&mut self) -> Option<String> {
        let typed = std::mem::take(&mut self.typed);
        (typed.chars().count() >= SHORTEST).then_some(typed)
    }

    /// Whether something is being typed.
    pub(crate) fn is_typing(&self) -> bool {
        !self.typed.is_empty()
    }
}

/// What a camera has in sight. It sees a code many times a second, and the code is meant once.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    last: Option<(String, f64)>,
}

impl Sight {
    /// Whether a value that is seen, at a time in milliseconds, is meant. None is while one is `busy` with another; one
    /// that was in sight all the time is not meant again when one is done.
    pub(crate) fn sees(&mut self, value: &str, now: f64, busy: bool) -> bool {
        let is_same = self
            .last
            .as_ref()
            .is_some_and(|(last, at)| last == value && now - at < OUT_OF_SIGHT);
        let is_meant = !is_same && !busy;
        if is_same || is_meant {
            self.last = Some((value.to_owned(), now));
        }
        is_meant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of keys, each with the milliseconds since the one before.
    fn heard(keys: &[(&str, f64)]) -> Vec<String> {
        let mut wedge = Wedge::default();
        let mut now = 1_000.0;
        keys.iter()
            .filter_map(|(key, after)| {
                now += after;
                wedge.hear(key, now)
            })
            .collect()
    }

    #[test]
    fn a_code_says_a_value_or_a_link_with_it() {
        assert_eq!(scanned("abc\r\n"), "abc");
        assert_eq!(scanned("https://tokens.example/t#a%20b\t"), "a b");
        assert_eq!(
            scanned("https://elsewhere.example/abc"),
            "https://elsewhere.example/abc"
        );
    }

    #[test]
    fn quick_letters_and_enter_or_tab_are_a_value() {
        let keys = [("a", 9.0), ("Shift", 9.0), ("B", 9.0), (" ", 9.0)];
        for end in ["Enter", "Tab"] {
            assert_eq!(heard(&[keys.as_slice(), &[(end, 9.0)]].concat()), ["aB "]);
        }
    }

    #[test]
    fn what_a_person_presses_is_no_value() {
        assert!(heard(&[("a", 9.0), ("b", 9.0), ("Enter", 9.0)]).is_empty());
        let slow = [("a", 300.0), ("b", 300.0), ("c", 300.0), ("Enter", 300.0)];
        assert!(heard(&slow).is_empty());
        let interrupted = [
            ("a", 9.0),
            ("b", 9.0),
            ("c", 9.0),
            ("d", 251.0),
            ("Enter", 9.0),
        ];
        assert!(heard(&interrupted).is_empty());
    }

    #[test]
    fn a_scanner_that_ends_with_nothing_has_said_all_when_it_pauses() {
        let mut wedge = Wedge::default();
        for (key, now) in [("1", 0.0), ("2", 8.0), ("3", 16.0)] {
            assert_eq!(wedge.hear(key, now), None);
        }
        assert!(wedge.is_typing());
        assert_eq!(wedge.end().as_deref(), Some("123"));
        assert!(!wedge.is_typing());
        assert_eq!(wedge.end(), None);
    }

    #[test]
    fn a_code_that_stays_in_sight_is_meant_once() {
        let mut sight = Sight::default();
        assert!(sight.sees("a", 0.0, false));
        assert!(!sight.sees("a", 2_900.0, false));
        // Three seconds since it was last seen, not since the first.
        assert!(!sight.sees("a", 5_800.0, false));
        assert!(sight.sees("a", 8_900.0, false));
        assert!(sight.sees("b", 8_950.0, false));
        assert!(sight.sees("a", 9_000.0, false), "another was meant between");
    }

    #[test]
    fn nothing_is_meant_while_one_is_busy() {
        let mut sight = Sight::default();
        assert!(sight.sees("a", 0.0, false));
        assert!(!sight.sees("b", 100.0, true));
        assert!(!sight.sees("a", 2_000.0, true));
        assert!(
            !sight.sees("a", 4_000.0, false),
            "it was in sight all the time"
        );
        assert!(sight.sees("b", 4_100.0, false));
    }
}
