//! Where the accounts of `arm login` are kept: one file each, and one that says which is active.
//! Its contents are never printed. What a file holds: `record`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::client_credential::ClientCredential;
use super::error::{StoreError, StoreErrorKind, VERSION};
use super::record;
use crate::azure::Secret;
use crate::credential::private_file::{self, Durability, PrivateFileError};
use crate::credential::sealed;
use crate::env::Env;
use crate::file::is_absent;

/// More than any account with its subscriptions; a larger file is not one of ours.
const MAX_FILE: u64 = 16 << 20;

/// The file that is locked while others change.
const LOCK: &str = "lock";

/// The folder of the accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    folder: PathBuf,
    /// Where earlier versions kept them, if it was elsewhere.
    earlier_folder: Option<PathBuf>,
}

/// The accounts, and what there is to say about their files.
#[derive(Debug, Default)]
pub struct Listing {
    /// Every account, in the order of their names.
    pub accounts: Vec<Account>,
    /// The id of the active one, if one was made so.
    pub active_id: Option<String>,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl Listing {
    /// Returns the account that is used if nothing names one: the active one, else the only one of an authority.
    pub fn active_at(&self, authority: &str) -> Option<&Account> {
        let accounts = self.accounts.iter();
        let here: Vec<&Account> = accounts.filter(|one| one.authority == authority).collect();
        self.active_of(&here)
    }

    /// Returns the active account, else the only one, of any authority.
    pub fn active(&self) -> Option<&Account> {
        self.active_of(&self.accounts.iter().collect::<Vec<_>>())
    }

    /// Tells whether an account is used if nothing names one.
    pub fn is_active(&self, account: &Account) -> bool {
        self.active_at(&account.authority) == Some(account)
    }

    fn active_of<'a>(&self, accounts: &[&'a Account]) -> Option<&'a Account> {
        let active = accounts.iter().find(|one| Some(one.id()) == self.active_id);
        match (active, accounts) {
            (Some(active), _) => Some(active),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

impl Store {
    /// The store of this user; `None` if there is no folder for state.
    pub fn of(env: &Env) -> Option<Self> {
        let folder = env.state_dir.as_ref()?.join("login");
        let earlier_folder = env.earlier_state_dir.as_ref();
        let earlier_folder = earlier_folder.map(|folder| folder.join("login"));
        Some(Self {
            folder,
            earlier_folder,
        })
    }

    /// Makes sure that accounts can be kept, before anybody signs in.
    pub fn prepare(&self) -> Result<(), StoreError> {
        drop(self.locked()?);
        Ok(())
    }

    /// Reads all accounts.
    pub fn list(&self) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        for path in self.files()? {
            let Some((account, was_readable)) = read_account(&path)? else {
                continue;
            };
            if was_readable {
                listing.notes.push(format!(
                    "others on this machine could read the login of `{}`; now they cannot. Sign in \
                     again if somebody may have",
                    account.username
                ));
            }
            listing.accounts.push(account);
        }
        listing.accounts.sort_by(|a, b| a.username.cmp(&b.username));
        listing.active_id = self.active()?;
        Ok(listing)
    }

    /// Reads an account again; `None` if it has signed out.
    pub fn read(&self, id: &str) -> Result<Option<Account>, StoreError> {
        self.check_folder()?;
        Ok(read_account(&self.file(id))?.map(|(account, _)| account))
    }

    /// Writes an account, and makes it the active one. A file of a newer version stays.
    pub fn sign_in(&self, account: &Account) -> Result<(), StoreError> {
        let _lock = self.locked()?;
        self.write(account)?;
        let marker = Marker {
            v: VERSION,
            active: account.id(),
        };
        put(
            &self.marker(),
            &serde_json::to_vec(&marker).unwrap_or_default(),
        )
    }

    /// Changes an account as it is now; nothing happens if it has signed out.
    pub fn update(&self, id: &str, change: impl FnOnce(&mut Account)) -> Result<(), StoreError> {
        let _lock = self.locked()?;
        let Some(mut account) = self.read(id)? else {
            return Ok(());
        };
        change(&mut account);
        self.write(&account)
    }

    /// Makes an account the active one.
    pub fn activate(&self, id: &str) -> Result<(), StoreError> {
        let _lock = self.locked()?;
        let marker = Marker {
            v: VERSION,
            active: id.to_owned(),
        };
        put(
            &self.marker(),
            &serde_json::to_vec(&marker).unwrap_or_default(),
        )
    }

    /// Puts a fresh refresh token in place of the one that brought it. If another run has done so in the meantime, or
    /// the account has signed in again, theirs stays: it is no older than ours, and a token of a sign-in that is over
    /// must not come back.
    pub fn rotate(&self, id: &str, used: &Secret, fresh: &Secret) -> Result<(), StoreError> {
        if used == fresh {
            return Ok(());
        }
        self.update(id, |account| {
            if let ClientCredential::RefreshToken(kept) = &mut account.credential
                && kept == used
            {
                *kept = fresh.clone();
            }
        })
    }

    /// Takes an account away; says whether it was there.
    pub fn sign_out(&self, id: &str) -> Result<bool, StoreError> {
        let _lock = self.locked()?;
        if self.active()?.as_deref() == Some(id) {
            let marker = self.marker();
            private_file::destroy(&marker).map_err(|error| failed(&marker, error))?;
        }
        let path = self.file(id);
        private_file::destroy(&path).map_err(|error| failed(&path, error))
    }

    /// Takes every file of an account away, readable or not; says how many there were.
    pub fn sign_out_all(&self) -> Result<usize, StoreError> {
        let files = self.files()?;
        if files.is_empty() {
            return Ok(0);
        }
        let _lock = self.locked()?;
        for path in files.iter().chain([&self.marker()]) {
            private_file::destroy(path).map_err(|error| failed(path, error))?;
        }
        Ok(files.len())
    }

    /// Moves the accounts that an earlier version kept elsewhere. What is here already stays, and what another version or
    /// machine has sealed is left where it is.
    fn move_earlier(&self) -> Result<(), StoreError> {
        let Some(earlier) = self.earlier_folder.as_deref() else {
            return Ok(());
        };
        let Ok(entries) = std::fs::read_dir(earlier) else {
            return Ok(());
        };
        let _lock = self.lock()?;
        for entry in entries.flatten() {
            let (path, target) = (entry.path(), self.folder.join(entry.file_name()));
            let is_marker = target == self.marker();
            if !is_account(&path) && !is_marker {
                continue;
            }
            let content = private_file::read(&path, MAX_FILE).ok().flatten();
            let opened = content.map(|content| sealed::open(content.bytes));
            let Some(Ok(bytes)) = opened else {
                continue;
            };
            if !target.exists() && is_marker {
                put(&target, &bytes)?;
            } else if !target.exists() {
                put_sealed(&target, bytes)?;
            }
            private_file::destroy(&path).map_err(|error| failed(&path, error))?;
        }
        // What is left there is not an account.
        let _not_empty =
            std::fs::remove_file(earlier.join(LOCK)).and_then(|()| std::fs::remove_dir(earlier));
        Ok(())
    }

    fn locked(&self) -> Result<std::fs::File, StoreError> {
        self.move_earlier()?;
        self.lock()
    }

    fn lock(&self) -> Result<std::fs::File, StoreError> {
        private_file::prepare_folder(&self.folder).map_err(|error| failed(&self.folder, error))?;
        let path = self.folder.join(LOCK);
        private_file::lock(&path).map_err(|error| failed(&path, error))
    }

    fn write(&self, account: &Account) -> Result<(), StoreError> {
        let path = self.file(&account.id());
        // What is cut is replaced; what is another's, or a newer version's, stays.
        if let Err(error) = read_account(&path)
            && error.kind != StoreErrorKind::Malformed
        {
            return Err(error);
        }
        put_sealed(&path, record::bytes_of(account))
    }

    /// The id of the active account. What cannot be read names none: another choice repairs it.
    fn active(&self) -> Result<Option<String>, StoreError> {
        let path = self.marker();
        let content = private_file::read(&path, MAX_FILE).map_err(|error| failed(&path, error))?;
        let marker = content.and_then(|content| serde_json::from_slice(&content.bytes).ok());
        Ok(marker.map(|marker: Marker| marker.active))
    }

    /// Refuses a folder in which others may have put files.
    fn check_folder(&self) -> Result<(), StoreError> {
        if std::fs::symlink_metadata(&self.folder).is_err_and(|error| is_absent(&error)) {
            return Ok(());
        }
        private_file::check_no_link(&self.folder)
            .and_then(|()| private_file::check_folder(&self.folder))
            .map_err(|error| failed(&self.folder, error))
    }

    fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        self.move_earlier()?;
        self.check_folder()?;
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, error.into())),
        };
        let mut files: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_account(path))
            .collect();
        files.sort();
        Ok(files)
    }

    fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("active.json")
    }
}

/// Tells whether a file has the name of an account.
fn is_account(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let is_id = |stem: &str| stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    stem.is_some_and(is_id)
        && path
            .extension()
            .is_some_and(|extension| extension == "json")
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    private_file::replace(path, bytes, Durability::Synced).map_err(|error| failed(path, error))
}

fn put_sealed(path: &Path, bytes: Vec<u8>) -> Result<(), StoreError> {
    let sealed = sealed::seal(bytes).map_err(|error| failed(path, error))?;
    put(path, &sealed)
}

fn failed(path: &Path, error: PrivateFileError) -> StoreError {
    StoreError {
        path: path.to_owned(),
        kind: StoreErrorKind::File(error),
    }
}

/// Reads a file; with it comes whether others could read it.
fn read_account(path: &Path) -> Result<Option<(Account, bool)>, StoreError> {
    let content = private_file::read(path, MAX_FILE).map_err(|error| failed(path, error))?;
    let Some(content) = content else {
        return Ok(None);
    };
    let bytes = sealed::open(content.bytes).map_err(|error| failed(path, error))?;
    let account = record::parse(&bytes).map_err(|kind| StoreError {
        path: path.to_owned(),
        kind,
    })?;
    Ok(Some((account, content.was_readable)))
}

/// The file that names the active account.
#[derive(Serialize, Deserialize)]
struct Marker {
    v: u64,
    active: String,
}
