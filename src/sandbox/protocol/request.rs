//! One request, taken apart: path segments, query, headers, body. Refuses only what cannot be read
//! at all; what a path means: `route`.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::timestamp::Timestamp;

/// A request as the handlers see it.
#[derive(Debug)]
pub(crate) struct Call<'r> {
    pub(crate) method: &'r Method,
    /// The path as it was sent.
    pub(crate) path: &'r str,
    /// The decoded segments; empty ones are dropped (ARM takes `//subscriptions`, recorded).
    pub(crate) segments: Vec<String>,
    /// The decoded query, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) body: &'r Bytes,
    pub(crate) now: Timestamp,
}

impl<'r> Call<'r> {
    /// Takes a request apart. A segment that is not UTF-8, or hides a slash, is not a known path.
    pub(crate) fn parse(request: &'r Request<Bytes>, now: Timestamp) -> Result<Self, ArmError> {
        let path = request.uri().path();
        let mut segments = Vec::new();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            match percent_decode_str(segment).decode_utf8() {
                Ok(decoded) if !decoded.contains('/') => segments.push(decoded.into_owned()),
                Ok(_) | Err(_) => {
                    return Err(ArmError::PathNotFound {
                        path: path.to_owned(),
                    });
                }
            }
        }
        let query = request.uri().query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        Ok(Self {
            method: request.method(),
            path,
            segments,
            query,
            headers: request.headers(),
            body: request.body(),
            now,
        })
    }

    /// Returns a query parameter, whatever the case of its name; values given more than once are
    /// joined by a comma, as ARM's gateway reads them.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .query
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// Returns a header that is text.
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&'r str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Reads the body as a JSON object sent as `application/json`.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, ArmError> {
        if !self.body.is_empty() {
            let media_type = self.header(header::CONTENT_TYPE).unwrap_or("<null>");
            let essence = media_type
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            if essence != "application/json" && !essence.ends_with("+json") {
                return Err(ArmError::MediaType {
                    media_type: essence,
                });
            }
        }
        // Azure's own tools may begin a body with a byte order mark.
        let bytes = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.body);
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object))
                if object.values().all(|value| depth_within(value, DEEPEST)) =>
            {
                Ok(object)
            }
            Ok(Value::Object(_)) => Err(ArmError::ContentInvalid {
                reason: "the body is nested too deeply".to_owned(),
            }),
            Ok(other) => Err(ArmError::ContentInvalid {
                reason: format!("an object was expected, not {}", kind_of(&other)),
            }),
            Err(_) if bytes.is_empty() => Err(ArmError::ContentInvalid {
                reason: "the body is empty".to_owned(),
            }),
            Err(error) => Err(ArmError::ContentInvalid {
                reason: error.to_string(),
            }),
        }
    }

    /// Refuses every verb but GET.
    pub(crate) fn only_get(&self) -> Result<(), ArmError> {
        if self.method == Method::GET {
            Ok(())
        } else {
            Err(self.not_allowed("GET"))
        }
    }

    /// The refusal of this request's verb.
    pub(crate) fn not_allowed(&self, allow: &'static str) -> ArmError {
        ArmError::MethodNotAllowed {
            method: self.method.to_string(),
            allow,
        }
    }
}

/// Deeper bodies are refused, so that a stored one can always be read back (`serde_json` stops at 128).
const DEEPEST: usize = 100;

fn depth_within(value: &Value, depth: usize) -> bool {
    let Some(rest) = depth.checked_sub(1) else {
        return false;
    };
    match value {
        Value::Array(items) => items.iter().all(|item| depth_within(item, rest)),
        Value::Object(members) => members.values().all(|member| depth_within(member, rest)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::Call;
    use crate::sandbox::timestamp::Timestamp;

    fn request(uri: &str, media_type: Option<&str>, body: &str) -> Request<Bytes> {
        let mut builder = Request::builder().method("PUT").uri(uri);
        if let Some(media_type) = media_type {
            builder = builder.header("content-type", media_type);
        }
        builder
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    }

    #[track_caller]
    fn check_segments(uri: &str, expected: Option<&[&str]>) {
        let request = request(uri, None, "");
        let call = Call::parse(&request, Timestamp::from_seconds(0)).ok();
        assert_eq!(
            call.map(|call| call.segments),
            expected.map(|segments| segments.iter().map(|text| (*text).to_owned()).collect())
        );
    }

    #[test]
    fn splits_paths() {
        check_segments("//subscriptions/a%20b/", Some(&["subscriptions", "a b"]));
        check_segments("/", Some(&[]));
        check_segments("/a%2Fb", None);
        check_segments("/a%ff", None);
    }

    #[track_caller]
    fn check_object(media_type: Option<&str>, body: &str, expected: Result<usize, &str>) {
        let request = request("/", media_type, body);
        let call = Call::parse(&request, Timestamp::from_seconds(0)).unwrap();
        let actual = call
            .object()
            .map(|object| object.len())
            .map_err(|fault| fault.to_string());
        assert_eq!(actual, expected.map_err(str::to_owned));
    }

    #[test]
    fn reads_objects() {
        let json = Some("application/json; charset=utf-8");
        check_object(json, r#"{"a":1}"#, Ok(1));
        check_object(json, "\u{feff}{}", Ok(0));
        check_object(
            json,
            "[1]",
            Err(
                "The request content was invalid and could not be deserialized: 'an object was expected, not an array'.",
            ),
        );
        check_object(
            json,
            "{",
            Err(
                "The request content was invalid and could not be deserialized: 'EOF while parsing an object at line 1 column 1'.",
            ),
        );
        check_object(
            None,
            "",
            Err(
                "The request content was invalid and could not be deserialized: 'the body is empty'.",
            ),
        );
        check_object(
            Some("text/plain"),
            "{}",
            Err(
                "The content media type 'text/plain' is not supported. Only 'application/json' is supported.",
            ),
        );
        check_object(
            None,
            "{}",
            Err(
                "The content media type '<null>' is not supported. Only 'application/json' is supported.",
            ),
        );
    }

    #[test]
    fn joins_repeated_parameters() {
        let request = request("/?API-version=a&api-version=b&%24top=3", None, "");
        let call = Call::parse(&request, Timestamp::from_seconds(0)).unwrap();
        assert_eq!(call.parameter("api-version").as_deref(), Some("a,b"));
        assert_eq!(call.parameter("$TOP").as_deref(), Some("3"));
        assert_eq!(call.parameter("$filter"), None);
    }
}
