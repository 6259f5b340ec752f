//! The answers of the token endpoint, in the form of each protocol. Decides nothing about a
//! request.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{Asked, Selector, Shape};
use crate::azure::Secret;
use crate::azure::headers::{X_MS_CLIENT_REQUEST_ID, X_MS_REQUEST_ID};

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
    /// The id of this answer.
    pub request_id: &'a str,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The request is not addressed to this machine in the way of a program.
    Address(&'static str),
    /// It comes from where no token goes.
    Forbidden(&'static str),
    /// There is nothing at this path.
    UnknownPath,
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
                let words = format!(
                    "Audience {audience} is not a supported MSI token audience. \
                     To allow it, start the endpoint with --allow-audience {audience}"
                );
                return (StatusCode::BAD_REQUEST, "AudienceNotSupported", words);
            }
            Self::IdentityNotFound { identity } => {
                let words = format!(
                    "Identity not found: this endpoint hands out the tokens of another one. \
                     To hand them out for this one too, start it with --allow-identity {identity}"
                );
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
    insert(&mut response, X_MS_REQUEST_ID, issued.request_id);
    if asked.shape == Shape::CloudShell && !asked.selectors.is_empty() {
        let words = "199 arm \"Cloud Shell has one identity: the one asked for was ignored\"";
        insert(&mut response, header::WARNING.as_str(), words);
    }
    response
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
        Some(Shape::AppService) => json!({
            "statusCode": status.as_u16(),
            "message": format!("{code}: {words}"),
            "correlationId": "",
        }),
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

fn seconds(moment: SystemTime) -> u64 {
    moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Writes a moment as azd reads it (RFC 3339, in UTC, whole seconds). The days are turned into a
/// date as in Howard Hinnant's "chrono-compatible low-level date algorithms".
pub(super) fn rfc3339(moment: SystemTime) -> String {
    let seconds = seconds(moment);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}
