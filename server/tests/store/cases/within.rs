//! What a filter means that asks for times and for uses: exactly those that the rule says.

use chrono::TimeDelta;
use domain::{
    Token, Uses, Window,
    token::{Bounds, Order, Position, Span, TimeOf, TokenFilter},
};

use super::{
    database,
    made::{add, noon, token},
};

/// Tokens with each of their times before, at and after noon, or never, and all kinds of uses.
fn of_all_kinds() -> Vec<Token> {
    let tick = TimeDelta::microseconds(1);
    let times = [None, Some(noon() - tick), Some(noon()), Some(noon() + tick)];
    let mut tokens = Vec::new();
    for first in times {
        for second in times {
            for uses in [Uses::Unlimited, Uses::Left(0), Uses::Left(1), Uses::Left(2)] {
                let kinds = [
                    (first.unwrap_or(noon()), Window::default(), second),
                    (noon(), Window::new(first, None).unwrap(), second),
                    (noon(), Window::new(None, first).unwrap(), second),
                ];
                for (created, window, last_used) in kinds {
                    let number = u32::try_from(tokens.len()).unwrap();
                    tokens.push(Token {
                        created,
                        window,
                        last_used,
                        uses,
                        ..token(number)
                    });
                }
            }
        }
    }
    tokens
}

#[tokio::test]
async fn times_and_uses_are_found_as_the_rule_says() {
    let store = database().await.open().await;
    let tokens = of_all_kinds();
    add(&*store, &tokens).await;
    let tick = TimeDelta::microseconds(1);
    let mut bounds = vec![Bounds::default()];
    for of in TimeOf::ALL {
        for span in [
            Span::Never,
            Span::Within(Some(noon()), None),
            Span::Within(None, Some(noon())),
            Span::Within(Some(noon()), Some(noon() + tick)),
            Span::Within(None, None),
        ] {
            let times = vec![(of, span)];
            bounds.push(Bounds {
                times: times.clone(),
                ..Bounds::default()
            });
            bounds.push(Bounds {
                times: vec![(of, span), (TimeOf::LastUsed, Span::Never)],
                least_uses: Some(1),
                most_uses: None,
            });
            bounds.push(Bounds {
                times,
                least_uses: Some(0),
                most_uses: Some(1),
            });
        }
    }
    let mut sizes = Vec::new();
    for bounds in bounds {
        let filter = TokenFilter {
            bounds,
            at: noon(),
            ..TokenFilter::default()
        };
        let mut rows = store.read().await.unwrap();
        let found = rows
            .tokens(&filter, Order::default(), &Position::Offset(0), 100_000)
            .await
            .unwrap();
        let count = rows.count_tokens(&filter, 100_000).await.unwrap();
        assert_eq!(count, (found.len() as u64).into(), "{:?}", filter.bounds);
        let mut found: Vec<_> = found.into_iter().map(|token| token.uid).collect();
        found.sort_unstable();
        let mut unit = store.write().await.unwrap();
        let held = unit.uids_for_update(&filter, 100_000).await.unwrap();
        assert_eq!(held, found, "{:?}", filter.bounds);
        let admitted = tokens.iter().filter(|token| filter.admits(token));
        let admitted: Vec<_> = admitted.map(|token| token.uid).collect();
        assert_eq!(found, admitted, "{:?}", filter.bounds);
        sizes.push(found.len());
    }
    // The cases tell apart what they are about.
    sizes.sort_unstable();
    sizes.dedup();
    assert!(sizes.len() > 10, "{sizes:?}");
}
