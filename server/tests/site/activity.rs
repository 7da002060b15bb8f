//! The log of attempts, without JavaScript.

use domain::{Actor, account::Role, service::UsageQuery};
use http::{StatusCode, header};

use crate::host::TestHost;

const OPERATOR: Actor = Actor::Operator;

#[tokio::test]
async fn all_attempts_are_filtered_paged_and_exported() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    let token = host.token("=1+1").await;
    let gone = host.token("gone").await;
    host.service
        .consume(&OPERATOR, gone.uid, None)
        .await
        .unwrap();
    for _ in 0..60 {
        host.service
            .consume(&OPERATOR, token.uid, None)
            .await
            .unwrap();
    }
    host.service
        .delete_tokens(&OPERATOR, &[gone.uid])
        .await
        .unwrap()
        .unwrap();

    let page = host.page("/activity", &session).await;
    assert_eq!(page.status, StatusCode::OK);
    let link = format!("href=\"/tokens/{}\"", token.uid);
    assert_eq!(page.body.matches(&link).count(), 50);
    let (_, place) = page.body.split_once("before=").unwrap();
    let (place, _) = place.split_once('"').unwrap();
    let older = host
        .page(&format!("/activity?before={place}"), &session)
        .await;
    assert_eq!(older.body.matches(&link).count(), 10);
    // What is deleted is told by its value, and leads nowhere.
    assert!(older.body.contains("gone") && older.body.contains("deleted"));
    assert!(!older.body.contains(&format!("/tokens/{}", gone.uid)));

    let accepted = host.page("/activity?outcome=accepted", &session).await;
    assert_eq!(accepted.body.matches(&link).count(), 10);
    let none = host.page("/activity?by=nobody", &session).await;
    assert!(none.body.contains("No attempt matches"));

    let file = host
        .page("/activity/export.csv?outcome=accepted", &session)
        .await;
    assert_eq!(file.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(
        file.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"activity.csv\""
    );
    let head = "\u{feff}at,outcome,by,token_uid,token_value,label\r\n";
    assert!(file.body.starts_with(head));
    assert_eq!(file.body.lines().count(), 1 + 11);
    let row = format!(",accepted,command line,{},\"'=1+1\",\r\n", token.uid);
    assert_eq!(file.body.matches(&row).count(), 10);
}

#[tokio::test]
async fn an_export_of_many_attempts_is_whole() {
    let host = TestHost::new().await;
    let session = host.session(Role::Viewer).await;
    let token = host.token("many").await;
    let tries = (0..2500).map(|_| host.service.consume(&OPERATOR, token.uid, None));
    for made in futures_util::future::join_all(tries).await {
        made.unwrap();
    }
    let file = host.page("/activity/export.csv", &session).await;
    assert_eq!(file.body.lines().count(), 1 + 2500);
    let query = UsageQuery::default();
    let newest = host.service.usages(&OPERATOR, &query).await.unwrap();
    let newest = newest.usages[0].usage.at.at.to_rfc3339();
    assert!(file.body.lines().nth(1).unwrap().starts_with(&newest));
}
