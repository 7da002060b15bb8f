//! A disk that does not take what is committed. The engine has its log open; whoever comes to it by its name finds what is
//! no file.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    slice,
    time::{Duration, Instant},
};

use domain::{
    Actor, Error, Token, Uses,
    consume::Spend,
    idempotency::{Answer, Fingerprint, IdempotencyKey},
    service::Request,
    store::{Store, StoreError},
    token::Draft,
};
use server::store::{self, Options};
use sqlx::{Connection as _, SqliteConnection};

use super::database;
use crate::support::{
    clock::Standing,
    database::{Database, Opened},
    service::service,
    tokens::{add, find, noon, spend, token, usages},
};

/// The disk under a database.
struct Disk {
    log: PathBuf,
    aside: PathBuf,
}

impl Disk {
    fn under(database: &Path) -> Self {
        Self {
            log: database.with_extension("db-wal"),
            aside: database.with_extension("db-aside"),
        }
    }

    /// What is there instead takes nothing.
    fn take_away(&self) {
        std::fs::rename(&self.log, &self.aside).unwrap();
        symlink("/dev/null", &self.log).unwrap();
    }

    fn give_back(&self) {
        std::fs::remove_file(&self.log).unwrap();
        std::fs::rename(&self.aside, &self.log).unwrap();
    }
}

fn file_of(address: &str) -> &Path {
    Path::new(address.strip_prefix("sqlite://").unwrap())
}

/// A store that does not wait long, with a token.
async fn impatient(database: &Database) -> (Opened, Disk) {
    // The tables are made by one that does.
    drop(database.open().await);
    let options = Options {
        connections: 2,
        patience: Duration::from_secs(1),
    };
    let store = database.open_with(options).await;
    add(&*store, slice::from_ref(&nine_uses())).await;
    (store, Disk::under(file_of(&database.address)))
}

fn nine_uses() -> Token {
    Token {
        uses: Uses::Left(9),
        ..token(1)
    }
}

async fn use_once(store: &dyn Store) -> Result<(), StoreError> {
    let spends: [Spend; 1] = [spend(&nine_uses(), "Ada")];
    store.spend(&spends, &Standing(noon())).await.map(|_| ())
}

async fn assert_in_doubt(store: &dyn Store) {
    let error = use_once(store).await.unwrap_err();
    assert!(matches!(error, StoreError::InDoubt(_)), "{error:?}");
}

async fn used(store: &dyn Store) -> (u64, usize) {
    let token = find(store, nine_uses().uid).await.unwrap();
    (token.used, usages(store).await.len())
}

#[tokio::test]
async fn what_the_disk_did_not_take_is_in_doubt_and_in_its_place_before_anything_else() {
    let database = database().await;
    let store = database.open().await;
    let file = file_of(&database.address);
    let disk = Disk::under(file);
    add(&*store, slice::from_ref(&nine_uses())).await;
    use_once(&*store).await.unwrap();

    disk.take_away();
    assert_in_doubt(&*store).await;
    assert_in_doubt(&*store).await;
    disk.give_back();
    use_once(&*store).await.unwrap();
    assert_eq!(used(&*store).await, (4, 4));
    // Without its log it has what was in doubt, and not what came after.
    let alone = file.with_file_name("alone.db");
    std::fs::copy(file, &alone).unwrap();
    let alone = format!("sqlite://{}", alone.display()).parse().unwrap();
    let alone = store::connect(&alone, &Options::default()).await.unwrap();
    assert_eq!(used(&*alone).await, (3, 3));

    // A unit likewise.
    disk.take_away();
    for number in [2, 3] {
        let mut unit = store.write().await.unwrap();
        unit.insert_tokens(&[token(number)]).await.unwrap();
        let error = unit.commit(&[]).await.unwrap_err();
        assert!(matches!(error, StoreError::InDoubt(_)), "{error:?}");
    }
    disk.give_back();
    add(&*store, &[token(4)]).await;
    for number in [2, 3, 4] {
        let token = token(number);
        assert_eq!(find(&*store, token.uid).await, Some(token));
    }
}

#[tokio::test]
async fn while_a_reader_keeps_the_log_from_its_place_nothing_is_written() {
    let database = database().await;
    let (store, disk) = impatient(&database).await;
    let mut other = SqliteConnection::connect(&database.address).await.unwrap();
    let mut reader = other.begin().await.unwrap();
    sqlx::query("select uid from tokens")
        .fetch_all(&mut *reader)
        .await
        .unwrap();

    disk.take_away();
    assert_in_doubt(&*store).await;
    disk.give_back();
    let error = use_once(&*store).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let error = store.write().await.err().unwrap();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_eq!(used(&*store).await, (1, 1));
    reader.commit().await.unwrap();
    use_once(&*store).await.unwrap();
    assert_eq!(used(&*store).await, (2, 2));
}

#[tokio::test]
async fn a_disk_is_not_waited_for_for_ever() {
    let database = database().await;
    let (store, disk) = impatient(&database).await;

    // To open it takes until somebody reads from it.
    std::fs::rename(&disk.log, &disk.aside).unwrap();
    let made = Command::new("mkfifo").arg(&disk.log).status().unwrap();
    assert!(made.success());
    assert_in_doubt(&*store).await;
    assert_in_doubt(&*store).await;
    drop(std::fs::File::open(&disk.log).unwrap());
    disk.give_back();
    // The one that was waited for fails in a moment; then all is well.
    let until = Instant::now() + Duration::from_secs(20);
    while let Err(error) = use_once(&*store).await {
        assert!(Instant::now() < until, "{error:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (used, attempts) = used(&*store).await;
    assert_eq!(used, attempts as u64);
    assert!(used >= 3, "{used}");
}

#[tokio::test]
async fn what_was_done_under_a_key_is_not_answered_before_the_disk_has_it() {
    let database = database().await;
    let store = database.open().await;
    let disk = Disk::under(file_of(&database.address));
    let service = service(&store);
    let add_once = || {
        service.once(
            &Actor::Operator,
            Request::Add(Draft::default()),
            IdempotencyKey::parse("k").unwrap(),
            Fingerprint::of([b"add".as_slice()]),
        )
    };
    disk.take_away();
    // The second finds what the first has done.
    for _ in 0..2 {
        let answer = add_once().await;
        assert_eq!(answer, Err(Error::InDoubt { retry_after: 1 }));
    }
    disk.give_back();
    let answer = add_once().await.unwrap();
    assert!(matches!(answer, Answer::Added(_)), "{answer:?}");
    assert_eq!(add_once().await, Ok(answer));
}

#[tokio::test]
async fn a_database_behind_a_link_has_its_log_where_it_is_itself() {
    let database = database().await;
    let file = file_of(&database.address);
    let link = file.with_file_name("link.db");
    drop(database.open().await);
    symlink(file, &link).unwrap();
    for address in [
        format!("sqlite://{}", link.display()),
        format!("sqlite:file:{}", link.display()),
    ] {
        let store = store::connect(&address.parse().unwrap(), &Options::default()).await;
        let store = store.unwrap();
        let mut unit = store.write().await.unwrap();
        unit.insert_tokens(&[]).await.unwrap();
        unit.commit(&[]).await.unwrap();
    }
}
