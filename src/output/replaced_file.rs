//! A file that is replaced in one step, or stays as it is: with its permissions and its owner, never in part. Who writes to
//! pipes, devices and open descriptors: `sink`.

use std::fs::{File, Metadata};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::file::persist;

/// Links that lead to links are followed so often.
const MOST_LINKS: usize = 40;

/// A file that is not there yet, or still holds what it held.
#[derive(Debug)]
pub(super) struct ReplacedFile {
    temporary: NamedTempFile,
    /// The file that is replaced.
    target: PathBuf,
}

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Those who may read the file that is replaced, else those whom the user's mask lets.
    AsBefore,
    /// Only the user.
    Owner,
}

/// Why a file is not replaced, although the system would do it.
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix tells"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreplaceable {
    /// The new file would belong to another user or group.
    Owner,
    /// The file has other names, which would keep what it held.
    HardLinks,
    /// A regular file, named by a descriptor that was not opened for writing.
    Descriptor,
}

impl std::fmt::Display for Unreplaceable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Owner => "its owner or its group would change",
            Self::HardLinks => "it has other names (hard links), which would keep the old content",
            Self::Descriptor => "it is the descriptor of a file that is not open for writing",
        })
    }
}

/// Why a file cannot be replaced.
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix tells"))]
#[derive(Debug)]
pub(super) enum OpenError {
    Refused(Unreplaceable),
    System(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl ReplacedFile {
    /// Looks whether the file at a path may be replaced, and begins the new one next to it. `old` is what the path
    /// leads to.
    pub(super) fn open(
        path: &Path,
        old: Option<&Metadata>,
        readers: Readers,
    ) -> Result<Self, OpenError> {
        let target = target_of(path)?;
        if let Some(old) = old {
            check_writable(&target, old)?;
            check_links(old)?;
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        // The whole error names the temporary file, which says nothing to the user.
        let temporary = new_file_in(folder, readers).map_err(|error| without_path(&error))?;
        if let Some(old) = old {
            keep_owner(temporary.as_file(), old)?;
            if readers == Readers::AsBefore {
                temporary.as_file().set_permissions(old.permissions())?;
            }
        }
        Ok(Self { temporary, target })
    }

    /// Adds bytes. Past the wrapper of the temporary file, whose errors name it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.temporary.as_file_mut().write_all(bytes)
    }

    /// Puts the new file in place of the old one.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { temporary, target } = self;
        match persist(temporary, &target) {
            Ok(()) => Ok(()),
            // The file is mounted, as containers do with single files: it can be written, not replaced.
            Err(error) if error.error.kind() == io::ErrorKind::ResourceBusy => {
                let mut temporary = error.file;
                write_into(temporary.as_file_mut(), &target)
            }
            Err(error) => Err(error.error),
        }
    }
}

/// What the system says of a folder, without the name of the temporary file in it.
fn without_path(error: &io::Error) -> io::Error {
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound {
        return io::Error::new(kind, "there is no folder of that name");
    }
    io::Error::from(kind)
}

/// Copies a file into another one, which stays the file that it is.
fn write_into(from: &mut File, to: &Path) -> io::Result<()> {
    from.rewind()?;
    let mut to = File::options().write(true).truncate(true).open(to)?;
    io::copy(from, &mut to).map(drop)
}

/// The file that a path leads to, also if a link leads to a file that is not there.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match target.read_link() {
            Ok(link) => target = target.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many links"))
}

/// Tells whether two paths lead to one file, which need not be there yet.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| -> Option<PathBuf> {
        let target = target_of(path).ok()?;
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        Some(folder.canonicalize().ok()?.join(target.file_name()?))
    };
    place(one).is_some_and(|one| place(other) == Some(one))
}

/// A file may be replaced without a permission to write to it: only its folder counts then. `>` would refuse it.
#[cfg(unix)]
fn check_writable(path: &Path, _old: &Metadata) -> io::Result<()> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};

    Ok(accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS)?)
}

#[cfg(not(unix))]
fn check_writable(_path: &Path, old: &Metadata) -> io::Result<()> {
    if old.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    Ok(())
}

#[cfg(unix)]
fn check_links(old: &Metadata) -> Result<(), OpenError> {
    use std::os::unix::fs::MetadataExt as _;

    if old.nlink() > 1 {
        return Err(OpenError::Refused(Unreplaceable::HardLinks));
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the shape of the other one"
)]
fn check_links(_old: &Metadata) -> Result<(), OpenError> {
    Ok(())
}

/// Gives a new file the owner and the group of the old one.
#[cfg(unix)]
fn keep_owner(new: &File, old: &Metadata) -> Result<(), OpenError> {
    use std::os::unix::fs::MetadataExt as _;

    let made = new.metadata()?;
    let (user, group) = (
        (made.uid() != old.uid()).then(|| old.uid()),
        (made.gid() != old.gid()).then(|| old.gid()),
    );
    if user.is_none() && group.is_none() {
        return Ok(());
    }
    std::os::unix::fs::fchown(new, user, group)
        .map_err(|_| OpenError::Refused(Unreplaceable::Owner))
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the shape of the other one"
)]
fn keep_owner(_new: &File, _old: &Metadata) -> Result<(), OpenError> {
    Ok(())
}

/// A temporary file; for others too with the permissions of an ordinary new file, because the answer is the user's.
fn new_file_in(folder: &Path, readers: Readers) -> io::Result<NamedTempFile<File>> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".arm-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        // The umask takes away what the user wants to be taken away.
        let mode = match readers {
            Readers::AsBefore => 0o666,
            Readers::Owner => 0o600,
        };
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _those_of_the_folder = readers;
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;

    use super::{OpenError, Readers, ReplacedFile, write_into};

    fn open(path: &Path) -> Result<ReplacedFile, OpenError> {
        ReplacedFile::open(path, path.metadata().ok().as_ref(), Readers::AsBefore)
    }

    fn replace(path: &Path) {
        let mut file = open(path).unwrap();
        file.write(b"new").unwrap();
        file.finish().unwrap();
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let mut file = open(&path).unwrap();
        file.write(b"{}").unwrap();
        assert!(!path.exists());
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        replace(&path);
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert!(open(&folder.path().join("no/such")).is_err());
    }

    #[test]
    fn a_mounted_file_is_written_into() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        std::fs::write(&from, "new").unwrap();
        std::fs::write(&to, "older content").unwrap();
        write_into(&mut File::open(&from).unwrap(), &to).unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_files() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("deep")).unwrap();
        symlink("deep/second", at("first")).unwrap();
        symlink("file", at("deep/second")).unwrap();
        for _ in 0..2 {
            // At first the links lead nowhere.
            replace(&at("first"));
            assert_eq!(std::fs::read(at("deep/file")).unwrap(), b"new");
            assert!(at("first").is_symlink() && at("deep/second").is_symlink());
        }
        symlink("loop", at("loop")).unwrap();
        assert!(open(&at("loop")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_whatever_it_was_before() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.har");
        for _ in 0..2 {
            let old = path.metadata().ok();
            let file = ReplacedFile::open(&path, old.as_ref(), Readers::Owner).unwrap();
            file.finish().unwrap();
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o7777, 0o600);
            std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_permissions_and_its_other_names() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt as _;

        use super::Unreplaceable;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        replace(&path);
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o640);
        std::fs::hard_link(&path, folder.path().join("b.json")).unwrap();
        let refused = open(&path).unwrap_err();
        assert!(matches!(
            refused,
            OpenError::Refused(Unreplaceable::HardLinks)
        ));
    }
}
