//! Whatever is taken away under load, and comes back.
//!
//! Everybody spends under idempotency keys, and sends what failed again under the same key, as a careful program does.
//! Then: each use that was answered is gone and in the log, none that was not asked for is, and each key counted once.
//! Whatever was no answer was 503 with `Retry-After`, or the end of a connection.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{Uses, usage::Outcome};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;

use crate::{
    client::{Client, Reply},
    cluster::Cluster,
    database::Database,
    program::{Server, add, new_key},
};

const CLIENTS: usize = 16;
const USES: u32 = 1_000_000;
/// What the server may take to serve again by itself.
const SOON: Duration = Duration::from_secs(5);
/// After that one who tries again and again has found something wrong.
const AT_LAST: Duration = Duration::from_mins(1);

/// Spends until it is `over` and everything that was begun is answered. What the accepted attempts were told to be left,
/// and how often the server said that it can't now.
async fn spend(mut client: Client, uid: String, name: usize, over: Arc<AtomicBool>) -> Seen {
    let mut seen = Seen::default();
    while !over.load(Ordering::SeqCst) {
        let key = format!("{name}-{}", seen.left.len());
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < AT_LAST, "it does not serve any more");
            match client.consume_once(&uid, &key).await {
                Ok(Reply {
                    status: 200, json, ..
                }) => {
                    assert_eq!(json["consumed"], true, "{json}");
                    seen.left.push(json["remaining"].as_i64().unwrap());
                    break;
                }
                Ok(reply) => {
                    assert_eq!(reply.status, 503, "{}", reply.json);
                    assert!(reply.retry_after.is_some(), "{}", reply.json);
                    seen.busy += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    client.connect_again().await.ok();
                }
            }
        }
    }
    seen
}

#[derive(Default)]
struct Seen {
    left: Vec<i64>,
    busy: usize,
}

/// Lets everybody spend while something happens, and looks at what became of it.
async fn spend_during(
    database: &Database,
    server: &Server,
    uid: &str,
    fault: impl AsyncFnOnce(),
) -> usize {
    let over = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for name in 0..CLIENTS {
        let client = server.client().await;
        tasks.spawn(spend(client, uid.to_owned(), name, over.clone()));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    fault().await;
    let back = Instant::now();
    // A new use is spent, whoever else is still waiting.
    let mut probe = 0;
    loop {
        probe += 1;
        let spent = match Client::connect(server.address(), server.key()).await {
            Ok(mut client) => client.consume_once(uid, &format!("probe-{probe}")).await,
            Err(error) => Err(error),
        };
        if spent.is_ok_and(|reply| reply.status == 200) {
            break;
        }
        assert!(back.elapsed() < SOON, "it does not serve again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    over.store(true, Ordering::SeqCst);
    let all = tasks.join_all().await;
    let left: Vec<i64> = all.iter().flat_map(|seen| seen.left.clone()).collect();
    let distinct: BTreeSet<i64> = left.iter().copied().collect();
    assert_eq!(distinct.len(), left.len(), "a use was given twice");
    assert!(left.len() > CLIENTS, "too little load");

    let store = database.open().await;
    let mut rows = store.read().await.unwrap();
    let uid = uid.parse().unwrap();
    let token = rows.token(uid).await.unwrap().unwrap();
    let tally = rows.tally_of(uid).await.unwrap();
    assert_eq!((tally.accepted, tally.refused), (token.used, 0));
    assert_eq!(
        token.uses,
        Uses::Left(USES - u32::try_from(token.used).unwrap())
    );
    // Probes that failed are not sent again: they may have been made or not.
    let answered = left.len() as u64 + 1;
    assert!(
        (answered..answered + probe).contains(&token.used),
        "{answered} {probe} {}",
        token.used
    );
    let log = rows.usages_after(0, 10_000_000).await.unwrap();
    assert!(
        log.iter()
            .all(|(_, usage)| usage.outcome == Outcome::Accepted)
    );
    all.iter().map(|seen| seen.busy).sum()
}

async fn start(database: &Database) -> (Server, String) {
    let server = Server::start(database, &new_key(database)).await;
    let uid = add(&server, &format!("usage_count={USES}")).await;
    (server, uid)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_counted_twice_when_postgres_is_restarted() {
    let cluster = Cluster::start();
    let database = cluster.database();
    let (server, uid) = start(&database).await;
    spend_during(&database, &server, &uid, async || {
        for mode in ["fast", "immediate", "fast"] {
            cluster.restart(mode);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_counted_twice_when_connections_are_cut() {
    let database = Database::postgres().await;
    let (server, uid) = start(&database).await;
    let mut other = PgConnection::connect(&database.address).await.unwrap();
    spend_during(&database, &server, &uid, async || {
        for _ in 0..20 {
            sqlx::query(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()",
            )
            .execute(&mut other)
            .await
            .unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_a_free_connection_is_said_to_be_busy() {
    let database = Database::postgres().await;
    let (server, uid) = start(&database).await;
    let mut other = PgConnection::connect(&database.address).await.unwrap();
    let busy = spend_during(&database, &server, &uid, async || {
        let mut lock = other.begin().await.unwrap();
        sqlx::query("lock table tokens in access exclusive mode")
            .execute(&mut *lock)
            .await
            .unwrap();
        // Whoever looks for a token holds a connection until the table is free again.
        let mut asking = JoinSet::new();
        for _ in 0..64 {
            let mut client = server.client().await;
            asking.spawn(async move { client.get("/tokens/query_token?value=x").await.unwrap() });
        }
        let mut refused = 0;
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(20) && refused == 0 {
            let Some(reply) = asking.join_next().await else {
                break;
            };
            let reply = reply.unwrap();
            assert_eq!(reply.status, 503, "{}", reply.json);
            assert!(reply.retry_after.is_some());
            refused += 1;
        }
        assert!(refused > 0, "nobody was told");
        lock.commit().await.unwrap();
        while let Some(reply) = asking.join_next().await {
            assert!([200, 503].contains(&reply.unwrap().status));
        }
    })
    .await;
    // The queue has a connection of its own: its attempts wait for the table, and are made.
    assert_eq!(busy, 0);
}

/// A small file system; dropped, it is gone.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(size: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .status();
        assert!(
            mounted.unwrap().success(),
            "this test mounts a small disk: run it as root"
        );
        Self(folder)
    }

    /// Larger or smaller than it was.
    fn is_now(&self, size: &str) {
        let mounted = Command::new("mount")
            .args(["-o", &format!("remount,size={size}")])
            .arg(self.path())
            .status();
        assert!(mounted.unwrap().success());
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount")
            .arg("--lazy")
            .arg(self.path())
            .status()
            .ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_to_be_busy_until_there_is_room() {
    let disk = SmallDisk::new("48m");
    let file = disk.path().join("tessera.db");
    let database = Database::from(format!("sqlite://{}", file.display()));
    let (server, uid) = start(&database).await;
    let filler = disk.path().join("filler");
    let busy = spend_during(&database, &server, &uid, async || {
        // As long as anything goes in.
        let mut file = fs::File::create(&filler).unwrap();
        for size in [64 * 1024, 4096, 1] {
            while std::io::Write::write_all(&mut file, &vec![0; size]).is_ok() {}
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        fs::remove_file(&filler).unwrap();
    })
    .await;
    assert!(busy > 0, "the disk was not full");
}

/// What is committed waits in a log that may grow longer than this disk is large, and the file can't grow by what the log
/// holds while the log has all the room.
#[tokio::test]
async fn a_disk_that_is_full_of_the_log_alone_needs_no_more_than_a_little_room() {
    let disk = SmallDisk::new("16m");
    let file = disk.path().join("tessera.db");
    let database = Database::from(format!("sqlite://{}", file.display()));
    let (server, uid) = start(&database).await;
    let mut client = server.client().await;
    let log = || {
        fs::metadata(disk.path().join("tessera.db-wal"))
            .unwrap()
            .len()
    };
    let mut made = 0;
    let mut spend = async || {
        made += 1;
        let reply = client.consume_once(&uid, &made.to_string()).await;
        reply.unwrap().status
    };
    let full = loop {
        match spend().await {
            200 => assert!(log() < 16 << 20),
            status => break status,
        }
    };
    assert_eq!(full, 503);
    assert!(log() > 12 << 20, "something else has filled the disk");

    disk.is_now("20m");
    for _ in 0..100 {
        assert_eq!(spend().await, 200);
    }
    assert!(log() < 8 << 20, "{}", log());
}
