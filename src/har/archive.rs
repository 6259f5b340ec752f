//! Reads an archive, whoever wrote it: this program, a browser, a proxy. Who answers from it: `player`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::SystemTime;
use url::Url;

use crate::azure::read_zoned;

/// Times in archives (ISO 8601); the time zone follows.
const TIMES: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];

/// What an archive has of requests by http.
#[derive(Debug)]
pub struct Archive {
    pub(super) entries: Vec<Entry>,
}

/// A request, and what came of it.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its place in the file; the first is 1.
    pub(super) number: usize,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<String>,
    /// The answer; nothing if the request had none.
    pub(super) answer: Option<Answer>,
}

/// An answer as it was recorded.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: AnswerBody,
}

/// What an archive has of the body of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AnswerBody {
    /// All of it.
    Whole(Bytes),
    /// Not all of it, and what is said about that.
    Missing(Option<String>),
}

/// Why a file is not an archive that can be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is not text.
    #[error("it is not UTF-8 text, as JSON has to be")]
    NotText,
    /// The JSON is broken, or cut.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// The first is 1.
        line: usize,
        /// The first is 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// It is other JSON.
    #[error("it has no `log.entries`: it is not an HTTP Archive")]
    NotAnArchive,
    /// Nothing was recorded.
    #[error("it has no entries: nothing was recorded")]
    NoEntries,
    /// An entry is not one.
    #[error("entry {number}: {message}")]
    Entry {
        /// The first is 1.
        number: usize,
        /// What is wrong with it.
        message: String,
    },
    /// It has entries of pages, data and the like alone.
    #[error("none of its {count} entries is an http request")]
    NothingByHttp {
        /// How many it has.
        count: usize,
    },
}

#[derive(Deserialize)]
struct FileForm<'a> {
    #[serde(borrow)]
    log: Option<LogForm<'a>>,
}

#[derive(Deserialize)]
struct LogForm<'a> {
    #[serde(borrow)]
    entries: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct EntryForm {
    #[serde(rename = "startedDateTime")]
    started: Option<String>,
    request: RequestForm,
    response: ResponseForm,
    comment: Option<String>,
}

#[derive(Deserialize)]
struct RequestForm {
    method: String,
    url: String,
    #[serde(rename = "postData")]
    data: Option<DataForm>,
}

#[derive(Deserialize)]
struct DataForm {
    text: Option<String>,
}

#[derive(Deserialize)]
struct ResponseForm {
    status: i64,
    #[serde(default)]
    headers: Vec<HeaderForm>,
    content: Option<ContentForm>,
}

#[derive(Deserialize)]
struct HeaderForm {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct ContentForm {
    size: Option<f64>,
    #[serde(rename = "mimeType")]
    kind: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
    comment: Option<String>,
    #[serde(rename = "_isCut", default)]
    is_cut: bool,
}

impl Archive {
    /// Reads an archive.
    ///
    /// # Errors
    /// Where it is not one, with the line or the entry.
    pub fn parse(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ArchiveError::NotText)?;
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(ArchiveError::Empty);
        }
        let file: FileForm<'_> = serde_json::from_str(text).map_err(|error| fault(&error))?;
        let entries = file.log.and_then(|log| log.entries);
        let entries = entries.ok_or(ArchiveError::NotAnArchive)?;
        if entries.is_empty() {
            return Err(ArchiveError::NoEntries);
        }
        let count = entries.len();
        let mut read = Vec::with_capacity(count);
        for (number, entry) in (1..).zip(entries) {
            read.extend(entry_of(number, entry.get())?);
        }
        if read.is_empty() {
            return Err(ArchiveError::NothingByHttp { count });
        }
        // Writers may list them by their ends; where a time is missing, the order of the file counts.
        if read.iter().all(|(started, _)| started.is_some()) {
            read.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        let entries = read.into_iter().map(|(_, entry)| entry).collect();
        Ok(Self { entries })
    }
}

fn fault(error: &serde_json::Error) -> ArchiveError {
    let message = if error.is_eof() {
        "the file ends here, in the middle: it was cut".to_owned()
    } else {
        words_of(error)
    };
    ArchiveError::Json {
        line: error.line(),
        column: error.column(),
        message,
    }
}

/// What an error says, without the place.
fn words_of(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.rsplit_once(" at line ") {
        Some((words, _)) => words.to_owned(),
        None => words,
    }
}

/// A time to the second, and the digits of its fraction.
type Time = (SystemTime, String);

fn time_of(text: &str) -> Option<Time> {
    let fraction = text.split_once('.').map_or("", |(_, rest)| rest);
    let digits = fraction.chars().take_while(char::is_ascii_digit);
    Some((read_zoned(text, &TIMES)?, digits.collect()))
}

/// Reads an entry; nothing if it is not a request by http, such as a `data:` address of a page.
fn entry_of(number: usize, text: &str) -> Result<Option<(Option<Time>, Entry)>, ArchiveError> {
    let refused = |message: String| ArchiveError::Entry { number, message };
    let form: EntryForm = serde_json::from_str(text).map_err(|error| refused(words_of(&error)))?;
    let RequestForm { method, url, data } = form.request;
    let address = Url::parse(&url).map_err(|error| refused(format!("`{url}`: {error}")))?;
    if !["http", "https"].contains(&address.scheme()) {
        return Ok(None);
    }
    let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes())
        .map_err(|_| refused(format!("`{method}` is not a METHOD")))?;
    let status = u16::try_from(form.response.status).ok();
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let answer = match status.filter(|status| !status.is_informational()) {
        None => None,
        Some(status) => {
            let content = form.response.content;
            let kind = content.as_ref().and_then(|content| content.kind.clone());
            Some(Answer {
                status,
                headers: headers_of(form.response.headers, kind.as_deref()),
                body: body_of(content, form.comment).map_err(refused)?,
            })
        }
    };
    let started = form.started.as_deref().and_then(time_of);
    let entry = Entry {
        number,
        method,
        url: address,
        body: data.and_then(|data| data.text),
        answer,
    };
    Ok(Some((started, entry)))
}

/// The headers that can be sent. Those of HTTP/2 that begin with a colon are not headers, and browsers join the values
/// of a repeated one with line breaks.
fn headers_of(fields: Vec<HeaderForm>, content_type: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for HeaderForm { name, value } in fields {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            continue;
        };
        for value in value.split('\n') {
            if let Ok(value) = HeaderValue::from_bytes(value.trim().as_bytes()) {
                headers.append(name.clone(), value);
            }
        }
    }
    let given = content_type.filter(|kind| !kind.is_empty());
    if let Some(Ok(kind)) = given.map(HeaderValue::from_str) {
        headers.entry(header::CONTENT_TYPE).or_insert(kind);
    }
    headers
}

fn body_of(content: Option<ContentForm>, comment: Option<String>) -> Result<AnswerBody, String> {
    let Some(content) = content else {
        return Ok(AnswerBody::Whole(Bytes::new()));
    };
    let comment = content.comment.or(comment);
    let Some(text) = content.text else {
        let is_missing = content.size.is_some_and(|size| size > 0.0);
        return Ok(if is_missing {
            AnswerBody::Missing(comment)
        } else {
            AnswerBody::Whole(Bytes::new())
        });
    };
    if content.is_cut {
        return Ok(AnswerBody::Missing(comment));
    }
    match content.encoding.as_deref().map(str::trim) {
        None | Some("") => Ok(AnswerBody::Whole(text.into())),
        Some(encoding) if encoding.eq_ignore_ascii_case("base64") => {
            let packed: String = text.split_ascii_whitespace().collect();
            let bytes = STANDARD.decode(packed);
            let bytes = bytes.map_err(|error| format!("its content is not base64: {error}"))?;
            Ok(AnswerBody::Whole(bytes.into()))
        }
        Some(other) => Err(format!(
            "its content is encoded as `{other}`, not as base64"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{AnswerBody, Archive, ArchiveError};

    fn archive(entries: &str) -> Result<Archive, ArchiveError> {
        Archive::parse(format!("{{\"log\":{{\"entries\":[{entries}]}}}}").as_bytes())
    }

    fn entry(url: &str, response: &str) -> String {
        format!(
            r#"{{"request":{{"method":"get","url":"{url}"}},"response":{{"status":200{response}}}}}"#
        )
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let error = Archive::parse(bytes).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn what_is_not_an_archive_is_named_with_its_place() {
        check(b"", "it is empty");
        check("\u{feff} \n".as_bytes(), "it is empty");
        check(b"\xff\xfe{", "it is not UTF-8 text, as JSON has to be");
        check(b"no", "line 1, column 2: expected ident");
        check(
            b"{\"log\":\n {\"entries\": [ {\"request\"",
            "line 2, column 25: the file ends here, in the middle: it was cut",
        );
        check(
            b"[]",
            "line 1, column 2: invalid length 0, expected struct FileForm with 1 element",
        );
        for other in ["{}", "{\"log\":{}}", "{\"log\":null}"] {
            check(
                other.as_bytes(),
                "it has no `log.entries`: it is not an HTTP Archive",
            );
        }
        check(
            b"{\"log\":{\"entries\":[]}}",
            "it has no entries: nothing was recorded",
        );
        for (entries, expected) in [
            ("{}", "entry 1: missing field `request`"),
            (
                &*(entry("https://h/", "") + ",7"),
                "entry 2: invalid type: integer `7`, expected struct EntryForm",
            ),
            (
                &*entry("/relative", ""),
                "entry 1: `/relative`: relative URL without a base",
            ),
            (
                &*entry(
                    "https://h/",
                    r#","content":{"text":"%","encoding":"base64"}"#,
                ),
                "entry 1: its content is not base64: Invalid symbol 37, offset 0.",
            ),
            (
                &*entry("https://h/", r#","content":{"text":"","encoding":"rot13"}"#),
                "entry 1: its content is encoded as `rot13`, not as base64",
            ),
            (
                &*entry("data:text/plain,x", ""),
                "none of its 1 entries is an http request",
            ),
        ] {
            assert_eq!(archive(entries).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn what_browsers_write_is_read() {
        let response = r#","httpVersion":"h3","headers":[{"name":":status","value":"200"},
            {"name":"Content-Encoding","value":"gzip"},{"name":"x-a","value":"1\n2"}],
            "content":{"size":3,"mimeType":"application/json","text":"e30g","encoding":"base64"},"_transferSize":9"#;
        let archive = archive(&entry("https://h/p", response)).unwrap();
        let answer = archive.entries[0].answer.as_ref().unwrap();
        assert_eq!(answer.headers.get_all("x-a").iter().count(), 2);
        assert_eq!(answer.headers["content-type"], "application/json");
        assert_eq!(answer.body, AnswerBody::Whole("{} ".into()));
        assert_eq!(archive.entries[0].method, "GET");
    }

    #[test]
    fn a_body_that_is_missing_is_told_from_an_empty_one() {
        for (content, expected) in [
            ("{\"size\":0}", AnswerBody::Whole("".into())),
            ("{\"size\":-1}", AnswerBody::Whole("".into())),
            (
                "{\"size\":9,\"comment\":\"left out\"}",
                AnswerBody::Missing(Some("left out".to_owned())),
            ),
            (
                "{\"size\":9,\"text\":\"a\",\"_isCut\":true}",
                AnswerBody::Missing(None),
            ),
        ] {
            let response = format!(",\"content\":{content}");
            let archive = archive(&entry("https://h/p", &response)).unwrap();
            let answer = archive.entries[0].answer.as_ref().unwrap();
            assert_eq!(answer.body, expected, "{content}");
        }
    }

    #[test]
    fn entries_are_put_in_the_order_of_their_times() {
        let at = |time: &str, path: &str| {
            let entry = entry(&format!("https://h/{path}"), "");
            entry.replacen('{', &format!("{{\"startedDateTime\":\"{time}\","), 1)
        };
        let both = at("2026-01-01T10:00:00.5+01:00", "b") + "," + &at("2026-01-01T09:00:00Z", "a");
        let archive = archive(&both).unwrap();
        let paths: Vec<_> = archive
            .entries
            .iter()
            .map(|entry| entry.url.path())
            .collect();
        assert_eq!(paths, ["/a", "/b"]);
        assert_eq!(archive.entries[0].number, 2);
    }
}
