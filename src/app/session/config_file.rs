//! The user's `config.toml`: reads the file, if there is one. What stands in it is `config`'s part.

use crate::cli::{ColumnName, ColumnNames};
use crate::config::Config;
use crate::env::Env;
use crate::error::Error;
use crate::file;
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
    let bytes = match file::read(&path, MAX_BYTES) {
        Ok(file) => file.bytes,
        Err(error) if error.is_absence() => return Ok(Config::default()),
        Err(error) => {
            return Err(Error::Folder {
                path,
                message: error.to_string(),
            });
        }
    };
    let config = Config::text(&bytes).and_then(|text| Config::parse(text, check_columns));
    config.map_err(|error| Error::Config { path, error })
}

/// Tells what is wrong with columns, as `--columns` would.
fn check_columns(text: &str) -> Result<(), String> {
    let columns = ColumnNames::parse(text).map_err(|error| error.to_string())?;
    for ColumnName { name, path } in columns.iter() {
        Column::parse(name.as_deref(), path).map_err(|error| error.to_string())?;
    }
    Ok(())
}
