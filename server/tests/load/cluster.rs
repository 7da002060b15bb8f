//! A PostgreSQL of a test's own, to be taken away under load.

use std::{
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};

use crate::database::Database;

/// A running server; dropped, it is stopped and removed.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    pub(crate) fn start() -> Self {
        let mut cluster = Self {
            folder: PathBuf::new(),
            programs: programs(),
            port: 0,
        };
        // Made by the user who will own what is in it.
        let mut folder = command("mktemp");
        folder.args(["-d", "/tmp/tessera-load-XXXXXX"]);
        cluster.folder = output(&mut folder).trim().into();
        let mut make = command(cluster.programs.join("initdb"));
        make.args(["--username=postgres", "--auth=trust", "--no-sync"]);
        make.args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"]);
        output(make.arg(cluster.folder.join("data")));
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        cluster.port = free.local_addr().unwrap().port();
        drop(free);
        cluster.control(&["start"]);
        cluster
    }

    /// Its database, for us alone.
    pub(crate) fn database(&self) -> Database {
        let port = self.port;
        Database::from(format!("postgres://postgres@127.0.0.1:{port}/postgres"))
    }

    /// Stops it as `pg_ctl` does in that mode, and starts it again.
    pub(crate) fn restart(&self, mode: &str) {
        self.control(&["stop", "--mode", mode]);
        self.control(&["start"]);
    }

    fn control(&self, args: &[&str]) {
        let mut control = command(self.programs.join("pg_ctl"));
        control.args(args).args(["--silent", "--wait", "--pgdata"]);
        control.arg(self.folder.join("data"));
        // Its data outlives its processes without a disk, and the machine does not go down here.
        control.arg("--log").arg(self.folder.join("log"));
        control.arg("--options").arg(format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off",
            self.port,
            self.folder.display()
        ));
        assert!(control.status().unwrap().success());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = command(self.programs.join("pg_ctl"));
        stop.args(["stop", "--mode", "immediate", "--silent", "--pgdata"]);
        stop.arg(self.folder.join("data")).status().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// A command, run as the user whom the server belongs to: PostgreSQL refuses root.
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = if output(Command::new("id").arg("-u")).trim() == "0" {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

/// The folder of `initdb` and `pg_ctl`, of the newest version.
fn programs() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let versions = debian.flatten().map(|version| version.path().join("bin"));
    versions
        .chain([PathBuf::from("/usr/bin"), PathBuf::from("/usr/local/bin")])
        .filter(|folder: &PathBuf| Path::is_file(&folder.join("initdb")))
        .max()
        .expect("PostgreSQL's initdb is needed: `cargo xtask test` installs it")
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}
