//! Lists of so many tokens that it matters how they are looked for: the answer does not depend on it.

use chrono::TimeDelta;
use domain::{
    Status, Token, Uses, Window,
    page::Count,
    token::{Bounds, Label, Order, OrderBy, Span, TimeOf, TokenFilter},
};

use super::{
    database,
    made::{add, noon, token, value},
};

/// More than are looked at one by one.
const MANY: u32 = 6_000;
const HALF: u32 = MANY / 2;

/// Of some there are many, of others few: of each hundred one is disabled, and of all ten are used up, locked or not
/// good yet. The first half has expired.
fn tokens() -> Vec<Token> {
    let minutes = |n: u32| TimeDelta::minutes(n.into());
    (0..MANY)
        .map(|n| Token {
            value: value(&format!("{:08x}-{n}", n.wrapping_mul(2_654_435_761))),
            label: Label::parse(if n % 3 == 0 { "" } else { "Guest" }).unwrap(),
            window: Window {
                from: (n > HALF && n % 600 == 3).then(|| noon() + minutes(1)),
                to: match n % 4 {
                    _ if n < HALF => Some(noon() - minutes(1)),
                    0 => None,
                    _ => Some(noon() + minutes(n - HALF)),
                },
            },
            uses: Uses::Left(u32::from(n % 600 != 1)),
            lock: if n % 600 == 2 { 7200 } else { 0 },
            last_used: (n % 2 == 0).then(|| noon() - minutes(n % 90)),
            disabled: (n % 100 == 7).then(noon),
            created: noon() - TimeDelta::days(90) + minutes(n / 2),
            ..token(n)
        })
        .collect()
}

fn filter(search: &str, status: &[Status]) -> TokenFilter {
    TokenFilter {
        search: search.into(),
        status: status.to_vec(),
        at: noon(),
        ..TokenFilter::default()
    }
}

/// Of each time and of the uses: what few keep to, and what many do.
fn bounds() -> Vec<Bounds> {
    let day = |n| Some(noon() + TimeDelta::days(n));
    let time = |of, span| Bounds {
        times: vec![(of, span)],
        ..Bounds::default()
    };
    let uses = |least_uses, most_uses| Bounds {
        least_uses,
        most_uses,
        ..Bounds::default()
    };
    let newest = (TimeOf::Created, Span::Within(day(-90), day(-89)));
    vec![
        time(newest.0, Span::Within(day(-89), None)),
        time(newest.0, newest.1),
        time(TimeOf::ValidFrom, Span::Within(day(0), None)),
        time(TimeOf::ValidFrom, Span::Never),
        time(TimeOf::ValidTo, Span::Within(day(0), day(1))),
        time(TimeOf::ValidTo, Span::Within(None, None)),
        time(TimeOf::LastUsed, Span::Within(day(-1), day(0))),
        time(TimeOf::LastUsed, Span::Never),
        uses(Some(1), None),
        uses(None, Some(0)),
        Bounds {
            times: vec![newest, (TimeOf::LastUsed, Span::Never)],
            ..uses(Some(1), Some(1))
        },
    ]
}

#[tokio::test]
async fn pages_and_counts_are_right_whether_many_or_few_tokens_match() {
    let store = database().await.open().await;
    let all = tokens();
    add(&*store, &all).await;
    let mut rows = store.read().await.unwrap();
    let newest = Order::default();
    let by_value = Order {
        by: OrderBy::Value,
        descending: false,
    };
    let filters: Vec<_> = ["", "guest", "9-1", "00000001", "-", "no such"]
        .into_iter()
        .flat_map(|search| {
            let sets = Status::ALL.map(|status| vec![status]);
            let more = [
                vec![],
                Status::USABLE.to_vec(),
                vec![Status::Expired, Status::Locked],
                vec![Status::Active, Status::Active],
            ];
            sets.into_iter()
                .chain(more)
                .map(move |status| filter(search, &status))
        })
        .chain(bounds().into_iter().flat_map(|bounds| {
            let filters = [
                filter("", &[]),
                filter("guest", &[]),
                filter("", &[Status::Expired]),
                filter("9-1", &Status::USABLE),
            ];
            filters.map(|filter| TokenFilter {
                bounds: bounds.clone(),
                ..filter
            })
        }))
        .collect();
    for filter in &filters {
        let mut expected: Vec<_> = all.iter().filter(|token| filter.admits(token)).collect();
        for order in [newest, by_value] {
            if order == newest {
                expected.sort_by_key(|token| (token.created, token.uid));
                expected.reverse();
            } else {
                expected.sort_by_key(|token| &token.value);
            }
            for (offset, most) in [(0, 3), (0, 1_000), (40, 1_000), (2_000, 1_000)] {
                let (page, count) = rows
                    .token_page(filter, order, offset, 20, most)
                    .await
                    .unwrap();
                let values: Vec<_> = page.iter().map(|token| token.value.as_str()).collect();
                let rest = expected.iter().skip(usize::try_from(offset).unwrap());
                let rest: Vec<_> = rest.take(20).map(|token| token.value.as_str()).collect();
                assert_eq!(values, rest, "{filter:?} {order:?} from {offset}");
                let counted = Count::up_to(most.into(), expected.len() as u64);
                assert_eq!(count, counted, "{filter:?} up to {most}");
            }
        }
        for most in [0, 5, 1_000_000] {
            let count = rows.count_tokens(filter, most).await.unwrap();
            let counted = Count::up_to(most.into(), expected.len() as u64);
            assert_eq!(count, counted, "{filter:?} up to {most}");
        }
    }
    // Each way of looking is taken: of each status there are some, of some more than others.
    for status in Status::ALL {
        let count = rows.count_tokens(&filter("", &[status]), MANY).await;
        assert!(count.unwrap().number >= 4, "{status:?}");
    }
}
