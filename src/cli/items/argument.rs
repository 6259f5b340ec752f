//! Items as the operating system hands them over: text, or bytes that are not UTF-8. Who reads text: the module above; who
//! reads bytes: `raw_bytes`.

use std::ffi::OsString;

use super::{Item, ValueSource};
use crate::cli::error::Error;

/// Reads one item. The name of a file may be any bytes; all else is text.
///
/// # Errors
/// Those of [`super::parse`].
pub(in crate::cli) fn parse(item: OsString) -> Result<Item, Error> {
    match item.into_string() {
        Ok(text) => super::parse(&text),
        #[cfg(unix)]
        Err(item) => super::raw_bytes::parse(&item),
        #[cfg(not(unix))]
        Err(item) => Err(not_unicode(&item)),
    }
}

/// Reads where a text comes from, as [`parse`] reads an item.
pub(in crate::cli) fn source(text: OsString) -> Result<ValueSource, Error> {
    match text.into_string() {
        Ok(text) => super::source(&text),
        #[cfg(unix)]
        Err(text) => super::raw_bytes::source(&text),
        #[cfg(not(unix))]
        Err(text) => Err(not_unicode(&text)),
    }
}

#[cfg(not(unix))]
fn not_unicode(argument: &std::ffi::OsStr) -> Error {
    let shown = argument.to_string_lossy();
    Error::usage(format!("`{shown}` is not valid Unicode"))
}
