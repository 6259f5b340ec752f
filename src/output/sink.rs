//! Where the answer goes: stdout, a file that appears whole or not at all, memory, or nowhere.

use std::cell::RefCell;
use std::fs::{File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tempfile::NamedTempFile;

/// A destination of bytes.
#[derive(Debug)]
pub struct Sink(Destination);

#[derive(Debug)]
enum Destination {
    Stdout(io::StdoutLock<'static>),
    File {
        temporary: NamedTempFile,
        /// The file that is replaced.
        replaced: PathBuf,
        /// As the user wrote it.
        path: PathBuf,
    },
    /// A pipe or a device by its path: it is written to, never replaced.
    Stream {
        stream: File,
        path: PathBuf,
    },
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
    /// The standard output.
    pub fn stdout() -> Self {
        Self(Destination::Stdout(io::stdout().lock()))
    }

    /// A file that is replaced in one step by [`Sink::finish`]; until then nothing is to be seen.
    ///
    /// The file behind a link is replaced, not the link, and its permissions stay. What is not a file
    /// (`/dev/null`, a named pipe) is written to as it is.
    pub fn file(path: &Path) -> Result<Self, WriteError> {
        Self::open(path).map_err(|error| WriteError::Failed {
            destination: name_of(path),
            error,
        })
    }

    fn open(path: &Path) -> io::Result<Self> {
        let old = path.metadata().ok();
        if old.as_ref().is_some_and(Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            let stream = File::options().write(true).open(path)?;
            let path = path.to_owned();
            return Ok(Self(Destination::Stream { stream, path }));
        }
        let replaced = match old {
            Some(_) => path.canonicalize()?,
            None => path.to_owned(),
        };
        let folder = match replaced.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        // The whole error names the temporary file, which says nothing to the user.
        let temporary = new_file_in(folder).map_err(|error| io::Error::from(error.kind()))?;
        if let Some(old) = old {
            temporary.as_file().set_permissions(old.permissions())?;
        }
        let path = path.to_owned();
        Ok(Self(Destination::File {
            temporary,
            replaced,
            path,
        }))
    }

    /// Memory, at most so many bytes of it.
    pub fn memory(bytes: Rc<RefCell<Vec<u8>>>, limit: usize) -> Self {
        Self(Destination::Memory { bytes, limit })
    }

    /// A destination that keeps nothing.
    pub fn nowhere() -> Self {
        Self(Destination::Nowhere)
    }

    /// Writes bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let written = match &mut self.0 {
            Destination::Stdout(stdout) => stdout.write_all(bytes),
            // Past the wrapper, whose errors name the temporary file.
            Destination::File { temporary, .. } => temporary.as_file_mut().write_all(bytes),
            Destination::Stream { stream, .. } => stream.write_all(bytes),
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
        written.map_err(|error| self.failed(error))
    }

    /// Makes what was written visible.
    pub fn finish(mut self) -> Result<(), WriteError> {
        let flushed = match &mut self.0 {
            Destination::Stdout(stdout) => stdout.flush(),
            Destination::File { temporary, .. } => temporary.flush(),
            Destination::Stream { stream, .. } => stream.flush(),
            Destination::Memory { .. } | Destination::Nowhere => Ok(()),
        };
        flushed.map_err(|error| self.failed(error))?;
        if let Destination::File {
            temporary,
            replaced,
            path,
        } = self.0
        {
            let destination = name_of(&path);
            temporary
                .persist(replaced)
                .map_err(|error| WriteError::Failed {
                    destination,
                    error: error.error,
                })?;
        }
        Ok(())
    }

    /// Ends an answer that is not whole: what went to stdout stays there, a file does not appear.
    pub fn give_up(self) -> Result<(), WriteError> {
        match self.0 {
            Destination::File { .. } => Ok(()),
            Destination::Stdout(_)
            | Destination::Stream { .. }
            | Destination::Memory { .. }
            | Destination::Nowhere => self.finish(),
        }
    }

    fn failed(&self, error: io::Error) -> WriteError {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return WriteError::ClosedPipe;
        }
        let destination = match &self.0 {
            Destination::Stdout(_) | Destination::Memory { .. } | Destination::Nowhere => {
                "stdout".to_owned()
            }
            Destination::File { path, .. } | Destination::Stream { path, .. } => name_of(path),
        };
        WriteError::Failed { destination, error }
    }
}

fn name_of(path: &Path) -> String {
    format!("`{}`", path.display())
}

/// A temporary file with the permissions of an ordinary new file, for the answer is the user's.
fn new_file_in(folder: &Path) -> io::Result<NamedTempFile<File>> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".arm-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        // The umask takes away what the user wants to be taken away.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::Sink;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let mut sink = Sink::file(&path).unwrap();
        sink.write(b"{}").unwrap();
        assert!(!path.exists());
        drop(sink);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut sink = Sink::file(&path).unwrap();
        sink.write(b"{}").unwrap();
        sink.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"{}");
        assert!(Sink::file(&folder.path().join("no/such")).is_err());
        assert!(Sink::file(folder.path()).is_err());
    }
}
