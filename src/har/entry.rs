//! An exchange as an entry of an archive: everything that is in it was masked first. What counts as a secret:
//! `azure::redact`; who writes entries: `recorder`.

use std::time::Duration;

use http::{HeaderMap, Version, header};
use serde_json::{Value, json};
use url::Url;

use super::exchange::{Answer, Exchange, MOST_OF_BODY, Outcome, RecordedBody};
use crate::azure::{KnownSecrets, REDACTED, Shown, write_utc};

/// The form of times in archives (ISO 8601).
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";
/// The protocol if no answer says it.
const UNKNOWN: &str = "unknown";

/// Makes entries, and masks what the run knows to be secret.
#[derive(Debug, Clone, Copy)]
pub(super) struct EntryWriter {
    pub(super) secrets: KnownSecrets,
}

/// A body as it is in an entry.
struct BodyText {
    text: Option<String>,
    /// Whether something is missing at its end.
    is_cut: bool,
    /// What is missing, and why.
    comment: Option<String>,
}

impl EntryWriter {
    /// The entry of an exchange.
    pub(super) fn entry(self, exchange: &Exchange) -> Value {
        let time = exchange.wait + exchange.receive;
        let mut entry = json!({
            "startedDateTime": write_utc(exchange.started, TIME),
            "time": milliseconds(time),
            "request": self.request(exchange),
            "response": self.response(exchange),
            "cache": {},
            "timings": {
                "blocked": -1,
                "dns": -1,
                "connect": -1,
                "ssl": -1,
                "send": 0,
                "wait": milliseconds(exchange.wait),
                "receive": milliseconds(exchange.receive),
            },
        });
        if exchange.is_secret {
            let words = "The bodies are left out: what this address takes and gives may be secret.";
            put(&mut entry, "comment", words.into());
        } else if let Outcome::GivenUp = exchange.outcome {
            put(
                &mut entry,
                "comment",
                "The run ended without an answer.".into(),
            );
        }
        entry
    }

    fn request(self, exchange: &Exchange) -> Value {
        let url = self.hidden(Shown::url(&exchange.url));
        let version = match &exchange.outcome {
            Outcome::Answer(answer) => words_of(answer.version),
            Outcome::Failure(_) | Outcome::GivenUp => UNKNOWN.to_owned(),
        };
        let mut request = json!({
            "method": exchange.method.as_str(),
            "queryString": self.query(&url),
            "url": url,
            "httpVersion": version,
            "cookies": cookies(&exchange.headers, &header::COOKIE),
            "headers": self.headers(&exchange.headers),
            "headersSize": -1,
            "bodySize": exchange.body.length,
        });
        if exchange.body.length > 0 {
            let kind = content_type(&exchange.headers);
            let body = self.body(&exchange.body, &kind, exchange.is_secret);
            let mut data = json!({ "mimeType": self.hidden(Shown::prose(&kind)) });
            put_body(&mut data, body);
            put(&mut request, "postData", data);
        }
        request
    }

    fn response(self, exchange: &Exchange) -> Value {
        match &exchange.outcome {
            Outcome::Answer(answer) => self.answer(answer, exchange),
            Outcome::Failure(words) => {
                let mut response = no_response();
                let words = self.hidden(Shown::from(words.clone()));
                put(&mut response, "_error", words.into());
                response
            }
            Outcome::GivenUp => no_response(),
        }
    }

    fn answer(self, answer: &Answer, exchange: &Exchange) -> Value {
        let kind = content_type(&answer.headers);
        let mut content = json!({
            "size": answer.body.length,
            "mimeType": self.hidden(Shown::prose(&kind)),
        });
        let has_body = answer.body.length > 0 || !answer.body.has_ended;
        if has_body {
            put_body(
                &mut content,
                self.body(&answer.body, &kind, exchange.is_secret),
            );
        }
        let location = answer.headers.get(header::LOCATION);
        let location = location.filter(|_| answer.status.is_redirection());
        let target = location.map(|value| Shown::header(&header::LOCATION, value));
        json!({
            "status": answer.status.as_u16(),
            "statusText": answer.status.canonical_reason().unwrap_or_default(),
            "httpVersion": words_of(answer.version),
            "cookies": cookies(&answer.headers, &header::SET_COOKIE),
            "headers": self.headers(&answer.headers),
            "content": content,
            "redirectURL": target.map_or_else(String::new, |target| self.hidden(target)),
            "headersSize": -1,
            "bodySize": -1,
        })
    }

    fn headers(self, headers: &HeaderMap) -> Value {
        let fields = headers.iter().map(|(name, value)| {
            let value = self.hidden(Shown::header(name, value));
            json!({ "name": name.as_str(), "value": value })
        });
        fields.collect()
    }

    /// The parameters of an address that was masked.
    fn query(self, masked: &str) -> Value {
        let Ok(url) = Url::parse(masked) else {
            return json!([]);
        };
        let pairs = url.query_pairs().map(|(name, value)| {
            let value = self.hidden(Shown::unmasked(value));
            json!({ "name": name, "value": value })
        });
        pairs.collect()
    }

    fn body(self, body: &RecordedBody, content_type: &str, is_secret: bool) -> BodyText {
        if is_secret {
            return BodyText {
                text: None,
                is_cut: false,
                comment: Some("left out: it may be secret".to_owned()),
            };
        }
        if body.length == 0 {
            return BodyText {
                text: None,
                is_cut: false,
                comment: Some("it was not read".to_owned()),
            };
        }
        let is_whole = body.is_whole();
        let text = Shown::body(&body.bytes, content_type, is_whole);
        let comment = match (&text, is_whole) {
            (None, _) => Some("left out: it is neither JSON nor plain text".to_owned()),
            (Some(_), true) => None,
            (Some(_), false) if body.has_ended => Some(format!(
                "the first {} MiB: the rest is left out",
                MOST_OF_BODY >> 20
            )),
            (Some(_), false) => Some("what was read of it: it goes on".to_owned()),
        };
        BodyText {
            is_cut: text.is_some() && !is_whole,
            text: text.map(|text| self.hidden(text)),
            comment,
        }
    }

    fn hidden(self, text: Shown) -> String {
        self.secrets.hidden_in(text).into_string()
    }
}

/// What stands for an answer if there is none; browsers write the same.
fn no_response() -> Value {
    json!({
        "status": 0,
        "statusText": "",
        "httpVersion": UNKNOWN,
        "cookies": [],
        "headers": [],
        "content": { "size": 0, "mimeType": "" },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    })
}

fn put_body(object: &mut Value, body: BodyText) {
    if let Some(text) = body.text {
        put(object, "text", text.into());
    }
    if let Some(comment) = body.comment {
        put(object, "comment", comment.into());
    }
    if body.is_cut {
        put(object, "_isCut", true.into());
    }
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// The names of cookies; their values are secrets.
fn cookies(headers: &HeaderMap, name: &header::HeaderName) -> Value {
    let values = headers.get_all(name).into_iter();
    let texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let is_request = *name == header::COOKIE;
    let names = texts.flat_map(|text| {
        // What follows the cookie of an answer says how it is kept.
        let most = if is_request { usize::MAX } else { 1 };
        let pairs = text.split(';').take(most);
        let names = pairs.filter_map(|pair| Some(pair.split_once('=')?.0.trim().to_owned()));
        names.collect::<Vec<_>>()
    });
    let cookies = names.map(|name| json!({ "name": name, "value": REDACTED }));
    cookies.collect()
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

fn words_of(version: Version) -> String {
    format!("{version:?}")
}

/// A time with three digits after the point.
fn milliseconds(duration: Duration) -> Value {
    let microseconds = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    (f64::from(microseconds) / 1000.0).into()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
    use serde_json::Value;
    use url::Url;

    use super::EntryWriter;
    use crate::azure::{KnownSecrets, Secret};
    use crate::har::exchange::{Answer, Exchange, MOST_OF_BODY, Outcome, RecordedBody};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| {
            (
                http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    fn exchange(url: &str, body: &[u8]) -> Exchange {
        let mut sent = headers(&[
            ("authorization", "Bearer x"),
            ("cookie", "a=first-cookie; b=2"),
        ]);
        sent.insert("x-mine", HeaderValue::from_static("knowntoken"));
        Exchange {
            started: SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123),
            method: Method::GET,
            url: Url::parse(url).unwrap(),
            headers: sent,
            body: RecordedBody::whole(b""),
            outcome: Outcome::Answer(Answer {
                version: Version::HTTP_2,
                status: StatusCode::OK,
                headers: headers(&[
                    ("content-type", "application/json"),
                    ("set-cookie", "c=third-cookie; path=/"),
                    ("location", "https://h/x?sig=abc"),
                ]),
                body: RecordedBody::whole(body),
            }),
            wait: Duration::from_micros(12_345),
            receive: Duration::from_millis(1),
            is_secret: false,
        }
    }

    fn entry(exchange: &Exchange) -> Value {
        let secrets = KnownSecrets::default();
        secrets.learn(&Secret::new("knowntoken"));
        EntryWriter { secrets }.entry(exchange)
    }

    #[test]
    fn an_entry_holds_everything_but_secrets() {
        let url = "https://h/p?api-version=1&sig=abc&$filter=a%20eq%20'knowntoken'";
        let entry = entry(&exchange(
            url,
            br#"{"adminPassword":"x","n":1.10,"t":"knowntoken"}"#,
        ));
        for (pointer, expected) in [
            ("/startedDateTime", "2023-11-14T22:13:20.123Z".into()),
            ("/time", 13.345.into()),
            ("/timings/wait", 12.345.into()),
            (
                "/request/url",
                "https://h/p?api-version=1&sig=[redacted]&$filter=a%20eq%20%27[redacted]%27".into(),
            ),
            ("/request/queryString/1/value", "[redacted]".into()),
            ("/request/queryString/2/value", "a eq '[redacted]'".into()),
            ("/request/headers/0/value", "[redacted]".into()),
            ("/request/headers/2/value", "[redacted]".into()),
            ("/request/cookies/1/name", "b".into()),
            ("/request/cookies/0/value", "[redacted]".into()),
            ("/request/httpVersion", "HTTP/2.0".into()),
            ("/response/status", 200.into()),
            ("/response/cookies/0/name", "c".into()),
            (
                "/response/headers/2/value",
                "https://h/x?sig=[redacted]".into(),
            ),
            ("/response/redirectURL", "".into()),
            (
                "/response/content/text",
                r#"{"adminPassword":"[redacted]","n":1.10,"t":"[redacted]"}"#.into(),
            ),
            ("/response/content/size", 47.into()),
        ] {
            assert_eq!(entry.pointer(pointer), Some(&expected), "{pointer}");
        }
        let text = entry.to_string();
        for secret in [
            "Bearer",
            "knowntoken",
            "first-cookie",
            "third-cookie",
            "abc",
        ] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }

    #[test]
    fn bodies_of_secret_addresses_are_left_out() {
        let mut exchange = exchange("https://h/p", br#"{"keys":"hunter2","a":"hunter2"}"#);
        exchange.body = RecordedBody::whole(b"hunter2");
        exchange.is_secret = true;
        let entry = entry(&exchange);
        assert!(!entry.to_string().contains("hunter2"));
        assert!(entry["comment"].as_str().unwrap().contains("left out"));
        assert_eq!(entry["response"]["content"]["size"], 32);
        assert_eq!(entry["request"]["bodySize"], 7);
    }

    #[test]
    fn what_is_missing_of_a_body_is_said() {
        let of = |body: RecordedBody, kind: &'static str| {
            let mut exchange = exchange("https://h/p", b"");
            let Outcome::Answer(answer) = &mut exchange.outcome else {
                panic!("no answer");
            };
            answer.body = body;
            answer.headers = headers(&[("content-type", kind)]);
            entry(&exchange)["response"]["content"].clone()
        };
        let mut large = RecordedBody::default();
        for _ in 0..9 {
            large.add(&vec![b'a'; 1 << 20]);
        }
        large.has_ended = true;
        assert_eq!(large.bytes.len(), MOST_OF_BODY);
        let mut part = RecordedBody::default();
        part.add(b"one two thr");
        for (body, kind, size, is_cut, words) in [
            (large, "text/plain", 9 << 20, true, "the first 8 MiB"),
            (part, "text/plain", 11, true, "goes on"),
            (RecordedBody::default(), "text/plain", 0, false, "not read"),
            (
                RecordedBody::whole(b"<a/>"),
                "text/html",
                4,
                false,
                "neither JSON",
            ),
        ] {
            let content = of(body, kind);
            assert_eq!(content["size"], size, "{words}");
            assert_eq!(content["_isCut"] == true, is_cut, "{words}");
            let comment = content["comment"].as_str().unwrap();
            assert!(comment.contains(words), "{comment}");
        }
        let nothing = of(RecordedBody::whole(b""), "");
        assert_eq!(nothing.get("comment"), None);
    }

    #[test]
    fn what_has_no_answer_has_a_status_of_0() {
        let mut exchange = exchange("https://h/p", b"");
        exchange.outcome = Outcome::Failure("refused by knowntoken".to_owned());
        let failed = entry(&exchange);
        assert_eq!(failed["response"]["status"], 0);
        assert_eq!(failed["response"]["_error"], "refused by [redacted]");
        exchange.outcome = Outcome::GivenUp;
        let ended = entry(&exchange);
        assert_eq!(ended["response"]["status"], 0);
        assert!(ended["comment"].as_str().unwrap().contains("ended"));
    }
}
