use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::token::{Label, Uses, Value, Window};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000_000 + seconds, 0).unwrap()
}

fn uid(n: u8) -> Uuid {
    Uuid::from_bytes([n; 16])
}

fn token(n: u8, uses: Uses, lock: u32) -> Token {
    Token {
        uid: uid(n),
        value: Value::from(uid(n)),
        label: Label::default(),
        window: Window::default(),
        uses,
        used: 0,
        lock,
        disabled: None,
        last_used: None,
        creator: None,
        created: at(0),
        modified: at(0),
        version: 0,
    }
}

fn spend(n: u8, actor: &str) -> Spend {
    Spend {
        token_uid: uid(n),
        actor: actor.to_owned(),
        once: None,
    }
}

#[test]
fn attempts_are_judged_in_order_of_arrival() {
    let tokens = vec![token(1, Uses::Left(1), 0), token(2, Uses::Unlimited, 60)];
    let spends = [
        spend(1, "a"),
        spend(2, "b"),
        spend(1, "c"),
        spend(9, "d"),
        spend(2, "e"),
    ];
    let decision = decide(tokens.clone(), vec![], &spends, at(10));

    let outcomes: Vec<_> = decision
        .usages
        .iter()
        .map(|u| (u.actor.as_str(), u.outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("a", Outcome::Accepted),
            ("b", Outcome::Accepted),
            ("c", Outcome::UsedUp),
            ("e", Outcome::Locked),
        ]
    );
    let answered: Vec<_> = decision
        .answers
        .iter()
        .map(|a| a.clone().made().map(|a| a.outcome))
        .collect();
    assert_eq!(
        answered,
        [
            Some(Ok(())),
            Some(Ok(())),
            Some(Err(Refusal::UsedUp)),
            None,
            Some(Err(Refusal::Locked { until: at(70) })),
        ]
    );
    let spent = |token: &Token| token.consume(at(10)).unwrap();
    assert_eq!(
        decision.changed,
        [
            (tokens[0].clone(), spent(&tokens[0])),
            (tokens[1].clone(), spent(&tokens[1])),
        ]
    );
}

#[test]
fn a_token_that_is_only_refused_is_not_written() {
    let decision = decide(
        vec![token(1, Uses::Left(0), 0)],
        vec![],
        &[spend(1, "a")],
        at(10),
    );
    assert_eq!(decision.changed, []);
    assert_eq!(decision.usages.len(), 1);
}

fn under(key: &str, spend: Spend) -> Spend {
    let once = Once {
        actor: uid(0),
        key: IdempotencyKey::parse(key).unwrap(),
        fingerprint: Spend::fingerprint(spend.token_uid),
    };
    Spend {
        once: Some(once),
        ..spend
    }
}

#[test]
fn an_attempt_that_comes_again_is_answered_alike_and_not_made_again() {
    let tokens = vec![token(1, Uses::Left(2), 0), token(2, Uses::Left(0), 0)];
    let first = [
        under("a", spend(1, "x")),
        under("a", spend(1, "x")),
        under("a", spend(2, "x")),
        under("b", spend(2, "x")),
        under("c", spend(9, "x")),
    ];
    let decision = decide(tokens.clone(), vec![], &first, at(10));
    let (accepted, refused) = (&decision.answers[0], &decision.answers[3]);
    assert!(matches!(accepted, Answer::Made(made) if made.outcome.is_ok()));
    assert!(matches!(refused, Answer::Made(made) if made.outcome == Err(Refusal::UsedUp)));
    assert_eq!(
        decision.answers[1..3],
        [accepted.clone(), Answer::KeyReused]
    );
    assert_eq!(decision.usages.len(), 2);
    assert_eq!(decision.kept, [(uid(2), 0)]);

    // In another group, when all has changed: the second token has uses, the first has gone.
    let later = decide(
        vec![token(2, Uses::Left(5), 0)],
        decision.memories.clone(),
        &first,
        at(20),
    );
    assert_eq!(later.answers, decision.answers);
    assert_eq!(
        (later.changed, later.usages, later.memories),
        (vec![], vec![], vec![])
    );
}

proptest! {
    #[test]
    fn a_group_comes_to_the_same_as_one_after_the_other(
        tokens in proptest::collection::vec((0_u32..4, 0_u32..2, any::<bool>()), 1..4),
        spends in proptest::collection::vec(0_u8..5, 0..20),
    ) {
        let tokens: Vec<Token> = (0_u8..)
            .zip(tokens)
            .map(|(n, (left, lock, unlimited))| {
                token(n, if unlimited { Uses::Unlimited } else { Uses::Left(left) }, lock)
            })
            .collect();
        let spends: Vec<Spend> = spends.into_iter().map(|n| spend(n, "a")).collect();
        let decision = decide(tokens.clone(), vec![], &spends, at(10));

        let mut state: BTreeMap<Uuid, Token> = tokens.into_iter().map(|t| (t.uid, t)).collect();
        for (spend, answer) in spends.iter().zip(&decision.answers) {
            let single = state.get(&spend.token_uid).map(|token| token.consume(at(10)));
            prop_assert_eq!(
                answer.clone().made().map(|answer| answer.outcome),
                single.as_ref().map(|result| result.as_ref().map(|_| ()).map_err(|r| *r))
            );
            if let Some(Ok(spent)) = single {
                state.insert(spent.uid, spent);
            }
        }
        for (_, after) in &decision.changed {
            prop_assert_eq!(Some(after), state.get(&after.uid));
        }
        let accepted = decision.usages.iter().filter(|u| u.outcome == Outcome::Accepted).count();
        let taken: i64 = decision.changed.iter().map(|(b, a)| a.version - b.version).sum();
        prop_assert_eq!(i64::try_from(accepted).unwrap(), taken);
    }
}
