//! Deleting and taking back, and the audit log of it, without JavaScript.

use domain::{Actor, account::Role, token::Draft};
use http::{StatusCode, header};

use crate::host::TestHost;

const OPERATOR: Actor = Actor::Operator;

#[tokio::test]
async fn a_deletion_is_undone_by_its_message_or_from_the_trash() {
    let host = TestHost::new().await;
    let session = host.session(Role::Manager).await;
    let uid = host.token("VIP").await.uid;
    let delete = async || {
        let body = format!("uid={uid}");
        let from = format!("/tokens/{uid}/delete");
        host.form("/fn/delete_token", &from, &session, &body).await
    };

    let deleted = delete().await;
    let list = deleted.location().to_owned();
    let list = list.trim_start_matches("http://tessera.example");
    let page = host.page(list, &session).await;
    assert!(page.body.contains("Token deleted."));
    let (_, deletion) = page.body.split_once("name=\"deletion\" value=\"").unwrap();
    let body = format!("deletion={}", &deletion[..36]);
    let undone = host.form("/fn/undo_deletion", list, &session, &body).await;
    assert!(undone.location().ends_with("/tokens?notice=restored-1"));
    assert!(host.service.token(&OPERATOR, uid).await.is_ok());

    delete().await;
    let trash = host.page("/tokens/trash", &session).await;
    assert_eq!(trash.status, StatusCode::OK);
    assert!(trash.body.contains("VIP") && trash.body.contains("Restore VIP"));
    // Its value is taken meanwhile, and that is said where one asked for it.
    let heir = host.token("VIP").await.uid;
    let body = format!("uid={uid}");
    let restore = async || {
        host.form("/fn/restore_token", "/tokens/trash", &session, &body)
            .await
    };
    let refused = restore().await;
    let told = refused
        .location()
        .trim_start_matches("http://tessera.example");
    let told = host.page(told, &session).await;
    assert!(told.body.contains("Another token has this value."));
    host.service
        .delete_tokens(&OPERATOR, &[heir])
        .await
        .unwrap()
        .unwrap();
    let restored = restore().await;
    assert!(
        restored
            .location()
            .ends_with("/tokens/trash?notice=restored-1")
    );
    assert!(host.service.token(&OPERATOR, uid).await.is_ok());
}

#[tokio::test]
async fn the_audit_log_is_filtered_paged_and_exported() {
    let host = TestHost::new().await;
    let session = host.session(Role::Admin).await;
    host.token("=1+1").await;
    for n in 0..60 {
        host.token(&format!("many {n}")).await;
    }
    let page = host.page("/audit", &session).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("many 59") && !page.body.contains("many 5<"));
    let (_, number) = page.body.split_once("before=").unwrap();
    let (number, _) = number.split_once('"').unwrap();
    let older = host
        .page(&format!("/audit?before={number}"), &session)
        .await;
    assert!(older.body.contains("many 5<") && older.body.contains("=1+1"));
    let found = host
        .page("/audit?q=many%207&action=create&target=token", &session)
        .await;
    assert!(found.body.contains("many 7<") && !found.body.contains("many 8<"));
    let none = host.page("/audit?action=purge", &session).await;
    assert!(none.body.contains("No entry matches"));

    let file = host.page("/audit/export.csv?target=token", &session).await;
    assert_eq!(file.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(
        file.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"audit.csv\""
    );
    assert!(
        file.body
            .starts_with("\u{feff}at,by,action,target,uid,name,field,old,new\r\n")
    );
    assert!(file.body.contains(",\"'=1+1\",Value,,\"'=1+1\"\r\n"));
    // A head, and three fields of each token: value, uses, lock.
    assert_eq!(file.body.lines().count(), 1 + 61 * 3);
}

#[tokio::test]
async fn an_export_of_many_entries_is_whole() {
    let host = TestHost::new().await;
    let session = host.session(Role::Admin).await;
    for _ in 0..2 {
        let batch = domain::service::Batch {
            draft: Draft::default(),
            amount: 750,
        };
        host.service.add_tokens(&OPERATOR, batch).await.unwrap();
    }
    let file = host.page("/audit/export.csv?target=token", &session).await;
    assert_eq!(file.body.lines().count(), 1 + 1500 * 3);
}
