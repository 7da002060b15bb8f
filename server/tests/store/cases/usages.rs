//! The log of attempts.

use chrono::TimeDelta;
use domain::{
    Token, Uses,
    store::{Store, StoreError},
    token::Label,
    usage::{Outcome, SpanCount, Tally, Usage, UsageFilter},
};

use super::{
    clock::Standing,
    database, deletion, execute,
    made::{add, noon, spend, token, usages, value},
};

#[tokio::test]
async fn attempts_are_shown_newest_first_and_counted_by_outcome() {
    let store = database().await.open().await;
    let busy = Token {
        uses: Uses::Left(3),
        ..token(1)
    };
    add(&*store, &[busy.clone(), token(2)]).await;
    for minute in 0..5 {
        let clock = Standing(noon() + TimeDelta::minutes(minute));
        let group = [
            spend(&busy, &format!("{minute}a")),
            spend(&token(2), "other"),
        ];
        store.spend(&group, &clock).await.unwrap();
    }
    let mut rows = store.read().await.unwrap();
    let shown = rows.usages_of(busy.uid, 0, 10).await.unwrap();
    let shown: Vec<_> = shown
        .iter()
        .map(|usage| (usage.actor.as_str(), usage.outcome))
        .collect();
    assert_eq!(
        shown,
        [
            ("4a", Outcome::UsedUp),
            ("3a", Outcome::UsedUp),
            ("2a", Outcome::Accepted),
            ("1a", Outcome::Accepted),
            ("0a", Outcome::Accepted),
        ]
    );
    let page = rows.usages_of(busy.uid, 1, 2).await.unwrap();
    assert_eq!(
        page.iter()
            .map(|usage| usage.actor.as_str())
            .collect::<Vec<_>>(),
        ["3a", "2a"]
    );
    assert_eq!(rows.usages_of(busy.uid, 5, 10).await.unwrap(), []);
    assert_eq!(
        rows.tally_of(busy.uid).await.unwrap(),
        Tally {
            accepted: 3,
            refused: 2
        }
    );
    assert_eq!(
        rows.tally_of(token(2).uid).await.unwrap(),
        Tally {
            accepted: 1,
            refused: 4
        }
    );
    assert_eq!(rows.tally_of(token(3).uid).await.unwrap(), Tally::default());
}

#[tokio::test]
async fn attempts_of_one_instant_are_shown_in_the_order_in_which_they_were_made() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    let group: Vec<_> = (0..20).map(|n| spend(&free, &n.to_string())).collect();
    store.spend(&group, &Standing(noon())).await.unwrap();
    let shown = store
        .read()
        .await
        .unwrap()
        .usages_of(free.uid, 0, 20)
        .await
        .unwrap();
    let shown: Vec<u32> = shown
        .iter()
        .map(|usage| usage.actor.parse().unwrap())
        .collect();
    assert_eq!(shown, (0..20).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn attempts_are_found_however_many_others_lie_between() {
    let store = database().await.open().await;
    let [rare, busy] = [1, 2].map(|n| Token {
        uses: Uses::Unlimited,
        ..token(n)
    });
    add(&*store, &[rare.clone(), busy.clone()]).await;
    // More than a block of the log, between any two.
    for n in 0..4 {
        let mut group = vec![spend(&busy, "often"); 17_000];
        group.push(spend(&rare, &n.to_string()));
        store.spend(&group, &Standing(noon())).await.unwrap();
    }
    let mut rows = store.read().await.unwrap();
    let mut page = async |offset, limit| -> Vec<String> {
        let usages = rows.usages_of(rare.uid, offset, limit).await.unwrap();
        usages.into_iter().map(|usage| usage.actor).collect()
    };
    assert_eq!(page(0, 10).await, ["3", "2", "1", "0"]);
    assert_eq!(page(0, 3).await, ["3", "2", "1"]);
    assert_eq!(page(1, 2).await, ["2", "1"]);
    assert_eq!(page(3, 10).await, ["0"]);
    assert_eq!(page(4, 10).await, [""; 0]);
    let all = |accepted| Tally {
        accepted,
        refused: 0,
    };
    assert_eq!(rows.tally_of(rare.uid).await.unwrap(), all(4));
    assert_eq!(rows.tally_of(busy.uid).await.unwrap(), all(68_000));
    let late = rows.usages_of(busy.uid, 67_990, 20).await.unwrap();
    assert_eq!(late.len(), 10);
    let day = [noon() - TimeDelta::days(1), noon() + TimeDelta::days(1)];
    let counts = rows.count_usages(Some(rare.uid), &day).await.unwrap();
    assert_eq!(counts.iter().map(|span| span.attempts).sum::<u64>(), 4);
}

#[tokio::test]
async fn attempts_are_found_as_soon_as_they_are_made() {
    let store = database().await.open().await;
    let tokens = [1, 2, 3].map(|n| Token {
        uses: Uses::Unlimited,
        ..token(n)
    });
    add(&*store, &tokens).await;
    let day = [noon() - TimeDelta::days(1), noon() + TimeDelta::days(1)];
    // Of each token in what order; groups of all sizes, so that some end just before, with and behind what engines put
    // together.
    let mut made: [Vec<String>; 3] = Default::default();
    let mut number = 0;
    for group in [1000, 23, 1, 1, 998, 1025, 1, 1024, 2047, 3000, 40, 1] {
        let spends: Vec<_> = (number..number + group)
            .map(|n| {
                let which = n * n % 7 % 3;
                made[which].push(n.to_string());
                spend(&tokens[which], &n.to_string())
            })
            .collect();
        store.spend(&spends, &Standing(noon())).await.unwrap();
        number += group;

        let mut rows = store.read().await.unwrap();
        for (token, made) in tokens.iter().zip(&made) {
            let newest: Vec<&String> = made.iter().rev().collect();
            for offset in [0, 1, newest.len() / 2, newest.len().saturating_sub(3)] {
                let page = rows.usages_of(token.uid, offset as u64, 700).await.unwrap();
                let page: Vec<&String> = page.iter().map(|usage| &usage.actor).collect();
                let expected = &newest[offset.min(newest.len())..];
                let expected = &expected[..expected.len().min(700)];
                assert_eq!(page, expected, "from {offset} on, of {number}");
            }
            let tally = rows.tally_of(token.uid).await.unwrap();
            assert_eq!(tally.accepted, made.len() as u64, "of {number}");
            let counts = rows.count_usages(Some(token.uid), &day).await.unwrap();
            let counted: u64 = counts.iter().map(|span| span.attempts).sum();
            assert_eq!(counted, made.len() as u64, "of {number}");
        }
    }

    // Nor is one found twice or not at all when others are forgotten, and new ones get their numbers.
    let mut unit = store.write().await.unwrap();
    let all = number as u64;
    let forgotten = unit
        .purge_usages(noon() + TimeDelta::hours(1), 3000)
        .await
        .unwrap();
    assert_eq!(forgotten, 3000);
    unit.commit(&[]).await.unwrap();
    let spends = vec![spend(&tokens[0], "late"); 1500];
    store.spend(&spends, &Standing(noon())).await.unwrap();
    let mut rows = store.read().await.unwrap();
    let mut sum = 0;
    for token in &tokens {
        sum += rows.tally_of(token.uid).await.unwrap().accepted;
    }
    assert_eq!(sum, all - 3000 + 1500);
    let late = rows.usages_of(tokens[0].uid, 0, 2000).await.unwrap();
    assert_eq!(
        late.iter().filter(|usage| usage.actor == "late").count(),
        1500
    );
}

#[tokio::test]
async fn the_log_keeps_what_was_true_and_outlives_the_token() {
    let store = database().await.open().await;
    add(&*store, &[token(1)]).await;
    store
        .spend(&[spend(&token(1), "Ada")], &Standing(noon()))
        .await
        .unwrap();

    let mut unit = store.write().await.unwrap();
    let used = unit.token_for_update(token(1).uid).await.unwrap().unwrap();
    let renamed = Token {
        value: value("another"),
        version: used.version + 1,
        ..used.clone()
    };
    assert!(unit.update_token(&renamed, used.version).await.unwrap());
    unit.trash_tokens(&[used.uid], &deletion(1)).await.unwrap();
    unit.commit(&[]).await.unwrap();

    let expected = Usage {
        token_uid: token(1).uid,
        token_value: token(1).value,
        at: noon(),
        outcome: Outcome::Accepted,
        actor: "Ada".into(),
    };
    assert_eq!(usages(&*store).await, std::slice::from_ref(&expected));
    let shown = store
        .read()
        .await
        .unwrap()
        .usages_of(token(1).uid, 0, 10)
        .await
        .unwrap();
    assert_eq!(shown, [expected]);
}

#[tokio::test]
async fn the_whole_log_can_be_walked_by_number() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    for group in 0..5 {
        let group: Vec<_> = (0..10)
            .map(|n| spend(&free, &(group * 10 + n).to_string()))
            .collect();
        store.spend(&group, &Standing(noon())).await.unwrap();
    }
    let mut rows = store.read().await.unwrap();
    let mut walked = Vec::new();
    let mut after = 0;
    loop {
        let page = rows.usages_after(after, 7).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = *last;
        assert!(page.is_sorted_by_key(|(number, _)| *number));
        walked.extend(
            page.into_iter()
                .map(|(_, usage)| usage.actor.parse::<u32>().unwrap()),
        );
    }
    assert_eq!(walked, (0..50).collect::<Vec<_>>());
}

/// Who tried, of all attempts that `filter` means, read in pages of that size.
async fn walk(store: &dyn Store, filter: &UsageFilter, page: u32) -> Vec<String> {
    let mut rows = store.read().await.unwrap();
    let mut walked = Vec::new();
    let mut place = None;
    loop {
        let usages = rows.usages(filter, place, page).await.unwrap();
        let Some(last) = usages.last() else {
            return walked;
        };
        assert!(usages.len() <= page as usize);
        place = Some(last.place());
        walked.extend(usages.into_iter().map(|logged| logged.usage.actor));
    }
}

#[tokio::test]
async fn all_attempts_are_paged_newest_first_though_many_have_the_same_time() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    let once = token(2);
    add(&*store, &[free.clone(), once.clone()]).await;
    // Nodes whose clocks differ a little: what is written last need not be the newest.
    for (group, minute) in [(0, 0), (1, 2), (2, 1)] {
        let spends: Vec<_> = (0..4)
            .map(|n| spend(if n == 3 { &once } else { &free }, &format!("{group}{n}")))
            .collect();
        let clock = Standing(noon() + TimeDelta::minutes(minute));
        store.spend(&spends, &clock).await.unwrap();
    }
    let all = [
        "13", "12", "11", "10", "23", "22", "21", "20", "03", "02", "01", "00",
    ];
    let everything = UsageFilter::default();
    for page in [1, 3, 4, 100] {
        assert_eq!(walk(&*store, &everything, page).await, all, "{page}");
    }
}

#[tokio::test]
async fn attempts_are_filtered_by_outcome_actor_and_time() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2)]).await;
    for (minute, token, actor) in [
        (0, token(1), "Ada"),
        (1, token(1), "Gate"),
        (2, token(2), "Ada"),
        (3, token(2), "ada"),
    ] {
        let clock = Standing(noon() + TimeDelta::minutes(minute));
        store.spend(&[spend(&token, actor)], &clock).await.unwrap();
    }
    let at = |minute| Some(noon() + TimeDelta::minutes(minute));
    let by = |actor: &str| UsageFilter {
        actor: actor.into(),
        ..UsageFilter::default()
    };
    let ended = |outcomes: &[Outcome]| UsageFilter {
        outcomes: outcomes.to_vec(),
        ..UsageFilter::default()
    };
    let between = |since, until| UsageFilter {
        since,
        until,
        ..UsageFilter::default()
    };
    let refused: Vec<_> = Outcome::refusals().collect();
    let cases: [(UsageFilter, &[&str]); 10] = [
        (by("Ada"), &["Ada", "Ada"]),
        (by("nobody"), &[]),
        (by("nul\0"), &[]),
        (ended(&[Outcome::Accepted]), &["Ada", "Ada"]),
        (ended(&refused), &["ada", "Gate"]),
        (ended(&[Outcome::Locked]), &[]),
        (between(at(1), None), &["ada", "Ada", "Gate"]),
        (between(None, at(2)), &["Gate", "Ada"]),
        (between(at(1), at(2)), &["Gate"]),
        (
            UsageFilter {
                since: at(1),
                ..by("Ada")
            },
            &["Ada"],
        ),
    ];
    for (filter, expected) in cases {
        for page in [1, 50] {
            assert_eq!(walk(&*store, &filter, page).await, expected, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn an_attempt_knows_how_its_token_is_called_as_long_as_there_is_one() {
    let store = database().await.open().await;
    let named = Token {
        label: Label::parse("VIP").unwrap(),
        ..token(1)
    };
    let tokens = [named, token(2), token(3)];
    add(&*store, &tokens).await;
    for token in &tokens {
        store
            .spend(&[spend(token, "Ada")], &Standing(noon()))
            .await
            .unwrap();
    }
    let mut unit = store.write().await.unwrap();
    unit.trash_tokens(&[token(3).uid], &deletion(1))
        .await
        .unwrap();
    unit.commit(&[]).await.unwrap();
    let mut rows = store.read().await.unwrap();
    let everything = UsageFilter::default();
    let labels: Vec<_> = rows
        .usages(&everything, None, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|logged| logged.label.map(|label| label.as_str().to_owned()))
        .collect();
    assert_eq!(labels, [None, Some(String::new()), Some("VIP".to_owned())]);
}

#[tokio::test]
async fn attempts_are_counted_between_instants_by_outcome() {
    let store = database().await.open().await;
    add(&*store, &[token(1), token(2)]).await;
    let at = |minute| noon() + TimeDelta::minutes(minute);
    let last = TimeDelta::microseconds(1);
    for (when, token) in [
        (at(0) - last, token(1)),
        (at(0), token(1)),
        (at(1) - last, token(2)),
        (at(2), token(1)),
        (at(2), token(2)),
        (at(3) - last, token(2)),
        (at(3), token(2)),
    ] {
        let spends = [spend(&token, "Ada")];
        store.spend(&spends, &Standing(when)).await.unwrap();
    }
    let mut rows = store.read().await.unwrap();
    let mut counts = async |token_uid, instants: &[_]| {
        let mut counts = rows.count_usages(token_uid, instants).await.unwrap();
        counts.sort_by_key(|count| (count.span, count.outcome.number()));
        counts
    };
    let count = |span, outcome, attempts| SpanCount {
        span,
        outcome,
        attempts,
    };
    let (accepted, used_up) = (Outcome::Accepted, Outcome::UsedUp);
    // The first attempt took the only use of the one token, the third that of the other.
    let minutes = [at(0), at(1), at(2), at(3)];
    assert_eq!(
        counts(None, &minutes).await,
        [
            count(0, accepted, 1),
            count(0, used_up, 1),
            count(2, used_up, 3)
        ]
    );
    assert_eq!(
        counts(Some(token(2).uid), &minutes).await,
        [count(0, accepted, 1), count(2, used_up, 2)]
    );
    assert_eq!(
        counts(None, &[at(0), at(3)]).await,
        [count(0, accepted, 1), count(0, used_up, 4)]
    );
    assert_eq!(counts(None, &[at(0)]).await, []);
    assert_eq!(counts(None, &[]).await, []);
}

#[tokio::test]
async fn an_attempt_that_does_not_fit_is_an_error_with_its_place() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1)]).await;
    store
        .spend(&[spend(&token(1), "Ada")], &Standing(noon()))
        .await
        .unwrap();
    execute(&database, "update usages set id = 7, outcome = 1").await;
    let error = store
        .read()
        .await
        .unwrap()
        .usages_after(0, 10)
        .await
        .unwrap_err();
    let StoreError::Failed(cause) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        cause.to_string(),
        "inconsistent data: table usages, column outcome, row 7"
    );
}

#[tokio::test]
async fn old_attempts_are_forgotten_so_many_at_a_time() {
    let store = database().await.open().await;
    let free = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, std::slice::from_ref(&free)).await;
    for minute in 0..5 {
        let clock = Standing(noon() + TimeDelta::minutes(minute));
        store
            .spend(&[spend(&free, &minute.to_string())], &clock)
            .await
            .unwrap();
    }
    let before = noon() + TimeDelta::minutes(3);
    for purged in [2, 1, 0] {
        let mut unit = store.write().await.unwrap();
        assert_eq!(unit.purge_usages(before, 2).await.unwrap(), purged);
        unit.commit(&[]).await.unwrap();
    }
    let left: Vec<_> = usages(&*store).await.into_iter().map(|u| u.actor).collect();
    assert_eq!(left, ["3", "4"]);
}
