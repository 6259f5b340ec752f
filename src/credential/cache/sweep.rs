//! What is kept, and what is thrown away: the list for people, eviction, deletion by choice.
//! Touches only files that are named like ours.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::KeptFor;
use super::entry::{Entry, Unread};
use super::lock::{self, Lock};
use super::store::{self, Store};
use crate::credential::AccessToken;
use crate::credential::private_file::{PrivateFileError, UNFINISHED};
use crate::file::is_absent;

/// A token that has ended is kept this long: a clock may be wrong.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);
/// A file that is incomplete after this long never will be.
const UNFINISHED_FOR: Duration = Duration::from_secs(60 * 60);
/// The most files.
const MOST_FILES: usize = 200;

/// A file of the cache.
#[derive(Debug, Clone)]
pub struct KeptToken {
    /// The file.
    pub path: PathBuf,
    /// What it holds.
    pub state: KeptState,
}

/// What a file of the cache holds.
#[derive(Debug, Clone)]
pub enum KeptState {
    /// A token.
    Token {
        /// Whose, and for what.
        kept_for: KeptFor,
        /// The token; only its claims and its end may be shown.
        token: Box<AccessToken>,
    },
    /// What a newer version of this program has written.
    Newer,
    /// Nothing that can be read.
    Damaged,
    /// A file that another user may have put there, and what shows it.
    Suspicious(PrivateFileError),
    /// The system does not give it, and why.
    Unreadable(String),
}

impl KeptState {
    /// Tells whether it is a token that has ended.
    fn has_ended(&self, now: SystemTime) -> bool {
        matches!(self, Self::Token { token, .. } if token.expires_on.is_some_and(|end| end <= now))
    }
}

/// Which files are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearing {
    /// All.
    All,
    /// Those whose token has expired by this time.
    Expired(SystemTime),
}

impl Store {
    /// Returns every file of a token, by its name.
    pub(super) fn list(&self) -> std::io::Result<Vec<KeptToken>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .filter(|name| is_ours(name))
            .collect();
        names.sort_unstable();
        let kept = names.into_iter().map(|name| {
            let path = self.path(&name);
            let state = state_of(&path);
            KeptToken { path, state }
        });
        Ok(kept.collect())
    }

    /// Deletes files, and returns how many held a token or could have.
    pub(super) fn clear(&self, clearing: Clearing) -> std::io::Result<usize> {
        let goes = |kept: &KeptToken| match clearing {
            Clearing::All => true,
            Clearing::Expired(now) => kept.state.has_ended(now),
        };
        let mut gone = 0;
        for kept in self.list()?.iter().filter(|kept| goes(kept)) {
            fs::remove_file(&kept.path)?;
            gone += 1;
        }
        self.tidy(match clearing {
            Clearing::All => None,
            Clearing::Expired(now) => Some(now),
        });
        Ok(gone)
    }

    /// Deletes the tokens that `chosen` points at, and returns how many there were.
    pub(super) fn forget(&self, chosen: impl Fn(&KeptFor) -> bool) -> std::io::Result<usize> {
        let mut gone = 0;
        for kept in self.list()? {
            if matches!(&kept.state, KeptState::Token { kept_for, .. } if chosen(kept_for)) {
                fs::remove_file(&kept.path)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Keeps the folder small: what ended a day ago goes, what is damaged, and beyond the most
    /// files those that end first. What a newer version wrote stays.
    pub(super) fn evict(&self, now: SystemTime) {
        let mut living = Vec::new();
        for KeptToken { path, state } in self.list().unwrap_or_default() {
            let end = match &state {
                KeptState::Token { token, .. } => token.expires_on,
                KeptState::Newer | KeptState::Unreadable(_) => continue,
                KeptState::Damaged | KeptState::Suspicious(_) => None,
            };
            match end.and_then(|end| end.checked_add(GRACE)) {
                Some(gone_on) if gone_on >= now => living.push((end, path)),
                Some(_) | None => drop(fs::remove_file(path)),
            }
        }
        living.sort_unstable();
        let surplus = living.len().saturating_sub(MOST_FILES);
        for (_, path) in living.into_iter().take(surplus) {
            drop(fs::remove_file(path));
        }
        self.tidy(Some(now));
    }

    /// Removes what runs that were ended have left: unfinished files (all of them where `now` is
    /// not said), and lock files without a token. A lock file is removed only while its lock is
    /// ours, and a process that waits for the lock checks afterwards that the file is still there.
    fn tidy(&self, now: Option<SystemTime>) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.starts_with(UNFINISHED) {
                let written = entry.metadata().and_then(|metadata| metadata.modified());
                let is_old = |now: SystemTime| {
                    let age = written
                        .as_ref()
                        .ok()
                        .and_then(|at| now.duration_since(*at).ok());
                    age.is_some_and(|age| age > UNFINISHED_FOR)
                };
                if now.is_none_or(is_old) {
                    drop(fs::remove_file(entry.path()));
                }
            } else if let Some(key) = name.strip_suffix(".json.lock").filter(|key| is_ours(key))
                && let Lock::Held(_held) = lock::attempt(&entry.path())
                && !self.path(key).exists()
            {
                drop(fs::remove_file(entry.path()));
            }
        }
    }
}

/// Reads a file for the list.
fn state_of(path: &std::path::Path) -> KeptState {
    let content = match store::read(path) {
        Ok(Some(content)) => content,
        Ok(None) => return KeptState::Damaged,
        Err(PrivateFileError::System(message)) => return KeptState::Unreadable(message),
        Err(error) => return KeptState::Suspicious(error),
    };
    match Entry::read(&content.bytes) {
        Ok(entry) => match KeptFor::of(&entry.key) {
            Some(kept_for) => KeptState::Token {
                kept_for,
                token: Box::new(entry.token),
            },
            None => KeptState::Newer,
        },
        Err(Unread::Newer) => KeptState::Newer,
        Err(Unread::Damaged) => KeptState::Damaged,
    }
}

/// Tells whether a name is that of a key.
fn is_ours(name: &str) -> bool {
    name.len() == 32
        && name
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::{Clearing, KeptState, MOST_FILES, Store};
    use crate::credential::AccessToken;
    use crate::credential::cache::entry::Entry;
    use crate::credential::cache::key::Key;
    use crate::credential::cache::key::tests::{identity, request};
    use crate::credential::cache::lock::{Lock, attempt};

    const DAY: u64 = 86_400;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// Keeps a token of a client, and returns the name of its file.
    fn keep(store: &Store, client_id: &str, end: u64) -> String {
        let mut identity = identity();
        client_id.clone_into(&mut identity.client_id);
        let key = Key::of(&identity, &request());
        let token = AccessToken::new("opaque", Some(at(end)));
        let entry = Entry::of(&key.text, &token, at(0)).unwrap();
        store.write(&key.name, &entry.bytes(at(0))).unwrap();
        key.name
    }

    fn names(store: &Store) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&store.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    }

    fn in_folder(test: impl Fn(&Store)) {
        let home = tempfile::tempdir().unwrap();
        test(&Store {
            folder: home.path().join("tokens"),
        });
    }

    #[test]
    fn lists_what_is_there_without_a_token_in_it() {
        in_folder(|store| {
            assert!(store.list().unwrap().is_empty());
            keep(store, "c", 100);
            fs::write(store.path(&"a".repeat(32)), "{").unwrap();
            fs::write(store.path(&"b".repeat(32)), "{\"v\":2}").unwrap();
            fs::write(store.folder.join("mine.json"), "{}").unwrap();
            let kept = store.list().unwrap();
            let count =
                |is: fn(&KeptState) -> bool| kept.iter().filter(|kept| is(&kept.state)).count();
            assert_eq!(kept.len(), 3);
            assert_eq!(count(|state| matches!(state, KeptState::Token { .. })), 1);
            assert_eq!(count(|state| matches!(state, KeptState::Damaged)), 1);
            assert_eq!(count(|state| matches!(state, KeptState::Newer)), 1);
            assert!(!format!("{kept:?}").contains("opaque"));
        });
    }

    #[test]
    fn deletes_all_or_what_has_ended_and_nothing_else() {
        in_folder(|store| {
            let ended = keep(store, "ended", 100);
            let alive = keep(store, "alive", 1000);
            fs::write(store.folder.join("mine.json"), "{}").unwrap();
            fs::write(store.folder.join(".arm-x.tmp"), "").unwrap();
            for name in [&ended, &alive] {
                drop(attempt(&store.lock_path(name)));
            }
            assert_eq!(store.clear(Clearing::Expired(at(500))).unwrap(), 1);
            let left = [
                ".arm-x.tmp".to_owned(),
                format!("{alive}.json"),
                format!("{alive}.json.lock"),
                "mine.json".to_owned(),
            ];
            assert_eq!(names(store), left);
            assert_eq!(store.clear(Clearing::All).unwrap(), 1);
            assert_eq!(names(store), ["mine.json"]);
            assert_eq!(store.clear(Clearing::All).unwrap(), 0);
        });
    }

    #[test]
    fn a_lock_that_is_held_stays() {
        in_folder(|store| {
            let name = keep(store, "c", 100);
            let held = attempt(&store.lock_path(&name));
            assert!(matches!(held, Lock::Held(_)));
            store.clear(Clearing::All).unwrap();
            assert_eq!(names(store), [format!("{name}.json.lock")]);
        });
    }

    #[test]
    fn forgets_by_the_key() {
        in_folder(|store| {
            keep(store, "a", 100);
            let other = keep(store, "b", 100);
            let of_a = |kept: &super::KeptFor| kept.client_id == "a";
            assert_eq!(store.forget(of_a).unwrap(), 1);
            assert_eq!(names(store), [format!("{other}.json")]);
        });
    }

    #[test]
    fn evicts_what_is_long_over_and_what_is_broken() {
        in_folder(|store| {
            let long_over = keep(store, "a", 100);
            drop(attempt(&store.lock_path(&long_over)));
            let over = keep(store, "b", DAY);
            let damaged = store.path(&"a".repeat(32));
            fs::write(&damaged, "{").unwrap();
            let newer = store.path(&"b".repeat(32));
            fs::write(&newer, "{\"v\":2}").unwrap();
            store.evict(at(DAY + 101));
            assert!(!store.path(&long_over).exists() && !damaged.exists());
            assert!(!store.lock_path(&long_over).exists());
            assert!(store.path(&over).exists() && newer.exists());
        });
    }

    #[test]
    fn keeps_the_most_files_that_live_longest() {
        in_folder(|store| {
            let ends = (0..MOST_FILES as u64 + 3).map(|number| 1000 + number);
            let files: Vec<String> = ends.map(|end| keep(store, &end.to_string(), end)).collect();
            store.evict(at(0));
            let left: Vec<bool> = files.iter().map(|name| store.path(name).exists()).collect();
            assert_eq!(left.iter().filter(|there| **there).count(), MOST_FILES);
            assert_eq!(left[..4], [false, false, false, true]);
        });
    }
}
