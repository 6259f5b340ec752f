//! What a whole body is: its JSON if it is JSON or YAML, and its `Content-Type`. The document that fields change is `document`.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;

use super::error::{Error, Origin};
use super::yaml;

/// The type of every body that is JSON.
pub(super) const JSON: &str = "application/json";

/// The type of a file that is YAML.
pub(super) const YAML: &str = "application/yaml";

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Types by file extension, for what is not JSON.
const TYPES: [(&str, &str); 12] = [
    ("bin", "application/octet-stream"),
    ("csv", "text/csv; charset=utf-8"),
    ("gz", "application/gzip"),
    ("htm", "text/html; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("jsonl", "application/x-ndjson"),
    ("ndjson", "application/x-ndjson"),
    ("pdf", "application/pdf"),
    ("xml", "application/xml"),
    ("yaml", YAML),
    ("yml", YAML),
    ("zip", "application/zip"),
];

/// Says what a whole body is: JSON if it parses, else by its name, else text or bytes.
pub(super) fn content_type(origin: &Origin, content: &Bytes) -> Result<HeaderValue, Error> {
    let extension = extension(origin);
    let known = match check_json(origin, content) {
        Ok(_) => JSON,
        Err(_) if is_blank(content) && !TYPES.iter().any(|(name, _)| *name == extension) => {
            return Err(Error::Blank {
                origin: origin.clone(),
            });
        }
        // A file that calls itself JSON and is not would be refused by the service with less to go by (`Azure/azure-cli#10143`).
        Err(error) if extension == "json" || is_broken_json(origin, content) => return Err(error),
        Err(_) => match TYPES.iter().find(|(name, _)| *name == extension) {
            Some((_, known)) => known,
            None if !content.is_empty() && std::str::from_utf8(content).is_ok() => {
                "text/plain; charset=utf-8"
            }
            None => "application/octet-stream",
        },
    };
    Ok(HeaderValue::from_static(known))
}

/// Tells whether standard input, which has no name that says so, was meant to be JSON, and is cut or UTF-16. What is
/// malformed in another way may be another kind of text, such as lines of JSON.
fn is_broken_json(origin: &Origin, content: &[u8]) -> bool {
    const UTF16: [&[u8]; 4] = [
        b"\xFF\xFE{\0",
        b"\xFF\xFE[\0",
        b"\xFE\xFF\0{",
        b"\xFE\xFF\0[",
    ];
    let text = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let is_cut = || {
        let read = serde_json::from_slice::<serde::de::IgnoredAny>(text);
        text.trim_ascii_start().starts_with(b"{") && read.is_err_and(|error| error.is_eof())
    };
    *origin == Origin::Stdin && (UTF16.iter().any(|start| content.starts_with(start)) || is_cut())
}

/// The extension of the file that some bytes came from, in lower case.
fn extension(origin: &Origin) -> String {
    match origin {
        Origin::File(path) => path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_ascii_lowercase(),
        Origin::Argument | Origin::Stdin => String::new(),
    }
}

/// Returns the JSON that some bytes are, or become: a file that calls itself YAML is converted unless it is JSON.
pub(super) fn json_of<'a>(origin: &Origin, content: &'a [u8]) -> Result<Cow<'a, str>, Error> {
    match check_json(origin, content) {
        Ok(json) => Ok(Cow::Borrowed(json)),
        Err(_) if matches!(extension(origin).as_str(), "yaml" | "yml") => {
            json_of_yaml(origin, content).map(Cow::Owned)
        }
        Err(error) => Err(error),
    }
}

/// Returns the JSON of a text of YAML that this program has written.
///
/// # Errors
/// Where the text is wrong, and why.
pub fn json_of_yaml_text(text: &str) -> Result<String, Error> {
    json_of_yaml(&Origin::Argument, text.as_bytes())
}

/// Returns the JSON of a file of YAML.
pub(super) fn json_of_yaml(origin: &Origin, content: &[u8]) -> Result<String, Error> {
    let fault = |line, column, reason| Error::NotYaml {
        origin: origin.clone(),
        line,
        column,
        reason,
    };
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(_) if content.starts_with(b"\xFF\xFE") || content.starts_with(b"\xFE\xFF") => {
            return Err(fault(1, 1, "it is UTF-16; save it as UTF-8".to_owned()));
        }
        Err(error) => {
            let before = content.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n');
            let column = line.clone().next_back().unwrap_or_default().len() + 1;
            return Err(fault(line.count(), column, "it is not UTF-8".to_owned()));
        }
    };
    yaml::to_json(text).map_err(|error| fault(error.line, error.column, error.reason))
}

/// Tells whether there is something, and only white space: what a script writes whose command has failed.
fn is_blank(content: &Bytes) -> bool {
    !content.is_empty() && without_mark(content).trim_ascii().is_empty()
}

/// Returns what follows the byte-order mark, which editors of Windows put before a text.
pub(in crate::plan) fn without_mark(content: &Bytes) -> Bytes {
    let start = if content.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    content.slice(start..)
}

/// Returns the one JSON value in some bytes, without white space or a byte-order mark around it.
pub(super) fn check_json<'a>(origin: &Origin, content: &'a [u8]) -> Result<&'a str, Error> {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let fault = |line, column, reason| Error::NotJson {
        origin: origin.clone(),
        line,
        column,
        reason,
    };
    if content.starts_with(b"\xFF\xFE") || content.starts_with(b"\xFE\xFF") {
        // What `>` writes in Windows PowerShell 5.1.
        return Err(fault(1, 1, "it is UTF-16; save it as UTF-8".to_owned()));
    }
    if content.is_empty() {
        return Err(fault(1, 1, "it is empty".to_owned()));
    }
    match serde_json::from_slice::<&serde_json::value::RawValue>(content) {
        Ok(value) => Ok(value.get()),
        Err(error) => Err(fault(error.line(), error.column(), error.to_string())),
    }
}
