//! The responses of token endpoints: one reader for the success and the failures of all protocols,
//! which differ in little.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::azure::{Audience, Shown};
use crate::credential::exchange::Response;
use crate::credential::{AccessToken, Error, Source, SourceErrorKind, timestamp};

/// A success. Real services send numbers as strings; other servers send them as numbers.
#[derive(Deserialize)]
struct Success {
    access_token: String,
    expires_on: Option<Value>,
    token_type: Option<String>,
    client_id: Option<String>,
    object_id: Option<String>,
    #[serde(alias = "mi_res_id")]
    msi_res_id: Option<String>,
}

/// A failure: nested (Cloud Shell), flat (IMDS), with a message (App Service), or as an exception
/// (its protocol of 2017).
#[derive(Deserialize)]
struct Failure {
    error: Option<FailureError>,
    error_description: Option<String>,
    #[serde(alias = "Message", alias = "ExceptionMessage")]
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FailureError {
    Nested {
        code: String,
        message: Option<String>,
    },
    Flat(String),
}

/// A token, and whose it is by the words of the endpoint.
#[derive(Debug)]
pub(super) struct Granted {
    /// The token.
    pub(super) token: AccessToken,
    /// The ids of the identity, as far as they are known.
    pub(super) client_id: Option<String>,
    pub(super) object_id: Option<String>,
    pub(super) resource_id: Option<String>,
}

/// Reads a response. `is_transient` tells which mean "ask again".
pub(super) fn read(
    source: Source,
    response: &Response,
    audience: &Audience,
    is_transient: fn(&Response) -> bool,
) -> Result<Granted, Error> {
    if response.status == StatusCode::OK {
        return success(source, &response.body)
            .map_err(|error| failure(source, response, audience).unwrap_or(error));
    }
    Err(refusal(source, response, audience, is_transient))
}

/// Reads a response that is not a success.
pub(super) fn refusal(
    source: Source,
    response: &Response,
    audience: &Audience,
    is_transient: fn(&Response) -> bool,
) -> Error {
    if is_transient(response) {
        return SourceErrorKind::Unavailable {
            status: response.status.as_u16(),
            headers: Box::new(response.headers.clone()),
            reason: reason(&response.body).and_then(|reason| shown_reason(&reason)),
        }
        .of(source);
    }
    failure(source, response, audience).unwrap_or_else(|| {
        SourceErrorKind::Refused {
            code: status_code(response.status),
            message: "no token and no reason".to_owned(),
        }
        .of(source)
    })
}

/// Tells whether an endpoint is overloaded or broken for now, and has said nothing more.
pub(super) fn is_unavailable(response: &Response) -> bool {
    let is_busy = response.status == StatusCode::TOO_MANY_REQUESTS;
    is_busy || response.status.is_server_error() && reason(&response.body).is_none()
}

fn success(source: Source, body: &[u8]) -> Result<Granted, Error> {
    let malformed = |detail: &str| {
        SourceErrorKind::Malformed {
            detail: detail.to_owned(),
        }
        .of(source)
    };
    let success: Success = serde_json::from_slice(body)
        .map_err(|_| malformed("no JSON object with `access_token`"))?;
    let is_bearer = |token_type: &String| token_type.eq_ignore_ascii_case("bearer");
    if !success.token_type.as_ref().is_none_or(is_bearer) {
        return Err(malformed("its type is not `Bearer`"));
    }
    // `expires_in` is not read: it counts from the issue of a token that may have been cached.
    let expires_on = match &success.expires_on {
        Some(Value::String(text)) => timestamp::parse(text),
        Some(Value::Number(number)) => timestamp::parse(&number.to_string()),
        Some(_) | None => None,
    };
    Ok(Granted {
        token: AccessToken::new(&success.access_token, expires_on),
        client_id: success.client_id,
        object_id: success.object_id,
        resource_id: success.msi_res_id,
    })
}

/// Returns what an endpoint says in words.
pub(super) fn message_of(response: &Response) -> Option<String> {
    reason(&response.body).map(|(_, message)| message)
}

/// The reason in a body, as code and message; the code may be missing.
fn reason(body: &[u8]) -> Option<(Option<String>, String)> {
    let failure: Failure = serde_json::from_slice(body).ok()?;
    match failure.error {
        Some(FailureError::Nested { code, message }) => {
            Some((Some(code), message.unwrap_or_default()))
        }
        Some(FailureError::Flat(code)) => {
            Some((Some(code), failure.error_description.unwrap_or_default()))
        }
        None => failure.message.map(|message| (None, message)),
    }
}

/// Words that say why an endpoint cannot answer now.
fn shown_reason((code, message): &(Option<String>, String)) -> Option<String> {
    let words = [code.as_deref(), Some(message.as_str())];
    let mut words = words.into_iter().flatten().filter(|word| !word.is_empty());
    let text = words.next()?.to_owned();
    let text = words.fold(text, |text, word| format!("{text}: {word}"));
    Some(Shown::prose(&text).into_string())
}

fn failure(source: Source, response: &Response, audience: &Audience) -> Option<Error> {
    let (code, message) = reason(&response.body)?;
    let message = Shown::prose(&message).into_string();
    let code = code.unwrap_or_else(|| status_code(response.status));
    if code == "AudienceNotSupported" {
        return Some(
            SourceErrorKind::AudienceNotSupported {
                audience: audience.clone(),
                message,
            }
            .of(source),
        );
    }
    Some(
        SourceErrorKind::Refused {
            code: Shown::prose(&code).into_string(),
            message,
        }
        .of(source),
    )
}

fn status_code(status: StatusCode) -> String {
    format!("HTTP {}", status.as_u16())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::{Response, Source, is_unavailable, read};
    use crate::azure::Audience;
    use crate::credential::AccessToken;
    use crate::credential::token::from_epoch;

    fn read_body(status: u16, body: &str) -> Result<AccessToken, String> {
        let response = Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        };
        let audience = Audience::parse("https://storage.azure.com/").unwrap();
        read(Source::CloudShell, &response, &audience, is_unavailable)
            .map(|granted| granted.token)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_end_in_every_form() {
        for (expires_on, seconds) in [
            (r#""1593791553""#, Some(1_593_791_553)),
            ("1593791553", Some(1_593_791_553)),
            ("1593791553.5", Some(1_593_791_553)),
            (r#""06/20/2019 02:57:58 +00:00""#, Some(1_560_999_478)),
            (r#""1/16/2020 5:24:12 AM +00:00""#, Some(1_579_152_252)),
            (r#""2020-01-16T05:24:12Z""#, Some(1_579_152_252)),
            (r#""tomorrow""#, None),
            ("null", None),
            ("[]", None),
            ("-1", None),
            ("1e400", None),
        ] {
            let body = format!("{{\"access_token\":\"t\",\"expires_on\":{expires_on}}}");
            let token = read_body(200, &body).unwrap();
            assert_eq!(token.expires_on, seconds.and_then(from_epoch), "{body}");
        }
    }

    #[test]
    fn shows_what_the_endpoint_says() {
        for (status, body, expected) in [
            (
                400,
                r#"{"error":{"code":"AudienceNotSupported","message":"Audience x is not"}}"#,
                "AudienceNotSupported: Audience x is not",
            ),
            (
                400,
                r#"{"error":{"code":"bad_request_102","message":"no header"}}"#,
                "bad_request_102: no header",
            ),
            (
                400,
                r#"{"error":"invalid_request","error_description":"d"}"#,
                "invalid_request: d",
            ),
            (
                500,
                r#"{"statusCode":500,"message":"no identity","correlationId":"c"}"#,
                "HTTP 500: no identity",
            ),
            (
                200,
                r#"{"ExceptionMessage":"no identity"}"#,
                "HTTP 200: no identity",
            ),
            (400, "<html>", "HTTP 400: no token and no reason"),
            (
                502,
                "<html>",
                "the credential `cloud-shell` answers HTTP 502",
            ),
            (429, "{}", "the credential `cloud-shell` answers HTTP 429"),
            (
                200,
                "{}",
                "the answer of `cloud-shell` is not a token: no JSON object with `access_token`",
            ),
            (
                200,
                r#"{"access_token":"t","token_type":"pop"}"#,
                "the answer of `cloud-shell` is not a token: its type is not `Bearer`",
            ),
        ] {
            assert_eq!(read_body(status, body).unwrap_err(), expected);
        }
    }
}
