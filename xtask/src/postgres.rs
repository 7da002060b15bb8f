//! A PostgreSQL of our own for the time of the tests: made from nothing, gone afterwards.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::process::{self, say};

/// How often to look for a port: another program may take the one that was found before the server
/// does.
const ATTEMPTS: u32 = 3;

/// A running server; dropped, it is stopped and removed.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Its folder, which is its alone.
    folder: PathBuf,
    /// The folder of `initdb` and `pg_ctl`.
    programs: PathBuf,
    /// Where it listens, on this machine only.
    port: u16,
    /// Whether another user must run it: PostgreSQL refuses root.
    as_postgres: bool,
    /// Whether it was started, so that there is something to stop.
    running: bool,
    /// What a commit waits for.
    commits: Commits,
}

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commits {
    /// Nothing: a test's database is gone before the machine is.
    AtOnce,
    /// The disk, as where it counts.
    Durable,
}

impl Cluster {
    /// Makes and starts one.
    pub(crate) fn start(commits: Commits) -> Result<Self> {
        let programs = packages::postgres_programs().context("PostgreSQL's initdb is missing")?;
        let as_postgres = process::is_root();
        let mut cluster = Self {
            folder: PathBuf::new(),
            programs,
            port: 0,
            as_postgres,
            running: false,
            commits,
        };
        // Made by the user who will own what is in it; the path is short, for a socket will lie
        // there.
        let mut folder = cluster.command("mktemp");
        folder.args(["-d", "/tmp/tessera-postgres-XXXXXX"]);
        cluster.folder = process::output(&mut folder)?.trim().into();

        let mut make = cluster.command(cluster.programs.join("initdb"));
        make.args(["--username=postgres", "--auth=trust", "--no-sync"]);
        make.args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
            .arg(cluster.data());
        process::output(&mut make)?;

        for attempt in 1.. {
            cluster.port = free_port()?;
            match process::run(&mut cluster.start_command()) {
                Ok(()) => break,
                Err(error) if attempt == ATTEMPTS => bail!("{error:#}\n{}", cluster.log()),
                Err(_) => process::unless_interrupted()?,
            }
        }
        cluster.running = true;
        Ok(cluster)
    }

    /// The address of its first database, for a user who may make others.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Makes another database; its address.
    pub(crate) fn new_database(&self, name: &str) -> Result<String> {
        let port = self.port.to_string();
        let mut create = self.command(self.programs.join("createdb"));
        create.args([
            "--host=127.0.0.1",
            "--username=postgres",
            "--port",
            &port,
            name,
        ]);
        process::output(&mut create)?;
        Ok(format!("postgres://postgres@127.0.0.1:{port}/{name}"))
    }

    /// The port that it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// A program that comes with it.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Starts the server and waits until it answers.
    fn start_command(&self) -> Command {
        let mut start = self.pg_ctl();
        start.args(["start", "--log"]).arg(self.folder.join("log"));
        let durability = match self.commits {
            Commits::AtOnce => "-c fsync=off -c full_page_writes=off",
            // As its manual has it for a machine that is its own, for us and for pgbench alike.
            Commits::Durable => {
                "-c fsync=on -c shared_buffers=1GB -c max_wal_size=4GB -c checkpoint_timeout=30min \
                 -c wal_compression=lz4"
            }
        };
        // A database for each test: many connections.
        start.arg("--options").arg(format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=600 -c timezone=UTC \
             {durability}",
            self.port,
            self.folder.display()
        ));
        start
    }

    /// The program that starts and stops the server, told which.
    fn pg_ctl(&self) -> Command {
        let mut command = self.command(self.programs.join("pg_ctl"));
        command
            .args(["--silent", "--wait", "--pgdata"])
            .arg(self.data());
        command
    }

    /// A command, run as the user whom the server belongs to.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = if self.as_postgres {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // That user may not be allowed to look at the checkout.
        command.current_dir("/");
        command
    }

    /// Where the databases lie.
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What the server had to say.
    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.running
            && let Err(error) = process::output(self.pg_ctl().args(["--mode", "immediate", "stop"]))
        {
            say(format_args!("PostgreSQL could not be stopped: {error:#}"));
        }
        if !self.folder.as_os_str().is_empty()
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            say(format_args!(
                "{} is left behind: {error}",
                self.folder.display()
            ));
        }
    }
}

/// A port that nobody listens on at the moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}
