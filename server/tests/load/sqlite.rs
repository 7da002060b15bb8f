//! `SQLite`.

#[expect(clippy::duplicate_mod, reason = "the same cases, run once per engine")]
#[path = "cases.rs"]
mod cases;

use std::{path::Path, time::Duration};

use crate::{
    database::Database,
    program::{Server, add, new_key},
};

/// A database that nobody else has.
async fn database() -> Database {
    Database::sqlite()
}

#[tokio::test]
async fn a_server_that_was_stopped_leaves_everything_in_the_file() {
    let database = database().await;
    let log = database.address.replace("sqlite://", "") + "-wal";
    let length = || Path::new(&log).metadata().map_or(0, |log| log.len());
    let key = new_key(&database);
    let mut server = Server::start(&database, &key).await;
    let uid = add(&server, "usage_count=1").await;
    assert!(length() > 0);
    server.terminate();
    assert!(server.ends_well(Duration::from_secs(20)).await);
    assert_eq!(length(), 0);

    let server = Server::start(&database, &key).await;
    let (status, answer) = server.client().await.consume(&uid).await.unwrap();
    assert_eq!(
        (status, &answer["consumed"]),
        (200, &true.into()),
        "{answer}"
    );
}
