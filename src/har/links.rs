//! Addresses in recorded answers, changed to where they are answered now: those at a recorded host, in headers and in
//! the strings of JSON. Everything else keeps its bytes. Who answers: `player`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use url::Url;

use crate::json::{string_end, string_of};

/// Recorded hosts, and what is in their place.
#[derive(Debug)]
pub(super) struct Links {
    /// Hosts with their ports, as `Url` has them.
    pub(super) hosts: BTreeSet<String>,
    /// Without a slash at its end.
    pub(super) base_url: String,
}

/// The host and the port of an address.
pub(super) fn authority_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

impl Links {
    /// An address at a recorded host, if the text is one that has a path: a bare host names an audience, not a link.
    fn turned(&self, text: &str) -> Option<String> {
        let begin = text.get(..8)?.to_ascii_lowercase();
        if !begin.starts_with("https://") && !begin.starts_with("http://") {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let is_link = url.path().len() > 1 && !text.contains(char::is_control);
        if !is_link || !self.hosts.contains(&authority_of(&url)?) {
            return None;
        }
        let (_, rest) = text.split_once("://")?;
        let path = rest.get(rest.find(['/', '?', '#'])?..)?;
        Some(format!("{}{path}", self.base_url))
    }

    /// The value of a header: an address, or a list of them in angle brackets (`Link`).
    pub(super) fn in_header<'a>(&self, value: &'a str) -> Cow<'a, str> {
        if let Some(turned) = self.turned(value) {
            return Cow::Owned(turned);
        }
        if !value.trim_start().starts_with('<') {
            return Cow::Borrowed(value);
        }
        let mut pieces = value.split('<');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            text.push('<');
            let (address, after) = piece.split_at(piece.find('>').unwrap_or(piece.len()));
            text.push_str(self.turned(address).as_deref().unwrap_or(address));
            text.push_str(after);
        }
        Cow::Owned(text)
    }

    /// A document with its addresses turned.
    pub(super) fn in_json<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut turned = String::new();
        let mut rest = text;
        let mut kept = text;
        while let Some(quote) = rest.find('"') {
            let from = rest.get(quote..).unwrap_or_default();
            let inside = from.get(1..).unwrap_or_default();
            let Some(end) = string_end(inside.as_bytes(), 0) else {
                break;
            };
            let (literal, after) = from.split_at(end.quote + 2);
            let content = literal
                .get(1..5)
                .filter(|begin| begin.eq_ignore_ascii_case("http"))
                .and_then(|_| self.turned(&string_of(literal)?));
            if let Some(address) = content {
                let before = kept.len() - from.len();
                turned.push_str(kept.get(..before).unwrap_or_default());
                turned.push_str(&serde_json::Value::from(address).to_string());
                kept = after;
            }
            rest = after;
        }
        if kept.len() == text.len() {
            return Cow::Borrowed(text);
        }
        turned.push_str(kept);
        Cow::Owned(turned)
    }
}

#[cfg(test)]
mod tests {
    use super::Links;

    fn links() -> Links {
        Links {
            hosts: ["management.azure.com".to_owned(), "h:8443".to_owned()].into(),
            base_url: "http://127.0.0.1:1".to_owned(),
        }
    }

    #[test]
    fn links_at_recorded_hosts_are_turned() {
        for (json, expected) in [
            (
                r#"{"nextLink":"https://management.azure.com/a?b=c%20d","n":1.10}"#,
                r#"{"nextLink":"http://127.0.0.1:1/a?b=c%20d","n":1.10}"#,
            ),
            (
                r#"{"a":"https:\/\/Management.Azure.com:443\/a\u0026b","c":"\u00e9"}"#,
                r#"{"a":"http://127.0.0.1:1/a&b","c":"\u00e9"}"#,
            ),
            (
                r#"["https://h:8443/x y","https://h/x"]"#,
                r#"["http://127.0.0.1:1/x y","https://h/x"]"#,
            ),
            (
                r#"{"audience":"https://management.azure.com/","b":"https://management.azure.com"}"#,
                r#"{"audience":"https://management.azure.com/","b":"https://management.azure.com"}"#,
            ),
            (
                r#"{"cut":"https://management.azure.com/a"#,
                r#"{"cut":"https://management.azure.com/a"#,
            ),
            (
                r#"{"text":"see https://management.azure.com/a"}"#,
                r#"{"text":"see https://management.azure.com/a"}"#,
            ),
        ] {
            assert_eq!(links().in_json(json), expected, "{json}");
        }
    }

    #[test]
    fn headers_are_turned() {
        for (value, expected) in [
            (
                "https://management.azure.com/o?t=1",
                "http://127.0.0.1:1/o?t=1",
            ),
            ("/relative", "/relative"),
            (
                "<https://management.azure.com/a>; rel=\"next\", <https://other/b>",
                "<http://127.0.0.1:1/a>; rel=\"next\", <https://other/b>",
            ),
            (
                "Bearer realm=\"https://management.azure.com/a\"",
                "Bearer realm=\"https://management.azure.com/a\"",
            ),
        ] {
            assert_eq!(links().in_header(value), expected, "{value}");
        }
    }
}
