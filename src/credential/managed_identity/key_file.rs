//! The file by which the agent of Azure Arc verifies who asks. The address of the agent comes from a variable and the
//! path from an answer: an attacker who controls them must not be shown another file (CVE-2024-35255).

use std::fs::{File, Metadata};
use std::path::{Component, Path};

use crate::azure::Secret;
use crate::file::read_at_most;

/// A key is shorter than this.
const MAX_KEY: u64 = 4096;

/// Reads a key that is in the folder, as `NAME.key`: a regular file, no link, of the folder's owner, which other users
/// can neither read nor write.
///
/// # Errors
/// What is wrong with it, as a sentence without a subject.
pub(super) fn read(path: &str, folder: &Path) -> Result<Secret, String> {
    let path = Path::new(path);
    let is_named = path.extension().is_some_and(|extension| extension == "key");
    let is_straight = path
        .components()
        .all(|part| !matches!(part, Component::ParentDir | Component::CurDir));
    if !is_named || !is_straight || path.parent() != Some(folder) {
        return Err(format!(
            "a key of Azure Arc is a `.key` file directly in `{}`",
            folder.display()
        ));
    }
    let denied = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::PermissionDenied {
            return "only root and the members of the group `himds` can read it".to_owned();
        }
        error.to_string()
    };
    let found = path.symlink_metadata().map_err(denied)?;
    check(&found, &folder.symlink_metadata().map_err(denied)?)?;
    let file = File::open(path).map_err(denied)?;
    let opened = file.metadata().map_err(denied)?;
    if !is_same(&found, &opened) {
        return Err("it was replaced while it was read".to_owned());
    }
    let bytes = read_at_most(file, MAX_KEY).map_err(|error| error.to_string())?;
    let key = std::str::from_utf8(&bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let key = key.trim_end();
    if key.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(Secret::new(key))
}

fn check(found: &Metadata, folder: &Metadata) -> Result<(), String> {
    if !found.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    check_owner(found, folder)
}

#[cfg(unix)]
fn check_owner(found: &Metadata, folder: &Metadata) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;

    /// The bits of other users: read, write, and enter a folder.
    const READ: u32 = 0o4;
    const WRITE: u32 = 0o2;
    const ENTER: u32 = 0o1;

    if found.nlink() != 1 {
        return Err("it has another name elsewhere (a hard link)".to_owned());
    }
    if found.uid() != folder.uid() {
        return Err("its owner is not that of the folder".to_owned());
    }
    if (found.mode() | folder.mode()) & WRITE != 0 {
        return Err("other users can write to it".to_owned());
    }
    // A folder that other users cannot enter protects even a file that all could read.
    if found.mode() & READ != 0 && folder.mode() & ENTER != 0 {
        return Err("other users can read it, so it proves nothing".to_owned());
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_found: &Metadata, _folder: &Metadata) -> Result<(), String> {
    Ok(())
}

/// Tells whether the file that was opened is the one that was looked at.
#[cfg(unix)]
fn is_same(found: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    (found.dev(), found.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same(found: &Metadata, opened: &Metadata) -> bool {
    (found.len(), found.modified().ok()) == (opened.len(), opened.modified().ok())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;

    use super::read;

    fn write(path: &Path, content: &str, mode: u32) {
        std::fs::write(path, content).unwrap();
        set_mode(path, mode);
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn reads_a_key_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("tokens");
        std::fs::create_dir_all(folder.join("below")).unwrap();
        let at = |name: &str| folder.join(name);
        write(&at("good.key"), "a key\n", 0o440);
        write(&at("open.key"), "a key", 0o444);
        write(&at("writable.key"), "a key", 0o662);
        write(&at("large.key"), &"k".repeat(4097), 0o400);
        write(&at("largest.key"), &"k".repeat(4096), 0o400);
        write(&at("empty.key"), "\n", 0o400);
        write(&at("good.txt"), "a secret", 0o400);
        write(&at("below/good.key"), "a secret", 0o400);
        write(&home.path().join("good.key"), "a secret", 0o400);
        symlink(at("good.key"), at("link.key")).unwrap();
        std::fs::create_dir(at("folder.key")).unwrap();
        let inside = folder.display();
        for (path, expected) in [
            (format!("{inside}/good.key"), "ok"),
            (format!("{inside}/largest.key"), "ok"),
            (format!("{inside}/open.key"), "other users can read it"),
            (
                format!("{inside}/writable.key"),
                "other users can write to it",
            ),
            (format!("{inside}/large.key"), "larger than 4096 bytes"),
            (format!("{inside}/empty.key"), "empty"),
            (format!("{inside}/link.key"), "not a regular file"),
            (format!("{inside}/folder.key"), "not a regular file"),
            (format!("{inside}/absent.key"), "No such file"),
            (format!("{inside}/good.txt"), "`.key` file directly in"),
            (format!("{inside}/below/good.key"), "directly in"),
            (format!("{inside}/../good.key"), "directly in"),
            (format!("{inside}/../tokens/good.key"), "directly in"),
            (format!("{}/good.key", home.path().display()), "directly in"),
            ("good.key".to_owned(), "directly in"),
            ("/etc/shadow".to_owned(), "directly in"),
            (String::new(), "directly in"),
        ] {
            match read(&path, &folder) {
                Ok(_) => assert_eq!(expected, "ok", "{path}"),
                Err(message) => assert!(message.contains(expected), "{path}: {message}"),
            }
        }
        // Other users cannot enter the folder, so the permissions of its files do not matter.
        set_mode(&folder, 0o750);
        assert!(read(&format!("{inside}/open.key"), &folder).is_ok());
        set_mode(&folder, 0o757);
        assert!(read(&format!("{inside}/good.key"), &folder).is_err());
    }
}
