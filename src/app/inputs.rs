//! Reads what the arguments name: files and, where asked for, stdin. Each is read once, before
//! anything is sent. Understands none of it.

use std::io::Read as _;

use bytes::Bytes;

use crate::cli::{Item, ValueSource};
use crate::env::Env;
use crate::error::Error;

/// The values of all items, in their order; nothing for an item without one.
pub(super) fn read(items: &[Item], env: &Env) -> Result<Vec<Option<Bytes>>, Error> {
    items.iter().map(|item| item.source().map(|source| read_source(source, env)).transpose()).collect()
}

/// Reads one value.
pub(super) fn read_source(source: &ValueSource, env: &Env) -> Result<Bytes, Error> {
    match source {
        ValueSource::Literal(text) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        ValueSource::File(path) => read_file(path),
        ValueSource::FileInHome(rest) => match &env.home_dir {
            Some(home) => read_file(&home.join(rest)),
            None => Err(Error::Input {
                name: format!("`~/{}`", rest.display()),
                message: "there is no home folder".to_owned(),
            }),
        },
        ValueSource::Stdin => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| Error::Input {
                name: "stdin".to_owned(),
                message: error.to_string(),
            })?;
            Ok(bytes.into())
        }
    }
}

fn read_file(path: &std::path::Path) -> Result<Bytes, Error> {
    std::fs::read(path).map(Bytes::from).map_err(|error| Error::Input {
        name: format!("`{}`", path.display()),
        message: error.to_string(),
    })
}
