//! Tokens that are kept from run to run, one file each. Of many processes that need the same token one asks for it, and
//! the others take what it kept. Whatever is wrong with the files, a run continues without them. Refresh tokens and
//! secrets are not kept here: `login/store`.

mod entry;
mod key;
mod lock;
mod store;
mod sweep;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::private_file::PrivateFileError;
use super::{AccessToken, Error, Identity, Reuse, TokenRequest};
use crate::env::Env;
use entry::{Unread, Verdict, judge};
use key::Key;
use lock::Lock;
use store::Store;

pub(super) use entry::Entry;
pub use key::KeptFor;
pub use sweep::{Clearing, KeptState, KeptToken};

/// How long a fresher token is waited for while the old one would do.
const REFRESH_LIMIT: Duration = Duration::from_secs(10);
/// How long after a refresh that failed the next one is tried; azure-identity waits as long
/// (Azure/azure-sdk-for-python, `_DEFAULT_TOKEN_REFRESH_RETRY_DELAY`).
const REFRESH_PAUSE: Duration = Duration::from_secs(30);

/// A token that is looked for: whose it is, what it is for, and when it is to be good.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedToken<'a> {
    pub(super) identity: &'a Identity,
    pub(super) request: &'a TokenRequest,
    pub(super) now: SystemTime,
}

/// A folder of kept tokens.
#[derive(Debug)]
pub struct TokenCache {
    /// Nothing if there is no folder for it, and why.
    store: Result<Store, &'static str>,
    notes: Mutex<Notes>,
}

/// What there is to say, and how much of it was said.
#[derive(Debug, Default)]
struct Notes {
    all: Vec<CacheNote>,
    said: usize,
}

/// What went wrong with the cache. No run fails by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheNote {
    /// Something that the user must see: others could read a token, or plant one.
    Warning(String),
    /// Why nothing was kept.
    Trouble(String),
}

impl TokenCache {
    /// The cache of this account: `ARMCLI_CACHE_DIR`; in a pipeline the folder that goes with the
    /// job; else the folder of caches. Without a home folder nothing is kept.
    pub fn of(env: &Env) -> Self {
        Self {
            store: folder_of(env).map(|folder| Store { folder }),
            notes: Mutex::default(),
        }
    }

    /// The cache of this account, unless the user wants none: `--no-cache`, or `ARMCLI_NO_CACHE` with any value but 0.
    pub fn unless_refused(no_cache: bool, env: &Env) -> Option<Self> {
        let by_variable = env.get("ARMCLI_NO_CACHE").is_some_and(|value| value != "0");
        (!no_cache && !by_variable).then(|| Self::of(env))
    }

    /// Returns the folder, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        self.store.as_ref().ok().map(|store| store.folder.as_path())
    }

    /// Returns what there was to say since this was asked last; each thing once.
    pub fn take_notes(&self) -> Vec<CacheNote> {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = notes.all.iter().skip(notes.said).cloned().collect();
        notes.said = notes.all.len();
        fresh
    }

    /// Returns every file, in the order of their names.
    pub fn list(&self) -> std::io::Result<Vec<KeptToken>> {
        self.store.as_ref().map_or(Ok(Vec::new()), Store::list)
    }

    /// Deletes files, and returns how many.
    pub fn clear(&self, clearing: Clearing) -> std::io::Result<usize> {
        let store = self.store.as_ref();
        store.map_or(Ok(0), |store| store.clear(clearing))
    }

    /// Deletes the tokens of the accounts that sign out, and returns how many there were.
    pub fn forget(&self, chosen: impl Fn(&KeptFor) -> bool) -> std::io::Result<usize> {
        let store = self.store.as_ref();
        store.map_or(Ok(0), |store| store.forget(chosen))
    }

    /// Returns a kept token that can be used, else the one that `fetch` gets, which is kept.
    /// `is_sound` judges a kept token as a fetched one is judged.
    pub(super) async fn obtain(
        &self,
        wanted: WantedToken<'_>,
        is_sound: impl Fn(&AccessToken) -> bool,
        fetch: impl Future<Output = Result<AccessToken, Error>>,
    ) -> Result<AccessToken, Error> {
        let store = match &self.store {
            Ok(store) => store,
            Err(reason) => {
                self.trouble(reason);
                return fetch.await;
            }
        };
        let WantedToken {
            identity,
            request,
            now,
        } = wanted;
        let key = Key::of(identity, request);
        let look = || {
            let token = self.look_up(store, &key).filter(|token| is_sound(token))?;
            match judge(&token, request, now) {
                Verdict::Fresh => Some((token, Verdict::Fresh)),
                Verdict::Ageing => Some((token, Verdict::Ageing)),
                Verdict::Useless => None,
            }
        };
        match look() {
            Some((token, Verdict::Ageing)) => {
                // The process that holds the lock is getting a fresher one: until then the old one
                // is good enough.
                let Lock::Held(_held) = attempt(store, &key) else {
                    return Ok(token);
                };
                if let Some((token, Verdict::Fresh)) = look() {
                    return Ok(token);
                }
                if let Ok(Ok(fresh)) = tokio::time::timeout(REFRESH_LIMIT, fetch).await {
                    self.keep(store, wanted, &fresh);
                    return Ok(fresh);
                }
                self.postpone(store, &key, &token, now);
                Ok(token)
            }
            Some((token, _)) => Ok(token),
            None => {
                let _held = self.wait(store, &key, request, now).await;
                if let Some((token, _)) = look() {
                    return Ok(token);
                }
                self.drop_refused(store, &key, request);
                let fresh = fetch.await?;
                self.keep(store, wanted, &fresh);
                Ok(fresh)
            }
        }
    }

    /// Reads the token of a key, whatever it is good for.
    fn look_up(&self, store: &Store, key: &Key) -> Option<AccessToken> {
        let folder = store.folder.display();
        match store.error() {
            None => {}
            Some(error @ (PrivateFileError::ForeignOwner | PrivateFileError::WritableByOthers)) => {
                self.warn(format!(
                    "the folder of kept tokens `{folder}` is not used: {error}"
                ));
                return None;
            }
            Some(error) => {
                self.trouble(&format!("`{folder}`: {error}"));
                return None;
            }
        }
        let path = store.path(&key.name);
        let content = match store::read(&path) {
            Ok(content) => content?,
            Err(PrivateFileError::System(message)) => {
                self.trouble(&format!("`{}`: {message}", path.display()));
                return None;
            }
            Err(error) => {
                let path = path.display();
                self.warn(format!("the kept token `{path}` is not used: {error}"));
                return None;
            }
        };
        if content.was_readable {
            let path = path.display();
            self.warn(format!(
                "other users could read the kept token `{path}`: not any more"
            ));
        }
        let entry = Entry::read(&content.bytes).ok()?;
        // A file under another's name is not its token.
        (entry.key == key.text).then_some(entry.token)
    }

    /// Waits on a thread of its own until no other process is asking for the token, or it is there. If there can be no
    /// lock, and after [`lock::LONGEST_WAIT`], the run goes ahead without.
    async fn wait(
        &self,
        store: &Store,
        key: &Key,
        request: &TokenRequest,
        now: SystemTime,
    ) -> Lock {
        let lock = match attempt(store, key) {
            Lock::Taken => {
                let path = store.lock_path(&key.name);
                let data = store.path(&key.name);
                let (key, request) = (key.clone(), request.clone());
                let is_there = move || {
                    let content = store::read(&data).ok().flatten();
                    let entry = content.and_then(|content| Entry::read(&content.bytes).ok());
                    entry.is_some_and(|entry| {
                        entry.key == key.text
                            && judge(&entry.token, &request, now) != Verdict::Useless
                    })
                };
                let waiting = move || lock::wait(&path, lock::LONGEST_WAIT, is_there);
                let waited = tokio::task::spawn_blocking(waiting).await;
                waited.unwrap_or(Lock::Taken)
            }
            lock @ (Lock::Held(_) | Lock::Unneeded | Lock::Impossible(_)) => lock,
        };
        if let Lock::Impossible(message) = &lock {
            self.trouble(message);
        }
        lock
    }

    /// Removes the token that the service has refused, unless another one has its place already.
    fn drop_refused(&self, store: &Store, key: &Key, request: &TokenRequest) {
        if let (Reuse::AnyBut(refused), Some(kept)) = (&request.reuse, self.look_up(store, key))
            && *refused == kept.token
        {
            store.remove(&key.name);
        }
    }

    /// Keeps a token. One that answers a challenge takes the place of the one without the claims
    /// too, which would only be challenged again.
    fn keep(&self, store: &Store, wanted: WantedToken<'_>, token: &AccessToken) {
        let WantedToken {
            identity,
            request,
            now,
        } = wanted;
        if matches!(&request.reuse, Reuse::AnyBut(refused) if *refused == token.token) {
            // The source gave the token that the service has refused, which must not be found here.
            return;
        }
        let plain = TokenRequest {
            claims: None,
            ..request.clone()
        };
        let other = request.claims.as_ref().map(|_| Key::of(identity, &plain));
        for key in other.into_iter().chain([Key::of(identity, request)]) {
            if let Some(entry) = Entry::of(&key.text, token, now) {
                self.write(store, &key, &entry, now);
                if entry.is_due_to_evict() {
                    store.evict(now);
                }
            }
        }
    }

    /// Lets the next refresh wait a little: its source just failed.
    fn postpone(&self, store: &Store, key: &Key, token: &AccessToken, now: SystemTime) {
        let mut token = token.clone();
        token.refresh_on = now.checked_add(REFRESH_PAUSE);
        if let Some(entry) = Entry::of(&key.text, &token, now) {
            self.write(store, key, &entry, now);
        }
    }

    fn write(&self, store: &Store, key: &Key, entry: &Entry, now: SystemTime) {
        let there = store::read(&store.path(&key.name)).ok().flatten();
        let is_newer =
            there.is_some_and(|content| matches!(Entry::read(&content.bytes), Err(Unread::Newer)));
        if is_newer {
            let name = &key.name;
            self.trouble(&format!(
                "a newer version has written `{name}.json`: it stays"
            ));
            return;
        }
        if let Err(message) = store.write(&key.name, &entry.bytes(now)) {
            self.trouble(&message);
        }
    }

    fn warn(&self, text: String) {
        self.note(CacheNote::Warning(text));
    }

    fn trouble(&self, message: &str) {
        let text = format!("tokens are not kept: {message}");
        self.note(CacheNote::Trouble(text));
    }

    fn note(&self, note: CacheNote) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        // The same trouble is met at every step.
        let is_trouble = |note: &CacheNote| matches!(note, CacheNote::Trouble(_));
        let is_known = notes
            .all
            .iter()
            .any(|other| *other == note || (is_trouble(other) && is_trouble(&note)));
        if !is_known {
            notes.all.push(note);
        }
    }
}

fn attempt(store: &Store, key: &Key) -> Lock {
    match store.prepare() {
        Ok(()) => lock::attempt(&store.lock_path(&key.name)),
        Err(message) => Lock::Impossible(message),
    }
}

/// The folder. That of a job ends with the job, while the home of a runner may serve many. One that
/// is relative would be another one in each folder, and some of those are shared.
fn folder_of(env: &Env) -> Result<PathBuf, &'static str> {
    let of_job = env.get("CI").and(env.path("RUNNER_TEMP"));
    let folder = match (env.path("ARMCLI_CACHE_DIR"), of_job, &env.cache_dir) {
        (Some(folder), _, _) => PathBuf::from(folder),
        (None, Some(folder), _) => Path::new(folder).join("arm").join("tokens"),
        (None, None, Some(folder)) => folder.join("tokens"),
        (None, None, None) => return Err("there is no home folder"),
    };
    if folder.is_relative() {
        return Err("the path of their folder is relative");
    }
    Ok(folder)
}
