//! The database alone: pgbench with each operation as one statement and one commit.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Result, bail};

use crate::{postgres::Cluster, process};

/// The uuid of token `:n`, as the load generator has it.
const UID: &str = "(lpad(to_hex(:scattered::bigint), 8, '0') || '-0000-4000-8000-' \
                   || lpad(to_hex(:n::bigint), 12, '0'))";

/// The operations.
pub(super) struct Plain {
    program: PathBuf,
    port: String,
    database: String,
    folder: PathBuf,
}

impl Plain {
    /// On a database of the cluster with so many tokens.
    pub(super) fn new(
        cluster: &Cluster,
        database: &str,
        folder: &Path,
        tokens: u64,
    ) -> Result<Self> {
        let any = format!(
            "\\set n random(1, {tokens})\n\\set scattered (:n * 2654435761) & 4294967295\n"
        );
        let first = any.replace(&format!("random(1, {tokens})"), "1");
        // Only where there is one: it would be over and stay, and lists would go by it.
        let lock = "case when lock > 0 then now() + lock * interval '1 second' end";
        // Always: PostgreSQL then writes the row somewhere else, with what its indexes have of it, and those who wait for
        // one token are two to three times as fast.
        let lock_of_one = "now() + lock * interval '1 second'";
        // The rule, the use, the lock and the row of the log.
        let consume = |lock| {
            format!(
                "with spent as (
                 update tokens
                 set uses = uses - 1, used = used + 1, version = version + 1, last_used = now(),
                     locked_until = {lock}
                 where uid = {UID}::uuid and disabled is null and uses <> 0
                     and (locked_until is null or locked_until <= now())
                     and (valid_from is null or valid_from <= now())
                     and (valid_to is null or valid_to >= now())
                 returning uid, value
             )
             insert into usages (token_uid, token_value, at, outcome, actor)
             select uid, value, now(), 0, 'pgbench' from spent;"
            )
        };
        let update = format!(
            "update tokens
             set uses = 1000000000, modified = now(), version = version + 1
             where uid = {UID}::uuid;"
        );
        let query = format!("select * from tokens where value = {UID};");
        let add = "with t as (select gen_random_uuid() as uid)
             insert into tokens
                 (uid, uses, used, lock, created, modified, version, value, label, search, creator)
             select uid, 1000000, 0, 0, now(), now(), 0, uid::text, '', uid::text || ' ', 'pgbench'
             from t;";
        for (work, script) in [
            ("uniform", format!("{any}{}", consume(lock))),
            ("hot", format!("{first}{}", consume(lock_of_one))),
            ("query", format!("{any}{query}")),
            ("add", add.to_owned()),
            ("update", format!("{any}{update}")),
        ] {
            fs::write(folder.join(work), script.replace("\n             ", " "))?;
        }
        Ok(Self {
            program: cluster.program("pgbench"),
            port: cluster.port().to_string(),
            database: database.to_owned(),
            folder: folder.to_owned(),
        })
    }

    /// How often a second; 0 for what one statement can't do.
    pub(super) fn rate(&self, work: &str, clients: usize, seconds: f64) -> Result<f64> {
        let script = self.folder.join(work);
        if work.starts_with('/') || !script.is_file() {
            return Ok(0.0);
        }
        // It counts whole seconds, and from before it connects.
        let connecting = if clients < 64 {
            0.0
        } else if clients < 256 {
            2.0
        } else {
            7.0
        };
        let seconds = (seconds.ceil().max(1.0) + connecting).to_string();
        let clients = clients.to_string();
        let threads = if clients == "1" { "1" } else { "2" };
        let mut command = Command::new(&self.program);
        command
            .args(["--no-vacuum", "--protocol=prepared", "--host=127.0.0.1"])
            .args(["--username=postgres", "--port", &self.port])
            .args(["--client", &clients, "--jobs", threads, "--time", &seconds])
            .arg("--file")
            .arg(script)
            .arg(&self.database);
        // Those who came before may not have left yet.
        for _ in 0..TRIES {
            if let Ok(output) = process::output(&mut command)
                && let Some(rate) = rate_in(&output)
            {
                return Ok(rate);
            }
            process::pause(Duration::from_secs(1));
        }
        bail!("pgbench names no rate")
    }
}

/// How often it is started until it says something.
const TRIES: u32 = 3;

fn rate_in(output: &str) -> Option<f64> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}
