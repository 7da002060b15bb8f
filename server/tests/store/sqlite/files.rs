//! Files, and others that use them.

use std::{
    path::{Path, PathBuf},
    slice,
    str::FromStr as _,
    time::Duration,
};

use domain::{Token, Uses, store::StoreError};
use server::store::{self, ConnectError, Options};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::SqliteConnectOptions,
};
use tokio::time::timeout;

use super::database;
use crate::support::{
    clock::Standing,
    database::Database,
    tokens::{add, find, noon, spend, token, usages},
};

/// No longer than a test can wait, and no shorter than a disk that others write to takes for a commit.
const PATIENCE: Duration = Duration::from_secs(2);
const IMPATIENT: Options = Options {
    connections: 2,
    patience: PATIENCE,
};

#[tokio::test]
async fn another_process_that_writes_is_waited_for_and_not_for_ever() {
    let database = database().await;
    let store = database.open_with(IMPATIENT).await;
    let mut other = SqliteConnection::connect(&database.address).await.unwrap();
    let transaction = other.begin_with("begin immediate").await.unwrap();
    let error = store.write().await.err().unwrap();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");

    let waiting = tokio::spawn({
        let store = store.clone();
        async move { add(&*store, &[token(1)]).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    transaction.commit().await.unwrap();
    waiting.await.unwrap();
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
}

#[tokio::test]
async fn a_new_file_has_small_pages_and_another_one_keeps_its_own() {
    let page_size = async |address: &str| {
        let mut connection = SqliteConnection::connect(address).await.unwrap();
        sqlx::query_scalar::<_, i64>("pragma page_size")
            .fetch_one(&mut connection)
            .await
            .unwrap()
    };
    let new = database().await;
    new.open().await;
    assert_eq!(page_size(&new.address).await, 2048);

    let large = database().await;
    let options = SqliteConnectOptions::from_str(&large.address).unwrap();
    std::fs::create_dir_all(file(&large.address).parent().unwrap()).unwrap();
    let mut connection = options.create_if_missing(true).connect().await.unwrap();
    for statement in ["pragma page_size = 4096", "vacuum"] {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
    let store = large.open().await;
    add(&*store, &[token(1)]).await;
    assert_eq!(page_size(&large.address).await, 4096);
    assert_eq!(find(&*store, token(1).uid).await, Some(token(1)));
}

#[tokio::test]
async fn the_file_of_a_store_that_has_settled_has_everything() {
    let database = database().await;
    let store = database.open().await;
    add(&*store, &[token(1), token(2)]).await;
    store.settle().await.unwrap();

    let copy = tempfile::tempdir().unwrap();
    let copied = copy.path().join("copied.db");
    std::fs::copy(file(&database.address), &copied).unwrap();
    let copied = Database::from(format!("sqlite://{}", copied.display()));
    let of_copy = copied.open().await;
    assert_eq!(find(&*of_copy, token(2).uid).await, Some(token(2)));

    add(&*store, &[token(3)]).await;
    assert_eq!(find(&*store, token(3).uid).await, Some(token(3)));
    store.settle().await.unwrap();
}

#[tokio::test]
async fn somebody_who_reads_keeps_a_store_from_settling_and_nothing_is_lost() {
    let database = database().await;
    let store = database.open_with(IMPATIENT).await;
    add(&*store, &[token(1)]).await;
    let mut other = SqliteConnection::connect(&database.address).await.unwrap();
    let mut reading = other.begin().await.unwrap();
    sqlx::query("select count(*) from tokens")
        .fetch_one(&mut *reading)
        .await
        .unwrap();
    add(&*store, &[token(2)]).await;
    let error = store.settle().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    reading.rollback().await.unwrap();
    store.settle().await.unwrap();
    for token in [token(1), token(2)] {
        assert_eq!(find(&*store, token.uid).await, Some(token));
    }
}

#[tokio::test]
async fn a_long_log_that_a_process_has_left_is_put_into_its_place() {
    const MUCH: u64 = 2 << 20;
    let database = database().await;
    database.open().await;
    let mut other = SqliteConnection::connect(&database.address).await.unwrap();
    let much = format!("create table much as select zeroblob({MUCH}) as zeros");
    for statement in ["pragma wal_autocheckpoint = 0", &much] {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut other)
            .await
            .unwrap();
    }
    let length = || file(&database.address).metadata().unwrap().len();
    assert!(length() < MUCH);

    // The other one is still there: the engine would see to it when the last one goes.
    let _store = database.open().await;
    let placed = async {
        while length() < MUCH {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), placed).await.unwrap();
}

/// The file of a database at such an address.
fn file(address: &str) -> PathBuf {
    let options = SqliteConnectOptions::from_str(address).unwrap();
    options.get_filename().to_owned()
}

#[tokio::test]
async fn attempts_wait_for_another_process_too_and_are_made_or_not() {
    let database = database().await;
    let store = database.open_with(IMPATIENT).await;
    let token = Token {
        uses: Uses::Left(3),
        ..token(1)
    };
    add(&*store, slice::from_ref(&token)).await;
    let once = [spend(&token, "Ada")];
    let clock = Standing(noon());
    let mut other = SqliteConnection::connect(&database.address).await.unwrap();
    for (used, attempts) in [(1, 1), (2, 2)] {
        let transaction = other.begin_with("begin immediate").await.unwrap();
        let error = store.spend(&once, &clock).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        transaction.commit().await.unwrap();
        store.spend(&once, &clock).await.unwrap();
        assert_eq!(find(&*store, token.uid).await.unwrap().used, used);
        assert_eq!(usages(&*store).await.len(), attempts);
    }
}

#[tokio::test]
async fn commits_are_written_ahead_and_readers_do_not_write() {
    let database = database().await;
    let store = database.open().await;
    let mut connection = SqliteConnection::connect(&database.address).await.unwrap();
    let mode: String = sqlx::query_scalar("pragma journal_mode")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
    let error = store
        .read()
        .await
        .unwrap()
        .insert_tokens(&[token(1)])
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let url = format!("sqlite://{}/data/tessera.db", file.display())
        .parse()
        .unwrap();
    let error = store::connect(&url, &Options::default())
        .await
        .err()
        .unwrap();
    assert!(matches!(&error, ConnectError::Folder(named, _) if *named == file.join("data")));
    assert_eq!(
        error.to_string(),
        format!("the folder {}/data can't be made", file.display())
    );
}

#[tokio::test]
async fn what_is_no_database_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x".repeat(10_000)).unwrap();
    let url = format!("sqlite://{}", file.display()).parse().unwrap();
    let error = store::connect(&url, &Options::default())
        .await
        .err()
        .unwrap();
    assert!(matches!(error, ConnectError::Open(_)), "{error:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "x".repeat(10_000));
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_belongs_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("a/b");
    let url = format!("sqlite://{}/tessera.db", data.display())
        .parse()
        .unwrap();
    store::connect(&url, &Options::default()).await.unwrap();
    let mode = std::fs::metadata(&data).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

/// So many attempts are in the file at that path, without its log.
async fn attempts_in(file: &Path) -> Option<i64> {
    let alone = file.with_extension("alone.db");
    std::fs::copy(file, &alone).unwrap();
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", alone.display()))
        .await
        .unwrap();
    // A file that was just being written need not be whole.
    let attempts = sqlx::query_scalar("select count(*) from usages")
        .fetch_one(&mut connection)
        .await;
    connection.close().await.unwrap();
    attempts.ok()
}

/// Until so many are.
async fn have_been_put_into(file: &Path, attempts: i64) {
    let are = async {
        while attempts_in(file).await != Some(attempts) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(20), are).await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_in_the_file_itself_when_nobody_writes() {
    let database = database().await;
    let store = database.open().await;
    let file = Path::new(database.address.strip_prefix("sqlite://").unwrap());
    let token = Token {
        uses: Uses::Unlimited,
        ..token(1)
    };
    add(&*store, slice::from_ref(&token)).await;
    let spend_often = async || {
        let once = [spend(&token, "Ada")];
        for _ in 0..300 {
            store.spend(&once, &Standing(noon())).await.unwrap();
        }
    };
    spend_often().await;
    have_been_put_into(file, 300).await;

    // Whoever reads what was before is in the way, and then no more.
    let mut other = SqliteConnection::connect(&database.address).await.unwrap();
    let mut reader = other.begin().await.unwrap();
    sqlx::query("select uid from tokens")
        .fetch_all(&mut *reader)
        .await
        .unwrap();
    spend_often().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(attempts_in(file).await, Some(300));
    reader.commit().await.unwrap();
    have_been_put_into(file, 600).await;
}
