//! The IDs on standard input: one per line, or in JSON as services and this program print them. Pure; who makes
//! requests of them: `app/fan_out/ids`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::azure::{DeletionRank, deletion_rank, encode_path};

/// Where an ID was, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line of text, counted from 1, blank ones and comments too.
    Line(usize),
    /// An element of a JSON document, or a document of several, counted from 1.
    Item(usize),
    /// One of those that a `*` stands for, counted from 1.
    Match(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(formatter, "line {number}"),
            Self::Item(number) => write!(formatter, "item {number}"),
            Self::Match(number) => write!(formatter, "match {number}"),
        }
    }
}

/// How the text of an ID is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdSyntax {
    /// As a person would type it: with its query, with `%XX`, with placeholders.
    Url,
    /// As a service wrote it into a member `id`: in a path, every character but `/` belongs to a name.
    Data,
}

/// A resource ID or a URL, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// Where it was.
    pub place: Place,
    /// Its text.
    pub text: String,
    /// How that is read.
    pub syntax: IdSyntax,
}

impl Id {
    /// Returns the address of the ID with something after its path: `…/vm` and `/start` make `…/vm/start`.
    pub fn address(&self, end: &str) -> String {
        match self.syntax {
            IdSyntax::Data if !is_absolute(&self.text) => address(&encode_path(&self.text), end),
            IdSyntax::Data | IdSyntax::Url => address(&self.text, end),
        }
    }
}

impl Id {
    /// Returns what deletions are sorted by.
    pub fn deletion_rank(&self) -> DeletionRank {
        let path = match self.text.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)),
            None => Some(self.text.as_str()),
        };
        deletion_rank(path.unwrap_or_default())
    }
}

/// Tells whether a text begins with a scheme, as the IDs of Key Vault do.
fn is_absolute(text: &str) -> bool {
    let head = text.split(['/', '?', '#']).next();
    head.is_some_and(|head| head.contains(':'))
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// In their order.
    pub ids: Vec<Id>,
    /// Whether a list among them names a next page.
    pub goes_on: bool,
}

/// Why IDs cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A line is not text.
    #[error("{place} of standard input is not UTF-8 text")]
    NotText {
        /// Which.
        place: Place,
    },
    /// What begins like JSON is not valid JSON.
    #[error("standard input is not valid JSON: {reason}")]
    NotJson {
        /// The parser's words, with line and column.
        reason: String,
    },
    /// An element is neither an ID nor an object that has one.
    #[error("{place} of standard input has no `id`")]
    NoId {
        /// Which.
        place: Place,
    },
}

/// Reads IDs. Text: one per line; blank lines and those that begin with `#` do not count. JSON, told by its first
/// character: strings, objects with an `id`, arrays of them, or lists (`value`), and several documents in a row.
///
/// # Errors
/// See [`Error`].
pub fn read(input: &[u8]) -> Result<Ids, Error> {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    match input.trim_ascii_start().first() {
        Some(b'{' | b'[' | b'"') => read_json(input),
        Some(_) | None => read_lines(input),
    }
}

fn address(id: &str, end: &str) -> String {
    if end.is_empty() {
        return id.to_owned();
    }
    let (path, query) = id.split_once('?').unwrap_or((id, ""));
    let mut address = format!("{}{end}", path.trim_end_matches('/'));
    if !query.is_empty() {
        address.push(if end.contains('?') { '&' } else { '?' });
        address.push_str(query);
    }
    address
}

fn read_lines(input: &[u8]) -> Result<Ids, Error> {
    let mut ids = Vec::new();
    for (index, line) in input.split(|byte| *byte == b'\n').enumerate() {
        let place = Place::Line(index + 1);
        let text = std::str::from_utf8(line).map_err(|_| Error::NotText { place })?;
        let text = text.trim();
        if !text.is_empty() && !text.starts_with('#') {
            ids.push(Id {
                place,
                text: text.to_owned(),
                syntax: IdSyntax::Url,
            });
        }
    }
    let goes_on = false;
    Ok(Ids { ids, goes_on })
}

fn read_json(input: &[u8]) -> Result<Ids, Error> {
    let mut read = Ids::default();
    for document in serde_json::Deserializer::from_slice(input).into_iter::<Document>() {
        let document = document.map_err(|error| Error::NotJson {
            reason: error.to_string(),
        })?;
        read.goes_on |= document.goes_on;
        for id in document.ids {
            let place = Place::Item(read.ids.len() + 1);
            let id = id.filter(|(text, _)| !text.trim().is_empty());
            let (text, syntax) = id.ok_or(Error::NoId { place })?;
            read.ids.push(Id {
                place,
                text,
                syntax,
            });
        }
    }
    Ok(read)
}

/// The IDs of a document; `None` is an element without one.
#[derive(Default)]
struct Document {
    ids: Vec<Option<(String, IdSyntax)>>,
    goes_on: bool,
}

impl Document {
    fn without() -> Self {
        Self {
            ids: vec![None],
            goes_on: false,
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an ID, an object that has one, or a list of them")
    }

    fn visit_str<E>(self, text: &str) -> Result<Document, E> {
        let mut document = Document::without();
        document.ids = vec![Some((text.to_owned(), IdSyntax::Url))];
        Ok(document)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Document, E> {
        Ok(Document::without())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Document, E> {
        Ok(Document::without())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Document, E> {
        Ok(Document::without())
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::without())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Document, E> {
        Ok(Document::without())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Document, A::Error> {
        let mut all = Document::default();
        while let Some(document) = elements.next_element::<Document>()? {
            all.ids.extend(document.ids);
            all.goes_on |= document.goes_on;
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let (mut id, mut list, mut goes_on) = (None, None, false);
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "id" => id = members.next_value::<Text>()?.0,
                "value" => list = members.next_value::<List>()?.0,
                "nextLink" => goes_on = members.next_value::<Link>()?.leads_on,
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(match list {
            Some(mut list) => {
                list.goes_on |= goes_on;
                list
            }
            None => Document {
                ids: vec![id.map(|id| (id, IdSyntax::Data))],
                goes_on: false,
            },
        })
    }
}

/// Whether a link leads to a next page: whatever is neither `null` nor empty may be one.
struct Link {
    leads_on: bool,
}

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&serde_json::value::RawValue>::deserialize(deserializer)?;
        let leads_on = !matches!(raw.get(), "null" | "\"\"");
        Ok(Self { leads_on })
    }
}

/// The text of a member, if it is one.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&serde_json::value::RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok()))
    }
}

/// The elements of a member, if it is an array.
struct List(Option<Document>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&serde_json::value::RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with('[') {
            return Ok(Self(None));
        }
        let list = serde_json::from_str(raw.get());
        list.map(|list| Self(Some(list)))
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, IdSyntax, Place, address, read};

    #[track_caller]
    fn check(input: &str, expected: &[&str]) {
        let read = read(input.as_bytes()).map_err(|error| error.to_string());
        let ids = read.map(|read| {
            read.ids
                .into_iter()
                .map(|id| format!("{}: {}", id.place, id.text))
        });
        let ids = ids.map(Iterator::collect::<Vec<_>>);
        let shown = ids.unwrap_or_else(|error| vec![error]);
        assert_eq!(shown, expected, "{input}");
    }

    #[test]
    fn reads_lines() {
        check("", &[]);
        check(" \n\n# none\n", &[]);
        check(
            "/a\r\n\n# b\n  /c  \nhttps://h/d",
            &["line 1: /a", "line 4: /c", "line 5: https://h/d"],
        );
        check("\u{feff}/a\n", &["line 1: /a"]);
        let error = read(b"/a\n\xff\n").unwrap_err().to_string();
        assert_eq!(error, "line 2 of standard input is not UTF-8 text");
    }

    #[test]
    fn reads_json_in_every_shape() {
        check("[]", &[]);
        check("{\"value\":[]}", &[]);
        check("[\"/a\",\"/b\"]", &["item 1: /a", "item 2: /b"]);
        check("\"/a\"\n\"/\\u0062\"\n", &["item 1: /a", "item 2: /b"]);
        check(
            "{\"id\":\"/a\",\"x\":{\"id\":\"/no\"}}\n{\"id\":\"/b\",\"value\":1}",
            &["item 1: /a", "item 2: /b"],
        );
        check(
            "{\"value\":[{\"id\":\"/a\",\"n\":1.10},{\"id\":\"/b\"}]}",
            &["item 1: /a", "item 2: /b"],
        );
        check("[{\"id\":\"/a\"},[\"/b\"]]", &["item 1: /a", "item 2: /b"]);
        check(
            "[{\"id\":\"/a\"},{\"name\":\"b\"}]",
            &["item 2 of standard input has no `id`"],
        );
        for nothing in [
            "[null]",
            "[1]",
            "[true]",
            "[1.5e3]",
            "{}",
            "{\"id\":7}",
            "\"\"",
            "[\" \"]",
            "{\"id\":\"\"}",
            "{\"location\":\"w\"}",
        ] {
            check(nothing, &["item 1 of standard input has no `id`"]);
        }
        check(
            "[\"/a\"",
            &["standard input is not valid JSON: EOF while parsing a list at line 1 column 5"],
        );
        check(
            "{\"value\":[1",
            &["standard input is not valid JSON: EOF while parsing a list at line 1 column 11"],
        );
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes()).is_err());
        assert!(read(format!("{{\"id\":{deep}").as_bytes()).is_err());
    }

    #[test]
    fn tells_a_list_that_goes_on() {
        for (input, goes_on) in [
            ("{\"value\":[],\"nextLink\":\"https://h/2\"}", true),
            ("{\"nextLink\":\"/2\",\"value\":[\"/a\"]}", true),
            ("{\"value\":[],\"nextLink\":5}", true),
            ("{\"value\":[],\"nextLink\":{}}", true),
            ("{\"value\":[],\"nextLink\":null}", false),
            ("{\"value\":[],\"nextLink\":\"\"}", false),
            ("[\"/a\"]", false),
        ] {
            assert_eq!(read(input.as_bytes()).unwrap().goes_on, goes_on, "{input}");
        }
    }

    #[test]
    fn an_id_of_a_service_is_data() {
        for (input, expected) in [
            ("/a/b%20c?x=1", "/a/b%20c/end?x=1"),
            ("\"/a/b%20c?x=1\"", "/a/b%20c/end?x=1"),
            (
                "{\"id\":\"/a/b#c?d%20{e}\"}",
                "/a/b%23c%3Fd%2520%7Be%7D/end",
            ),
            (
                "{\"value\":[{\"id\":\"https://v.vault.azure.net/keys/a%20b\"}]}",
                "https://v.vault.azure.net/keys/a%20b/end",
            ),
        ] {
            let ids = read(input.as_bytes()).unwrap().ids;
            let addresses: Vec<String> = ids.iter().map(|id| id.address("/end")).collect();
            assert_eq!(addresses, [expected], "{input}");
        }
        let id = Id {
            place: Place::Item(1),
            text: "/a/b c".to_owned(),
            syntax: IdSyntax::Data,
        };
        assert_eq!(id.address(""), "/a/b%20c");
    }

    #[test]
    fn appends_after_the_path() {
        for (id, end, expected) in [
            ("/a", "", "/a"),
            ("/a?x=1", "", "/a?x=1"),
            ("/a", "/start", "/a/start"),
            ("/a/", "/start", "/a/start"),
            ("https://h/a?x=1", "/start", "https://h/a/start?x=1"),
            ("/a?x=1", "/start?y=2", "/a/start?y=2&x=1"),
        ] {
            assert_eq!(address(id, end), expected);
        }
    }
}
