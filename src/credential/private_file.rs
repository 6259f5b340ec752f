//! Files that hold secrets: readable only by their owner, in a folder of the same kind, replaced as a whole, locked
//! while they change. What is in them: `cache/entry` and `login/record`.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::file::{ReadError, is_absent, persist, read_at_most, wait_for_lock};

/// The most bytes that are overwritten: those of an account with its subscriptions are fewer.
const MOST_OVERWRITTEN: u64 = 16 << 20;
/// How the names of files begin that are incomplete yet.
pub(super) const UNFINISHED: &str = ".arm-";

/// Why such a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrivateFileError {
    /// Another user could decide where it leads.
    #[error("it is a symbolic link")]
    Link,
    /// A pipe, a folder, a device.
    #[error("it is neither a file nor a folder of this program")]
    OtherKind,
    /// Another user has written it.
    #[error("it belongs to another user")]
    ForeignOwner,
    /// Another user may have written it.
    #[error("other users can write to it")]
    WritableByOthers,
    /// Another user may hold it under another name.
    #[error("it has another name elsewhere (a hard link)")]
    SecondName,
    /// It is larger than any that this program writes.
    #[error("it is too large")]
    TooLarge,
    /// Another user, or this one on another machine, has sealed it; or it has been changed.
    #[error("another user or another machine has written it, or it is damaged (DPAPI)")]
    Sealed,
    /// The system seals nothing.
    #[error("the system does not encrypt it (DPAPI)")]
    Unsealable,
    /// The system said no.
    #[error("{0}")]
    System(String),
}

impl From<io::Error> for PrivateFileError {
    fn from(error: io::Error) -> Self {
        // The whole error of a temporary file names that file, which says nothing to the user.
        match error.raw_os_error() {
            Some(code) => Self::System(io::Error::from_raw_os_error(code).to_string()),
            None => Self::System(io::Error::from(error.kind()).to_string()),
        }
    }
}

impl From<ReadError> for PrivateFileError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Folder | ReadError::NotRegular => Self::OtherKind,
            ReadError::TooLarge(_) => Self::TooLarge,
            ReadError::System(error) => error.into(),
        }
    }
}

/// Whether what was written must outlast a loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It must, because it could not be written again.
    Synced,
    /// It need not.
    Quick,
}

/// What was read.
#[derive(Debug)]
pub struct Content {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether others could read it until now.
    pub was_readable: bool,
}

/// Makes a folder, and those above it, that only its owner can enter; one that is there stays as it
/// is.
pub fn make_folder(folder: &Path) -> Result<(), PrivateFileError> {
    Ok(private_folder().recursive(true).create(folder)?)
}

/// How a folder is made that only its owner can enter; on Windows the folder above it sees to that.
fn private_folder() -> fs::DirBuilder {
    let builder = fs::DirBuilder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::DirBuilderExt as _;

        let mut builder = builder;
        builder.mode(0o700);
        builder
    };
    builder
}

/// Refuses a folder that is a link: whoever owns the link decides where it leads.
pub(super) fn check_no_link(folder: &Path) -> Result<(), PrivateFileError> {
    if fs::symlink_metadata(folder)?.is_symlink() {
        return Err(PrivateFileError::Link);
    }
    Ok(())
}

/// Refuses a folder in which others may put another file in place of ours.
pub(super) fn check_folder(folder: &Path) -> Result<(), PrivateFileError> {
    let metadata = fs::metadata(folder)?;
    if !metadata.is_dir() {
        return Err(PrivateFileError::OtherKind);
    }
    check_owner(&metadata)?;
    #[cfg(unix)]
    if mode_of(&metadata) & 0o022 != 0 {
        return Err(PrivateFileError::WritableByOthers);
    }
    Ok(())
}

/// Makes a folder that only its owner can enter, or closes one that is there.
pub fn prepare_folder(folder: &Path) -> Result<(), PrivateFileError> {
    if let Some(parent) = folder.parent() {
        make_folder(parent)?;
    }
    match private_folder().create(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close_folder(folder),
        Err(error) => Err(error.into()),
    }
}

fn close_folder(folder: &Path) -> Result<(), PrivateFileError> {
    let metadata = fs::symlink_metadata(folder)?;
    if metadata.is_symlink() {
        return Err(PrivateFileError::Link);
    }
    if !metadata.is_dir() {
        return Err(PrivateFileError::OtherKind);
    }
    check_owner(&metadata)?;
    #[cfg(unix)]
    if mode_of(&metadata) & 0o077 != 0 {
        use std::os::unix::fs::PermissionsExt as _;

        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Reads a file; `None` if there is none. One that others could read is closed, one that others could write is refused:
/// what is in it may be theirs. One of more than `limit` bytes is not one of ours.
pub fn read(path: &Path, limit: u64) -> Result<Option<Content>, PrivateFileError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => return Err(PrivateFileError::Link),
        Ok(metadata) if !metadata.is_file() => return Err(PrivateFileError::OtherKind),
        Ok(_) => {}
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let file = match unlinked(OpenOptions::new().read(true)).open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // What is judged is what was opened: the name may now belong to another file in the meantime.
    let metadata = file.metadata()?;
    check_file(&metadata)?;
    let was_readable = close_file(&file, &metadata)?;
    let bytes = read_at_most(file, limit)?;
    Ok(Some(Content {
        bytes,
        was_readable,
    }))
}

/// Tells whether a file belongs to this user and has one name.
fn is_ours_alone(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        if metadata.nlink() > 1 {
            return false;
        }
    }
    metadata.is_file() && check_owner(metadata).is_ok()
}

/// Refuses a file that another user may have written, or holds under another name.
fn check_file(metadata: &Metadata) -> Result<(), PrivateFileError> {
    if !metadata.is_file() {
        return Err(PrivateFileError::OtherKind);
    }
    check_owner(metadata)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        if metadata.nlink() > 1 {
            return Err(PrivateFileError::SecondName);
        }
        if mode_of(metadata) & 0o022 != 0 {
            return Err(PrivateFileError::WritableByOthers);
        }
    }
    Ok(())
}

/// Refuses a file, not of ours alone, that another user may have written: it belongs neither to this user nor to the
/// system's, or everybody can write to it.
pub fn check_trusted(metadata: &Metadata) -> Result<(), PrivateFileError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        const SYSTEM: u32 = 0;
        if metadata.uid() != SYSTEM {
            check_owner(metadata)?;
        }
        if mode_of(metadata) & 0o002 != 0 {
            return Err(PrivateFileError::WritableByOthers);
        }
    }
    #[cfg(not(unix))]
    check_owner(metadata)?;
    Ok(())
}

/// Takes the right to read from others, and tells whether they had it.
#[cfg(unix)]
fn close_file(file: &File, metadata: &Metadata) -> Result<bool, PrivateFileError> {
    use std::os::unix::fs::PermissionsExt as _;

    let of_others = mode_of(metadata) & 0o077;
    if of_others == 0 {
        return Ok(false);
    }
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(true)
}

/// Files below a user's own folder are the user's, unless the user said otherwise.
#[cfg(not(unix))]
fn close_file(_file: &File, _metadata: &Metadata) -> Result<bool, PrivateFileError> {
    Ok(false)
}

/// Puts a file in place of what is there, in one step: who reads sees the old one or the new one.
pub fn replace(path: &Path, bytes: &[u8], durability: Durability) -> Result<(), PrivateFileError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    // Such a file is made only for its owner.
    let mut unfinished = tempfile::Builder::new();
    let mut file = unfinished
        .prefix(UNFINISHED)
        .suffix(".tmp")
        .tempfile_in(folder)?;
    file.as_file_mut().write_all(bytes)?;
    if durability == Durability::Synced {
        file.as_file().sync_data()?;
    }
    persist(file, path).map_err(|error| error.error)?;
    Ok(())
}

/// Overwrites a file and takes it away; says whether there was one. A link goes, not what it
/// leads to; nor is anything overwritten that has another name or another owner.
pub(super) fn destroy(path: &Path) -> Result<bool, PrivateFileError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absent(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    if metadata.is_file()
        && let Ok(mut file) = unlinked(OpenOptions::new().write(true)).open(path)
        && is_ours_alone(&file.metadata()?)
    {
        let length = usize::try_from(metadata.len().min(MOST_OVERWRITTEN)).unwrap_or_default();
        let overwritten = file.write_all(&vec![0; length]);
        overwritten.and_then(|()| file.sync_data())?;
    }
    fs::remove_file(path)?;
    Ok(true)
}

/// Opens a file that is locked, because those that it guards are replaced; makes it if it is not there.
pub(super) fn open_lock(path: &Path) -> Result<File, PrivateFileError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        options.mode(0o600);
    }
    let file = unlinked(&mut options).open(path)?;
    check_file(&file.metadata()?)?;
    Ok(file)
}

/// Locks a file of its own. The lock ends with the value.
pub fn lock(path: &Path) -> Result<File, PrivateFileError> {
    let file = open_lock(path)?;
    wait_for_lock(&file).map_err(|error| {
        if error.kind() == io::ErrorKind::TimedOut {
            PrivateFileError::System(error.to_string())
        } else {
            error.into()
        }
    })?;
    Ok(file)
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
fn check_owner(metadata: &Metadata) -> Result<(), PrivateFileError> {
    use std::os::unix::fs::MetadataExt as _;

    if metadata.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(PrivateFileError::ForeignOwner)
    }
}

#[cfg(not(unix))]
fn check_owner(_metadata: &Metadata) -> Result<(), PrivateFileError> {
    Ok(())
}

#[cfg(unix)]
fn mode_of(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;

    metadata.permissions().mode()
}

#[cfg(test)]
#[cfg(unix)]
#[path = "private_file_tests.rs"]
mod tests;
