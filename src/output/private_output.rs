//! A file next to the answer, for the user's eyes only: replaced in one step, or left as it is. It can be finished by
//! another thread. Where the answer goes: `sink`.

use std::io::{self, Write as _};
use std::path::Path;

use super::replaced_file::{OpenError, Readers, ReplacedFile};
use super::sink::{self, WriteError};
use crate::stream::Stream;

/// A file that is written next to the answer.
#[derive(Debug)]
pub struct PrivateOutput {
    destination: Destination,
    /// What messages call it.
    name: String,
}

#[derive(Debug)]
enum Destination {
    File(ReplacedFile),
    /// A pipe or a device, by its path.
    Stream(Stream),
}

impl PrivateOutput {
    /// Looks whether the file may be written, and begins the new one next to it.
    ///
    /// # Errors
    /// Those of [`Sink::file`](super::Sink::file); and for an open descriptor of this process, which is the answer's or
    /// somebody else's.
    pub fn open(path: &Path) -> Result<Self, WriteError> {
        let name = format!("`{}`", path.display());
        match Self::destination(path) {
            Ok(destination) => Ok(Self { destination, name }),
            Err(OpenError::Refused(reason)) => Err(WriteError::Refused {
                destination: name,
                reason,
            }),
            Err(OpenError::System(error)) => Err(sink::failed(&name, false, error)),
        }
    }

    fn destination(path: &Path) -> Result<Destination, OpenError> {
        #[cfg(unix)]
        use std::os::unix::fs::FileTypeExt as _;

        #[cfg(unix)]
        if sink::own_descriptor(path).is_some() {
            return Err(io::Error::other("it is an open stream, not a file").into());
        }
        if let Some(device) = sink::device_of_windows(path) {
            return Ok(Destination::Stream(Stream::writer(
                Path::new(device),
                None,
            )?));
        }
        let old = path.metadata().ok();
        #[cfg(unix)]
        if old.as_ref().is_some_and(|old| old.file_type().is_fifo()) {
            // Whoever reads it could hold up the run forever, its end at a signal included.
            return Err(io::Error::other("it is a pipe, not a file").into());
        }
        match &old {
            Some(old) if old.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory).into()),
            Some(old) if !old.is_file() => Ok(Destination::Stream(Stream::writer(path, None)?)),
            old => Ok(Destination::File(ReplacedFile::open(
                path,
                old.as_ref(),
                Readers::Owner,
            )?)),
        }
    }

    /// Writes bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let written = match &mut self.destination {
            Destination::File(file) => file.write(bytes),
            Destination::Stream(stream) => stream.write_all(bytes),
        };
        written.map_err(|error| sink::failed(&self.name, true, error))
    }

    /// Makes what was written visible.
    pub fn finish(self) -> Result<(), WriteError> {
        match self.destination {
            Destination::File(file) => file
                .finish()
                .map_err(|error| sink::failed(&self.name, true, error)),
            Destination::Stream(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PrivateOutput;

    #[test]
    fn a_file_appears_when_it_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.har");
        let mut output = PrivateOutput::open(&path).unwrap();
        output.write(b"{}").unwrap();
        assert!(!path.exists());
        output.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"{}");
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path(), &folder.path().join("no/such")] {
            let error = PrivateOutput::open(path).unwrap_err().to_string();
            assert!(error.starts_with("cannot write to `"), "{error}");
        }
        #[cfg(unix)]
        {
            let error = PrivateOutput::open("/dev/stdout".as_ref()).unwrap_err();
            assert!(
                error.to_string().contains("it is an open stream"),
                "{error}"
            );
            assert!(PrivateOutput::open("/dev/null".as_ref()).is_ok());
            let pipe = folder.path().join("pipe");
            let made = std::process::Command::new("mkfifo").arg(&pipe).status();
            assert!(made.unwrap().success());
            let error = PrivateOutput::open(&pipe).unwrap_err().to_string();
            assert!(error.contains("it is a pipe"), "{error}");
        }
    }
}
