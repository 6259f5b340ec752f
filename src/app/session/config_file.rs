//! The user's `config.toml`: reads and replaces the file. What is in it is `config`'s part; who changes it:
//! `command/config`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::cli::{ColumnName, ColumnNames, check_setting, meaning_of};
use crate::config::{Checks, Config, ConfigError};
use crate::credential::PrivateFileError;
use crate::credential::private_file::{self, Durability};
use crate::env::Env;
use crate::error::{Error, PreferenceError};
use crate::file;
use crate::output::Column;

/// The name of the file in the folder of settings.
const NAME: &str = "config.toml";
/// The name of the lock in the folder of state.
const LOCK: &str = "config.lock";
/// More than anybody writes by hand.
const MAX_BYTES: u64 = 1 << 20;

const CHECKS: Checks = Checks {
    columns: check_columns,
    value: check_setting,
    taken: meaning_of,
};

/// Returns the settings; none if there is no file.
///
/// # Errors
///
/// The file cannot be read, or holds something else than settings.
pub(crate) fn config(env: &Env) -> Result<Config, Error> {
    let Some(path) = path(env) else {
        return Ok(Config::default());
    };
    match text(&path)? {
        Some(text) => check(&text, &path),
        None => Ok(Config::default()),
    }
}

/// Where the file is, or would be.
pub(crate) fn path(env: &Env) -> Option<PathBuf> {
    env.config_dir.as_ref().map(|folder| folder.join(NAME))
}

/// Reads a file of settings; nothing if there is none.
///
/// # Errors
///
/// It cannot be read, is not text, or may hold what another user has written: whose settings they are decides where
/// requests go.
pub(crate) fn text(path: &Path) -> Result<Option<String>, Error> {
    let read = match file::read(path, MAX_BYTES) {
        Ok(read) => read,
        Err(error) if error.is_absence() => return Ok(None),
        Err(error) => return Err(unusable(path, &error)),
    };
    private_file::check_trusted(&read.metadata).map_err(|error| PreferenceError::Untrusted {
        path: path.to_owned(),
        error,
    })?;
    let text = Config::text(&read.bytes).map_err(|error| fault(path, error))?;
    Ok(Some(text.to_owned()))
}

/// Reads what a text says.
///
/// # Errors
///
/// It holds something else than settings.
pub(crate) fn check(text: &str, path: &Path) -> Result<Config, Error> {
    let config = Config::parse(text, CHECKS);
    config.map_err(|error| fault(path, error))
}

/// Lets nobody else change the file in the meantime; the lock ends with the value.
pub(crate) fn lock(env: &Env) -> Result<File, Error> {
    let folder = state_folder(env)?;
    let path = folder.join(LOCK);
    private_file::lock(&path).map_err(|error| unusable(&path, &error))
}

/// Puts a text in place of the file, in one step. If a link leads to the file, the link stays.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let write = |target: &Path| {
        if let Some(folder) = target.parent() {
            private_file::make_folder(folder)?;
        }
        private_file::replace(target, text.as_bytes(), Durability::Synced)
    };
    write(&target).map_err(|error: PrivateFileError| unusable(path, &error))
}

/// Makes a copy for an editor, which nobody else can read.
pub(crate) fn copy(env: &Env, text: &str) -> Result<PathBuf, Error> {
    let name = format!("config-{}.toml", uuid::Uuid::new_v4());
    let path = state_folder(env)?.join(name);
    let written = private_file::replace(&path, text.as_bytes(), Durability::Quick);
    written.map_err(|error| unusable(&path, &error))?;
    Ok(path)
}

/// Takes a copy away.
pub(crate) fn remove(copy: &Path) -> Result<(), Error> {
    fs::remove_file(copy).map_err(|error| unusable(copy, &error))
}

fn state_folder(env: &Env) -> Result<&Path, Error> {
    let folder = env.state_dir.as_deref().ok_or(Error::NoStateFolder)?;
    private_file::prepare_folder(folder).map_err(|error| unusable(folder, &error))?;
    Ok(folder)
}

fn fault(path: &Path, error: ConfigError) -> Error {
    let path = path.to_owned();
    PreferenceError::File { path, error }.into()
}

fn unusable(path: &Path, message: &impl ToString) -> Error {
    Error::Folder {
        path: path.to_owned(),
        message: message.to_string(),
    }
}

/// Tells what is wrong with columns, as `--columns` would.
fn check_columns(text: &str) -> Result<(), String> {
    let columns = ColumnNames::parse(text).map_err(|error| error.to_string())?;
    for ColumnName { name, path } in columns.iter() {
        Column::parse(name.as_deref(), path).map_err(|error| error.to_string())?;
    }
    Ok(())
}
