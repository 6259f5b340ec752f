//! The line of one ID: `{"id":…,"status":…,"body":…}`, with `repeats` if the request was sent for one before it. Who
//! makes the request: `requests`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::azure::Shown;
use crate::error::{Error, Failure};
use crate::json::append_compact;

/// What came of one request.
pub(crate) struct Outcome {
    /// The status of the last response, if there was one.
    pub(crate) status: Option<StatusCode>,
    /// The response as it would have been printed.
    pub(crate) response: Vec<u8>,
    /// How it ended.
    pub(crate) result: Result<(), Failure>,
}

impl Outcome {
    /// Returns the line, with its line break.
    pub(crate) fn line(&self, id: &str) -> Vec<u8> {
        line(id, None, &self.members())
    }

    /// Returns what is in the line after the ID. A response that is JSON keeps its bytes, any other text becomes a
    /// string.
    pub(crate) fn members(&self) -> Vec<u8> {
        let status = self.status.map(|status| status.as_u16());
        let mut line = format!(",\"status\":{}", json!(status)).into_bytes();
        if let (false, Ok(text)) = (
            self.response.is_empty(),
            std::str::from_utf8(&self.response),
        ) {
            line.extend_from_slice(b",\"body\":");
            if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
                append_compact(text.trim_ascii(), &mut line);
            } else {
                line.extend_from_slice(Value::from(text).to_string().as_bytes());
            }
        }
        if let Err(error) = &self.result {
            let exit = u32::from(error.exit_code());
            let error = words_of(error);
            line.extend_from_slice(format!(",\"exit\":{exit},\"error\":{error}").as_bytes());
        }
        line
    }

    /// Returns the outcome, whose response must be text: a line can hold no other.
    pub(crate) fn checked(self) -> Self {
        let is_text = std::str::from_utf8(&self.response).is_ok();
        match self.result {
            Ok(()) if !is_text => Self {
                result: Err(Error::NotText.into()),
                ..self
            },
            Ok(()) | Err(_) => self,
        }
    }
}

/// A line: the ID, the one before it that it repeats, and what came of the request for it.
pub(crate) fn line(id: &str, repeats: Option<&str>, members: &[u8]) -> Vec<u8> {
    let mut line = format!("{{\"id\":{}", Value::from(id)).into_bytes();
    if let Some(original) = repeats {
        line.extend_from_slice(format!(",\"repeats\":{}", Value::from(original)).as_bytes());
    }
    line.extend_from_slice(members);
    line.extend_from_slice(b"}\n");
    line
}

/// An error as a member: the service's code, if it named one, and the words of stderr.
fn words_of(error: &Failure) -> Value {
    let detail = error.service_detail();
    let masked = |text: &str| {
        Shown::prose(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_string()
    };
    match detail.map(|detail| (&detail.code, &detail.message)) {
        Some((Some(code), Some(message))) => {
            json!({"code": masked(code), "message": masked(message)})
        }
        Some((Some(code), None)) => {
            json!({"code": masked(code), "message": masked(&error.to_string())})
        }
        Some((None, _)) | None => json!({"message": masked(&error.to_string())}),
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::Outcome;
    use crate::error::{Error, Failure};

    #[track_caller]
    fn check(status: Option<u16>, response: &[u8], result: Result<(), Failure>, expected: &str) {
        let status = status.map(|status| StatusCode::from_u16(status).unwrap());
        let response = response.to_vec();
        let outcome = Outcome {
            status,
            response,
            result,
        };
        assert_eq!(
            String::from_utf8(outcome.checked().line("/a\"b")).unwrap(),
            format!("{expected}\n")
        );
    }

    #[test]
    fn a_line_is_json_and_keeps_the_response() {
        check(Some(204), b"", Ok(()), r#"{"id":"/a\"b","status":204}"#);
        check(
            Some(200),
            b"{\"a\":1.10,\n \"a\":1E5}\n",
            Ok(()),
            r#"{"id":"/a\"b","status":200,"body":{"a":1.10,"a":1E5}}"#,
        );
        check(
            Some(200),
            b"null\n",
            Ok(()),
            r#"{"id":"/a\"b","status":200,"body":null}"#,
        );
        check(
            Some(200),
            b"two\nlines",
            Ok(()),
            r#"{"id":"/a\"b","status":200,"body":"two\nlines"}"#,
        );
        check(
            None,
            b"",
            Err(Error::Interrupted.into()),
            r#"{"id":"/a\"b","status":null,"exit":130,"error":{"message":"interrupted"}}"#,
        );
        check(
            Some(200),
            b"\xff",
            Ok(()),
            r#"{"id":"/a\"b","status":200,"exit":9,"error":{"message":"the answer is not text: ask for it alone, with `-O FILE`"}}"#,
        );
    }
}
