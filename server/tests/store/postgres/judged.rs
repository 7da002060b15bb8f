//! Attempts on tokens that were not read: the statement that writes them judges them.

use std::slice;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Token, Uses, Window,
    consume::{Answer, Consumption, Spend},
    store::{Store, StoreError, Stored},
    token::Refusal,
    usage::Outcome,
};
use sqlx::{Connection as _, PgConnection};

use super::{Database, database, execute};
use crate::support::{
    clock::{Interrupting, Standing},
    keyed::under,
    made,
    tokens::{add, find, noon, spend, token, usages},
};

/// Before, at and after an instant, as near as can be told.
fn around(at: DateTime<Utc>) -> [DateTime<Utc>; 3] {
    let tick = TimeDelta::microseconds(1);
    [at - tick, at, at + tick]
}

fn or_none(times: impl IntoIterator<Item = DateTime<Utc>>) -> Vec<Option<DateTime<Utc>>> {
    times.into_iter().map(Some).chain([None]).collect()
}

/// A token of each kind that the rule tells from others, at the edges of each of its conditions.
fn of_all_kinds() -> Vec<Token> {
    const MOST: u32 = i32::MAX.unsigned_abs();
    let windows = || {
        or_none(around(noon())).into_iter().flat_map(|from| {
            or_none(around(noon()))
                .into_iter()
                .filter_map(move |to| Window::new(from, to))
        })
    };
    let last_uses = |lock: u32| {
        let was_over = noon() - TimeDelta::seconds(lock.into());
        or_none(around(was_over).into_iter().chain(around(noon())))
    };
    let mut tokens = Vec::new();
    for disabled in [None, Some(noon())] {
        for uses in [
            Uses::Unlimited,
            Uses::Left(0),
            Uses::Left(1),
            Uses::Left(MOST),
        ] {
            for lock in [0, 1, MOST] {
                for last_used in last_uses(lock) {
                    for window in windows() {
                        tokens.push(Token {
                            window,
                            uses,
                            lock,
                            disabled,
                            last_used,
                            ..token(u32::try_from(tokens.len()).unwrap())
                        });
                    }
                }
            }
        }
    }
    tokens
}

#[tokio::test]
async fn the_database_judges_as_the_rule_does() {
    let database = database().await;
    let store = database.open().await;
    let tokens = of_all_kinds();
    add(&*store, &tokens).await;
    let group: Vec<_> = tokens.iter().map(|token| spend(token, "Ada")).collect();
    let clock = Interrupting::new(noon(), || ());
    let answers = made(store.spend(&group, &clock).await.unwrap());
    assert_eq!(clock.asked(), 1);
    are_as_the_rule_says(&database, &*store, &tokens, answers).await;
}

#[tokio::test]
async fn the_database_judges_one_attempt_as_the_rule_does() {
    let database = database().await;
    let store = database.open().await;
    let tokens = of_all_kinds();
    add(&*store, &tokens).await;
    let mut answers = Vec::new();
    for token in &tokens {
        let clock = Interrupting::new(noon(), || ());
        let attempt = [spend(token, "Ada")];
        answers.extend(made(store.spend(&attempt, &clock).await.unwrap()));
        // Why it is refused is asked by another statement; and so is one that comes before the last use.
        let is_at_once =
            token.consume(noon()).is_ok() && token.last_used.is_none_or(|last| last <= noon());
        assert_eq!(clock.asked(), if is_at_once { 1 } else { 2 }, "{token:?}");
    }
    are_as_the_rule_says(&database, &*store, &tokens, answers).await;
}

/// What came of one attempt on each of these, one after the other at noon.
async fn are_as_the_rule_says(
    database: &Database,
    store: &dyn Store,
    tokens: &[Token],
    answers: Vec<Option<Consumption>>,
) {
    assert_eq!(tokens.len(), answers.len());

    let mut rows = store.read().await.unwrap();
    let mut outcomes = Vec::new();
    for (before, answer) in tokens.iter().zip(answers) {
        let judged = before.consume(noon());
        let after = judged.as_ref().unwrap_or(before);
        let expected = Consumption {
            token: after.clone(),
            outcome: judged.as_ref().map(|_| ()).map_err(|refusal| *refusal),
            at: noon(),
        };
        assert_eq!(answer, Some(expected), "{before:?}");
        assert_eq!(rows.token(before.uid).await.unwrap().as_ref(), Some(after));
        let outcome = judged.map_or_else(Outcome::from, |_| Outcome::Accepted);
        outcomes.push((before.uid, outcome));
    }
    for outcome in Outcome::ALL {
        assert!(outcomes.iter().any(|(_, of)| *of == outcome), "{outcome:?}");
    }
    let logged: Vec<_> = usages(store)
        .await
        .into_iter()
        .map(|usage| (usage.token_uid, usage.outcome))
        .collect();
    assert_eq!(logged, outcomes);
    // What lists go by.
    execute(
        database,
        "do $$ begin
            if exists (
                select from tokens
                where locked_until is distinct from
                    case when lock > 0 then last_used + lock * interval '1 second' end
            ) then raise 'a lock ends at another time'; end if;
        end $$",
    )
    .await;
}

#[tokio::test]
async fn a_group_of_tokens_that_are_known_read_and_judged_is_answered_in_the_order_of_arrival() {
    let store = database().await.open().await;
    let tokens = [1, 2, 3, 4].map(|n| Token {
        uses: Uses::Left(2),
        ..token(n)
    });
    let [known, twice, keyed, judged] = &tokens;
    let used_up = Token {
        uses: Uses::Left(0),
        ..token(5)
    };
    add(&*store, &tokens).await;
    add(&*store, slice::from_ref(&used_up)).await;
    let first = [spend(known, "Ada")];
    store.spend(&first, &Standing(noon())).await.unwrap();
    let group = [
        spend(judged, "a"),
        spend(twice, "b"),
        spend(&token(6), "c"),
        spend(known, "d"),
        spend(&used_up, "e"),
        under("key", keyed),
        spend(twice, "f"),
    ];
    let left = |uses| Some((Ok(()), Uses::Left(uses)));
    let expected = [
        left(1),
        left(1),
        None,
        left(0),
        Some((Err(Refusal::UsedUp), Uses::Left(0))),
        left(1),
        left(0),
    ];
    let clock = Interrupting::new(noon(), || ());
    let answers = made(store.spend(&group, &clock).await.unwrap());
    assert_eq!(clock.asked(), 1);
    let came: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.map(|made| (made.outcome, made.token.uses)))
        .collect();
    assert_eq!(came, expected);
    let mut actors: Vec<_> = usages(&*store)
        .await
        .into_iter()
        .map(|usage| usage.actor)
        .collect();
    actors.sort_unstable();
    assert_eq!(actors, ["Ada", "Ada", "a", "b", "d", "e", "f"]);
    // What was judged is known from then on.
    let clock = Interrupting::new(noon(), || ());
    let group = [spend(judged, "a"), spend(judged, "a")];
    let answers = made(store.spend(&group, &clock).await.unwrap());
    let outcomes = answers.into_iter().flatten().map(|made| made.outcome);
    assert!(outcomes.eq([Ok(()), Err(Refusal::UsedUp)]));
}

/// Two tokens. What becomes of the first when it is changed has the version that the second has already: the two must not
/// be taken for each other.
fn two() -> [Token; 2] {
    [(1, 0), (2, 1)].map(|(n, version)| Token {
        uses: Uses::Left(5),
        version,
        ..token(n)
    })
}

/// An attempt that is not the database's to judge: a group with it is written as a whole.
fn beside() -> Spend {
    under("key", &token(3))
}

/// Spends both, with what is `beside` them, while somebody else holds the first, who has changed it and then does as `end`
/// says; how often the group was made.
async fn while_it_is_held(
    database: &Database,
    store: &dyn Store,
    [change, end]: [&'static str; 2],
    beside: &[Spend],
) -> (Stored<Vec<Answer>>, u32) {
    add(store, &two()).await;
    add(store, &[token(3)]).await;
    let mut group = two().each_ref().map(|token| spend(token, "Ada")).to_vec();
    group.extend_from_slice(beside);
    spend_while(database, store, &group, [change, end]).await
}

/// Spends while somebody has made a change and not yet ended it, as he does when he is waited for; how often the clock was
/// asked.
async fn spend_while(
    database: &Database,
    store: &dyn Store,
    group: &[Spend],
    [change, end]: [&'static str; 2],
) -> (Stored<Vec<Answer>>, u32) {
    let mut other = PgConnection::connect(&database.address).await.unwrap();
    sqlx::raw_sql(change).execute(&mut other).await.unwrap();
    let clock = Interrupting::new(noon(), || ());
    let spending = store.spend(group, &clock);
    let ending = async {
        let waits = "select exists (select from pg_stat_activity
                     where wait_event_type = 'Lock' and datname = current_database())";
        while !sqlx::query_scalar::<_, bool>(waits)
            .fetch_one(&mut other)
            .await
            .unwrap()
        {
            tokio::task::yield_now().await;
        }
        sqlx::raw_sql(end).execute(&mut other).await.unwrap();
    };
    let (answers, ()) = tokio::join!(spending, ending);
    (answers, clock.asked())
}

/// Spends both while somebody else holds the first, of which nothing is left if it ends with `commit`; the outcomes, and
/// how often the group was made.
async fn while_it_was_held(
    database: &Database,
    end: &'static str,
    beside: &[Spend],
) -> (Vec<Result<(), Refusal>>, u32) {
    let store = database.open().await;
    let change = "begin; update tokens set uses = 0 where value = 'value 1'";
    let (answers, times) = while_it_is_held(database, &*store, [change, end], beside).await;
    let outcomes: Vec<_> = made(answers.unwrap())
        .into_iter()
        .take(2)
        .map(|answer| answer.unwrap().outcome)
        .collect();
    let spent = u64::from(outcomes.iter().filter(|outcome| outcome.is_ok()).count() == 2);
    let [first, second] = two().map(|token| token.uid);
    assert_eq!(find(&*store, first).await.unwrap().used, spent);
    assert_eq!(find(&*store, second).await.unwrap().used, 1);
    assert_eq!(usages(&*store).await.len(), 2 + beside.len());
    (outcomes, times)
}

#[tokio::test]
async fn of_a_group_that_is_written_in_part_nobody_is_told_that_nothing_was_done() {
    let database = database().await;
    let store = database.open().await;
    let change = "begin; update tokens set uses = -2 where value = 'value 1'";
    let (answers, _) = while_it_is_held(&database, &*store, [change, "commit"], &[]).await;
    let error = answers.unwrap_err();
    assert!(matches!(error, StoreError::InDoubt(_)), "{error:?}");
    assert_eq!(find(&*store, two()[1].uid).await.unwrap().used, 1);
    assert_eq!(usages(&*store).await.len(), 1);
}

#[tokio::test]
async fn a_token_that_is_deleted_meanwhile_is_not_there() {
    let database = database().await;
    let store = database.open().await;
    let change = "begin; delete from tokens where value = 'value 1'";
    let (answers, _) = while_it_is_held(&database, &*store, [change, "commit"], &[]).await;
    let [first, second] = <[_; 2]>::try_from(made(answers.unwrap())).unwrap();
    assert_eq!(first, None);
    assert_eq!(second.unwrap().outcome, Ok(()));
    assert_eq!(usages(&*store).await.len(), 1);
}

#[tokio::test]
async fn a_token_that_somebody_holds_is_judged_by_what_becomes_of_it() {
    for beside in [&[][..], &[beside()]] {
        let changed = while_it_was_held(&database().await, "commit", beside).await;
        assert_eq!(changed, (vec![Err(Refusal::UsedUp), Ok(())], 2));
        let unchanged = while_it_was_held(&database().await, "rollback", beside).await;
        assert_eq!(unchanged, (vec![Ok(()), Ok(())], 1));
    }
}

#[tokio::test]
async fn one_attempt_on_a_token_that_somebody_holds_is_judged_by_what_becomes_of_it() {
    let left = |uses| Some((Ok(()), Uses::Left(uses)));
    for (change, end, expected, asked) in [
        ("set uses = 7", "rollback", left(0), 1),
        ("set uses = 7", "commit", left(6), 1),
        // After the clock was asked.
        (
            "set uses = 7, modified = modified + interval '1 second'",
            "commit",
            left(6),
            2,
        ),
        (
            "set uses = 7, last_used = modified + interval '1 second'",
            "commit",
            left(6),
            2,
        ),
        (
            "set uses = 0",
            "commit",
            Some((Err(Refusal::UsedUp), Uses::Left(0))),
            2,
        ),
        ("set uid = gen_random_uuid()", "commit", None, 2),
    ] {
        let database = database().await;
        let store = database.open().await;
        add(&*store, &[token(1)]).await;
        let change: &'static str = format!("begin; update tokens {change}").leak();
        let group = [spend(&token(1), "Ada")];
        let (answers, times) = spend_while(&database, &*store, &group, [change, end]).await;
        let [answer] = <[_; 1]>::try_from(made(answers.unwrap())).unwrap();
        let answer = answer.map(|made| (made.outcome, made.token.uses));
        assert_eq!((answer, times), (expected, asked), "{change}; {end}");
        assert_eq!(usages(&*store).await.len(), usize::from(expected.is_some()));
    }
}

#[tokio::test]
async fn one_attempt_that_is_refused_is_known_from_then_on() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1)]).await;
    let attempt = [spend(&token(1), "Ada")];
    let mut came = Vec::new();
    for change in [None, None, Some("update tokens set uses = 1")] {
        if let Some(change) = change {
            execute(&database, change).await;
        }
        let clock = Interrupting::new(noon(), || ());
        let answers = made(store.spend(&attempt, &clock).await.unwrap());
        let outcomes = answers.into_iter().flatten().map(|made| made.outcome);
        came.extend(outcomes.map(|outcome| (outcome, clock.asked())));
    }
    // The last is refused by what is known, until that is found to be wrong: otherwise it would have been made at once.
    let used_up = Err(Refusal::UsedUp);
    assert_eq!(came, [(Ok(()), 1), (used_up, 2), (Ok(()), 3)]);
    assert_eq!(usages(&*store).await.len(), 3);
}

#[tokio::test]
async fn what_is_known_is_not_wrong_because_of_a_token_that_is_not() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let known = [spend(&token(1), "Ada")];
    store.spend(&known, &Standing(noon())).await.unwrap();
    execute(
        &database,
        "update tokens set uses = -2 where value = 'value 2'",
    )
    .await;
    let group = [spend(&token(1), "Ada"), spend(&token(2), "Ada")];
    store.spend(&group, &Standing(noon())).await.unwrap_err();
    // That the first is known shows when it is no longer what is known.
    execute(
        &database,
        "update tokens set uses = 9 where value = 'value 1'",
    )
    .await;
    let clock = Interrupting::new(noon(), || ());
    let twice = [known.clone(), known].concat();
    store.spend(&twice, &clock).await.unwrap();
    assert_eq!(clock.asked(), 2);
}

#[tokio::test]
async fn a_token_that_does_not_fit_is_not_judged() {
    for change in [
        "uses = -2",
        "uses = 2147483648",
        "used = -1",
        "lock = -1",
        "lock = 2147483648",
        "valid_to = 'infinity'",
        "valid_from = '-infinity'",
        "valid_to = '270000-01-01'",
        "disabled = 'infinity'",
        "last_used = '-infinity'",
        "modified = 'infinity'",
        "valid_from = '2030-01-01', valid_to = '2030-01-01'",
    ] {
        let database = database().await;
        let store = database.open().await;
        add(&*store, &[token(1), token(2)]).await;
        let change = format!("update tokens set {change} where value = 'value 2'");
        execute(&database, &change).await;
        let group = [spend(&token(1), "Ada"), spend(&token(2), "Ada"), beside()];
        for group in [&group[1..2], &group[..2], &group] {
            let error = store.spend(group, &Standing(noon())).await.unwrap_err();
            assert!(
                matches!(error, StoreError::Failed(_)),
                "{change}: {error:?}"
            );
        }
        assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
        assert_eq!(usages(&*store).await, []);
    }
}

#[tokio::test]
async fn what_was_written_is_not_said_to_have_failed() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1), token(2)]).await;
    execute(
        &database,
        "update tokens set value = '' where value = 'value 2'",
    )
    .await;
    let group = [spend(&token(1), "Ada"), spend(&token(2), "Ada")];
    execute(&database, "update tokens set uses = 2").await;
    for group in [&group[1..], &group[..]] {
        let error = store.spend(group, &Standing(noon())).await.unwrap_err();
        assert!(matches!(error, StoreError::InDoubt(_)), "{error:?}");
    }
    execute(
        &database,
        "do $$ begin
            if (select array_agg(used order by uid) from tokens) <> '{1,2}' then
                raise 'it was not written';
            end if;
        end $$",
    )
    .await;
}
