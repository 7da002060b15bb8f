//! The server under measurement.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::client::Client;
use crate::{
    postgres, process,
    process::say,
    workspace::{Mode, Workspace},
};

/// A server under measurement; dropped, it is stopped.
pub(super) struct Host {
    child: Child,
    pub(super) address: String,
    /// The header of a program with a key.
    pub(super) key: String,
    /// The header of a person who is signed in.
    pub(super) cookie: String,
}

impl Host {
    pub(super) fn start(workspace: &Workspace, url: &str) -> Result<Self> {
        let binary = workspace.server(Mode::Release);
        let command = |args: &[&str]| {
            let mut command = Command::new(&binary);
            command.args(args).env("DATABASE_URL", url);
            command
        };
        let password = "the load generator's";
        let mut add = command(&[
            "user",
            "add",
            "bench",
            "--role",
            "admin",
            "--password-stdin",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
        std::io::Write::write_all(
            &mut add.stdin.take().context("no standard input")?,
            password.as_bytes(),
        )?;
        ensure!(add.wait()?.success(), "the account could not be made");
        let permissions = "view,consume,add,edit,delete";
        let key = process::output(&mut command(&[
            "key",
            "add",
            "bench",
            "--permission",
            permissions,
        ]))?;

        let port = postgres::free_port()?;
        let address = format!("127.0.0.1:{port}");
        let child = command(&["serve", "--listen", &address, "--log", "warn"])
            .env("TESSERA_SITE_ROOT", workspace.site(Mode::Release))
            .stdout(Stdio::null())
            .spawn()?;
        let mut host = Self {
            child,
            address,
            key: format!("Authorization: Bearer {}", key.trim()),
            cookie: String::new(),
        };
        host.wait()?;
        host.cookie = host.sign_in(password)?;
        Ok(host)
    }

    fn wait(&self) -> Result<()> {
        let started = Instant::now();
        loop {
            if Client::connect(&self.address)
                .and_then(|mut client| client.get("/readyz", ""))
                .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            ensure!(
                started.elapsed() < Duration::from_secs(30),
                "the server does not answer"
            );
            process::pause(Duration::from_millis(50));
        }
    }

    fn sign_in(&self, password: &str) -> Result<String> {
        let mut client = Client::connect(&self.address)?;
        let form = format!(
            "form[name]=bench&form[password]={}",
            password.replace(' ', "+")
        );
        let answer = client.post("/fn/sign_in", "", &form)?;
        let cookie = answer
            .header("set-cookie")
            .context("the sign-in was refused")?;
        let pair = cookie.split(';').next().unwrap_or_default();
        Ok(format!("Cookie: {pair}"))
    }

    /// Resident memory now and at most so far, in MiB.
    pub(super) fn memory(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let of = |name: &str| -> Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.split_whitespace().next());
            let kib: f64 = kib.context("the kernel names no memory")?.parse()?;
            Ok(kib / 1024.0)
        };
        Ok((of("VmRSS:")?, of("VmHWM:")?))
    }

    /// The time that it had a processor so far.
    pub(super) fn processor_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in parentheses may hold spaces; user and system time are the 12th and 13th field behind it.
        let (_, rest) = stat
            .rsplit_once(')')
            .context("the kernel names no process")?;
        let ticks = rest.split_whitespace().skip(11).take(2);
        let ticks = ticks.map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        // In hundredths of a second on every Linux.
        Ok(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child) {
            say(format!("the server could not be stopped: {error:#}"));
        }
    }
}
