//! The recording of a run (`--har`): its file is opened before anything is sent, and appears when the run is over,
//! however it ended. What is written: `har`; who sees the requests: `client`; who ends it if the run hangs:
//! `terminal::signals`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::cli::{self, WrittenFiles};
use crate::env::Env;
use crate::error::Error;
use crate::har::{Output, Recorder};
use crate::output::{Console, PrivateOutput, WriteError, is_same_file};

/// A run that is recorded, or is not.
pub(crate) struct Recording<'a>(Option<(Arc<Recorder>, &'a Path)>);

impl Output for PrivateOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        Self::write(self, bytes).map_err(io::Error::other)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        Self::finish(*self).map_err(io::Error::other)
    }
}

impl<'a> Recording<'a> {
    /// Begins the recording, if one is wanted, and returns the environment of the run.
    ///
    /// # Errors
    /// The file cannot be written, or is that of the answer under another name.
    pub(crate) fn begin(files: &'a WrittenFiles, env: Env) -> Result<(Self, Env), Error> {
        let Some(path) = files.har.as_deref() else {
            return Ok((Self(None), env));
        };
        let answer = files.answer.as_deref();
        if answer.is_some_and(|answer| is_same_file(answer, path)) {
            return Err(cli::same_file(path).into());
        }
        let output = PrivateOutput::open(path)?;
        let recorder = Arc::new(Recorder::new(Box::new(output), env.secrets));
        let env = env.recorded_by(Arc::clone(&recorder));
        Ok((Self(Some((recorder, path))), env))
    }

    /// Ends it: the file is there now.
    ///
    /// # Errors
    /// The file could not be written.
    pub(crate) fn finish(self, console: Console) -> Result<(), Error> {
        let Some((recorder, path)) = self.0 else {
            return Ok(());
        };
        match recorder.finish() {
            Ok(0) => {
                console.note(format!(
                    "nothing was sent: `{}` has no entries",
                    path.display()
                ));
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(failure(error, path).into()),
        }
    }
}

fn failure(error: io::Error, path: &Path) -> WriteError {
    error.downcast().unwrap_or_else(|error| WriteError::Failed {
        destination: format!("`{}`", path.display()),
        error,
    })
}
