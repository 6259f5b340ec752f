//! The command of `arm exec`: started, told the signals that are meant for it, and waited for. Who gives it tokens:
//! `token_service`.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitStatus;

use tokio::process::{Child, Command};

use crate::app::endpoint::variables::{Variable, removed};
use crate::app::terminal::signals::Signals;
use crate::error::ServeError;

/// A command that cannot be run, and one that is not there: as `env` and every shell say it (POSIX,
/// Shell Command Language, 2.8.2).
const CANNOT_RUN: u8 = 126;
const NOT_FOUND: u8 = 127;

/// Runs a command to its end and returns its exit code, 128 and more for a signal.
pub(super) async fn run(command: &[OsString], variables: &[Variable]) -> Result<u8, ServeError> {
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
    let mut child = spawn(program, arguments, variables).map_err(failed)?;
    loop {
        tokio::select! {
            status = child.wait() => return status.map(code_of).map_err(failed),
            signal = signals.next() => passing::pass_on(&child, signal),
        }
    }
}

fn spawn(
    program: &OsString,
    arguments: &[OsString],
    variables: &[Variable],
) -> std::io::Result<Child> {
    let mut command = Command::new(program);
    command.args(arguments);
    for name in removed() {
        command.env_remove(name);
    }
    for (name, value) in variables {
        command.env(name, value);
    }
    command.spawn()
}

fn code_of(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;

        if let Some(signal) = status.signal() {
            return u8::try_from(128 + signal).unwrap_or(u8::MAX);
        }
    }
    status
        .code()
        .map_or(1, |code| u8::try_from(code).unwrap_or(1))
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
