//! One process at a time asks for a token: a lock on a file next to it. The system releases the lock when its process
//! ends, however it ends. Who reads the token: `store`.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::credential::private_file;

/// How long a process waits for another one that asks for the same token.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often it looks.
const PAUSE: Duration = Duration::from_millis(15);

/// What became of an attempt.
#[derive(Debug)]
pub(super) enum Lock {
    /// It is ours as long as the file is open.
    Held(File),
    /// Another process has it.
    Taken,
    /// What it would have guarded is there already.
    Unneeded,
    /// There can be none here, and why.
    Impossible(String),
}

/// Tries to take the lock of a file, once.
pub(super) fn attempt(path: &Path) -> Lock {
    // A lock file that was deleted meanwhile guards nothing: others have made another one.
    for _ in 0..8 {
        let file = match private_file::open_lock(path) {
            Ok(file) => file,
            Err(error) => return Lock::Impossible(error.to_string()),
        };
        match file.try_lock() {
            Ok(()) if is_at(path, &file) => return Lock::Held(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Lock::Taken,
            Err(TryLockError::Error(error)) => return Lock::Impossible(error.to_string()),
        }
    }
    Lock::Taken
}

/// Waits for the lock, at most [`LONGEST_WAIT`] and only as long as `is_there` does not hold.
/// Blocks its thread.
pub(super) fn wait(path: &Path, limit: Duration, is_there: impl Fn() -> bool) -> Lock {
    let began = Instant::now();
    loop {
        match attempt(path) {
            Lock::Taken if is_there() => return Lock::Unneeded,
            Lock::Taken if began.elapsed() < limit => std::thread::sleep(PAUSE),
            outcome @ (Lock::Held(_) | Lock::Taken | Lock::Unneeded | Lock::Impossible(_)) => {
                return outcome;
            }
        }
    }
}

/// Tells whether a path still leads to an open file.
fn is_at(path: &Path, file: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        let both: io::Result<_> = std::fs::symlink_metadata(path)
            .and_then(|there| file.metadata().map(|ours| (there, ours)));
        both.is_ok_and(|(there, ours)| (there.dev(), there.ino()) == (ours.dev(), ours.ino()))
    }
    #[cfg(not(unix))]
    {
        // A file that is open cannot be replaced there.
        let both: io::Result<_> = std::fs::metadata(path).and_then(|_| file.metadata());
        both.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Lock, attempt, wait};

    #[test]
    fn is_held_by_one_and_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let held = attempt(&path);
        assert!(matches!(held, Lock::Held(_)));
        assert!(matches!(attempt(&path), Lock::Taken));
        let limit = Duration::ZERO;
        assert!(matches!(wait(&path, limit, || false), Lock::Taken));
        assert!(matches!(wait(&path, limit, || true), Lock::Unneeded));
        drop(held);
        assert!(matches!(wait(&path, limit, || true), Lock::Held(_)));
    }

    #[test]
    #[cfg(unix)]
    fn a_deleted_file_guards_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let first = attempt(&path);
        std::fs::remove_file(&path).unwrap();
        let second = attempt(&path);
        assert!(matches!(second, Lock::Held(_)), "{second:?} {first:?}");
        let Lock::Held(file) = &first else {
            panic!("{first:?}")
        };
        assert!(!super::is_at(&path, file));
    }

    #[test]
    fn without_a_folder_there_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent/a.lock");
        assert!(matches!(attempt(&path), Lock::Impossible(_)));
    }
}
