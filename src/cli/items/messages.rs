//! The words for an item that cannot be read: the item, how it was read, and what to write for the other reading. Who
//! reads items: the module above it.

use super::path::KeyError;
use super::scan::{Separator, Split};
use crate::azure::{REDACTED, is_secret_name};
use crate::cli::error::Error;

/// Checks that a text is one JSON value, without building it.
///
/// # Errors
/// Returns the reason with its line and column.
pub(super) fn check_json(text: &str) -> Result<(), String> {
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn empty_item() -> Error {
    Error::usage("an item is empty").with_hint(
        "a variable is probably not set; an empty JSON string as the body is `\"\"` in quotes",
    )
}

pub(super) fn body_not_json(item: &str, reason: &str) -> Error {
    let error = Error::usage(format!("the body is not valid JSON: {reason}"))
        .with_fact(format!("received: `{item}`"))
        .with_fact("read as: the whole body, because of its first character");
    if quotes_were_stripped(item) {
        error.with_hint(
            "the shell has taken the double quotes away: put the argument into single quotes, or the JSON into a \
             file and write `@body.json`, or write fields: `name=text`, `.a.b:=1`",
        )
    } else {
        error.with_hint("if you meant a field with such a name, write `.\"NAME\"=value`")
    }
}

pub(super) fn field_not_json(item: &str, split: Split<'_>, reason: &str) -> Error {
    let Split { key, value, .. } = split;
    let shown = if is_secret_name(key) { REDACTED } else { value };
    let mut error = Error::usage(format!("`{item}` has no valid JSON after `:=`: {reason}"))
        .with_fact(format!("received: `{item}`"))
        .with_fact(format!(
            "read as: the body field `{key}` with the JSON value `{shown}`"
        ));
    if http::HeaderName::from_bytes(key.as_bytes()).is_ok() {
        error = error.with_fact(format!(
            "for the header `{key}` with the value `={shown}` write `{key}\\:={shown}`"
        ));
    }
    if quotes_were_stripped(value) {
        error.with_hint(format!(
            "the shell has taken the double quotes away: put the whole item into single quotes, or write \
             `{key}:=@FILE`, or field by field: `{key}[NAME]=text`"
        ))
    } else if value.is_empty() {
        error.with_hint(format!(
            "for an empty string write `{key}=`, for null write `{key}:=null`"
        ))
    } else {
        error.with_hint(format!("if you meant a string, write `{key}={shown}`"))
    }
}

/// JSON of objects or lists of words without a single quotation mark has lost them on the way.
fn quotes_were_stripped(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && !text.contains('"')
}

pub(super) fn no_separator(item: &str) -> Error {
    let error = Error::usage(format!(
        "`{item}` is not a header, query parameter, field or body"
    ));
    if item.starts_with('/') || item.contains("://") {
        return second_url(item);
    }
    let has_extension = item
        .rsplit_once('.')
        .is_some_and(|(stem, end)| !stem.is_empty() && (1..=5).contains(&end.len()));
    if has_extension || item.contains('/') {
        return error.with_hint(format!(
            "if `{item}` is a file with the body, write `@{item}`"
        ));
    }
    error.with_hint(format!(
        "write `{item}==VALUE` for a query parameter, `{item}=VALUE` for a body field, `{item}:VALUE` for a header"
    ))
}

pub(super) fn second_url(item: &str) -> Error {
    Error::usage(format!("`{item}` looks like a second URL"))
        .with_fact("the first argument after the METHOD is the URL, and there is only one")
        .with_hint(
            "if you meant a body field with that name, write `.\"NAME\"=value`; several URLs are several commands",
        )
}

pub(super) fn header_name(item: &str, split: Split<'_>) -> Error {
    let Split {
        key,
        separator,
        value,
    } = split;
    let rest = if separator == Separator::HeaderEmpty {
        ""
    } else {
        value
    };
    Error::usage(format!(
        "`{item}` is not a valid header: `{key}` is not a valid header name"
    ))
    .with_fact(format!(
        "read as: the header `{key}` with the value `{rest}`, because `:` or `;` comes first"
    ))
    .with_hint(match rest.rsplit_once('=') {
        Some((name, value)) => {
            format!("if you meant a body field, write `.\"{key}:{name}\"={value}`")
        }
        None => "if you meant a body field, put its name into quotes: `.\"NAME\"=value`".to_owned(),
    })
}

pub(super) fn header_value(item: &str) -> Error {
    Error::usage(format!("the value of the header in `{}` holds a control character", item.escape_debug()))
        .with_hint("a line break from a file or a variable is the usual cause; `Name:@file` trims the last one")
}

pub(super) fn header_without_colon(text: &str) -> Error {
    let error = Error::usage(format!(
        "`{text}` is not a valid header: there is no colon in it"
    ));
    match text.split_once('=') {
        Some((name, value)) => error.with_hint(format!("write `-H '{name}: {value}'`")),
        None => error.with_hint("write `-H 'Name: value'`, or `-H 'Name;'` for an empty value"),
    }
}

pub(super) fn header_option_name(text: &str, name: &str) -> Error {
    Error::usage(format!("`{text}` is not a valid header: `{name}` is not a valid header name"))
        .with_hint("write `-H 'Name: value'`; a name has letters, digits and `-`, and no space before the colon")
}

pub(super) fn empty_query_name(item: &str) -> Error {
    Error::usage(format!("`{item}` is a query parameter without a name"))
        .with_fact("read as: `NAME==VALUE` with an empty NAME")
        .with_hint(
            "the shell has replaced `$filter` (or `$top` …) with nothing: write `--filter`, `--top` …, or put the item \
             into single quotes",
        )
}

pub(super) fn key(item: &str, path_fault: &KeyError) -> Error {
    let error = Error::usage(format!("`{item}` is not a body field: {path_fault}"))
        .with_fact("read as: a body field, because `=` or `:=` comes first");
    match path_fault {
        KeyError::Empty if item.starts_with(['=', ':']) => error.with_hint(
            "write `NAME=VALUE`; if the name began with `$`, the shell has replaced it: put the item into single quotes",
        ),
        KeyError::Empty | KeyError::EmptyPart => {
            error.with_hint("an empty name is written `\"\"`: `.a.\"\".b=value`")
        }
        KeyError::Unclosed | KeyError::Trailing(_) => error
            .with_hint("for a name with brackets write `.\"NAME\"=value`, or put `\\` before each bracket"),
        KeyError::Index(index) => error.with_hint(format!(
            "`[]` appends an element; for a member with that name write `[\"{index}\"]`"
        )),
        KeyError::TooDeep => error.with_hint("put the document into a file and write `@body.json`"),
    }
}

pub(super) fn no_file_name(item: &str) -> Error {
    let error = Error::usage(format!("`{item}` names no file after the `@`"));
    match item.strip_suffix('@') {
        Some(start) if !start.is_empty() => {
            error.with_hint(format!("for the text `@` itself write `{start}\\@`"))
        }
        _ => error.with_hint("write `@FILE`, or `-` for standard input"),
    }
}

pub(super) fn type_suffix(item: &str) -> Error {
    Error::usage(format!(
        "`{item}` has a `;type=` suffix, which does not exist here"
    ))
    .with_hint("write the type as a header: `Content-Type:application/xml`")
}
