//! The command of `arm exec`: started, told the signals that are meant for it, and waited for. Who gives it tokens:
//! `token_service`.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitStatus;

use tokio::process::{Child, Command};

use crate::app::endpoint::variables::removed;
use crate::app::terminal::signals::Signals;
use crate::env::Env;
use crate::error::ServeError;
use crate::program;

/// A command that cannot be run, and one that is not there: as `env` and every shell say it (POSIX,
/// Shell Command Language, 2.8.2).
const CANNOT_RUN: u32 = 126;
const NOT_FOUND: u32 = 127;

/// What is changed in the environment of a command, in addition to what no command must see.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// The variables that are taken out.
    pub(super) removed: Vec<&'static str>,
    /// The variables that are set.
    pub(super) set: Vec<(String, OsString)>,
}

impl Surroundings {
    /// Sets a variable; the last value counts.
    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<OsString>) {
        self.set.push((name.into(), value.into()));
    }
}

/// Runs a command to its end and returns its exit code, 128 and more for a signal.
pub(super) async fn run(
    command: &[OsString],
    surroundings: &Surroundings,
    env: &Env,
) -> Result<u32, ServeError> {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(0);
    };
    let failed = |error: std::io::Error| ServeError::Command {
        program: program.to_string_lossy().into_owned(),
        message: if error.kind() == ErrorKind::NotFound {
            "it is not found".to_owned()
        } else {
            error.to_string()
        },
        code: if error.kind() == ErrorKind::NotFound {
            NOT_FOUND
        } else {
            CANNOT_RUN
        },
    };
    // Before the command starts, so that no signal is lost.
    let mut signals = Signals::for_commands().map_err(failed)?;
    let mut child = spawn(&file_of(program, env), arguments, surroundings).map_err(failed)?;
    loop {
        tokio::select! {
            status = child.wait() => return status.map(code_of).map_err(failed),
            signal = signals.next() => passing::pass_on(&child, signal),
        }
    }
}

/// The file that is run. Unix finds it by itself; Windows finds no batch files, which `az`, `npm` and `func` are there.
fn file_of<'a>(program: &'a OsStr, env: &Env) -> Cow<'a, OsStr> {
    if !cfg!(windows) {
        return Cow::Borrowed(program);
    }
    let path = Path::new(program);
    let has_folder = path
        .parent()
        .is_some_and(|folder| !folder.as_os_str().is_empty());
    let found = if has_folder {
        program::at(env, path)
    } else {
        program::find(env, path)
    };
    found.map_or(Cow::Borrowed(program), |file| {
        Cow::Owned(file.into_os_string())
    })
}

fn spawn(
    program: &OsStr,
    arguments: &[OsString],
    surroundings: &Surroundings,
) -> std::io::Result<Child> {
    let mut command = Command::new(program);
    command.args(arguments);
    for name in removed().chain(surroundings.removed.iter().copied()) {
        command.env_remove(name);
    }
    for (name, value) in &surroundings.set {
        command.env(name, value);
    }
    command.spawn()
}

/// A code above 255 exists only on Windows, if it says something: 3010 that a restart is needed, 0xC0000005 a crash.
fn code_of(status: ExitStatus) -> u32 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;

        if let Some(signal) = status.signal() {
            return u32::try_from(128 + signal).unwrap_or(u32::MAX);
        }
    }
    status.code().map_or(1, i32::cast_unsigned)
}

#[cfg(unix)]
mod passing {
    use rustix::process::{Pid, Signal, getpgrp, kill_process};
    use rustix::termios::tcgetpgrp;
    use tokio::process::Child;
    use tokio::signal::unix::SignalKind;

    /// What the keys of a terminal send, it sends to the command too: once is enough.
    pub(super) fn pass_on(child: &Child, kind: SignalKind) {
        let is_key = kind == SignalKind::interrupt() || kind == SignalKind::quit();
        if is_key && is_in_foreground() {
            return;
        }
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        let signal = Signal::from_named_raw(kind.as_raw_value());
        if let (Some(id), Some(signal)) = (id.and_then(Pid::from_raw), signal) {
            // A command that has just ended needs no signal.
            let _gone = kill_process(id, signal);
        }
    }

    fn is_in_foreground() -> bool {
        let terminal = std::fs::File::open("/dev/tty");
        terminal.is_ok_and(|terminal| tcgetpgrp(&terminal) == Ok(getpgrp()))
    }
}

#[cfg(not(unix))]
mod passing {
    use tokio::process::Child;

    pub(super) fn pass_on(_child: &Child, _kind: ()) {}
}
