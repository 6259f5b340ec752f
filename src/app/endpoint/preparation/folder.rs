//! The folder of a run of `arm exec`, which nobody else may read.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::Error;

/// A folder that is deleted when it is dropped.
#[derive(Debug)]
pub(in crate::app::endpoint) struct Folder(TempDir);

impl Folder {
    /// Makes one, among the temporary files.
    pub(super) fn new() -> Result<Self, Error> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("arm-exec-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;

            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let folder = builder.tempdir().map_err(|error| Error::Runtime {
            message: format!("cannot make a temporary folder: {error}"),
        })?;
        Ok(Self(folder))
    }

    /// Makes a folder in it.
    pub(super) fn subfolder(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.0.path().join(name);
        made(&path, std::fs::create_dir(&path))?;
        Ok(path)
    }

    /// Writes a file in it.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.0.path().join(name);
        made(&path, std::fs::write(&path, text))?;
        Ok(path)
    }

    /// Writes a program in it.
    pub(super) fn write_program(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.write(name, text)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;

            let mode = std::fs::Permissions::from_mode(0o700);
            made(&path, std::fs::set_permissions(&path, mode))?;
        }
        Ok(path)
    }
}

fn made<T>(path: &Path, outcome: std::io::Result<T>) -> Result<T, Error> {
    outcome.map_err(|error| Error::Folder {
        path: path.to_owned(),
        message: error.to_string(),
    })
}

/// Lets a folder show what another one has: a link, and where there may be none, a copy of a file. What cannot be shown
/// is left out: the program makes it again.
pub(super) fn show(own: &Path, name: &OsStr, folder: &Path) {
    let (original, shown) = (own.join(name), folder.join(name));
    if !original.exists() {
        return;
    }
    #[cfg(unix)]
    let outcome = std::os::unix::fs::symlink(&original, &shown);
    #[cfg(not(unix))]
    let outcome = if original.is_file() {
        std::fs::copy(&original, &shown).map(drop)
    } else {
        Ok(())
    };
    // A program that misses a setting uses its default.
    drop(outcome);
}
