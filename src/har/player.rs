//! Answers requests from an archive: by METHOD, path and parameters, whatever the host was. A request that was recorded
//! several times gets its answers one after the other, and then the last one again. Who listens:
//! `app::command::sandbox`.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header,
};
use serde_json::{Value, json};
use url::{Position, Url};

use super::archive::{Answer, AnswerBody, Archive, Entry};
use super::key::Key;
use super::links::{Links, authority_of};
use super::nearest::nearest;
use crate::azure::ResourceId;

/// Headers that say how an answer came, not what it is: it comes another way now.
const OF_THE_WAY: [&str; 10] = [
    "alt-svc",
    "connection",
    "content-encoding",
    "content-length",
    "keep-alive",
    "set-cookie",
    "strict-transport-security",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Headers that say how long to wait; waiting for what is recorded is of no use.
const WAITS: [&str; 3] = ["retry-after", "retry-after-ms", "x-ms-retry-after-ms"];

/// Answers from an archive.
#[derive(Debug)]
pub struct Player {
    entries: Vec<PlayedEntry>,
    links: Links,
}

#[derive(Debug)]
struct PlayedEntry {
    key: Key,
    /// The body of the request, as JSON where it is.
    body: Option<Value>,
    entry: Entry,
    is_used: bool,
}

/// What becomes of a request.
#[derive(Debug)]
pub enum Played {
    /// It is answered.
    Answer(Response<Bytes>),
    /// Its connection ends, as it did when it was recorded.
    Reset,
}

impl Player {
    /// A player at this address.
    pub fn new(archive: Archive, base_url: &str) -> Self {
        let hosts = archive.entries.iter().filter(|entry| is_of_api(entry));
        let hosts = hosts.filter_map(|entry| authority_of(&entry.url)).collect();
        let entries = archive.entries.into_iter().map(|entry| PlayedEntry {
            key: Key::of(
                &entry.method,
                entry.url.path(),
                entry.url.query().unwrap_or_default(),
            ),
            body: entry
                .body
                .as_deref()
                .and_then(|text| json_of(text.as_bytes())),
            entry,
            is_used: false,
        });
        Self {
            entries: entries.collect(),
            links: Links {
                hosts,
                base_url: base_url.trim_end_matches('/').to_owned(),
            },
        }
    }

    /// How many requests it can answer.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The hosts whose links lead here now.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.links.hosts.iter().map(String::as_str)
    }

    /// Answers a request.
    pub fn answer(&mut self, request: &Request<Bytes>) -> Played {
        let uri = request.uri();
        let asked = Key::of(
            request.method(),
            uri.path(),
            uri.query().unwrap_or_default(),
        );
        let Some(at) = self.find(&asked, request.body()) else {
            return Played::Answer(self.not_recorded(&asked, request.method(), uri));
        };
        let Some(found) = self.entries.get_mut(at) else {
            return Played::Reset;
        };
        found.is_used = true;
        match &found.entry.answer {
            None => Played::Reset,
            Some(answer) => Played::Answer(play(answer, found.entry.number, &self.links)),
        }
    }

    /// The first of the recorded requests that was not answered yet, else the last. If they differ in their bodies, the
    /// body decides.
    fn find(&self, asked: &Key, body: &Bytes) -> Option<usize> {
        let same = self.entries.iter().enumerate();
        let same: Vec<_> = same.filter(|(_, entry)| asked.is(&entry.key)).collect();
        let body = json_of(body).filter(|_| same.len() > 1);
        let has_body = |entry: &PlayedEntry| body.is_some() && entry.body == body;
        let decides = same.iter().any(|(_, entry)| has_body(entry));
        let mut candidates = same.iter().filter(|(_, entry)| !decides || has_body(entry));
        let last = candidates.clone().next_back();
        let chosen = candidates.find(|(_, entry)| !entry.is_used).or(last);
        chosen.map(|(at, _)| *at)
    }

    fn not_recorded(&self, asked: &Key, method: &Method, uri: &Uri) -> Response<Bytes> {
        let address = uri.path_and_query().map_or("/", |address| address.as_str());
        let mut message = format!("The recording has no answer to {method} {address}");
        let entries = self.entries.iter().map(|one| (&one.key, &one.entry));
        if let Some(entry) = nearest(asked, entries) {
            message.push_str(&format!(
                "; the nearest request in it is {} {} (entry {})",
                entry.method,
                path_and_query(&entry.url),
                entry.number
            ));
        }
        message.push('.');
        if is_list_of_subscriptions(uri.path()) {
            message.push_str(" Where `{sub}` or a name is looked up: write the ID of the subscription in the path, or give `-S ID`.");
        }
        refusal("NotRecorded", &message)
    }
}

/// Tells whether a path is that of the list which `{sub}` and the name of a subscription are looked up in.
fn is_list_of_subscriptions(path: &str) -> bool {
    let path = path.trim_matches('/');
    path.eq_ignore_ascii_case("subscriptions")
}

/// Tells whether an entry is of a service that gives links, not of the files of a page.
fn is_of_api(entry: &Entry) -> bool {
    let first = entry.url.path_segments().and_then(|mut parts| parts.next());
    let gives_json = entry.answer.as_ref().is_some_and(|answer| {
        let kind = answer.headers.get(header::CONTENT_TYPE);
        kind.is_some_and(|kind| is_json(kind.as_bytes()))
    });
    gives_json || first.is_some_and(ResourceId::is_root)
}

fn is_json(content_type: &[u8]) -> bool {
    let kind = content_type.split(|byte| *byte == b';').next();
    let kind = kind.unwrap_or_default().trim_ascii().to_ascii_lowercase();
    kind.ends_with(b"json")
}

fn json_of(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

fn path_and_query(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}

fn play(answer: &Answer, number: usize, links: &Links) -> Response<Bytes> {
    let body = match &answer.body {
        AnswerBody::Whole(body) => body.clone(),
        AnswerBody::Missing(comment) => {
            let comment = comment.as_deref().map(|words| format!(": {words}"));
            let comment = comment.unwrap_or_default();
            let message =
                format!("Entry {number} of the recording does not have the body{comment}.");
            return refusal("BodyNotRecorded", &message);
        }
    };
    let turned = std::str::from_utf8(&body).map(|text| links.in_json(text).into_owned());
    let mut response = Response::new(turned.map_or(body, Bytes::from));
    *response.status_mut() = answer.status;
    *response.headers_mut() = headers(&answer.headers, links);
    response
}

fn headers(recorded: &HeaderMap, links: &Links) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in recorded {
        if !OF_THE_WAY.contains(&name.as_str()) {
            headers.append(name.clone(), header_value(name, value, links));
        }
    }
    headers
}

fn header_value(name: &HeaderName, value: &HeaderValue, links: &Links) -> HeaderValue {
    if WAITS.contains(&name.as_str()) {
        return HeaderValue::from_static("0");
    }
    let turned = std::str::from_utf8(value.as_bytes()).map(|text| links.in_header(text));
    let turned = turned
        .ok()
        .and_then(|text| HeaderValue::from_str(&text).ok());
    turned.unwrap_or_else(|| value.clone())
}

/// An error in the shape of Resource Manager's.
fn refusal(code: &str, message: &str) -> Response<Bytes> {
    let body = json!({ "error": { "code": code, "message": message } });
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::{Played, Player};
    use crate::har::archive::Archive;

    fn player(entries: &str) -> Player {
        let text = format!("{{\"log\":{{\"entries\":[{entries}]}}}}");
        Player::new(
            Archive::parse(text.as_bytes()).unwrap(),
            "http://127.0.0.1:1/",
        )
    }

    fn entry(method: &str, url: &str, status: u16, text: &str) -> String {
        let text = serde_json::Value::from(text);
        format!(
            r#"{{"request":{{"method":"{method}","url":"{url}"}},"response":{{"status":{status},
            "headers":[{{"name":"Content-Encoding","value":"gzip"}},{{"name":"Retry-After","value":"17"}},
            {{"name":"Location","value":"https://management.azure.com/o?sig=a"}}],
            "content":{{"mimeType":"application/json","text":{text}}}}}}}"#
        )
    }

    fn ask(player: &mut Player, line: &str, body: &'static str) -> (u16, String) {
        let (method, target) = line.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(target);
        let request = request.body(Bytes::from_static(body.as_bytes())).unwrap();
        match player.answer(&request) {
            Played::Answer(response) => {
                let body = String::from_utf8(response.body().to_vec()).unwrap();
                (response.status().as_u16(), body)
            }
            Played::Reset => (0, String::new()),
        }
    }

    #[test]
    fn requests_are_found_by_what_they_ask() {
        let url = "https://management.azure.com/Subscriptions/S/x%20y?api-version=1&$filter=a%20eq%20b&sig=[redacted]";
        let mut player = player(&entry("GET", url, 200, "{}"));
        for (line, expected) in [
            (
                "GET /subscriptions/s/X%20y?$Filter=a+eq+b&sig=any&api-version=1",
                200,
            ),
            (
                "GET /subscriptions/s/x%20y/?sig=&api-version=1&%24filter=a%20eq%20b",
                200,
            ),
            (
                "GET /subscriptions/s/x%20y?api-version=2&$filter=a%20eq%20b&sig=c",
                501,
            ),
            (
                "GET /subscriptions/s/x%20y?api-version=1&$filter=A%20eq%20b&sig=c",
                501,
            ),
            ("GET /subscriptions/s/x%20y?api-version=1", 501),
            (
                "POST /subscriptions/s/x%20y?$Filter=a+eq+b&sig=any&api-version=1",
                501,
            ),
        ] {
            assert_eq!(ask(&mut player, line, "").0, expected, "{line}");
        }
    }

    #[test]
    fn answers_come_one_after_the_other_and_the_last_again() {
        let url = "https://management.azure.com/o";
        let mut player = player(
            &["1", "2"]
                .map(|text| entry("GET", url, 200, text))
                .join(","),
        );
        let texts = [(); 4].map(|()| ask(&mut player, "GET /o", "").1);
        assert_eq!(texts, ["1", "2", "2", "2"]);
    }

    #[test]
    fn bodies_decide_where_addresses_do_not() {
        let with = |query: &str, text: &str| {
            let entry = entry("POST", "https://management.azure.com/q", 200, text);
            let data = format!(r#""postData":{{"text":"{{\"query\":\"{query}\"}}"}},"method""#);
            entry.replacen("\"method\"", &data, 1)
        };
        let mut player = player(&[with("a", "1"), with("b", "2")].join(","));
        for (body, expected) in [
            ("{\"query\": \"b\"}", "2"),
            ("{\"query\": \"b\"}", "2"),
            ("{\"query\": \"c\"}", "1"),
            ("{\"query\": \"a\"}", "1"),
        ] {
            assert_eq!(ask(&mut player, "POST /q", body).1, expected, "{body}");
        }
    }

    #[test]
    fn an_answer_comes_without_what_belonged_to_its_way() {
        let mut player = player(&entry("GET", "https://management.azure.com/o", 202, ""));
        let request = Request::builder().uri("/o").body(Bytes::new()).unwrap();
        let Played::Answer(response) = player.answer(&request) else {
            panic!("no answer");
        };
        let headers = response.headers();
        assert!(!headers.contains_key("content-encoding"));
        assert_eq!(headers["retry-after"], "0");
        assert_eq!(headers["location"], "http://127.0.0.1:1/o?sig=a");
    }

    #[test]
    fn what_is_missing_is_said() {
        let left_out = r#"{"request":{"method":"POST","url":"https://h/a/listKeys"},"response":{"status":200,
            "content":{"size":9,"comment":"left out"}}}"#;
        let failed = r#"{"request":{"method":"GET","url":"https://h/f"},"response":{"status":0}}"#;
        let others = entry(
            "GET",
            "https://h/subscriptions/s/resourceGroups?api-version=1",
            200,
            "{}",
        );
        let mut player = player(&[left_out, failed, &others].join(","));
        for (line, status, words) in [
            (
                "POST /a/listKeys",
                501,
                "Entry 1 of the recording does not have the body: left out.",
            ),
            ("GET /f", 0, ""),
            (
                "GET /subscriptions/s/resourceGroups?api-version=2",
                501,
                "The recording has no answer to GET /subscriptions/s/resourceGroups?api-version=2; the nearest request in it is GET /subscriptions/s/resourceGroups?api-version=1 (entry 3).",
            ),
            (
                "DELETE /subscriptions/s/resourceGroups/a",
                501,
                "the nearest request in it is GET /subscriptions/s/resourceGroups?api-version=1 (entry 3)",
            ),
            (
                "GET /a/listKeys",
                501,
                "the nearest request in it is POST /a/listKeys (entry 1)",
            ),
        ] {
            let (found, body) = ask(&mut player, line, "");
            assert_eq!(found, status, "{line}");
            assert!(body.contains(words), "{line}: {body}");
        }
        let hosts: Vec<_> = player.hosts().collect();
        assert_eq!(hosts, ["h"]);
    }
}
