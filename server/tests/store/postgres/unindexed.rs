//! A role that may not install extensions.

use domain::token::TokenFilter;

use super::{Database, database, execute};
use crate::support::tokens::{add, noon, token};

#[tokio::test]
async fn where_no_extension_may_be_installed_a_search_finds_the_same() {
    let database = database().await;
    let (server, name) = database.address.rsplit_once('/').unwrap();
    let role = format!("role_{name}");
    execute(
        &database,
        &format!("create role {role} login; grant create, usage on schema public to {role}"),
    )
    .await;
    let (_, host) = server.rsplit_once('@').unwrap();
    let store = Database::from(format!("postgres://{role}@{host}/{name}"))
        .open()
        .await;
    add(&*store, &[token(1), token(2)]).await;
    let filter = TokenFilter {
        search: "alue 2".into(),
        at: noon(),
        ..TokenFilter::default()
    };
    let mut rows = store.read().await.unwrap();
    assert_eq!(rows.count_tokens(&filter, 10).await.unwrap(), 1.into());
    // There is no index that finds it: this is what the case is about.
    execute(
        &database,
        "do $$ begin
             assert not exists (select from pg_extension where extname = 'pg_trgm');
         end $$",
    )
    .await;
}
