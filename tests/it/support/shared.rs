//! Where the data are that tests read and the project does not carry.

use std::path::{Path, PathBuf};

/// Finds a file or folder of the shared data: below `SHARED_DIR`, else `../shared` next to the crate.
///
/// If it is absent a notice is written to stderr, and the test that needs it returns.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no Env; this is the one variable"
)]
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SHARED_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: `{}` is absent", found.display());
    None
}

/// Finds the files of recorded exchanges, in the order of their names.
#[expect(
    clippy::unwrap_used,
    reason = "a folder that cannot be read fails the test"
)]
pub(crate) fn recordings() -> Option<Vec<PathBuf>> {
    let entries = std::fs::read_dir(shared("recordings")?).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    Some(files)
}
