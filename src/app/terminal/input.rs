//! Reads what the arguments name: files and, if asked for, stdin. What is read is bounded, in bytes and in time. Who
//! makes requests of it: `plan`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;

use crate::azure::Secret;
use crate::cli::{RequestOptions, ValueSource};
use crate::client::{self, Deadline};
use crate::env::Env;
use crate::error::Error;
use crate::output::Console;
#[cfg(unix)]
use crate::startup::StandardStream;
use crate::stream::Stream;
#[cfg(not(unix))]
use crate::stream::TimedReader;
use crate::tools::MOST_INPUT;

/// What messages call standard input.
const STDIN: &str = "stdin";
/// The most bytes of a token.
const MAX_TOKEN: u64 = 1 << 20;

/// How much is read, and until when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadLimits {
    /// The most bytes of one value.
    pub(crate) bytes: u64,
    /// The end of the run.
    pub(crate) deadline: Option<Deadline>,
}

impl ReadLimits {
    /// The limits of a request: `--max-memory` and `--timeout`.
    pub(crate) fn of(options: &RequestOptions, deadline: Option<Deadline>) -> Self {
        Self {
            bytes: options.paging.max_memory,
            deadline,
        }
    }

    /// The limits of a token or a secret.
    fn of_token(deadline: Option<Deadline>) -> Self {
        Self {
            bytes: MAX_TOKEN,
            deadline,
        }
    }
}

/// Reads one value. `literal` is how the item is written that is not the file but its name.
pub(crate) fn read(
    source: &ValueSource,
    literal: Option<String>,
    limits: ReadLimits,
    env: &Env,
) -> Result<Bytes, Error> {
    match source {
        ValueSource::Literal(text) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        ValueSource::File(path) => read_file(path, literal, limits),
        ValueSource::FileInHome(rest) => match &env.home_dir {
            Some(home) => read_file(&home.join(rest), literal, limits),
            None => Err(Error::Input {
                name: format!("`~/{}`", rest.display()),
                message: "there is no home folder".to_owned(),
            }),
        },
        ValueSource::Stdin => {
            let bytes = read_stdin(limits)?;
            if bytes.is_empty() {
                // Nearly always a command in front of the pipe that has failed.
                return Err(Error::EmptyStdin);
            }
            Ok(bytes.into())
        }
    }
}

/// Reads a secret on standard input: one line, whose end is not part of it.
pub(crate) fn read_secret(deadline: Option<Deadline>) -> Result<Secret, Error> {
    secret_of(read_token(deadline)?)
}

fn secret_of(bytes: Vec<u8>) -> Result<Secret, Error> {
    let failed = |message: &str| Error::Input {
        name: STDIN.to_owned(),
        message: message.to_owned(),
    };
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not text"))?;
    // Some systems begin a text with the mark of its encoding.
    let text = text.trim_start_matches('\u{feff}');
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(Error::EmptyStdin);
    }
    if line.chars().any(char::is_control) {
        return Err(failed("it has more than one line: a secret is one line"));
    }
    Ok(Secret::new(line))
}

/// Reads a token on standard input, at most 1 MiB.
pub(crate) fn read_token(deadline: Option<Deadline>) -> Result<Vec<u8>, Error> {
    let read = read_stdin(ReadLimits::of_token(deadline));
    match read {
        Ok(bytes) if bytes.is_empty() => Err(Error::EmptyStdin),
        Err(Error::InputTooLarge { name, .. }) => Err(Error::Input {
            name,
            message: "it has more than 1 MiB, too much for a token".to_owned(),
        }),
        read => read,
    }
}

/// Reads what a program says to a credential helper.
pub(crate) fn read_from_program(deadline: Option<Deadline>) -> Result<Vec<u8>, Error> {
    read_stdin(ReadLimits {
        bytes: MOST_INPUT,
        deadline,
    })
}

/// Reads the IDs on standard input.
pub(crate) fn read_ids(limits: ReadLimits, env: &Env) -> Result<Vec<u8>, Error> {
    if env.stdin_is_terminal {
        Console::of(env)
            .note("the IDs are read from standard input, one per line; Ctrl-D ends them");
    }
    read_stdin(limits).map_err(|error| {
        if let Error::InputTooLarge { limit, .. } = error {
            Error::TooManyIds { limit }
        } else {
            error
        }
    })
}

/// Standard input as it is, until the deadline if there is one.
pub(crate) fn stdin(deadline: Option<Deadline>) -> io::Result<Box<dyn Read>> {
    #[cfg(unix)]
    {
        let until = deadline.map(Deadline::instant);
        Ok(Box::new(Stream::standard(StandardStream::Input, until)?))
    }
    #[cfg(not(unix))]
    {
        Ok(match deadline {
            Some(deadline) => Box::new(TimedReader::new(io::stdin(), deadline.instant())),
            None => Box::new(io::stdin().lock()),
        })
    }
}

/// The error of a read that has failed, or for which the time of the run did not suffice.
pub(crate) fn failed(name: String, error: &io::Error, deadline: Option<Deadline>) -> Error {
    match deadline {
        Some(Deadline { limit, .. }) if error.kind() == io::ErrorKind::TimedOut => {
            client::Error::TimedOut { limit }.into()
        }
        Some(_) | None => Error::Input {
            name,
            message: error.to_string(),
        },
    }
}

fn read_stdin(limits: ReadLimits) -> Result<Vec<u8>, Error> {
    let read = stdin(limits.deadline).and_then(|stdin| read_at_most(stdin, limits.bytes));
    within(read, STDIN.to_owned(), limits)
}

fn read_file(path: &Path, literal: Option<String>, limits: ReadLimits) -> Result<Bytes, Error> {
    let read = || {
        let until = limits.deadline.map(Deadline::instant);
        if path.metadata()?.is_file() {
            read_at_most(File::open(path)?, limits.bytes)
        } else {
            read_at_most(Stream::reader(path, until)?, limits.bytes)
        }
    };
    let name = format!("`{}`", path.display());
    match (read(), literal) {
        (Err(error), Some(literal)) if error.kind() == io::ErrorKind::NotFound => {
            Err(Error::NoSuchFile {
                name,
                message: error.to_string(),
                literal,
            })
        }
        (read, _) => within(read, name, limits).map(Bytes::from),
    }
}

/// Reads all bytes; `None` if there are more than `limit`.
fn read_at_most(input: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut input = input.take(limit.saturating_add(1));
    input.read_to_end(&mut bytes)?;
    Ok((input.limit() > 0).then_some(bytes))
}

fn within(
    read: io::Result<Option<Vec<u8>>>,
    name: String,
    limits: ReadLimits,
) -> Result<Vec<u8>, Error> {
    match read {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Error::InputTooLarge {
            name,
            limit: limits.bytes,
        }),
        Err(error) => Err(failed(name, &error, limits.deadline)),
    }
}

/// Tells whether stdin is a pipe: then it is meant to be read.
pub(crate) fn stdin_is_pipe() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;

        std::fs::metadata("/dev/stdin").is_ok_and(|metadata| metadata.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    false
}

#[cfg(test)]
mod tests {
    use super::secret_of;
    use crate::azure::Secret;

    #[test]
    fn a_secret_is_one_line() {
        for (text, expected) in [
            ("s3~ cret", Some("s3~ cret")),
            ("s3cret\n", Some("s3cret")),
            ("\u{feff}s3cret\r\n", Some("s3cret")),
            (" s3cret ", Some(" s3cret ")),
            ("\n", None),
            ("a\nb\n", None),
            ("a\u{1b}b", None),
        ] {
            let found = secret_of(text.as_bytes().to_vec()).ok();
            assert_eq!(found, expected.map(Secret::new), "{text:?}");
        }
        assert!(secret_of(vec![0xff]).is_err());
    }
}
