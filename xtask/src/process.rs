//! Running other programs: shown before they start, timed, and never left behind.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Set by a signal, once [`catch_signals`] was called.
static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// From now on Ctrl-C is noted and does not end us, so that whatever was started can be stopped.
pub(crate) fn catch_signals() -> Result<()> {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(flag)).context("catching signals")?;
    }
    Ok(())
}

/// Whether someone wants us to stop.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// A step between two long ones: an interruption ends the work here.
pub(crate) fn unless_interrupted() -> Result<()> {
    ensure!(!interrupted(), "interrupted");
    Ok(())
}

/// Tells the person at the terminal what happens now.
pub(crate) fn say(what: impl std::fmt::Display) {
    eprintln!("==> {what}");
}

/// Runs a command; that it fails is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    Ok(())
}

/// Runs a command and tells how it ended.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    say(line(command));
    let started = Instant::now();
    let mut child = spawn(command)?;
    let status = wait(&mut child)?;
    took(command, started);
    Ok(status)
}

/// Runs a command, shows what it writes to standard output and keeps a copy.
pub(crate) fn status_and_copy(command: &mut Command) -> Result<(ExitStatus, String)> {
    say(line(command));
    let started = Instant::now();
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    let mut copy = String::new();
    if let Some(output) = child.stdout.take() {
        for read in BufReader::new(output).lines() {
            let read = read.context("reading what a program prints")?;
            // Nobody may be reading any more; the copy still counts.
            drop(writeln!(std::io::stdout(), "{read}"));
            copy.push_str(&read);
            copy.push('\n');
        }
    }
    let status = wait(&mut child)?;
    took(command, started);
    Ok((status, copy))
}

/// Runs a command quietly and returns what it writes to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting `{}`", line(command)))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed ({}): {}",
            line(command),
            output.status,
            words.trim()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` did not answer in UTF-8", line(command)))
}

/// Whether a command can be run and is content; nothing is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Starts a command.
pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    command
        .spawn()
        .with_context(|| format!("starting `{}`", line(command)))
}

/// Asks a program to end, waits, and ends it if it does not.
pub(crate) fn stop(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_none() {
        succeeds(Command::new("kill").args(["-TERM", &child.id().to_string()]));
    }
    let asked = Instant::now();
    while child.try_wait()?.is_none() {
        if asked.elapsed() > GRACE {
            child.kill()?;
        }
        pause(Duration::from_millis(20));
    }
    Ok(())
}

/// Where a program lies on the path, if it is there.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Whether we may install packages, and must not run a database as we are.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Waits a moment.
#[expect(
    clippy::disallowed_methods,
    reason = "there is nothing else to do here while another program works"
)]
pub(crate) fn pause(moment: Duration) {
    std::thread::sleep(moment);
}

/// Waits for a program. It usually has had the same Ctrl-C from the terminal; if it goes on all the
/// same, it is stopped.
fn wait(child: &mut Child) -> Result<ExitStatus> {
    let mut noticed: Option<Instant> = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if interrupted() && noticed.get_or_insert_with(Instant::now).elapsed() > GRACE {
            stop(child)?;
        }
        pause(Duration::from_millis(20));
    }
}

/// A command as one would type it, without the folder of the program.
fn line(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Tells how long a command took, if anyone could have noticed.
fn took(command: &Command, started: Instant) {
    let seconds = started.elapsed().as_secs_f32();
    if seconds >= 1.0 {
        say(format_args!("{} took {seconds:.1} s", line(command)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_without_its_folder() {
        assert_eq!(
            line(Command::new("/usr/bin/env").args(["-i", "true"])),
            "env -i true"
        );
    }

    #[test]
    fn a_failure_says_what_the_program_said() {
        let error = output(Command::new("sh").args(["-c", "echo no >&2; exit 3"])).unwrap_err();
        assert!(
            error.to_string().ends_with("exit status: 3): no"),
            "{error}"
        );
    }

    #[test]
    fn what_was_started_can_be_stopped() {
        let mut child = spawn(Command::new("sleep").arg("60")).unwrap();
        stop(&mut child).unwrap();
        assert!(!child.wait().unwrap().success());
    }
}
