//! Asks for a secret on a terminal, without showing what is typed. Who keeps it:
//! `command/login/application`.

#[cfg(unix)]
use crate::app::terminal::signals::exit_after;
use crate::azure::Secret;
use crate::client::Deadline;
use crate::env::Env;
use crate::error::Error;

/// A secret is shorter than this; what is longer was not meant to be typed.
#[cfg(unix)]
const LONGEST: usize = 4096;

/// What messages call it.
#[cfg(unix)]
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

    if !env.stdin_is_terminal || !env.stderr_is_terminal {
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

/// Elsewhere a terminal cannot be kept from showing what is typed: secrets come on standard input.
#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the shape of the other one"
)]
pub(crate) fn secret(
    _question: &'static str,
    _deadline: Option<Deadline>,
    _env: &Env,
) -> Result<Option<Secret>, Error> {
    Ok(None)
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

    let failed = |message: String| Error::Input {
        name: TERMINAL.to_owned(),
        message,
    };
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
            return Err(failed("that is too long for a secret".to_owned()));
        }
    }
    match String::from_utf8(line) {
        Ok(text) if !text.is_empty() => Ok(Secret::new(text)),
        Ok(_) => Err(failed("nothing was typed".to_owned())),
        Err(_) => Err(failed("what was typed is not UTF-8 text".to_owned())),
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
