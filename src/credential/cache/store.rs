//! The folder of kept tokens: one file for each key. What a private file is, and which one is trusted: `private_file`;
//! what is in it: `entry`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::credential::private_file::{self, Content, Durability, PrivateFileError};
use crate::credential::sealed;
use crate::file::is_absent;

/// A token is a few KiB; a file beyond this is not one of ours.
const MAX_FILE: u64 = 256 * 1024;

/// A folder of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Store {
    /// The folder.
    pub(super) folder: PathBuf,
}

impl Store {
    /// Names the file of a key.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// Names the file next to it that is locked.
    pub(super) fn lock_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json.lock"))
    }

    /// Makes the folder, if it is not there, and says why nothing can be kept in it.
    pub(super) fn prepare(&self) -> Result<(), String> {
        let made = private_file::make_folder(&self.folder);
        let checked = made.and_then(|()| private_file::check_folder(&self.folder));
        checked.map_err(|error| format!("`{}`: {error}", self.folder.display()))
    }

    /// Says what is wrong with the folder, if there is one: files in it may be others'.
    pub(super) fn error(&self) -> Option<PrivateFileError> {
        match fs::metadata(&self.folder) {
            Err(error) if is_absent(&error) => None,
            Ok(_) | Err(_) => private_file::check_folder(&self.folder).err(),
        }
    }

    /// Replaces the file of a key. One that is lost can be obtained again.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        self.prepare()?;
        let path = self.path(name);
        let sealed = sealed::seal(bytes.to_vec());
        let replaced =
            sealed.and_then(|bytes| private_file::replace(&path, &bytes, Durability::Quick));
        replaced.map_err(|error| format!("`{}`: {error}", path.display()))
    }

    /// Removes the file of a key, if it is there.
    pub(super) fn remove(&self, name: &str) {
        let _absent = fs::remove_file(self.path(name));
    }
}

/// Reads a file; `Ok(None)` if there is none. A file that others may read is closed to them.
pub(super) fn read(path: &Path) -> Result<Option<Content>, PrivateFileError> {
    let content = private_file::read(path, MAX_FILE)?;
    let opened = content.map(|content| {
        let bytes = sealed::open(content.bytes)?;
        Ok(Content { bytes, ..content })
    });
    opened.transpose()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;

    use super::{PrivateFileError, Store, read};
    use crate::credential::private_file::open_lock;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn only_the_owner_may_read() {
        let home = tempfile::tempdir().unwrap();
        let store = Store {
            folder: home.path().join("cache/arm/tokens"),
        };
        assert_eq!(store.error(), None);
        store.write("a", b"1").unwrap();
        drop(open_lock(&store.lock_path("a")).unwrap());
        assert_eq!(mode(&store.folder), 0o700);
        assert_eq!(mode(&home.path().join("cache")), 0o700);
        assert_eq!(mode(&store.path("a")), 0o600);
        assert_eq!(mode(&store.lock_path("a")), 0o600);
        assert_eq!(fs::read_dir(&store.folder).unwrap().count(), 2);
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let store = Store {
            folder: home.path().to_owned(),
        };
        let (target, link) = (home.path().join("target"), store.path("link"));
        fs::write(&target, "1").unwrap();
        symlink(&target, &link).unwrap();
        assert_eq!(read(&link).err(), Some(PrivateFileError::Link));
        store.write("link", b"2").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"1");
        assert_eq!(read(&link).unwrap().unwrap().bytes, b"2");
    }

    #[test]
    fn a_folder_that_others_may_write_keeps_nothing() {
        let home = tempfile::tempdir().unwrap();
        let store = Store {
            folder: home.path().join("tokens"),
        };
        store.write("a", b"1").unwrap();
        fs::set_permissions(&store.folder, fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(store.error(), Some(PrivateFileError::WritableByOthers));
        assert!(store.write("a", b"2").is_err());
    }
}
