//! What is done with scanned values, and what goes on paper, through the use cases.

use domain::{
    Actor, Error, Field, Status, Uses,
    idempotency::IdempotencyKey,
    service::{Batch, TokenQuery},
    token::{Draft, Value},
    usage::Outcome,
    view::Sheet,
};
use uuid::Uuid;

use crate::host::TestHost;

const OPERATOR: Actor = Actor::Operator;

#[tokio::test]
async fn a_use_by_value_counts_once_under_one_key_and_tells_a_no() {
    let host = TestHost::new().await;
    let draft = Draft {
        value: Some(Value::parse("ticket").unwrap()),
        uses: Some(Uses::Left(2)),
        ..Draft::default()
    };
    host.service.add_token(&OPERATOR, draft).await.unwrap();
    let key = || IdempotencyKey::parse("scan-1").ok();
    let spend = async |key| host.service.use_value(&OPERATOR, "ticket", key).await;
    for _ in 0..3 {
        let used = spend(key()).await.unwrap();
        assert_eq!(used.outcome, Outcome::Accepted);
        assert_eq!(used.token.uses, Uses::Left(1));
    }
    assert_eq!(spend(None).await.unwrap().outcome, Outcome::Accepted);
    let refused = spend(None).await.unwrap();
    assert_eq!(refused.outcome, Outcome::UsedUp);
    assert_eq!(refused.wait_until, None);
    let unknown = host.service.use_value(&OPERATOR, "nothing", None).await;
    assert_eq!(unknown.unwrap_err(), Error::NotFound);
    let nobody = Actor::default();
    let refused = host.service.use_value(&nobody, "ticket", None).await;
    assert_eq!(refused.unwrap_err(), Error::Unauthenticated);
}

#[tokio::test]
async fn a_scanned_value_becomes_a_token_if_it_can_be_one() {
    let host = TestHost::new().await;
    let made = host.service.add_value(&OPERATOR, "badge").await.unwrap();
    assert_eq!(made.value.as_str(), "badge");
    let long = "x".repeat(1001);
    for taken_or_wrong in ["badge", "", long.as_str()] {
        let refused = host.service.add_value(&OPERATOR, taken_or_wrong).await;
        assert!(refused.unwrap_err().flaw_of(Field::Value).is_some());
    }
}

#[tokio::test]
async fn a_sheet_has_what_was_named_in_that_order_or_what_the_query_means() {
    let host = TestHost::new().await;
    let batch = Batch {
        amount: 300,
        ..Batch::default()
    };
    let made = host.service.add_tokens(&OPERATOR, batch).await.unwrap();
    let named = [made[7].uid, Uuid::nil(), made[3].uid];
    let sheet = host.service.sheet_of(&OPERATOR, &named).await.unwrap();
    let values: Vec<_> = sheet
        .labels
        .iter()
        .map(|label| label.value.as_str())
        .collect();
    assert_eq!(values, [made[7].value.as_str(), made[3].value.as_str()]);
    // More than one page of the list, up to what a sheet takes.
    let all = host
        .service
        .sheet(&OPERATOR, &TokenQuery::default())
        .await
        .unwrap();
    assert_eq!((all.labels.len(), all.total), (300, 300.into()));
    for _ in 0..3 {
        let batch = Batch {
            amount: 300,
            ..Batch::default()
        };
        host.service.add_tokens(&OPERATOR, batch).await.unwrap();
    }
    let most = host
        .service
        .sheet(&OPERATOR, &TokenQuery::default())
        .await
        .unwrap();
    assert_eq!((most.labels.len(), most.total), (Sheet::MOST, 1200.into()));
}

#[tokio::test]
async fn anybody_is_told_how_the_token_of_a_value_stands_and_nothing_is_used() {
    let host = TestHost::new().await;
    let draft = Draft {
        value: Some(Value::parse("ticket").unwrap()),
        uses: Some(Uses::Left(2)),
        ..Draft::default()
    };
    let token = host.service.add_token(&OPERATOR, draft).await.unwrap();
    let checked = host.service.check("192.0.2.1", "ticket").await.unwrap();
    let checked = checked.unwrap();
    assert_eq!(checked.status, Status::Active);
    assert_eq!(checked.uses, Uses::Left(2));
    let after = host.service.token(&OPERATOR, token.uid).await.unwrap();
    assert_eq!(after, token);
    for unknown in ["nothing", "", &"x".repeat(1001)] {
        let checked = host.service.check("192.0.2.1", unknown).await;
        assert_eq!(checked, Ok(None), "{unknown}");
    }
}
