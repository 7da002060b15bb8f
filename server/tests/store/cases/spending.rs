//! Spending in groups.

use chrono::TimeDelta;
use domain::{
    Status, Token, Uses, Window,
    consume::Consumption,
    page::Count,
    store::StoreError,
    token::{Refusal, TokenFilter},
    usage::Outcome,
};

use crate::support::made;

use super::{
    clock::Standing,
    database, deletion, execute,
    made::{add, find, noon, spend, time, token, usages},
};

#[tokio::test]
async fn a_group_is_answered_and_logged_in_the_order_of_arrival() {
    let store = database().await.open().await;
    let twice = Token {
        uses: Uses::Left(2),
        ..token(1)
    };
    let locking = Token {
        uses: Uses::Unlimited,
        lock: 60,
        ..token(2)
    };
    add(&*store, &[twice.clone(), locking.clone()]).await;
    let group = [
        spend(&twice, "a"),
        spend(&locking, "b"),
        spend(&token(3), "c"),
        spend(&twice, "d"),
        spend(&locking, "e"),
        spend(&twice, "f"),
    ];
    let answers = made(store.spend(&group, &Standing(noon())).await.unwrap());
    let until = noon() + TimeDelta::seconds(60);
    let used = |token: &Token, left, times: u32| Token {
        uses: left,
        used: times.into(),
        last_used: Some(noon()),
        version: times.into(),
        ..token.clone()
    };
    let answer = |token, outcome| {
        Some(Consumption {
            token,
            outcome,
            at: noon(),
        })
    };
    let locked = used(&locking, Uses::Unlimited, 1);
    let used_up = used(&twice, Uses::Left(0), 2);
    assert_eq!(
        answers,
        [
            answer(used(&twice, Uses::Left(1), 1), Ok(())),
            answer(locked.clone(), Ok(())),
            None,
            answer(used_up.clone(), Ok(())),
            answer(locked.clone(), Err(Refusal::Locked { until })),
            answer(used_up.clone(), Err(Refusal::UsedUp)),
        ]
    );
    assert_eq!(find(&*store, twice.uid).await, Some(used_up));
    assert_eq!(find(&*store, locking.uid).await, Some(locked));
    let logged: Vec<_> = usages(&*store)
        .await
        .into_iter()
        .map(|usage| {
            (
                usage.token_uid,
                usage.token_value,
                usage.outcome,
                usage.actor,
                usage.at,
            )
        })
        .collect();
    let row = |token: &Token, outcome, actor: &str| {
        (
            token.uid,
            token.value.clone(),
            outcome,
            actor.to_owned(),
            noon(),
        )
    };
    assert_eq!(
        logged,
        [
            row(&twice, Outcome::Accepted, "a"),
            row(&locking, Outcome::Accepted, "b"),
            row(&twice, Outcome::Accepted, "d"),
            row(&locking, Outcome::Locked, "e"),
            row(&twice, Outcome::UsedUp, "f"),
        ]
    );
}

#[tokio::test]
async fn what_is_kept_of_a_token_is_what_the_rule_makes_of_it_once_or_twice_in_a_group() {
    let store = database().await.open().await;
    let kinds = [
        (Uses::Unlimited, 0, 0),
        (Uses::Left(9), 7, 0),
        (Uses::Left(2), 0, 0),
        (Uses::Left(1), 3, 0),
        (Uses::Left(9), 1, 60),
        (Uses::Left(1), 0, i32::MAX.unsigned_abs()),
    ];
    let last_used = noon() - TimeDelta::days(60_000);
    let tokens: Vec<Token> = (0..)
        .zip(kinds.into_iter().chain(kinds))
        .map(|(number, (uses, used, lock))| Token {
            uses,
            used,
            lock,
            last_used: (used > 0).then_some(last_used),
            version: number.into(),
            ..token(number)
        })
        .collect();
    add(&*store, &tokens).await;
    let (once, twice) = tokens.split_at(kinds.len());
    let attempts = once.iter().chain(twice).chain(twice);
    let group: Vec<_> = attempts.map(|token| spend(token, "Ada")).collect();
    store.spend(&group, &Standing(noon())).await.unwrap();
    for token in once {
        assert_eq!(find(&*store, token.uid).await, token.consume(noon()).ok());
    }
    for token in twice {
        let after = token.consume(noon()).unwrap();
        let after = after.consume(noon()).unwrap_or(after);
        assert_eq!(find(&*store, token.uid).await, Some(after));
    }
    let locked = TokenFilter {
        search: String::new(),
        status: vec![Status::Locked],
        at: noon(),
        ..TokenFilter::default()
    };
    // The others with a lock are used up, which is more telling.
    let mut rows = store.read().await.unwrap();
    let count = rows.count_tokens(&locked, 100).await.unwrap();
    assert_eq!(count, Count::from(2));
}

#[tokio::test]
async fn a_refusal_is_logged_and_changes_nothing() {
    let store = database().await.open().await;
    let tick = TimeDelta::microseconds(1);
    let window = |from, to| Window { from, to };
    let tokens = [
        Token {
            disabled: Some(noon()),
            ..token(1)
        },
        Token {
            uses: Uses::Left(0),
            ..token(2)
        },
        Token {
            lock: 60,
            last_used: Some(noon() - TimeDelta::seconds(60) + tick),
            ..token(3)
        },
        Token {
            window: window(Some(noon() + tick), None),
            ..token(4)
        },
        Token {
            window: window(None, Some(noon() - tick)),
            ..token(5)
        },
        // And at the edges a use is accepted.
        Token {
            lock: 60,
            last_used: Some(noon() - TimeDelta::seconds(60)),
            ..token(6)
        },
        Token {
            window: window(Some(noon()), Some(noon() + tick)),
            ..token(7)
        },
        Token {
            window: window(Some(noon() - tick), Some(noon())),
            ..token(8)
        },
    ];
    add(&*store, &tokens).await;
    let group: Vec<_> = tokens.iter().map(|token| spend(token, "Ada")).collect();
    store.spend(&group, &Standing(noon())).await.unwrap();
    for token in &tokens[..5] {
        assert_eq!(find(&*store, token.uid).await.as_ref(), Some(token));
    }
    let outcomes: Vec<_> = usages(&*store)
        .await
        .iter()
        .map(|usage| usage.outcome)
        .collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Disabled,
            Outcome::UsedUp,
            Outcome::Locked,
            Outcome::NotYetValid,
            Outcome::Expired,
            Outcome::Accepted,
            Outcome::Accepted,
            Outcome::Accepted,
        ]
    );
}

#[tokio::test]
async fn a_large_group_of_few_and_of_many_tokens_is_made_whole() {
    let store = database().await.open().await;
    let tokens: Vec<Token> = (0..300)
        .map(|n| Token {
            uses: Uses::Left(2),
            ..token(n)
        })
        .collect();
    add(&*store, &tokens).await;
    // Each token three times, in turns.
    let group: Vec<_> = tokens
        .iter()
        .cycle()
        .take(900)
        .map(|token| spend(token, "Ada"))
        .collect();
    let answers = made(store.spend(&group, &Standing(noon())).await.unwrap());
    let accepted: Vec<bool> = answers
        .into_iter()
        .map(|answer| answer.unwrap().outcome.is_ok())
        .collect();
    assert!(accepted[..600].iter().all(|accepted| *accepted));
    assert!(accepted[600..].iter().all(|accepted| !*accepted));
    let usages = usages(&*store).await;
    assert!(
        usages
            .iter()
            .map(|usage| usage.token_uid)
            .eq(group.iter().map(|s| s.token_uid))
    );
    for token in &tokens {
        let after = find(&*store, token.uid).await.unwrap();
        assert_eq!(
            (after.uses, after.used, after.version),
            (Uses::Left(0), 2, 2)
        );
    }
}

#[tokio::test]
async fn nothing_is_done_for_nobody() {
    let store = database().await.open().await;
    assert_eq!(made(store.spend(&[], &Standing(noon())).await.unwrap()), []);
    let group = [spend(&token(1), "Ada"), spend(&token(2), "Ada")];
    assert_eq!(
        made(store.spend(&group, &Standing(noon())).await.unwrap()),
        [None, None]
    );
    assert_eq!(usages(&*store).await, []);
}

#[tokio::test]
async fn texts_and_numbers_at_their_limits_survive_a_use() {
    let store = database().await.open().await;
    let long = Token {
        value: super::made::value(&"\"𐍈\\".repeat(150)),
        uses: Uses::Left(i32::MAX.unsigned_abs()),
        used: u64::from(u32::MAX),
        lock: i32::MAX.unsigned_abs(),
        created: time("0001-01-01T00:00:00Z"),
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&long)).await;
    let actor = "Ωmega \"quoted\" \\ 🎫";
    // A lock that ends beyond what both engines can print, but not beyond what they can keep.
    let late = time("9999-12-31T23:59:59.999999Z");
    let answers = store
        .spend(&[spend(&long, actor)], &Standing(late))
        .await
        .unwrap();
    let answers = made(answers);
    let after = find(&*store, long.uid).await.unwrap();
    assert_eq!(
        answers[0].as_ref().map(|answer| &answer.token),
        Some(&after)
    );
    assert_eq!(after, long.consume(late).unwrap());
    assert_eq!(usages(&*store).await[0].actor, actor);
}

#[tokio::test]
async fn many_stores_at_once_spend_exactly_what_there_is() {
    let database = database().await;
    let first = database.open().await;
    let second = database.open().await;
    let hundred = Token {
        uses: Uses::Left(100),
        ..token(1)
    };
    let locking = Token {
        uses: Uses::Unlimited,
        lock: 60,
        ..token(2)
    };
    let few = Token {
        uses: Uses::Left(7),
        ..token(3)
    };
    add(&*first, &[hundred.clone(), locking.clone(), few.clone()]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..64 {
        let store = if task % 2 == 0 {
            first.clone()
        } else {
            second.clone()
        };
        let mut group = vec![
            spend(&hundred, "Ada"),
            spend(&locking, "Ada"),
            spend(&few, "Ada"),
        ];
        group.rotate_left(task % 3);
        tasks.spawn(async move {
            let mut accepted = Vec::new();
            for _ in 0..10 {
                let answers = made(store.spend(&group, &Standing(noon())).await.unwrap());
                let answers = answers.into_iter().map(Option::unwrap);
                accepted.extend(
                    answers
                        .filter(|a| a.outcome.is_ok())
                        .map(|answer| answer.token.uid),
                );
            }
            accepted
        });
    }
    let accepted: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let usages = usages(&*first).await;
    assert_eq!(usages.len(), 3 * 640);
    for (token, expected, left) in [
        (&hundred, 100, Uses::Left(0)),
        (&locking, 1, Uses::Unlimited),
        (&few, 7, Uses::Left(0)),
    ] {
        assert_eq!(
            accepted.iter().filter(|uid| **uid == token.uid).count(),
            expected
        );
        let logged = usages.iter().filter(|usage| usage.token_uid == token.uid);
        let logged = logged
            .filter(|usage| usage.outcome == Outcome::Accepted)
            .count();
        assert_eq!(logged, expected);
        let after = find(&*first, token.uid).await.unwrap();
        assert_eq!((after.uses, after.used), (left, expected as u64));
    }
}

#[tokio::test]
async fn spending_changing_and_deleting_at_once_loses_nothing_and_waits_in_no_circle() {
    let store = database().await.open().await;
    let tokens: Vec<Token> = (0..20)
        .map(|n| Token {
            uses: Uses::Left(1000),
            ..token(n)
        })
        .collect();
    add(&*store, &tokens).await;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..24_usize {
        let store = store.clone();
        let mut tokens = tokens.clone();
        tasks.spawn(async move {
            if task % 2 == 0 {
                tokens.reverse();
            }
            let mut spent = 0;
            for round in 0..10 {
                match task % 4 {
                    // Spends all.
                    0 | 1 => {
                        let group: Vec<_> = tokens.iter().map(|t| spend(t, "Ada")).collect();
                        let answers = made(store.spend(&group, &Standing(noon())).await.unwrap());
                        let answers = answers.into_iter().flatten();
                        spent += answers.filter(|answer| answer.outcome.is_ok()).count();
                    }
                    // Changes one.
                    2 => {
                        let uid = tokens[round].uid;
                        let mut unit = store.write().await.unwrap();
                        let Some(token) = unit.token_for_update(uid).await.unwrap() else {
                            continue;
                        };
                        let lock = Token {
                            version: token.version + 1,
                            ..token.clone()
                        };
                        assert!(unit.update_token(&lock, token.version).await.unwrap());
                        unit.commit(&[]).await.unwrap();
                    }
                    // Deletes some, and thinks better of it.
                    _ => {
                        let uids: Vec<_> = tokens[..10].iter().map(|token| token.uid).collect();
                        let mut unit = store.write().await.unwrap();
                        unit.trash_tokens(&uids, &deletion(1)).await.unwrap();
                    }
                }
            }
            spent
        });
    }
    let spent: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!(spent, 12 * 10 * 20);
    assert_eq!(usages(&*store).await.len(), spent);
    for token in &tokens {
        let after = find(&*store, token.uid).await.unwrap();
        assert_eq!((after.uses, after.used), (Uses::Left(880), 120));
    }
}

#[tokio::test]
async fn a_token_that_does_not_fit_fails_its_group_and_nothing_is_written() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1), token(2)]).await;
    execute(
        &database,
        "update tokens set uses = -5 where value = 'value 2'",
    )
    .await;
    let group = [spend(&token(1), "Ada"), spend(&token(2), "Ada")];
    let error = store.spend(&group, &Standing(noon())).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
    assert_eq!(usages(&*store).await, []);
}
