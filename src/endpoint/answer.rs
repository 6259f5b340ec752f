//! The answers of the token endpoint, in the form of each protocol. Decides nothing about a
//! request.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{Asked, Selector, Shape};
use crate::azure::headers::{X_MS_CLIENT_REQUEST_ID, X_MS_REQUEST_ID};
use crate::azure::{Secret, rfc3339};

/// A token to hand out.
#[derive(Debug, Clone)]
pub struct Issued<'a> {
    /// The token.
    pub token: &'a Secret,
    /// When it ends.
    pub expires_on: SystemTime,
    /// From when on it is good.
    pub not_before: SystemTime,
    /// The time of day.
    pub now: SystemTime,
}

/// The id of a request, among its extensions: its answer carries it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The request is not addressed to this machine in the way of a program.
    Address(&'static str),
    /// It comes from where no token goes.
    Forbidden(&'static str),
    /// There is nothing at this path.
    UnknownPath,
    /// The protocol of this path is not spoken; the option would make it so.
    NotSpoken(&'static str),
    /// Another verb is needed.
    Method(&'static str),
    /// `Metadata: true` is missing.
    MetadataMissing,
    /// The secret is missing or wrong.
    SecretMissing,
    /// The body is too large.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// The body cannot be read.
    Malformed(&'static str),
    /// There is no audience.
    AudienceMissing,
    /// There are several audiences.
    AudienceTwice,
    /// No tokens are handed out for this audience.
    AudienceNotSupported {
        /// What the client wrote.
        audience: String,
    },
    /// The client has chosen an identity whose tokens these are not.
    IdentityNotFound {
        /// What it has chosen.
        identity: String,
    },
    /// The user did not agree.
    NotConfirmed,
    /// There is no credential.
    NotSignedIn {
        /// What helps.
        message: String,
    },
    /// The credential gave none.
    Credential {
        /// Its words.
        message: String,
    },
    /// The credential cannot answer now.
    Busy {
        /// When to ask again.
        retry_after: Duration,
    },
}

impl Rejection {
    /// The status, the code of the nested form, and the words; the words of Cloud Shell and IMDS
    /// where those are known (Azure/CloudShell#577, jeremy-morren/azure-cli-managed-identity).
    fn facts(&self) -> (StatusCode, &str, String) {
        let (status, code, words) = match self {
            Self::Address(words) | Self::Malformed(words) => {
                (StatusCode::BAD_REQUEST, "invalid_request", *words)
            }
            Self::Forbidden(words) => (StatusCode::FORBIDDEN, "access_denied", *words),
            Self::UnknownPath => (
                StatusCode::NOT_FOUND,
                "unknown_source",
                "Unknown Source: there is no such path here",
            ),
            Self::NotSpoken(option) => {
                // 404 would be repeated: machines answer so while they are updated.
                let words = format!(
                    "Unknown Source: this protocol is not spoken here; start the endpoint with {option}"
                );
                return (StatusCode::BAD_REQUEST, "unknown_source", words);
            }
            Self::Method(_) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "invalid_request",
                "The HTTP method is not supported",
            ),
            Self::MetadataMissing => (
                StatusCode::BAD_REQUEST,
                "bad_request_102",
                "Required metadata header not specified",
            ),
            Self::SecretMissing => (
                StatusCode::UNAUTHORIZED,
                "unauthorized_client",
                "The secret of the endpoint is missing or wrong",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "invalid_request",
                "The request body is too large",
            ),
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "invalid_request",
                "The request body did not come in time",
            ),
            Self::AudienceMissing => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Required audience parameter not specified",
            ),
            Self::AudienceTwice => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "More than one audience parameter specified",
            ),
            Self::NotConfirmed => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "The user did not agree to hand out this token",
            ),
            Self::AudienceNotSupported { audience } => {
                let words = format!("Audience {audience} is not a supported MSI token audience.");
                let help = "To allow it, start the endpoint with --allow-audience";
                let words = with_help(&words, help, audience);
                return (StatusCode::BAD_REQUEST, "AudienceNotSupported", words);
            }
            Self::IdentityNotFound { identity } => {
                let words =
                    "Identity not found: this endpoint hands out the tokens of another one.";
                let help = "To hand them out for this one too, start it with --allow-identity";
                let words = with_help(words, help, identity);
                return (StatusCode::BAD_REQUEST, "invalid_request", words);
            }
            Self::NotSignedIn { message } | Self::Credential { message } => {
                let code = "CredentialUnavailable";
                return (StatusCode::BAD_REQUEST, code, message.clone());
            }
            Self::Busy { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "temporarily_unavailable",
                "The credential cannot answer now",
            ),
        };
        (status, code, words.to_owned())
    }

    /// The code by which clients know it, and the words.
    pub(super) fn reason(&self) -> String {
        let (_, code, words) = self.facts();
        format!("{code}: {words}")
    }

    /// Tells whether the client was entitled to ask, and there is no token all the same.
    fn is_outcome(&self) -> bool {
        match self {
            Self::AudienceNotSupported { .. }
            | Self::IdentityNotFound { .. }
            | Self::NotConfirmed
            | Self::NotSignedIn { .. }
            | Self::Credential { .. }
            | Self::Busy { .. } => true,
            Self::Address(_)
            | Self::Forbidden(_)
            | Self::UnknownPath
            | Self::NotSpoken(_)
            | Self::Method(_)
            | Self::MetadataMissing
            | Self::SecretMissing
            | Self::TooLarge
            | Self::TooSlow
            | Self::Malformed(_)
            | Self::AudienceMissing
            | Self::AudienceTwice => false,
        }
    }
}

/// Adds what helps, where it can be copied into any shell: it repeats the words of a client.
fn with_help(words: &str, help: &str, word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_.:@".contains(letter);
    if word.starts_with('-') || !word.chars().all(is_plain) {
        return words.to_owned();
    }
    format!("{words} {help} {word}")
}

/// Hands a token out.
///
/// Every number is a string, and `expires_in` stands before `expires_on`: MSAL.NET and the Rust SDK
/// read only strings, and MSAL.NET lets the later of the two win. `resource` is echoed byte for
/// byte, for azure-identity for Python caches under the echo.
pub(super) fn success(
    request: &Request<Bytes>,
    asked: &Asked,
    issued: &Issued<'_>,
) -> Response<Bytes> {
    let left = issued
        .expires_on
        .duration_since(issued.now)
        .unwrap_or_default();
    let body = if asked.shape == Shape::Azd {
        json!({
            "status": "success",
            "token": issued.token.expose(),
            "expiresOn": rfc3339(issued.expires_on),
        })
    } else {
        let mut body = serde_json::Map::new();
        body.insert("access_token".to_owned(), issued.token.expose().into());
        let chosen = asked.selectors.iter().find_map(Selector::client_id);
        if let Some(client_id) = chosen.filter(|_| asked.shape != Shape::CloudShell) {
            body.insert("client_id".to_owned(), client_id.into());
        }
        for (name, value) in [
            ("refresh_token", String::new()),
            ("expires_in", left.as_secs().to_string()),
            ("expires_on", seconds(issued.expires_on).to_string()),
            ("not_before", seconds(issued.not_before).to_string()),
            ("resource", asked.resource.clone()),
            ("token_type", "Bearer".to_owned()),
        ] {
            body.insert(name.to_owned(), value.into());
        }
        Value::Object(body)
    };
    let mut response = finish(StatusCode::OK, &body, request);
    if asked.shape == Shape::CloudShell && !asked.selectors.is_empty() {
        let words = "199 arm \"Cloud Shell has one identity: the one asked for was ignored\"";
        insert(&mut response, header::WARNING.as_str(), words);
    }
    response
}

/// Returns the seconds since 1970.
fn seconds(moment: SystemTime) -> u64 {
    moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Refuses in the form of the protocol: nested for Cloud Shell, flat for IMDS, with a status for
/// App Service, with a word for azd.
pub(super) fn refusal(
    shape: Option<Shape>,
    request: &Request<Bytes>,
    rejection: &Rejection,
) -> Response<Bytes> {
    let (mut status, code, words) = rejection.facts();
    if shape == Some(Shape::Azd) && rejection.is_outcome() {
        // azd reads the body of a 200 only (Azure/azure-dev cli/azd/pkg/auth/remote_credential.go).
        status = StatusCode::OK;
    }
    let body = match shape {
        Some(Shape::Imds) => json!({ "error": code, "error_description": words }),
        Some(Shape::AppService) => app_service(request, status, &format!("{code}: {words}")),
        Some(Shape::Azd) => {
            let kind = if matches!(rejection, Rejection::NotSignedIn { .. }) {
                "NotSignedInError"
            } else {
                "GetTokenError"
            };
            json!({ "status": "error", "code": kind, "message": format!("{code}: {words}") })
        }
        Some(Shape::CloudShell) | None => json!({ "error": { "code": code, "message": words } }),
    };
    let mut response = finish(status, &body, request);
    if let Rejection::Method(allowed) = rejection {
        insert(&mut response, header::ALLOW.as_str(), allowed);
    }
    if let Rejection::Busy { retry_after } = rejection {
        let seconds = retry_after.as_secs().max(1).to_string();
        insert(&mut response, header::RETRY_AFTER.as_str(), &seconds);
    }
    response
}

/// What App Service says; its version of 2017 has another member for the words, which msrestazure reads.
fn app_service(request: &Request<Bytes>, status: StatusCode, words: &str) -> Value {
    let RequestId(id) = request.extensions().get().cloned().unwrap_or_default();
    let mut body = json!({
        "statusCode": status.as_u16(),
        "message": words,
        "correlationId": id,
    });
    let query = request.uri().query().unwrap_or_default();
    if query
        .split('&')
        .any(|pair| pair == "api-version=2017-09-01")
        && let Some(members) = body.as_object_mut()
    {
        members.insert("ExceptionMessage".to_owned(), words.into());
    }
    body
}

fn finish(status: StatusCode, body: &Value, request: &Request<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    insert(
        &mut response,
        header::CONTENT_TYPE.as_str(),
        "application/json; charset=utf-8",
    );
    insert(&mut response, header::CACHE_CONTROL.as_str(), "no-store");
    insert(
        &mut response,
        header::X_CONTENT_TYPE_OPTIONS.as_str(),
        "nosniff",
    );
    if let Some(RequestId(id)) = request.extensions().get() {
        insert(&mut response, X_MS_REQUEST_ID, id);
    }
    let returns_id = request.headers().get("x-ms-return-client-request-id");
    if returns_id.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
        && let Some(id) = request.headers().get(X_MS_CLIENT_REQUEST_ID)
    {
        response
            .headers_mut()
            .insert(X_MS_CLIENT_REQUEST_ID, id.clone());
    }
    response
}

fn insert(response: &mut Response<Bytes>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
