//! Reads what the arguments name: files and, where asked for, stdin. Who makes requests of it:
//! `plan`.

use std::io::Read as _;
use std::path::Path;

use bytes::Bytes;

use crate::azure::Secret;
use crate::cli::ValueSource;
use crate::env::Env;
use crate::error::Error;
use crate::output::Console;

/// Reads one value. `literal` is how the item is written that is not the file but its name.
pub(crate) fn read(
    source: &ValueSource,
    literal: Option<String>,
    env: &Env,
) -> Result<Bytes, Error> {
    match source {
        ValueSource::Literal(text) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        ValueSource::File(path) => read_file(path, literal),
        ValueSource::FileInHome(rest) => match &env.home_dir {
            Some(home) => read_file(&home.join(rest), literal),
            None => Err(Error::Input {
                name: format!("`~/{}`", rest.display()),
                message: "there is no home folder".to_owned(),
            }),
        },
        ValueSource::Stdin => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| Error::Input {
                name: "stdin".to_owned(),
                message: error.to_string(),
            })?;
            if bytes.is_empty() {
                // Nearly always a command in front of the pipe that has failed.
                return Err(Error::EmptyStdin);
            }
            Ok(bytes.into())
        }
    }
}

/// Reads a secret on standard input: one line, whose end is not part of it.
pub(crate) fn read_secret() -> Result<Secret, Error> {
    secret_of(read_token()?)
}

fn secret_of(bytes: Vec<u8>) -> Result<Secret, Error> {
    let failed = |message: &str| Error::Input {
        name: "stdin".to_owned(),
        message: message.to_owned(),
    };
    let text = String::from_utf8(bytes).map_err(|_| failed("it holds no text"))?;
    // Some systems begin a text with the mark of its encoding.
    let text = text.trim_start_matches('\u{feff}');
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(Error::EmptyStdin);
    }
    if line.chars().any(char::is_control) {
        return Err(failed("it holds more than one line: a secret is one line"));
    }
    Ok(Secret::new(line))
}

/// Reads a token on standard input, at most 1 MiB.
pub(crate) fn read_token() -> Result<Vec<u8>, Error> {
    const LIMIT: u64 = 1 << 20;
    let failed = |message: String| Error::Input {
        name: "stdin".to_owned(),
        message,
    };
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().lock().take(LIMIT + 1);
    let read = stdin.read_to_end(&mut bytes);
    read.map_err(|error| failed(error.to_string()))?;
    if bytes.is_empty() {
        return Err(Error::EmptyStdin);
    }
    if stdin.limit() == 0 {
        return Err(failed(
            "it holds more than 1 MiB, too much for a token".to_owned(),
        ));
    }
    Ok(bytes)
}

/// Reads the IDs on standard input, at most so many bytes.
pub(crate) fn read_ids(limit: u64, env: &Env) -> Result<Vec<u8>, Error> {
    if env.stdin_is_terminal {
        Console::default()
            .note("the IDs are read from standard input, one a line; Ctrl-D ends them");
    }
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().lock().take(limit.saturating_add(1));
    let read = stdin.read_to_end(&mut bytes);
    read.map_err(|error| Error::Input {
        name: "stdin".to_owned(),
        message: error.to_string(),
    })?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(Error::TooManyIds { limit });
    }
    Ok(bytes)
}

/// Tells whether stdin is a pipe: whoever put one there meant it to be read.
pub(crate) fn stdin_is_pipe() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;

        std::fs::metadata("/dev/stdin").is_ok_and(|metadata| metadata.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    false
}

fn read_file(path: &Path, literal: Option<String>) -> Result<Bytes, Error> {
    std::fs::read(path).map(Bytes::from).map_err(|error| {
        let name = format!("`{}`", path.display());
        let message = error.to_string();
        match literal {
            Some(literal) if error.kind() == std::io::ErrorKind::NotFound => Error::NoSuchFile {
                name,
                message,
                literal,
            },
            Some(_) | None => Error::Input { name, message },
        }
    })
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
