//! Pages that lie far into the list.

use chrono::TimeDelta;
use domain::{
    Token,
    page::Count,
    store::Store,
    token::{Order, OrderBy, TokenFilter, Trashed},
};

use super::{
    database, deletion,
    made::{add, noon, token},
};

/// So many that places beyond the first hundreds are looked up in another way, over some days, with hours that have none
/// and times that several share.
fn tokens() -> Vec<Token> {
    (0..1400)
        .map(|n| Token {
            created: noon() - TimeDelta::minutes(i64::from(n / 3 * 7 + n / 300 * 200)),
            ..token(n * 7919 % 1400)
        })
        .collect()
}

/// Everything that is asked of the list is as it is with `left`.
async fn is_whole(store: &dyn Store, left: &[Token]) {
    let filter = TokenFilter::all(noon());
    let mut rows = store.read().await.unwrap();
    for descending in [true, false] {
        let order = Order {
            by: OrderBy::Created,
            descending,
        };
        let mut expected: Vec<&Token> = left.iter().collect();
        expected.sort_by_key(|token| (token.created, token.uid));
        if descending {
            expected.reverse();
        }
        let length = expected.len();
        for offset in (480..length + 70).step_by(29).chain([length - 1, length]) {
            let found = rows
                .token_page(&filter, order, offset as u64, 40, 10_000)
                .await
                .unwrap();
            let page: Vec<Token> = expected
                .iter()
                .skip(offset)
                .take(40)
                .copied()
                .cloned()
                .collect();
            let uids = |tokens: &[Token]| tokens.iter().map(|token| token.uid).collect::<Vec<_>>();
            assert_eq!(
                uids(&found.0),
                uids(&page),
                "from {offset} on, {descending}"
            );
            assert_eq!(found.1, Count::from(length as u64), "from {offset} on");
        }
    }
}

#[tokio::test]
async fn pages_far_into_the_list_are_whole_whatever_came_and_went() {
    let database = database().await;
    let store = database.open().await;
    let tokens = tokens();
    add(&*store, &tokens[..900]).await;
    is_whole(&*store, &tokens[..900]).await;
    add(&*store, &tokens[900..]).await;
    is_whole(&*store, &tokens).await;

    // What is deleted leaves a whole hour empty, and thins out others.
    let (left, gone): (Vec<_>, Vec<_>) = tokens
        .iter()
        .enumerate()
        .partition(|(n, _)| n % 5 != 0 && !(400..440).contains(n));
    let left: Vec<Token> = left.into_iter().map(|(_, token)| token.clone()).collect();
    let mut unit = store.write().await.unwrap();
    let uids: Vec<_> = gone.iter().map(|(_, token)| token.uid).collect();
    unit.trash_tokens(&uids, &deletion(1)).await.unwrap();
    // Not before it is committed.
    is_whole(&*store, &tokens).await;
    unit.commit(&[]).await.unwrap();
    is_whole(&*store, &left).await;

    let mut unit = store.write().await.unwrap();
    unit.restore_tokens(Trashed::Deletion(deletion(1).uid))
        .await
        .unwrap();
    unit.commit(&[]).await.unwrap();
    is_whole(&*store, &tokens).await;
}
