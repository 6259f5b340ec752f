//! Items with bytes that are not UTF-8: the name of a file may have some. The bytes are carried through the grammar as
//! characters of private use that no text has, and become bytes again where they name a file. Who reads items of text:
//! the module above.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use super::{FieldValue, HeaderChange, HeaderEdit, Item, ValueSource};
use crate::cli::error::Error;

/// The character of byte 0: the last plane for private use.
const FIRST: u32 = 0x0010_FF00;

/// Reads an item that is not UTF-8 text.
///
/// # Errors
/// Where the bytes are in anything but the name of a file.
pub(super) fn parse(item: &OsStr) -> Result<Item, Error> {
    let text = carried(item.as_bytes());
    let mut parsed = super::parse(&text).map_err(|_| refused(item))?;
    let in_names = source_mut(&mut parsed).map_or(0, restore);
    if in_names == count(&text) {
        Ok(parsed)
    } else {
        Err(refused(item))
    }
}

/// Reads where a text comes from.
///
/// # Errors
/// Likewise.
pub(super) fn source(argument: &OsStr) -> Result<ValueSource, Error> {
    let text = carried(argument.as_bytes());
    let mut source = super::source(&text).map_err(|_| refused(argument))?;
    if restore(&mut source) == count(&text) {
        Ok(source)
    } else {
        Err(refused(argument))
    }
}

fn refused(argument: &OsStr) -> Error {
    let shown = argument.to_string_lossy();
    Error::usage(format!("`{shown}` is not valid UTF-8"))
        .with_hint("only the name of a file may be, as in `@FILE`")
}

/// Gives the name of a file its bytes back, and returns how many were carried in it.
fn restore(source: &mut ValueSource) -> usize {
    let (ValueSource::File(path) | ValueSource::FileInHome(path)) = source else {
        return 0;
    };
    let in_name = path.to_str().map_or(0, count);
    *path = restored(path);
    in_name
}

fn count(text: &str) -> usize {
    text.chars().filter(|one| byte_of(*one).is_some()).count()
}

fn source_mut(item: &mut Item) -> Option<&mut ValueSource> {
    match item {
        Item::Header(HeaderEdit {
            change: HeaderChange::Set(source),
            ..
        })
        | Item::Query { value: source, .. }
        | Item::Field {
            value: FieldValue::Text(source) | FieldValue::Json(source),
            ..
        }
        | Item::Body(source) => Some(source),
        Item::Header(_) => None,
    }
}

/// Bytes as text: what is UTF-8 stays, each other byte becomes a character.
fn carried(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let carried = chunk.invalid().iter();
        text.extend(carried.filter_map(|byte| char::from_u32(FIRST + u32::from(*byte))));
    }
    text
}

fn byte_of(character: char) -> Option<u8> {
    let offset = u32::from(character).checked_sub(FIRST)?;
    u8::try_from(offset).ok().filter(|byte| !byte.is_ascii())
}

fn restored(path: &Path) -> PathBuf {
    let mut bytes = Vec::new();
    for character in path.to_string_lossy().chars() {
        match byte_of(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(character.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    use super::{ValueSource, parse, source_mut};

    #[test]
    fn the_name_of_a_file_may_be_any_bytes() {
        for (item, expected) in [
            (&b"@\xff.json"[..], Some(&b"\xff.json"[..])),
            (b"k=@a/\xe9t\xe9 \xc3\xa9", Some(b"a/\xe9t\xe9 \xc3\xa9")),
            (b"k:=@~/\xff", Some(b"\xff")),
            (b"k==@\xff", Some(b"\xff")),
            (b"X-A:@\xff", Some(b"\xff")),
            (b"k=\xff", None),
            (b"k\xff=@a", None),
            (b"\xff=@\xff", None),
            (b"{\"a\":\"\xff\"}", None),
            (b"\xff", None),
        ] {
            let parsed = parse(OsStr::from_bytes(item));
            let found = parsed
                .ok()
                .and_then(|mut item| match source_mut(&mut item) {
                    Some(ValueSource::File(path) | ValueSource::FileInHome(path)) => {
                        Some(path.clone())
                    }
                    Some(_) | None => None,
                });
            let expected = expected.map(|name| Path::new(OsStr::from_bytes(name)));
            assert_eq!(found.as_deref(), expected, "{item:?}");
        }
    }
}
