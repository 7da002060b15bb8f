//! What happens, as those hear it who watch: on the same node, on another one, and when what they listen to goes away.

use std::{net::SocketAddr, process::Command, time::Duration};

use sqlx::{Connection as _, PgConnection};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    database::Database,
    program::{PROGRAM, Server, add, new_key},
};

/// How soon somebody who watches hears of an attempt.
const SOON: Duration = Duration::from_secs(1);

/// How long it may take until something that was lost is there again.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open `/events`.
struct Watch(BufReader<TcpStream>);

impl Watch {
    async fn open(address: SocketAddr, key: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET /events HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {key}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut watch = Self(BufReader::new(stream));
        assert_eq!(watch.line().await.unwrap(), "HTTP/1.1 200 OK");
        // Who does not say since when is told to look anew.
        let first = timeout(PATIENCE, watch.event()).await.unwrap();
        assert_eq!(first.0, "resync");
        watch
    }

    /// None = there are no more.
    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).await.unwrap_or(0);
        // A chunk of nothing is the last.
        (read > 0 && line != "0\r\n").then(|| line.trim_end().to_owned())
    }

    /// Name and data of the next event.
    async fn event(&mut self) -> (String, String) {
        let mut name = String::new();
        loop {
            let line = self.line().await.expect("the stream has ended");
            if let Some(told) = line.strip_prefix("event: ") {
                told.clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data:") {
                return (name, data.trim().to_owned());
            }
        }
    }

    /// The token and the outcome of the next event.
    async fn attempt(&mut self) -> (String, String) {
        let (name, data) = timeout(SOON, self.event()).await.unwrap();
        assert_eq!(name, "token");
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        let text = |name| data[name].as_str().unwrap().to_owned();
        (text("token"), text("outcome"))
    }

    /// Whether it ends in time.
    async fn ends(&mut self) -> bool {
        let end = async { while self.line().await.is_some() {} };
        timeout(PATIENCE, end).await.is_ok()
    }
}

async fn consume(server: &Server, uid: &str) {
    server.client().await.consume(uid).await.unwrap();
}

/// Ends the connections by which the nodes on that database hear each other; how many they were.
async fn cut(database: &Database) -> usize {
    let mut connection = PgConnection::connect(&database.address).await.unwrap();
    let ended: Vec<bool> = sqlx::query_scalar(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'tessera events' and datname = current_database()",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    ended.len()
}

#[tokio::test]
async fn an_attempt_on_one_node_is_seen_on_another_even_after_both_were_cut_off() {
    let database = Database::postgres().await;
    let key = new_key(&database);
    let (here, there) = (
        Server::start(&database, &key).await,
        Server::start(&database, &key).await,
    );
    let (mut near, mut far) = (
        Watch::open(here.address(), &key).await,
        Watch::open(there.address(), &key).await,
    );
    // The other node listens a moment after it answers; it says so by another resync.
    sleep(SOON).await;
    let uid = add(&here, "value=told&usage_count=2").await;
    let made = timeout(SOON, near.event()).await.unwrap().1;
    assert!(
        made.contains(&uid) && made.contains("\"outcome\":null"),
        "{made}"
    );
    for outcome in ["accepted", "accepted", "used_up"] {
        consume(&here, &uid).await;
        for watch in [&mut near, &mut far] {
            let data = loop {
                let (name, data) = timeout(SOON, watch.event()).await.unwrap();
                // That the token was made may be told late.
                if name == "token" && !data.contains("null") {
                    break data;
                }
            };
            assert!(data.contains(&uid) && data.contains(outcome), "{data}");
            assert!(!data.contains("told"), "a value was told: {data}");
        }
    }

    assert!(cut(&database).await >= 3);
    let resync = timeout(PATIENCE, far.event()).await.unwrap();
    assert_eq!(resync.0, "resync");
    // The node that speaks may have to find out first that it was cut off, and then says less.
    consume(&here, &uid).await;
    timeout(PATIENCE, far.event()).await.unwrap();
    sleep(SOON).await;
    consume(&here, &uid).await;
    assert_eq!(far.attempt().await, (uid, "used_up".into()));
}

#[tokio::test]
async fn a_node_stops_though_somebody_watches() {
    let database = Database::sqlite();
    let key = new_key(&database);
    let mut server = Server::start(&database, &key).await;
    let mut watch = Watch::open(server.address(), &key).await;
    server.terminate();
    assert!(watch.ends().await);
    assert!(server.ends_well(PATIENCE).await);
}

#[tokio::test]
async fn who_may_not_look_any_more_hears_nothing_more() {
    let database = Database::sqlite();
    let key = new_key(&database);
    let server = Server::start(&database, &key).await;
    let mut watch = Watch::open(server.address(), &key).await;
    let revoked = Command::new(PROGRAM)
        .args(["key", "revoke", "load", "--database-url"])
        .arg(&database.address)
        .status()
        .unwrap();
    assert!(revoked.success());
    assert!(watch.ends().await);
}
