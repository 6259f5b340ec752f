//! How the authority answers: JSON, pages and redirects, with the headers of a place where people sign in. What is
//! answered: `grants`, `sign_in`, `managed_identity`.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::request::AuthRequest;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Answers with JSON.
pub(crate) fn json(request: &AuthRequest<'_>, status: StatusCode, body: &Value) -> Response<Bytes> {
    let media_type = HeaderValue::from_static("application/json; charset=utf-8");
    with_headers(request, status, Some(media_type), body.to_string())
}

/// Answers with a page. `policy` is its Content-Security-Policy.
pub(crate) fn page(
    request: &AuthRequest<'_>,
    status: StatusCode,
    policy: &str,
    text: String,
) -> Response<Bytes> {
    let media_type = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = with_headers(request, status, Some(media_type), text);
    set(&mut response, header::CONTENT_SECURITY_POLICY, policy);
    set(&mut response, header::X_FRAME_OPTIONS, "DENY");
    response
}

/// Sends a browser on.
pub(crate) fn redirect(request: &AuthRequest<'_>, location: &str) -> Response<Bytes> {
    let mut response = with_headers(request, StatusCode::FOUND, None, String::new());
    set(&mut response, header::LOCATION, location);
    response
}

/// Refuses a verb.
pub(crate) fn not_allowed(request: &AuthRequest<'_>, allow: &str) -> Response<Bytes> {
    let mut response = with_headers(request, StatusCode::METHOD_NOT_ALLOWED, None, String::new());
    set(&mut response, header::ALLOW, allow);
    response
}

/// Refuses as the token endpoint does.
pub(crate) fn refusal(request: &AuthRequest<'_>, refusal: &AuthError) -> Response<Bytes> {
    let (code, error) = refusal.code_and_error();
    let mut body = json!({
        "error": error,
        "error_description": description(request, refusal),
        "error_codes": [code],
        "timestamp": timestamp(request),
        "trace_id": request.trace_id,
        "correlation_id": request.correlation_id,
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
    });
    if let Some(members) = body.as_object_mut() {
        if let Some(suberror) = refusal.suberror() {
            members.insert("suberror".to_owned(), suberror.into());
        }
        if let Some(claims) = refusal.claims() {
            members.insert("claims".to_owned(), claims.into());
        }
    }
    json(request, refusal.status(), &body)
}

/// Writes a refusal as Entra describes it to people who report it.
pub(crate) fn description(request: &AuthRequest<'_>, refusal: &AuthError) -> String {
    let (code, _) = refusal.code_and_error();
    format!(
        "AADSTS{code}: {refusal} Trace ID: {} Correlation ID: {} Timestamp: {}",
        request.trace_id,
        request.correlation_id,
        timestamp(request),
    )
}

/// `2026-11-22 05:26:48Z`.
fn timestamp(request: &AuthRequest<'_>) -> String {
    request.call.now.rfc3339().replace('T', " ")
}

fn with_headers(
    request: &AuthRequest<'_>,
    status: StatusCode,
    media_type: Option<HeaderValue>,
    body: String,
) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    if let Some(media_type) = media_type {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, media_type);
    }
    // What is answered here is a secret, or belongs to one sign-in (RFC 6749 5.1).
    set(&mut response, header::CACHE_CONTROL, "no-store");
    set(&mut response, header::PRAGMA, "no-cache");
    set(&mut response, header::REFERRER_POLICY, "no-referrer");
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, header::DATE, &request.call.now.http_date());
    set(&mut response, REQUEST_ID, &request.trace_id);
    if request.call.headers.contains_key(CLIENT_REQUEST_ID) {
        set(&mut response, CLIENT_REQUEST_ID, &request.correlation_id);
    }
    response
}

/// Sets a header; a value that a header cannot hold is left out.
fn set(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
