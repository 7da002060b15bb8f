use proptest::prelude::*;

use super::*;
use crate::FlawKind;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000_000 + seconds, 0).unwrap()
}

fn token() -> Token {
    Token {
        uid: Uuid::nil(),
        value: Value::parse("abc").unwrap(),
        label: Label::default(),
        window: Window::default(),
        uses: Uses::Left(5),
        used: 0,
        lock: 0,
        disabled: None,
        last_used: None,
        creator: None,
        created: at(0),
        modified: at(0),
        version: 7,
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn the_rule_says_what_the_table_says() {
    let window = |from, to| Window { from, to };
    let table: [(&str, Token, Result<Uses, Refusal>); 14] = [
        ("a use is taken", token(), Ok(Uses::Left(4))),
        (
            "unlimited stays unlimited",
            Token {
                uses: Uses::Unlimited,
                ..token()
            },
            Ok(Uses::Unlimited),
        ),
        (
            "the last use is a use",
            Token {
                uses: Uses::Left(1),
                ..token()
            },
            Ok(Uses::Left(0)),
        ),
        (
            "no use is left",
            Token {
                uses: Uses::Left(0),
                ..token()
            },
            Err(Refusal::UsedUp),
        ),
        (
            "never used, never locked",
            Token {
                lock: 60,
                ..token()
            },
            Ok(Uses::Left(4)),
        ),
        (
            "locked until the lock ends",
            Token {
                lock: 60,
                last_used: Some(at(41)),
                ..token()
            },
            Err(Refusal::Locked { until: at(101) }),
        ),
        (
            "the end of the lock is free",
            Token {
                lock: 60,
                last_used: Some(at(40)),
                ..token()
            },
            Ok(Uses::Left(4)),
        ),
        (
            "the first instant of the window is in it",
            Token {
                window: window(Some(at(100)), None),
                ..token()
            },
            Ok(Uses::Left(4)),
        ),
        (
            "the last instant of the window is in it",
            Token {
                window: window(None, Some(at(100))),
                ..token()
            },
            Ok(Uses::Left(4)),
        ),
        (
            "before the window",
            Token {
                window: window(Some(at(101)), None),
                ..token()
            },
            Err(Refusal::NotYetValid { from: at(101) }),
        ),
        (
            "after the window",
            Token {
                window: window(None, Some(at(99))),
                ..token()
            },
            Err(Refusal::Expired { to: at(99) }),
        ),
        (
            "disabled comes first",
            Token {
                disabled: Some(at(1)),
                uses: Uses::Left(0),
                ..token()
            },
            Err(Refusal::Disabled),
        ),
        (
            "used up comes before locked",
            Token {
                uses: Uses::Left(0),
                lock: 60,
                last_used: Some(at(99)),
                ..token()
            },
            Err(Refusal::UsedUp),
        ),
        (
            "locked comes before the window",
            Token {
                lock: 60,
                last_used: Some(at(99)),
                window: window(None, Some(at(99))),
                ..token()
            },
            Err(Refusal::Locked { until: at(159) }),
        ),
    ];
    for (name, token, expected) in table {
        assert_eq!(
            token.consume(at(100)).map(|spent| spent.uses),
            expected,
            "{name}"
        );
    }
}

#[test]
fn a_use_is_noted_on_the_token_and_is_no_change() {
    let spent = token().consume(at(100)).unwrap();
    assert_eq!(
        spent,
        Token {
            uses: Uses::Left(4),
            used: 1,
            last_used: Some(at(100)),
            version: 8,
            ..token()
        }
    );
}

#[test]
fn a_lock_beyond_the_calendar_never_ends() {
    let last = DateTime::<Utc>::MAX_UTC;
    let token = Token {
        lock: MAX_NUMBER,
        last_used: Some(last),
        ..token()
    };
    assert_eq!(token.locked_until(), Some(last));
}

#[test]
fn a_window_ends_after_it_starts() {
    assert_eq!(Window::new(Some(at(1)), Some(at(1))), None);
    assert_eq!(Window::new(Some(at(2)), Some(at(1))), None);
    assert!(Window::new(Some(at(1)), Some(at(2))).is_some());
    assert!(Window::new(None, Some(at(1))).is_some());
}

#[test]
fn the_badge_is_the_most_telling_status() {
    let past = Window {
        from: None,
        to: Some(at(50)),
    };
    let dead = Token {
        uses: Uses::Left(0),
        window: past,
        ..token()
    };
    assert_eq!(dead.status(at(100)), Status::Expired);
    let disabled = Token {
        disabled: Some(at(1)),
        ..dead
    };
    assert_eq!(disabled.status(at(100)), Status::Disabled);
    let soon = Token {
        window: Window {
            from: None,
            to: Some(at(100) + SOON),
        },
        ..token()
    };
    assert_eq!(soon.status(at(100)), Status::Active);
    assert_eq!(soon.status(at(101)), Status::ExpiresSoon);
}

#[test]
fn values_and_labels_say_what_is_wrong_with_them() {
    assert_eq!(Value::parse(""), Err(FlawKind::Missing));
    assert!(Value::parse("é".repeat(500)).is_ok());
    assert_eq!(
        Value::parse("é".repeat(501)),
        Err(FlawKind::TooLong { max: 1000 })
    );
    for control in ['\0', '\t', '\u{7f}', '\u{85}'] {
        assert_eq!(
            Value::parse(format!("a{control}b")),
            Err(FlawKind::ControlCharacter)
        );
    }
    assert_eq!(format!("{:?}", Value::parse("secret").unwrap()), "Value");
    assert_eq!(Label::parse("  Gala  ").unwrap().as_str(), "Gala");
    assert!(Label::parse("").unwrap().is_empty());
    assert_eq!(
        Label::parse(&"x".repeat(201)),
        Err(FlawKind::TooLong { max: 200 })
    );
    assert_eq!(Label::parse("a\nb"), Err(FlawKind::ControlCharacter));
}

#[test]
fn a_change_that_breaks_the_window_changes_nothing() {
    let before = Token {
        window: Window {
            from: Some(at(10)),
            to: Some(at(20)),
        },
        ..token()
    };
    let change = draft::ResolvedChange {
        to: Some(Some(at(10))),
        uses: Some(Uses::Left(9)),
        ..Default::default()
    };
    let flaw = before.changed(change, at(100)).unwrap_err();
    assert_eq!(
        (flaw.field, flaw.kind),
        (crate::Field::ValidTo, FlawKind::EndNotAfterStart)
    );
    let open = draft::ResolvedChange {
        from: Some(None),
        value: Some(None),
        ..Default::default()
    };
    let after = before.changed(open, at(100)).unwrap();
    assert_eq!(
        after.window,
        Window {
            from: None,
            to: Some(at(20))
        }
    );
    assert_eq!(after.value, Value::from(Uuid::nil()));
    assert_eq!(
        (after.modified, after.version, after.uses),
        (at(100), 8, Uses::Left(5))
    );
}

#[test]
fn disabling_twice_keeps_the_first_time() {
    let disable = |on| draft::ResolvedChange {
        disabled: Some(on),
        ..draft::ResolvedChange::default()
    };
    let once = token().changed(disable(true), at(5)).unwrap();
    let twice = once.changed(disable(true), at(9)).unwrap();
    assert_eq!(twice.disabled, Some(at(5)));
    assert_eq!(
        twice.changed(disable(false), at(10)).unwrap().disabled,
        None
    );
}

#[test]
fn codes_on_the_wire_stay() {
    let refusals = [
        Refusal::Disabled,
        Refusal::UsedUp,
        Refusal::Locked { until: at(0) },
        Refusal::NotYetValid { from: at(0) },
        Refusal::Expired { to: at(0) },
    ];
    let words: Vec<String> = refusals
        .iter()
        .map(|refusal| serde_json::to_string(refusal).unwrap())
        .collect();
    insta::assert_snapshot!(words.join("\n"), @r#"
    "disabled"
    "used_up"
    {"locked":{"until":1000000000000000}}
    {"not_yet_valid":{"from":1000000000000000}}
    {"expired":{"to":1000000000000000}}
    "#);
    for status in Status::ALL {
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        assert_eq!(Status::parse(status.as_str()), Some(status));
    }
    for by in OrderBy::ALL {
        assert_eq!(serde_json::to_value(by).unwrap(), by.as_str());
    }
}

/// Times within a few seconds of each other, so that all boundaries are met.
fn near() -> impl Strategy<Value = DateTime<Utc>> {
    prop_oneof![
        (-3_i64..3).prop_map(at),
        (-3_i64..3).prop_map(|s| at(s) + SOON)
    ]
}

fn any_token() -> impl Strategy<Value = Token> {
    let uses = prop_oneof![Just(Uses::Unlimited), (0_u32..3).prop_map(Uses::Left)];
    let optional = || proptest::option::of(near());
    (
        uses,
        0_u32..4,
        optional(),
        optional(),
        optional(),
        optional(),
    )
        .prop_map(|(uses, lock, from, to, last_used, disabled)| Token {
            uses,
            lock,
            window: Window::new(from, to).unwrap_or_default(),
            last_used,
            disabled,
            ..token()
        })
}

proptest! {
    #[test]
    fn status_and_rule_agree_at_every_instant(token in any_token(), now in near()) {
        prop_assert_eq!(token.status(now).is_usable(), token.consume(now).is_ok());
    }

    #[test]
    fn exactly_one_badge_holds_first(token in any_token(), now in near()) {
        let badge = token.status(now);
        prop_assert!(token.is(badge, now));
        for earlier in Status::ALL.into_iter().take_while(|status| *status != badge) {
            prop_assert!(!token.is(earlier, now));
        }
    }

    #[test]
    fn uses_go_down_by_one_and_never_below_none(token in any_token(), now in near()) {
        match (token.uses, token.consume(now)) {
            (Uses::Unlimited, Ok(spent)) => prop_assert_eq!(spent.uses, Uses::Unlimited),
            (Uses::Left(n), Ok(spent)) => {
                prop_assert!(n > 0);
                prop_assert_eq!(spent.uses, Uses::Left(n - 1));
            }
            (_, Err(_)) => {}
        }
    }

    #[test]
    fn the_order_of_refusals_is_kept(token in any_token(), now in near()) {
        let holds = [
            token.disabled.is_some(),
            token.uses == Uses::Left(0),
            token.locked_until().is_some_and(|until| now < until),
            token.window.from.is_some_and(|from| now < from),
            token.window.to.is_some_and(|to| to < now),
        ];
        let said = match token.consume(now) {
            Ok(_) => None,
            Err(Refusal::Disabled) => Some(0),
            Err(Refusal::UsedUp) => Some(1),
            Err(Refusal::Locked { .. }) => Some(2),
            Err(Refusal::NotYetValid { .. }) => Some(3),
            Err(Refusal::Expired { .. }) => Some(4),
        };
        prop_assert_eq!(said, holds.iter().position(|holds| *holds));
    }

    #[test]
    fn values_are_kept_byte_for_byte(text in "\\PC{1,250}") {
        let value = Value::parse(text.clone()).unwrap();
        prop_assert_eq!(value.as_str(), text);
    }
}
