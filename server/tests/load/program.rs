//! The program itself, as a process.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{client::Client, database::Database};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_tessera");

/// How long a program may take to begin serving.
const PATIENCE: Duration = Duration::from_mins(1);

/// `tessera serve`; killed when dropped.
pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
    key: String,
    /// What it serves files from; none are asked for.
    _site: TempDir,
}

/// Makes a key that may do what these tests do.
pub(crate) fn new_key(database: &Database) -> String {
    let output = Command::new(PROGRAM)
        .args(["key", "add", "load", "--permission", "view,consume,add"])
        .args(["--database-url", &database.address])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Adds a token; its uid.
pub(crate) async fn add(server: &Server, form: &str) -> String {
    let (status, answer) = server
        .client()
        .await
        .post("/tokens/add_token", form)
        .await
        .unwrap();
    assert_eq!(
        (status, &answer["success"]),
        (200, &serde_json::Value::Bool(true)),
        "{answer}"
    );
    answer["token_uid"].as_str().unwrap().to_owned()
}

impl Server {
    /// Starts one and waits until it is ready.
    pub(crate) async fn start(database: &Database, key: &str) -> Self {
        Self::start_with(database, key, &[]).await
    }

    /// The same with more flags.
    pub(crate) async fn start_with(database: &Database, key: &str, flags: &[&str]) -> Self {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("pkg-dir.txt"), "pkg").unwrap();
        // A port that was free a moment ago.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap();
        let process = Command::new(PROGRAM)
            .args(["serve", "--database-url", &database.address])
            .args(["--listen", &address.to_string(), "--log", "warn"])
            .arg("--site-root")
            .arg(site.path())
            .args(flags)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self {
            process,
            address,
            key: key.to_owned(),
            _site: site,
        };
        let start = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(start.elapsed() < PATIENCE, "the program does not serve");
            assert_eq!(
                server.process.try_wait().unwrap(),
                None,
                "the program has ended"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// A connection with the key.
    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address, &self.key).await.unwrap()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key that its clients have.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Asks it to end, as an operator does.
    pub(crate) fn terminate(&self) {
        let id = self.process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.unwrap().success());
    }

    /// Whether it ends in that time, and says that all is well.
    pub(crate) async fn ends_well(&mut self, patience: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < patience {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    /// Ends it in the middle of whatever it does, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed before.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
