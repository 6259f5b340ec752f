//! Files that hold secrets: readable by their owner alone, in a folder of the same kind, replaced
//! whole, locked while they change. Knows nothing of what is in them.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// More than any account with its subscriptions; what is larger is none of ours.
const MAX_BYTES: u64 = 16 << 20;
/// How long a run waits for another one to write.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Why such a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Somebody else could decide where it leads.
    #[error("it is a symbolic link")]
    Link,
    /// A pipe, a folder, a device.
    #[error("it is neither a file nor a folder of this program")]
    OtherKind,
    /// Somebody else has written it.
    #[error("it belongs to another user")]
    ForeignOwner,
    /// Somebody else may have written it.
    #[error("other users can write to it")]
    WritableByOthers,
    /// It is larger than any that this program writes.
    #[error("it is too large")]
    TooLarge,
    /// The system said no.
    #[error("{0}")]
    System(String),
}

impl From<io::Error> for FileFault {
    fn from(error: io::Error) -> Self {
        // The whole error of a temporary file names that file, which says nothing to the user.
        match error.raw_os_error() {
            Some(code) => Self::System(io::Error::from_raw_os_error(code).to_string()),
            None => Self::System(io::Error::from(error.kind()).to_string()),
        }
    }
}

/// What was read.
#[derive(Debug)]
pub struct Content {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether others could read it until now.
    pub was_readable: bool,
}

/// Makes a folder that only its owner can enter, or closes one that is there.
pub fn prepare_folder(folder: &Path) -> Result<(), FileFault> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;

        builder.mode(0o700);
    }
    match builder.create(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close_folder(folder),
        Err(error) => Err(error.into()),
    }
}

fn close_folder(folder: &Path) -> Result<(), FileFault> {
    let metadata = fs::symlink_metadata(folder)?;
    if metadata.is_symlink() {
        return Err(FileFault::Link);
    }
    if !metadata.is_dir() {
        return Err(FileFault::OtherKind);
    }
    check_owner(&metadata)?;
    #[cfg(unix)]
    if mode_of(&metadata) & 0o077 != 0 {
        use std::os::unix::fs::PermissionsExt as _;

        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Reads a file; `None` where there is none. One that others could read is closed, one that others
/// could write is refused: what stands in it may be theirs.
pub fn read(path: &Path) -> Result<Option<Content>, FileFault> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => return Err(FileFault::Link),
        Ok(metadata) if !metadata.is_file() => return Err(FileFault::OtherKind),
        Ok(_) => {}
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let file = match unlinked(OpenOptions::new().read(true)).open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // What is judged is what was opened: the name may have got another file meanwhile.
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(FileFault::OtherKind);
    }
    check_owner(&metadata)?;
    let was_readable = close_file(&file, &metadata)?;
    if metadata.len() > MAX_BYTES {
        return Err(FileFault::TooLarge);
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(Content {
        bytes,
        was_readable,
    }))
}

#[cfg(unix)]
fn close_file(file: &File, metadata: &Metadata) -> Result<bool, FileFault> {
    use std::os::unix::fs::PermissionsExt as _;

    let of_others = mode_of(metadata) & 0o077;
    if of_others & 0o022 != 0 {
        return Err(FileFault::WritableByOthers);
    }
    if of_others == 0 {
        return Ok(false);
    }
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(true)
}

/// Files below a user's own folder are the user's, unless the user said otherwise.
#[cfg(not(unix))]
fn close_file(_file: &File, _metadata: &Metadata) -> Result<bool, FileFault> {
    Ok(false)
}

/// Puts a file in the place of what is there, in one step.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileFault> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    // Such a file is made for its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.as_file_mut().write_all(bytes)?;
    file.as_file().sync_data()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Overwrites a file and takes it away; says whether there was one. A link goes, not what it
/// leads to.
pub(super) fn destroy(path: &Path) -> Result<bool, FileFault> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absent(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    if metadata.is_file()
        && let Ok(mut file) = unlinked(OpenOptions::new().write(true)).open(path)
    {
        let length = usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or_default();
        let overwritten = file.write_all(&vec![0; length]);
        overwritten.and_then(|()| file.sync_data())?;
    }
    fs::remove_file(path)?;
    Ok(true)
}

/// Locks a file of its own, for those that it guards are replaced. The lock ends with the value.
pub fn lock(path: &Path) -> Result<File, FileFault> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        options.mode(0o600);
    }
    let file = unlinked(&mut options).open(path)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if began.elapsed() > LONGEST_WAIT => {
                let words = "another run has held it for 10 seconds";
                return Err(FileFault::System(words.to_owned()));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Opens no link, and does not wait for the other end of a pipe.
#[cfg(unix)]
fn unlinked(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;

    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn unlinked(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn check_owner(metadata: &Metadata) -> Result<(), FileFault> {
    use std::os::unix::fs::MetadataExt as _;

    if metadata.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(FileFault::ForeignOwner)
    }
}

#[cfg(not(unix))]
fn check_owner(_metadata: &Metadata) -> Result<(), FileFault> {
    Ok(())
}

#[cfg(unix)]
fn mode_of(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;

    metadata.permissions().mode()
}

/// Tells whether there is no file: nothing of that name, or no folder where it could be.
pub(super) fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};

    matches!(error.kind(), NotFound | NotADirectory)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;

    use super::{FileFault, destroy, lock, prepare_folder, read, replace};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn only_the_owner_can_read() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/b");
        prepare_folder(&folder).unwrap();
        let file = folder.join("f");
        replace(&file, b"secret").unwrap();
        assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
        let content = read(&file).unwrap().unwrap();
        assert_eq!(content.bytes, b"secret");
        assert!(!content.was_readable);
        set_mode(&folder, 0o755);
        set_mode(&file, 0o644);
        prepare_folder(&folder).unwrap();
        assert!(read(&file).unwrap().unwrap().was_readable);
        assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
    }

    #[track_caller]
    fn refused(path: &Path, expected: &FileFault) {
        assert_eq!(&read(path).map(|_| ()).unwrap_err(), expected);
    }

    #[test]
    fn what_others_could_have_written_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("f");
        replace(&file, b"secret").unwrap();
        let link = home.path().join("l");
        symlink(&file, &link).unwrap();
        refused(&link, &FileFault::Link);
        refused(home.path(), &FileFault::OtherKind);
        for mode in [0o660, 0o602] {
            set_mode(&file, mode);
            refused(&file, &FileFault::WritableByOthers);
        }
        assert!(read(&home.path().join("absent")).unwrap().is_none());
        let folder = home.path().join("d");
        symlink(home.path(), &folder).unwrap();
        assert_eq!(prepare_folder(&folder), Err(FileFault::Link));
        assert_eq!(prepare_folder(&file), Err(FileFault::OtherKind));
    }

    #[test]
    fn a_file_of_another_user_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("f");
        replace(&file, b"secret").unwrap();
        // Only root can give a file away; others find one that is root's.
        let foreign = match std::os::unix::fs::chown(&file, Some(12_345), None) {
            Ok(()) => file,
            Err(_) => "/etc/passwd".into(),
        };
        refused(&foreign, &FileFault::ForeignOwner);
    }

    #[test]
    fn a_link_goes_and_its_target_stays() {
        let home = tempfile::tempdir().unwrap();
        let (file, link) = (home.path().join("f"), home.path().join("l"));
        replace(&file, b"secret").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(destroy(&link), Ok(true));
        assert_eq!(read(&file).unwrap().unwrap().bytes, b"secret");
        assert_eq!(destroy(&file), Ok(true));
        assert_eq!(destroy(&file), Ok(false));
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        let first = lock(&path).unwrap();
        let second = fs::File::options().write(true).open(&path).unwrap();
        assert!(second.try_lock().is_err());
        drop(first);
        assert!(second.try_lock().is_ok());
        assert_eq!(mode(&path), 0o600);
    }
}
