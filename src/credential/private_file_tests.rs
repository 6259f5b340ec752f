//! Private files against what others may have done to them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use super::{
    Content, Durability, PrivateFileError, check_folder, destroy, lock, make_folder, open_lock,
    prepare_folder,
};

const LIMIT: u64 = 1024;

fn read(path: &Path) -> Result<Option<Content>, PrivateFileError> {
    super::read(path, LIMIT)
}

fn replace(path: &Path, bytes: &[u8]) -> Result<(), PrivateFileError> {
    super::replace(path, bytes, Durability::Synced)
}

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
fn refused(path: &Path, expected: &PrivateFileError) {
    assert_eq!(&read(path).map(|_| ()).unwrap_err(), expected);
}

#[test]
fn what_others_could_have_written_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("f");
    replace(&file, b"secret").unwrap();
    let link = home.path().join("l");
    symlink(&file, &link).unwrap();
    refused(&link, &PrivateFileError::Link);
    refused(home.path(), &PrivateFileError::OtherKind);
    refused(Path::new("/dev/null"), &PrivateFileError::OtherKind);
    fs::write(home.path().join("large"), vec![b'x'; 1025]).unwrap();
    refused(&home.path().join("large"), &PrivateFileError::TooLarge);
    fs::hard_link(&file, home.path().join("h")).unwrap();
    refused(&file, &PrivateFileError::SecondName);
    fs::remove_file(home.path().join("h")).unwrap();
    for mode in [0o660, 0o602] {
        set_mode(&file, mode);
        refused(&file, &PrivateFileError::WritableByOthers);
    }
    assert!(read(&home.path().join("absent")).unwrap().is_none());
    let folder = home.path().join("d");
    symlink(home.path(), &folder).unwrap();
    assert_eq!(prepare_folder(&folder), Err(PrivateFileError::Link));
    assert_eq!(prepare_folder(&file), Err(PrivateFileError::OtherKind));
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
    refused(&foreign, &PrivateFileError::ForeignOwner);
}

#[test]
fn a_link_goes_and_its_target_stays() {
    let home = tempfile::tempdir().unwrap();
    let (file, link) = (home.path().join("f"), home.path().join("l"));
    replace(&file, b"secret").unwrap();
    symlink(&file, &link).unwrap();
    assert_eq!(destroy(&link), Ok(true));
    assert_eq!(read(&file).unwrap().unwrap().bytes, b"secret");
    let other_name = home.path().join("h");
    fs::hard_link(&file, &other_name).unwrap();
    assert_eq!(destroy(&other_name), Ok(true));
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

#[test]
fn a_folder_that_others_may_write_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a/b");
    make_folder(&folder).unwrap();
    assert_eq!(
        (mode(&folder), mode(&home.path().join("a"))),
        (0o700, 0o700)
    );
    for (mode, fit) in [
        (0o700, true),
        (0o755, true),
        (0o770, false),
        (0o1777, false),
    ] {
        set_mode(&folder, mode);
        assert_eq!(check_folder(&folder).is_ok(), fit, "{mode:o}");
    }
    let file = home.path().join("f");
    fs::write(&file, "").unwrap();
    assert_eq!(check_folder(&file), Err(PrivateFileError::OtherKind));
    assert!(make_folder(&file.join("x")).is_err());
}

#[test]
fn a_lock_is_not_a_link() {
    let home = tempfile::tempdir().unwrap();
    let link = home.path().join("link");
    symlink(home.path().join("absent"), &link).unwrap();
    assert!(open_lock(&link).is_err());
    assert!(!home.path().join("absent").exists());
}
