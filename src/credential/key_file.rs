//! Reads a file of the user's that holds a secret: a key, a token. What is in it is for `certificate` and
//! `assertion` to say.

use std::path::Path;

use crate::file::{self, RegularFile};

/// A chain of certificates has some 10 KiB, a token 2.
const MAX_SIZE: u64 = 1 << 20;

/// What was read.
#[derive(Debug)]
pub(super) struct KeyFile {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// What should be said about the file, and is not an error.
    pub(super) remark: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(path: &Path) -> Result<KeyFile, String> {
    let RegularFile { bytes, metadata } =
        file::read(path, MAX_SIZE).map_err(|error| error.to_string())?;
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(KeyFile {
        remark: remark_on(path, &metadata),
        bytes,
    })
}

/// Says so if others may read the file.
#[cfg(unix)]
fn remark_on(path: &Path, metadata: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = metadata.permissions().mode() & 0o777;
    let path = path.display();
    (mode & 0o044 != 0).then(|| {
        format!("others can read `{path}` (mode {mode:04o}); `chmod 600` keeps it private")
    })
}

#[cfg(not(unix))]
fn remark_on(_path: &Path, _metadata: &std::fs::Metadata) -> Option<String> {
    None
}
