//! The responses of the token endpoint, in the form of each protocol. Whether there is a token is
//! decided before: `guard`, `requested_token`, `identity`.

use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::identity::Selector;
use super::protocol::Protocol;
use super::rejection::Rejection;
use super::requested_token::RequestedToken;
use crate::azure::headers::{X_MS_CLIENT_REQUEST_ID, X_MS_REQUEST_ID};
use crate::azure::{Secret, rfc3339};

/// A token to give out.
#[derive(Debug, Clone)]
pub struct IssuedToken<'a> {
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

/// Hands a token out.
///
/// Every number is a string, and `expires_in` comes before `expires_on`: MSAL.NET and the Rust SDK read only strings,
/// and MSAL.NET lets the later of the two win. `resource` is echoed byte for byte, for azure-identity for Python caches
/// under the echo.
pub(super) fn success(
    request: &Request<Bytes>,
    requested: &RequestedToken,
    issued: &IssuedToken<'_>,
) -> Response<Bytes> {
    let left = issued
        .expires_on
        .duration_since(issued.now)
        .unwrap_or_default();
    let body = if requested.protocol == Protocol::Azd {
        json!({
            "status": "success",
            "token": issued.token.expose(),
            "expiresOn": rfc3339(issued.expires_on),
        })
    } else {
        let mut body = serde_json::Map::new();
        body.insert("access_token".to_owned(), issued.token.expose().into());
        let chosen = requested.selectors.iter().find_map(Selector::client_id);
        if let Some(client_id) = chosen.filter(|_| requested.protocol != Protocol::CloudShell) {
            body.insert("client_id".to_owned(), client_id.into());
        }
        for (name, value) in [
            ("refresh_token", String::new()),
            ("expires_in", left.as_secs().to_string()),
            ("expires_on", seconds(issued.expires_on).to_string()),
            ("not_before", seconds(issued.not_before).to_string()),
            ("resource", requested.resource.clone()),
            ("token_type", "Bearer".to_owned()),
        ] {
            body.insert(name.to_owned(), value.into());
        }
        Value::Object(body)
    };
    let mut response = finish(StatusCode::OK, &body, request);
    if requested.protocol == Protocol::CloudShell && !requested.selectors.is_empty() {
        let words = "199 arm \"Cloud Shell has one identity: the one asked for was ignored\"";
        insert(&mut response, header::WARNING.as_str(), words);
    }
    response
}

/// Returns the seconds since 1970.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Refuses in the form of the protocol: nested for Cloud Shell, flat for IMDS, with a status for
/// App Service, with a word for azd.
pub(super) fn refusal(
    protocol: Option<Protocol>,
    request: &Request<Bytes>,
    rejection: &Rejection,
) -> Response<Bytes> {
    let (mut status, code, words) = rejection.facts();
    if protocol == Some(Protocol::Azd) && rejection.is_outcome() {
        // azd reads the body of a 200 only (Azure/azure-dev cli/azd/pkg/auth/remote_credential.go).
        status = StatusCode::OK;
    }
    let body = match protocol {
        Some(Protocol::Imds) => json!({ "error": code, "error_description": words }),
        Some(Protocol::AppService) => app_service(request, status, &format!("{code}: {words}")),
        Some(Protocol::Azd) => {
            let kind = if matches!(rejection, Rejection::NotSignedIn { .. }) {
                "NotSignedInError"
            } else {
                "GetTokenError"
            };
            json!({ "status": "error", "code": kind, "message": format!("{code}: {words}") })
        }
        Some(Protocol::CloudShell) | None => json!({ "error": { "code": code, "message": words } }),
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
