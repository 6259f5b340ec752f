//! Where the answer goes: stdout, a file, memory, or nowhere. Who replaces files: `replaced_file`; what is not the
//! answer and for the user's eyes only: `private_output`.

use std::cell::RefCell;
use std::fs::Metadata;
use std::io::{self, Write as _};
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use super::replaced_file::{OpenError, Readers, ReplacedFile, Unreplaceable};
#[cfg(unix)]
use crate::startup::StandardStream;
use crate::stream::Stream;

/// A destination of bytes.
#[derive(Debug)]
pub struct Sink {
    destination: Destination,
    /// What messages call it.
    name: String,
    /// Whether bytes went there.
    has_begun: bool,
}

#[derive(Debug)]
enum Destination {
    #[cfg(not(unix))]
    Stdout(io::StdoutLock<'static>),
    /// Stdout, or a pipe or a device by its path: it is written to, never replaced.
    Stream(Stream),
    File(ReplacedFile),
    /// The holder of the other end reads it there.
    Memory {
        bytes: Rc<RefCell<Vec<u8>>>,
        limit: usize,
    },
    Nowhere,
}

/// Why bytes could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The reader of a pipe has gone: it has what it wanted.
    #[error("the reader has closed the pipe")]
    ClosedPipe,
    /// The run's time is up, and the other end of a pipe takes no more.
    #[error("timed out while writing to {destination}")]
    TimedOut {
        /// Stdout, or the path.
        destination: String,
        /// Whether a part of the answer was written.
        has_begun: bool,
    },
    /// The file stays as it is.
    #[error("refused to replace {destination}: {reason}")]
    Refused {
        /// The path.
        destination: String,
        /// What speaks against it.
        reason: Unreplaceable,
    },
    /// Anything else: a full disk, a folder that is not there.
    #[error("cannot write to {destination}: {error}")]
    Failed {
        /// Stdout, or the path.
        destination: String,
        /// What the system said.
        error: io::Error,
    },
    /// More than may be kept in memory.
    #[error("the answer takes more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl Sink {
    fn new(destination: Destination, name: impl Into<String>) -> Self {
        Self {
            destination,
            name: name.into(),
            has_begun: false,
        }
    }

    /// The standard output. Writing ends at `until`, if it has to wait for a reader.
    pub fn stdout(until: Option<Instant>) -> Result<Self, WriteError> {
        #[cfg(unix)]
        return Self::standard(StandardStream::Output, "stdout", until);
        #[cfg(not(unix))]
        {
            let _ends_never = until;
            let stdout = Destination::Stdout(io::stdout().lock());
            Ok(Self::new(stdout, "stdout"))
        }
    }

    #[cfg(unix)]
    fn standard(
        stream: StandardStream,
        name: &str,
        until: Option<Instant>,
    ) -> Result<Self, WriteError> {
        let stream = Stream::standard(stream, until);
        let stream = stream.map_err(|error| failed(name, false, error))?;
        Ok(Self::new(Destination::Stream(stream), name))
    }

    /// A program that reads what is written.
    #[cfg(unix)]
    pub fn program(stream: Stream, name: &str) -> Self {
        Self::new(Destination::Stream(stream), name)
    }

    /// A file that is replaced in one step by [`Sink::finish`]; until then nothing is to be seen.
    ///
    /// The file that a link leads to is replaced, not the link. What is not a file (`/dev/null`, a named pipe) is written
    /// to as it is, and `/dev/stdout` is the standard output.
    pub fn file(path: &Path, until: Option<Instant>) -> Result<Self, WriteError> {
        let name = format!("`{}`", path.display());
        let old = path.metadata().ok();
        #[cfg(unix)]
        match own_descriptor(path) {
            Some(1) => return Self::stdout(until),
            Some(2) => return Self::standard(StandardStream::Error, "stderr", until),
            Some(number) if old.as_ref().is_some_and(Metadata::is_file) => {
                if !takes_writes(number) {
                    return Err(WriteError::Refused {
                        destination: name,
                        reason: Unreplaceable::Descriptor,
                    });
                }
                // As `>` and `>>` have left it: what it holds is its owner's.
                let stream = Stream::appender(path, until);
                let stream = stream.map_err(|error| failed(&name, false, error))?;
                return Ok(Self::new(Destination::Stream(stream), name));
            }
            Some(_) | None => {}
        }
        match Self::open(path, old.as_ref(), until) {
            Ok(destination) => Ok(Self::new(destination, name)),
            Err(OpenError::Refused(reason)) => Err(WriteError::Refused {
                destination: name,
                reason,
            }),
            Err(OpenError::System(error)) => Err(failed(&name, false, error)),
        }
    }

    fn open(
        path: &Path,
        old: Option<&Metadata>,
        until: Option<Instant>,
    ) -> Result<Destination, OpenError> {
        if let Some(device) = device_of_windows(path) {
            return Ok(Destination::Stream(Stream::writer(
                Path::new(device),
                until,
            )?));
        }
        match old {
            Some(old) if old.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory).into()),
            Some(old) if !old.is_file() => Ok(Destination::Stream(Stream::writer(path, until)?)),
            old => Ok(Destination::File(ReplacedFile::open(
                path,
                old,
                Readers::AsBefore,
            )?)),
        }
    }

    /// Memory, up to this many bytes.
    pub fn memory(bytes: Rc<RefCell<Vec<u8>>>, limit: usize) -> Self {
        Self::new(Destination::Memory { bytes, limit }, "memory")
    }

    /// A destination that keeps nothing.
    pub fn nowhere() -> Self {
        Self::new(Destination::Nowhere, "nowhere")
    }

    /// Writes bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let written = match &mut self.destination {
            #[cfg(not(unix))]
            Destination::Stdout(stdout) => stdout.write_all(bytes).and_then(|()| stdout.flush()),
            Destination::Stream(stream) => write_all(stream, bytes, &mut self.has_begun),
            Destination::File(file) => file.write(bytes),
            Destination::Memory { bytes: kept, limit } => {
                let mut kept = kept.borrow_mut();
                if bytes.len() > limit.saturating_sub(kept.len()) {
                    return Err(WriteError::TooLarge { limit: *limit });
                }
                kept.extend_from_slice(bytes);
                Ok(())
            }
            Destination::Nowhere => Ok(()),
        };
        written.map_err(|error| failed(&self.name, self.has_begun, error))
    }

    /// Makes what was written visible.
    pub fn finish(self) -> Result<(), WriteError> {
        let Self {
            destination, name, ..
        } = self;
        match destination {
            Destination::File(file) => file.finish().map_err(|error| failed(&name, false, error)),
            #[cfg(not(unix))]
            Destination::Stdout(_) => Ok(()),
            Destination::Stream(_) | Destination::Memory { .. } | Destination::Nowhere => Ok(()),
        }
    }

    /// Ends an answer that is incomplete: what went to stdout stays there, a file does not appear.
    pub fn give_up(self) -> Result<(), WriteError> {
        match self.destination {
            Destination::File(_) => Ok(()),
            #[cfg(not(unix))]
            Destination::Stdout(_) => self.finish(),
            Destination::Stream(_) | Destination::Memory { .. } | Destination::Nowhere => {
                self.finish()
            }
        }
    }
}

/// The device that a name means in every folder of Windows; to replace it by a file would fail. Scripts of other systems
/// name the one that keeps nothing by its path there.
pub(super) fn device_of_windows(path: &Path) -> Option<&'static str> {
    if cfg!(windows) && path == Path::new("/dev/null") {
        return Some("NUL");
    }
    let name = path.file_name().filter(|_| cfg!(windows))?.to_str()?;
    [("NUL", "NUL"), ("CON", "CONOUT$"), ("CONOUT$", "CONOUT$")]
        .into_iter()
        .find(|(word, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, device)| device)
}

/// Writes all bytes, and says whether any were written if that fails.
fn write_all(stream: &mut Stream, mut bytes: &[u8], has_begun: &mut bool) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                *has_begun = true;
                bytes = bytes.get(count..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Windows has a word of its own for a pipe whose reader has gone (`ERROR_PIPE_NOT_CONNECTED`).
fn is_closed_pipe(error: &io::Error) -> bool {
    let is_of_windows = cfg!(windows) && error.raw_os_error() == Some(233);
    error.kind() == io::ErrorKind::BrokenPipe || is_of_windows
}

pub(super) fn failed(name: &str, has_begun: bool, error: io::Error) -> WriteError {
    let destination = name.to_owned();
    if is_closed_pipe(&error) {
        return WriteError::ClosedPipe;
    }
    if error.kind() == io::ErrorKind::TimedOut {
        return WriteError::TimedOut {
            destination,
            has_begun,
        };
    }
    WriteError::Failed { destination, error }
}

/// Tells whether a descriptor of this process was opened for writing; not if the system does not say (proc(5)).
#[cfg(unix)]
fn takes_writes(number: u32) -> bool {
    /// The bits of the access mode: 0 reads only.
    const MODE: u32 = 0o3;

    let text = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap_or_default();
    let flags = text
        .split_once("flags:")
        .and_then(|(_, rest)| rest.split_whitespace().next());
    flags
        .and_then(|flags| u32::from_str_radix(flags, 8).ok())
        .is_some_and(|flags| flags & MODE != 0)
}

/// The number of the descriptor of this process that a path names, such as `/dev/stdout` and `/dev/fd/3`, through links.
#[cfg(unix)]
pub(super) fn own_descriptor(path: &Path) -> Option<u32> {
    let mut path = path.to_owned();
    // `/dev/stdout` leads to `/proc/self/fd/1`, which leads to the file that is open there.
    for _ in 0..8 {
        let folder = path.parent()?.canonicalize().ok()?;
        let name = path.file_name()?.to_str()?;
        let parts: Vec<_> = folder.to_str()?.split('/').collect();
        match (parts.as_slice(), name.parse()) {
            (
                ["", "dev", "fd"] | ["", "proc", _, "fd"] | ["", "proc", _, "task", _, "fd"],
                Ok(number),
            ) => {
                return Some(number);
            }
            _ => path = folder.join(path.read_link().ok()?),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Sink, WriteError};

    #[cfg(unix)]
    #[test]
    fn knows_its_descriptors() {
        use super::own_descriptor;

        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("out");
        std::os::unix::fs::symlink("/dev/stdout", &link).unwrap();
        std::fs::write(folder.path().join("1"), "").unwrap();
        for (path, expected) in [
            ("/dev/stdout", Some(1)),
            ("/dev/stderr", Some(2)),
            ("/dev/fd/3", Some(3)),
            ("/proc/self/fd/1", Some(1)),
            (link.to_str().unwrap(), Some(1)),
            (folder.path().join("1").to_str().unwrap(), None),
            ("/dev/null", None),
            ("1", None),
            ("/", None),
        ] {
            assert_eq!(own_descriptor(Path::new(path)), expected, "{path}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_open_descriptor_is_written_to() {
        use std::os::fd::AsRawFd as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "old ").unwrap();
        let open = std::fs::File::options().append(true).open(&path).unwrap();
        let named = format!("/dev/fd/{}", open.as_raw_fd());
        let mut sink = Sink::file(Path::new(&named), None).unwrap();
        sink.write(b"{}").unwrap();
        sink.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"old {}");
        let read_only = std::fs::File::open(&path).unwrap();
        let named = format!("/dev/fd/{}", read_only.as_raw_fd());
        let refused = Sink::file(Path::new(&named), None).unwrap_err();
        assert!(matches!(refused, WriteError::Refused { .. }));
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = Sink::file(folder.path(), None).unwrap_err();
        assert!(matches!(error, WriteError::Failed { .. }));
        let mut sink = Sink::file(&folder.path().join("a"), None).unwrap();
        sink.write(b"{}").unwrap();
        sink.give_up().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(windows)]
    #[test]
    fn a_device_is_written_to() {
        for name in ["NUL", "nul", r"C:\\NUL", "/dev/null"] {
            let mut sink = Sink::file(Path::new(name), None).unwrap();
            sink.write(b"{}").unwrap();
            sink.finish().unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to() {
        let mut sink = Sink::file(Path::new("/dev/null"), None).unwrap();
        sink.write(b"{}").unwrap();
        sink.finish().unwrap();
        let mut sink = Sink::file(Path::new("/dev/full"), None).unwrap();
        let error = sink.write(b"{}").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("cannot write to `/dev/full`: "),
            "{error}"
        );
    }
}
