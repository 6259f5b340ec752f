//! Reads a file that holds a secret: a key, a token. Whole, regular, not too large. Understands
//! nothing of what is in it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// A chain of certificates has some 10 KiB, a token 2.
const MAX_SIZE: u64 = 1 << 20;

/// What was read.
#[derive(Debug)]
pub(super) struct KeyFile {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// What should be said about the file, and is no error.
    pub(super) remark: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it. A pipe or a device is refused before it is opened, for it could keep the
/// run waiting, and is empty when it is read again.
pub(super) fn read(path: &Path) -> Result<KeyFile, String> {
    let system = |error: std::io::Error| error.to_string();
    let metadata = std::fs::metadata(path).map_err(system)?;
    if metadata.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(system)?;
    let mut limited = file.take(MAX_SIZE + 1);
    limited.read_to_end(&mut bytes).map_err(system)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err("it is larger than 1 MiB".to_owned());
    }
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
        format!("others may read `{path}` (mode {mode:04o}); `chmod 600` keeps it private")
    })
}

#[cfg(not(unix))]
fn remark_on(_path: &Path, _metadata: &std::fs::Metadata) -> Option<String> {
    None
}
