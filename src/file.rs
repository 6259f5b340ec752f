//! Files whose content comes from outside, read with a limit: a regular file up to a given size, so that no pipe or
//! device keeps the run waiting; the wait for the lock of one, and for those who read one that is replaced. Files of this program that hold secrets are
//! `credential::private_file`'s.

use std::fmt;
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::{NamedTempFile, PersistError};

/// How often a file that others have open is replaced once more, and after which pause: Windows refuses to as long as a
/// virus scanner, an editor or another run reads it.
const MOST_REPLACINGS: u32 = 20;
const REPLACING_PAUSE: Duration = Duration::from_millis(50);

/// How long a run waits for another one to write.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A file that was read.
#[derive(Debug)]
pub struct RegularFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the system says of it.
    pub metadata: Metadata,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// It is a folder.
    Folder,
    /// It is a pipe or a device.
    NotRegular,
    /// It is larger than the limit, in bytes.
    TooLarge(u64),
    /// The system's error.
    System(io::Error),
}

impl ReadError {
    /// Tells whether there is no file.
    pub fn is_absence(&self) -> bool {
        match self {
            Self::System(error) => is_absent(error),
            Self::Folder | Self::NotRegular | Self::TooLarge(_) => false,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl std::error::Error for ReadError {}

/// As a sentence about the file, "it".
impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => formatter.write_str("it is a folder"),
            Self::NotRegular => formatter.write_str("it is not a regular file"),
            Self::TooLarge(limit) if limit % (1 << 20) == 0 => {
                write!(formatter, "it is larger than {} MiB", limit >> 20)
            }
            Self::TooLarge(limit) => write!(formatter, "it is larger than {limit} bytes"),
            Self::System(error) => write!(formatter, "{error}"),
        }
    }
}

/// Reads a file whole.
///
/// # Errors
/// Where it is not a regular file of at most `limit` bytes. What else has its name is refused before
/// it is opened: to open a pipe waits for its other end.
pub fn read(path: &Path, limit: u64) -> Result<RegularFile, ReadError> {
    check_kind(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    // What is judged is what was opened: the name may now belong to another file in the meantime.
    let metadata = file.metadata()?;
    check_kind(&metadata)?;
    let bytes = read_at_most(file, limit)?;
    Ok(RegularFile { bytes, metadata })
}

/// Reads a file that is open.
///
/// # Errors
/// Where it holds more than `limit` bytes.
pub fn read_at_most(file: File, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let mut limited = file.take(limit.saturating_add(1));
    limited.read_to_end(&mut bytes)?;
    if limited.limit() == 0 {
        return Err(ReadError::TooLarge(limit));
    }
    Ok(bytes)
}

/// Waits until a file is locked for this run alone; the lock ends with the file.
///
/// # Errors
/// Where another run holds it for longer than any run that only writes.
pub fn wait_for_lock(file: &File) -> io::Result<()> {
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if began.elapsed() > LONGEST_WAIT => {
                let words = "another run has held it for 10 seconds";
                return Err(io::Error::new(io::ErrorKind::TimedOut, words));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Puts a temporary file in place of another one, in one step.
///
/// # Errors
/// Where the system refuses to, on Windows also after a second of trying.
pub fn persist(mut temporary: NamedTempFile<File>, path: &Path) -> Result<(), PersistError<File>> {
    for _ in 0..MOST_REPLACINGS {
        match temporary.persist(path) {
            Ok(_) => return Ok(()),
            Err(error) if is_held_open(&error.error) && path.is_file() => {
                temporary = error.file;
                std::thread::sleep(REPLACING_PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
    temporary.persist(path).map(drop)
}

/// Tells whether somebody may have a file open: access denied, a sharing violation, a locked part
/// (`ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`, `ERROR_LOCK_VIOLATION`).
pub fn is_held_open(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32 | 33))
}

/// Tells whether there is no file: nothing of that name, or no folder where it could be (accounts of
/// services have `/dev/null` for a home).
pub fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};

    matches!(error.kind(), NotFound | NotADirectory)
}

fn check_kind(metadata: &Metadata) -> Result<(), ReadError> {
    match metadata {
        folder if folder.is_dir() => Err(ReadError::Folder),
        other if !other.is_file() => Err(ReadError::NotRegular),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read;

    #[test]
    fn reads_regular_files_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for (length, limit, expected) in [
            (0, 0, Ok(0)),
            (4, 4, Ok(4)),
            (5, 4, Err("it is larger than 4 bytes")),
            ((1 << 20) + 1, 1 << 20, Err("it is larger than 1 MiB")),
        ] {
            std::fs::write(&path, vec![b'a'; length]).unwrap();
            let found = read(&path, limit).map(|file| file.bytes.len());
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{length} {limit}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = |path: &Path| read(path, 1).unwrap_err();
        assert_eq!(error(folder.path()).to_string(), "it is a folder");
        let absent = folder.path().join("absent");
        assert!(error(&absent).is_absence() && error(&absent.join("below")).is_absence());
        #[cfg(unix)]
        {
            let device = error(Path::new("/dev/zero"));
            assert_eq!(device.to_string(), "it is not a regular file");
            assert!(!device.is_absence());
        }
    }
}
