//! The items after the URL: headers, query parameters, body fields and whole bodies, in the style of `HTTPie`. It says
//! what each argument means; who reads their files: `plan/inputs`; who builds the body: `plan/body`.

pub(in crate::cli) mod argument;
mod messages;
mod path;
#[cfg(unix)]
mod raw_bytes;
mod scan;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use http::HeaderName;

use self::scan::{Separator, Split};
use crate::cli::error::Error;
use crate::json;

pub use self::path::{FieldStep, PathDisplay};

/// One argument after the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `Name:value`, `Name:@file`, `Name:` or `Name;`.
    Header(HeaderEdit),
    /// `name==value` or `name==@file`: one query parameter, not yet percent-encoded.
    Query {
        /// The name as it is to arrive, `$filter` included its dollar sign.
        name: String,
        /// The value.
        value: ValueSource,
    },
    /// `a[b]=text` or `a[b]:=json`: one place in the JSON body.
    Field {
        /// Where; never empty.
        path: Vec<FieldStep>,
        /// What.
        value: FieldValue,
    },
    /// `@file`, `-` or a JSON literal: the whole body.
    Body(ValueSource),
}

impl Item {
    /// Returns how the item is written whose value is the text after the `@` itself, instead of the file of that name.
    /// Only text can be meant so.
    pub fn as_literal(&self) -> Option<String> {
        let (name, separator, source) = match self {
            Self::Query { name, value } => (name.clone(), "==", value),
            Self::Field {
                path,
                value: FieldValue::Text(value),
            } => (PathDisplay(path).to_string(), "=", value),
            Self::Header(HeaderEdit {
                name,
                change: HeaderChange::Set(value),
            }) => (name.to_string(), ":", value),
            Self::Field { .. } | Self::Header(_) | Self::Body(_) => return None,
        };
        let file = match source {
            ValueSource::File(path) => path.display().to_string(),
            ValueSource::FileInHome(path) => format!("~/{}", path.display()),
            ValueSource::Literal(_) | ValueSource::Stdin => return None,
        };
        Some(format!("{name}{separator}\\@{file}"))
    }

    /// Returns where the value comes from; nothing for a header that is removed or empty.
    pub fn source(&self) -> Option<&ValueSource> {
        match self {
            Self::Header(HeaderEdit {
                change: HeaderChange::Set(source),
                ..
            })
            | Self::Query { value: source, .. }
            | Self::Field {
                value: FieldValue::Text(source) | FieldValue::Json(source),
                ..
            }
            | Self::Body(source) => Some(source),
            Self::Header(_) => None,
        }
    }
}

/// What happens to one header of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderEdit {
    /// The header, an RFC 9110 token.
    pub name: HeaderName,
    /// The change.
    pub change: HeaderChange,
}

/// The three things that an item may do to a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderChange {
    /// Sends this value; several of one name are sent in order.
    Set(ValueSource),
    /// `Name:` does not send the header at all.
    Remove,
    /// `Name;` sends it without a value.
    Empty,
}

/// The value of a body field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Becomes a JSON string.
    Text(ValueSource),
    /// Is JSON already and stays byte for byte; a literal has been checked.
    Json(ValueSource),
}

/// Where a value comes from. Files and stdin are read later, by `plan/inputs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// The argument itself.
    Literal(String),
    /// A file, relative to the working directory.
    File(PathBuf),
    /// A file below the home directory, for `~/…`: no shell expands a tilde in the middle of an argument.
    FileInHome(PathBuf),
    /// Standard input, which is read only when it is asked for.
    Stdin,
}

/// Reads one item.
///
/// # Errors
/// Each error names the item, how it was read, and what to write for the other reading.
pub fn parse(item: &str) -> Result<Item, Error> {
    match item.trim_start().chars().next() {
        None => return Err(messages::empty_item()),
        _ if item == "-" => return Ok(Item::Body(ValueSource::Stdin)),
        Some('@') if item.starts_with('@') => return leading_at(item),
        Some(first) => {
            let checked = messages::check_json(item);
            if checked.is_ok() {
                return Ok(Item::Body(ValueSource::Literal(item.to_owned())));
            }
            if let Err(reason) = checked
                && (first == '{' || (first == '[' && !starts_with_path(item)))
            {
                return Err(messages::body_not_json(item, &reason));
            }
        }
    }
    match scan::split(item) {
        Some(split) => classify(item, split),
        None => Err(messages::no_separator(item)),
    }
}

/// Reads the value of `-H`: `Name: value`, `Name:` (remove) or `Name;` (empty). The value is never a file.
///
/// # Errors
/// Refuses a text without a colon, a name that is not an RFC 9110 token, and control characters in the value.
pub fn parse_header_option(text: &str) -> Result<HeaderEdit, Error> {
    let (name, change) = match (text.split_once(':'), text.strip_suffix(';')) {
        (Some((name, value)), _) if !value.trim().is_empty() => {
            (name, HeaderChange::Set(header_value(text, value)?))
        }
        (Some((name, _)), _) => (name, HeaderChange::Remove),
        (None, Some(name)) => (name, HeaderChange::Empty),
        (None, None) => return Err(messages::header_without_colon(text)),
    };
    match HeaderName::from_bytes(name.as_bytes()) {
        Ok(name) => Ok(HeaderEdit { name, change }),
        Err(_) => Err(messages::header_option_name(text, name)),
    }
}

/// `@file`, `@-`, or a key such as `@odata.type` if a field or query separator follows.
fn leading_at(item: &str) -> Result<Item, Error> {
    if let Some(split) = scan::split(item)
        && !is_header(split.separator)
        // `@./a=b.json` is a file: no annotation has a slash in its name.
        && !split.key.contains(['/', '\\'])
    {
        if item.contains(";type=") {
            return Err(messages::type_suffix(item));
        }
        return classify(item, split);
    }
    file(item, item.get(1..).unwrap_or_default()).map(Item::Body)
}

/// Tells an element path such as `[]=x` or `[0][name]=x` from a broken JSON array.
fn starts_with_path(item: &str) -> bool {
    scan::split(item)
        .is_some_and(|split| !is_header(split.separator) && path::parse(split.key).is_ok())
}

fn is_header(separator: Separator) -> bool {
    matches!(
        separator,
        Separator::Header | Separator::HeaderFile | Separator::HeaderEmpty
    )
}

fn classify(item: &str, split: Split<'_>) -> Result<Item, Error> {
    let Split {
        key,
        separator,
        value,
    } = split;
    match separator {
        Separator::Header if value.trim().is_empty() => header(item, split, HeaderChange::Remove),
        Separator::Header => {
            let value = header_value(item, &literal(value));
            header(item, split, HeaderChange::Set(value?))
        }
        Separator::HeaderFile => header(item, split, HeaderChange::Set(file(item, value)?)),
        Separator::HeaderEmpty => header(item, split, HeaderChange::Empty),
        Separator::Query | Separator::QueryFile if key.is_empty() => {
            Err(messages::empty_query_name(item))
        }
        Separator::Query => Ok(Item::Query {
            name: json::unescape(key),
            value: literal_source(value),
        }),
        Separator::QueryFile => Ok(Item::Query {
            name: json::unescape(key),
            value: file(item, value)?,
        }),
        Separator::Text => field(item, key, FieldValue::Text(literal_source(value))),
        Separator::TextFile => field(item, key, FieldValue::Text(file(item, value)?)),
        Separator::Json => {
            let path = field_path(item, key)?;
            messages::check_json(value)
                .map_err(|reason| messages::field_not_json(item, split, &reason))?;
            let value = FieldValue::Json(ValueSource::Literal(value.trim().to_owned()));
            Ok(Item::Field { path, value })
        }
        Separator::JsonFile => field(item, key, FieldValue::Json(file(item, value)?)),
    }
}

fn header(item: &str, split: Split<'_>, change: HeaderChange) -> Result<Item, Error> {
    let looks_like_url = split.separator == Separator::Header
        && (split.value.starts_with("//") || split.key.is_empty());
    match HeaderName::from_bytes(json::unescape(split.key).as_bytes()) {
        Ok(name) if !looks_like_url => Ok(Item::Header(HeaderEdit { name, change })),
        _ if looks_like_url => Err(messages::second_url(item)),
        _ => Err(messages::header_name(item, split)),
    }
}

/// Trims a header value and refuses what would break the header apart. A `;` is legal in a value.
fn header_value(item: &str, value: &str) -> Result<ValueSource, Error> {
    let value = value.trim();
    match http::HeaderValue::from_bytes(value.as_bytes()) {
        Ok(_) => Ok(ValueSource::Literal(value.to_owned())),
        Err(_) => Err(messages::header_value(item)),
    }
}

fn field(item: &str, key: &str, value: FieldValue) -> Result<Item, Error> {
    Ok(Item::Field {
        path: field_path(item, key)?,
        value,
    })
}

fn field_path(item: &str, key: &str) -> Result<Vec<FieldStep>, Error> {
    path::parse(key).map_err(|error| messages::key(item, &error))
}

fn literal_source(value: &str) -> ValueSource {
    ValueSource::Literal(literal(value))
}

/// Takes one backslash from a value that starts with `\@`: that is how a literal `@` begins.
fn literal(value: &str) -> String {
    match value.strip_prefix('\\') {
        Some(rest) if rest.trim_start_matches('\\').starts_with('@') => rest.to_owned(),
        _ => value.to_owned(),
    }
}

/// Reads where a text comes from: `@FILE`, `-`, or the argument itself.
pub(in crate::cli) fn source(text: &str) -> Result<ValueSource, Error> {
    match text.strip_prefix('@') {
        Some(operand) => file(text, operand),
        None if text == "-" => Ok(ValueSource::Stdin),
        None => Ok(literal_source(text)),
    }
}

/// What is below the home folder: no shell of Windows expands `~`, and paths have backslashes there.
fn home_path(operand: &str) -> Option<&str> {
    let backslashed = operand.strip_prefix(r"~\").filter(|_| cfg!(windows));
    operand.strip_prefix("~/").or(backslashed)
}

/// The operand of an `@`.
fn file(item: &str, operand: &str) -> Result<ValueSource, Error> {
    match home_path(operand) {
        _ if operand.is_empty() => Err(messages::no_file_name(item)),
        _ if operand == "-" => Ok(ValueSource::Stdin),
        Some(below) if !below.is_empty() => Ok(ValueSource::FileInHome(PathBuf::from(below))),
        _ => Ok(ValueSource::File(PathBuf::from(operand))),
    }
}
