//! Asks for a secret on a terminal, without showing what is typed. Who keeps it:
//! `command/login/application`.

#[cfg(unix)]
use crate::app::terminal::signals::exit_after;
use crate::azure::Secret;
use crate::client::Deadline;
use crate::env::Env;
use crate::error::Error;

/// A secret is shorter than this; what is longer was not meant to be typed.
const LONGEST: usize = 4096;
const TOO_LONG: &str = "that is too long for a secret";

/// What messages call it.
const TERMINAL: &str = "the terminal";

/// Asks for a secret on the terminal; `None` if there is no terminal.
#[cfg(unix)]
pub(crate) fn secret(
    question: &'static str,
    deadline: Option<Deadline>,
    env: &Env,
) -> Result<Option<Secret>, Error> {
    use crate::app::terminal::input;
    use crate::output::Console;

    if !env.can_ask() {
        return Ok(None);
    }
    let Some(quiet) = Quiet::begin() else {
        return Ok(None);
    };
    let console = Console::of(env);
    console.ask(question);
    let typed = match input::stdin(deadline) {
        Ok(terminal) => read(terminal, deadline),
        Err(error) => Err(input::failed(TERMINAL.to_owned(), &error, deadline)),
    };
    drop(quiet);
    console.ask("\n");
    typed.map(Some)
}

/// Asks for a secret on the console; `None` if there is no console.
#[cfg(not(unix))]
pub(crate) fn secret(
    question: &'static str,
    deadline: Option<Deadline>,
    env: &Env,
) -> Result<Option<Secret>, Error> {
    use std::io::ErrorKind::{self, Interrupted, TimedOut, UnexpectedEof};
    use std::sync::mpsc;
    use std::time::Instant;

    use crate::app::terminal::input;
    use crate::output::Console;

    if !env.can_ask() {
        return Ok(None);
    }
    Console::of(env).ask(question);
    // A thread of its own: to read the console has no end in time.
    let (sender, typed) = mpsc::channel();
    std::thread::spawn(move || sender.send(rpassword::read_password()));
    let line = match deadline {
        Some(deadline) => {
            let left = deadline.instant().saturating_duration_since(Instant::now());
            typed.recv_timeout(left).map_err(|_| TimedOut)
        }
        None => typed.recv().map_err(|_| ErrorKind::Other),
    };
    match line.map_err(Into::into).and_then(std::convert::identity) {
        Ok(line) if line.is_empty() => Err(failed("nothing was typed")),
        Ok(line) if line.len() > LONGEST => Err(failed(TOO_LONG)),
        Ok(line) => Ok(Some(Secret::new(line))),
        Err(error) if matches!(error.kind(), Interrupted | UnexpectedEof) => {
            Err(Error::Interrupted)
        }
        Err(error) => Err(input::failed(TERMINAL.to_owned(), &error, deadline)),
    }
}

fn failed(message: &str) -> Error {
    Error::Input {
        name: TERMINAL.to_owned(),
        message: message.to_owned(),
    }
}

/// A terminal that shows nothing and hands each key over at once; it is as it was when this ends.
/// Ctrl-C is a key as others are then: a process that it ends would leave the terminal dumb.
#[cfg(unix)]
struct Quiet(rustix::termios::Termios);

#[cfg(unix)]
impl Quiet {
    fn begin() -> Option<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

        let stdin = rustix::stdio::stdin();
        let before = tcgetattr(stdin).ok()?;
        let restored = before.clone();
        exit_after(move || restore(&restored));
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(stdin, OptionalActions::Flush, &quiet).ok()?;
        Some(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Quiet {
    fn drop(&mut self) {
        restore(&self.0);
    }
}

#[cfg(unix)]
fn restore(before: &rustix::termios::Termios) {
    use rustix::termios::{OptionalActions, tcsetattr};

    let _restored = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, before);
}

/// Reads keys up to Enter.
#[cfg(unix)]
fn read(mut input: impl std::io::Read, deadline: Option<Deadline>) -> Result<Secret, Error> {
    use crate::app::terminal::input::failed as read_failed;

    let mut line = Vec::new();
    let mut key = [0];
    loop {
        let count = input
            .read(&mut key)
            .map_err(|error| read_failed(TERMINAL.to_owned(), &error, deadline))?;
        match key {
            _ if count == 0 => return Err(Error::Interrupted),
            // Ctrl-C, Ctrl-D, Ctrl-\\.
            [0x03 | 0x04 | 0x1c] => return Err(Error::Interrupted),
            [b'\r' | b'\n'] => break,
            // A letter may be several bytes: all of them go.
            [0x08 | 0x7f] => while line.pop().is_some_and(|byte: u8| byte & 0xc0 == 0x80) {},
            // Ctrl-U.
            [0x15] => line.clear(),
            [byte] => line.push(byte),
        }
        if line.len() > LONGEST {
            return Err(failed(TOO_LONG));
        }
    }
    match String::from_utf8(line) {
        Ok(text) if !text.is_empty() => Ok(Secret::new(text)),
        Ok(_) => Err(failed("nothing was typed")),
        Err(_) => Err(failed("what was typed is not UTF-8 text")),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::read;
    use crate::error::Error;

    #[test]
    fn reads_keys_as_a_line() {
        for (keys, expected) in [
            ("secret\n", Some("secret")),
            ("secret\rrest", Some("secret")),
            ("sx\u{7f}ecret\n", Some("secret")),
            ("xé\u{8}\u{8}secret\n", Some("secret")),
            ("\u{7f}\u{15}wrong\u{15}secret\n", Some("secret")),
            ("\n", None),
        ] {
            let typed = read(keys.as_bytes(), None).ok();
            let expected = expected.map(crate::azure::Secret::new);
            assert_eq!(typed, expected, "{keys:?}");
        }
    }

    #[test]
    fn a_key_can_end_it() {
        for keys in ["sec\u{3}", "sec\u{4}", "sec\u{1c}", "sec"] {
            let ended = read(keys.as_bytes(), None);
            assert!(matches!(ended, Err(Error::Interrupted)), "{keys:?}");
        }
        let long = "x".repeat(5000);
        assert!(matches!(
            read(long.as_bytes(), None),
            Err(Error::Input { .. })
        ));
    }
}
