//! The files of kept tokens: one for each key, replaced whole, readable by their owner only.
//! Believes no file that somebody else could have written; understands no token.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::credential::private_file::is_absent;

/// A token is a few KiB; a file beyond this is none of ours.
const MAX_FILE: u64 = 256 * 1024;
/// How the names of files begin that are not whole yet.
pub(super) const UNFINISHED: &str = ".arm-";

/// A folder of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Store {
    /// The folder.
    pub(super) folder: PathBuf,
}

/// The content of a file.
#[derive(Debug)]
pub(super) struct Content {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Whether others could read it until now.
    pub(super) was_open: bool,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Somebody else may have put it there.
    Suspicious(&'static str),
    /// The system does not give it.
    Failed(String),
}

impl Store {
    /// Names the file of a key.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// Names the file beside it that is locked.
    pub(super) fn lock_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json.lock"))
    }

    /// Makes the folder, if it is not there, and says why nothing can be kept in it.
    pub(super) fn prepare(&self) -> Result<(), String> {
        let failed = |error: io::Error| format!("`{}`: {error}", self.folder.display());
        make_folder(&self.folder).map_err(failed)?;
        let metadata = fs::metadata(&self.folder).map_err(failed)?;
        match fault_of_folder(&metadata) {
            None => Ok(()),
            Some(fault) => Err(format!("`{}` {fault}", self.folder.display())),
        }
    }

    /// Says what is wrong with the folder, where there is one: files in it may be others'.
    pub(super) fn fault(&self) -> Option<&'static str> {
        fault_of_folder(&fs::metadata(&self.folder).ok()?)
    }

    /// Replaces the file of a key in one step: who reads sees the old one or the new one.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        self.prepare()?;
        let path = self.path(name);
        let failed = |error: io::Error| format!("`{}`: {error}", path.display());
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .suffix(".tmp")
            .tempfile_in(&self.folder)
            .map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Removes the file of a key, if it is there.
    pub(super) fn remove(&self, name: &str) {
        let _absent = fs::remove_file(self.path(name));
    }
}

/// Reads a file; `Ok(None)` where there is none. A file that others may read is closed to them.
pub(super) fn read(path: &Path) -> Result<Option<Content>, Fault> {
    let failed = |error: io::Error| Fault::Failed(error.to_string());
    let file = match open(path, File::options().read(true)) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(_) if is_link(path) => return Err(Fault::Suspicious("is a symbolic link")),
        Err(error) => return Err(failed(error)),
    };
    let metadata = file.metadata().map_err(failed)?;
    if let Some(fault) = fault_of_file(&metadata) {
        return Err(Fault::Suspicious(fault));
    }
    let was_open = close_to_others(&file, &metadata).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(Some(Content { bytes, was_open }))
}

/// Opens the file that is locked; makes it if it is not there.
pub(super) fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        options.mode(0o600);
    }
    let file = open(path, &mut options)?;
    match fault_of_file(&file.metadata()?) {
        None => Ok(file),
        Some(fault) => Err(io::Error::new(io::ErrorKind::PermissionDenied, fault)),
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// Opens a file itself, never what a link names, and never waits for a pipe's other end.
#[cfg(unix)]
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;

    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    options.custom_flags(flags.cast_signed()).open(path)
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// What makes a folder unfit: whoever may write there may put another file in the place of ours.
#[cfg(unix)]
fn fault_of_folder(metadata: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;

    if !metadata.is_dir() {
        return Some("is no folder");
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Some("belongs to another user");
    }
    (metadata.mode() & 0o022 != 0).then_some("can be written by other users")
}

#[cfg(unix)]
fn fault_of_file(metadata: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;

    if !metadata.is_file() {
        return Some("is no file");
    }
    if metadata.nlink() > 1 {
        return Some("has another name elsewhere (a hard link)");
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Some("belongs to another user");
    }
    (metadata.mode() & 0o022 != 0).then_some("can be written by other users")
}

/// Takes the right to read from others, and tells whether they had it.
#[cfg(unix)]
fn close_to_others(file: &File, metadata: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    let was_open = metadata.mode() & 0o077 != 0;
    if was_open {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(was_open)
}

// Elsewhere the folder is the account's own, and its files inherit who may read them.

#[cfg(not(unix))]
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if is_link(path) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    options.open(path)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn fault_of_folder(metadata: &Metadata) -> Option<&'static str> {
    (!metadata.is_dir()).then_some("is no folder")
}

#[cfg(not(unix))]
fn fault_of_file(metadata: &Metadata) -> Option<&'static str> {
    (!metadata.is_file()).then_some("is no file")
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "its twin can fail")]
fn close_to_others(_file: &File, _metadata: &Metadata) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;

    use super::{Fault, Store, open_lock, read};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn only_the_owner_may_read() {
        let home = tempfile::tempdir().unwrap();
        let store = Store {
            folder: home.path().join("cache/arm/tokens"),
        };
        store.write("a", b"1").unwrap();
        drop(open_lock(&store.lock_path("a")).unwrap());
        assert_eq!(mode(&store.folder), 0o700);
        assert_eq!(mode(&home.path().join("cache")), 0o700);
        assert_eq!(mode(&store.path("a")), 0o600);
        assert_eq!(mode(&store.lock_path("a")), 0o600);
        assert_eq!(fs::read_dir(&store.folder).unwrap().count(), 2);
    }

    #[test]
    fn what_others_may_read_is_closed_and_what_they_may_write_is_not_believed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.json");
        for (before, was_open) in [
            (0o600, Some(false)),
            (0o644, Some(true)),
            (0o640, Some(true)),
            (0o620, None),
            (0o602, None),
        ] {
            fs::write(&path, "1").unwrap();
            set_mode(&path, before);
            let found = read(&path).map(|content| content.map(|content| content.was_open));
            if was_open.is_some() {
                assert_eq!(found, Ok(was_open), "{before:o}");
                assert_eq!(mode(&path), 0o600);
            } else {
                assert!(matches!(found, Err(Fault::Suspicious(_))), "{before:o}");
            }
        }
    }

    #[test]
    fn links_folders_and_pipes_are_not_read() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("target");
        fs::write(&target, "1").unwrap();
        set_mode(&target, 0o600);
        let link = home.path().join("link.json");
        symlink(&target, &link).unwrap();
        let broken = home.path().join("broken.json");
        symlink(home.path().join("absent"), &broken).unwrap();
        for path in [&link, &broken] {
            assert_eq!(
                read(path).err(),
                Some(Fault::Suspicious("is a symbolic link"))
            );
            assert!(open_lock(path).is_err());
        }
        assert!(!home.path().join("absent").exists());
        assert_eq!(
            read(home.path()).err(),
            Some(Fault::Suspicious("is no file"))
        );
        assert!(read(&home.path().join("none")).unwrap().is_none());
        // A link in the place of the file is replaced, not followed.
        let store = Store {
            folder: home.path().to_owned(),
        };
        store.write("link", b"2").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"1");
        assert_eq!(read(&link).unwrap().unwrap().bytes, b"2");
    }

    #[test]
    fn a_file_with_two_names_is_not_read() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (home.path().join("a.json"), home.path().join("b"));
        fs::write(&one, "1").unwrap();
        fs::hard_link(&one, &other).unwrap();
        let fault = Fault::Suspicious("has another name elsewhere (a hard link)");
        assert_eq!(read(&one).err(), Some(fault));
        fs::remove_file(&other).unwrap();
        assert!(read(&one).is_ok());
    }

    #[test]
    fn a_folder_that_others_may_write_is_not_believed() {
        let home = tempfile::tempdir().unwrap();
        let store = Store {
            folder: home.path().join("tokens"),
        };
        assert_eq!(store.fault(), None);
        store.write("a", b"1").unwrap();
        assert_eq!(store.fault(), None);
        set_mode(&store.folder, 0o777);
        assert_eq!(store.fault(), Some("can be written by other users"));
    }

    #[test]
    fn a_folder_that_others_may_write_keeps_nothing() {
        let home = tempfile::tempdir().unwrap();
        let store = Store {
            folder: home.path().join("tokens"),
        };
        fs::create_dir(&store.folder).unwrap();
        for (mode, fit) in [
            (0o700, true),
            (0o755, true),
            (0o770, false),
            (0o1777, false),
        ] {
            set_mode(&store.folder, mode);
            assert_eq!(store.write("a", b"1").is_ok(), fit, "{mode:o}");
        }
        let occupied = Store {
            folder: home.path().join("file"),
        };
        fs::write(&occupied.folder, "").unwrap();
        assert!(occupied.write("a", b"1").is_err());
    }
}
