//! The user's `config.toml`: reads the file, if there is one. What stands in it is `config`'s part.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::cli::{ColumnName, ColumnNames};
use crate::config::Config;
use crate::env::Env;
use crate::error::{Error, KnownFault};
use crate::output::Column;

/// The name of the file in the folder of settings.
const NAME: &str = "config.toml";
/// More than anybody writes by hand.
const MAX_BYTES: u64 = 1 << 20;

/// Returns the settings; none where there is no file.
///
/// # Errors
///
/// The file cannot be read, or holds something else than settings.
pub(crate) fn config(env: &Env) -> Result<Config, Error> {
    let Some(folder) = &env.config_dir else {
        return Ok(Config::default());
    };
    let path = folder.join(NAME);
    let bytes = read(&path).map_err(|error| Error::Folder {
        path: path.clone(),
        message: error.to_string(),
    })?;
    let Some(bytes) = bytes else {
        return Ok(Config::default());
    };
    let config = Config::text(&bytes).and_then(|text| Config::parse(text, check_columns));
    config.map_err(|error| KnownFault::Config { path, error }.into())
}

/// Tells what is wrong with columns, as `--columns` would.
fn check_columns(text: &str) -> Result<(), String> {
    let columns = ColumnNames::parse(text).map_err(|error| error.to_string())?;
    for ColumnName { name, path } in columns.iter() {
        Column::parse(name.as_deref(), path).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Reads bytes; `None` where there is none. A pipe could hold the run for ever.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    use io::ErrorKind::{NotADirectory, NotFound};

    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(None),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(Some(bytes))
}
