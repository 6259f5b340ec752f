//! The answers of the token endpoint, in the form of each protocol. Decides nothing about a
//! request.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{Asked, Shape};
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
    /// The application or the account, where the client of a managed identity wants to know it.
    pub client_id: Option<&'a str>,
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
            Self::Address(words) => (StatusCode::BAD_REQUEST, "invalid_request", *words),
            Self::Malformed(words) => (StatusCode::BAD_REQUEST, "invalid_request", *words),
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

    /// The code by which clients and the log know it.
    pub(super) fn code(&self) -> String {
        self.facts().1.to_owned()
    }

    /// Tells whether the client was entitled to ask, and there is no token all the same.
    fn is_outcome(&self) -> bool {
        match self {
            Self::AudienceNotSupported { .. }
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
        if let Some(client_id) = issued
            .client_id
            .filter(|_| asked.shape != Shape::CloudShell)
        {
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
    if asked.identity.is_some() {
        let words = "199 arm \"this endpoint has one identity: the one asked for was ignored\"";
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
            let kind = match rejection {
                Rejection::NotSignedIn { .. } => "NotSignedInError",
                _ => "GetTokenError",
            };
            json!({ "status": "error", "code": kind, "message": format!("{code}: {words}") })
        }
        Some(Shape::CloudShell) | None => json!({ "error": { "code": code, "message": words } }),
    };
    let mut response = finish(status, &body, request);
    match rejection {
        Rejection::Method(allowed) => insert(&mut response, header::ALLOW.as_str(), allowed),
        Rejection::Busy { retry_after } => {
            let seconds = retry_after.as_secs().max(1).to_string();
            insert(&mut response, header::RETRY_AFTER.as_str(), &seconds);
        }
        _ => {}
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
fn rfc3339(moment: SystemTime) -> String {
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use bytes::Bytes;
    use http::Request;

    use super::{Issued, Rejection, refusal, rfc3339, success};
    use crate::azure::Secret;
    use crate::endpoint::{Asked, Shape};

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn text(response: http::Response<Bytes>) -> String {
        String::from_utf8(response.into_body().to_vec()).unwrap()
    }

    #[test]
    fn hands_out_what_every_client_reads() {
        let token = Secret::new("t");
        let issued = Issued {
            token: &token,
            expires_on: at(1_795_328_808),
            not_before: at(1_795_324_908),
            client_id: Some("app"),
            now: at(1_795_325_209),
            request_id: "r",
        };
        for (shape, client_id) in [
            (Shape::CloudShell, ""),
            (Shape::Imds, r#""client_id":"app","#),
            (Shape::AppService, r#""client_id":"app","#),
        ] {
            let asked = Asked {
                shape,
                resource: "https://management.azure.com".to_owned(),
                identity: None,
                tenant_id: None,
            };
            let response = success(&Request::default(), &asked, &issued);
            assert_eq!(response.headers()["cache-control"], "no-store");
            assert_eq!(
                text(response),
                format!(
                    r#"{{"access_token":"t",{client_id}"refresh_token":"","expires_in":"3599","expires_on":"1795328808","not_before":"1795324908","resource":"https://management.azure.com","token_type":"Bearer"}}"#
                )
            );
        }
        let asked = Asked {
            shape: Shape::Azd,
            resource: "x".to_owned(),
            identity: None,
            tenant_id: None,
        };
        assert_eq!(
            text(success(&Request::default(), &asked, &issued)),
            r#"{"status":"success","token":"t","expiresOn":"2026-11-22T06:26:48Z"}"#
        );
    }

    #[test]
    fn refuses_in_the_form_of_the_protocol() {
        let rejection = Rejection::MetadataMissing;
        for (shape, expected) in [
            (
                Some(Shape::CloudShell),
                r#"{"error":{"code":"bad_request_102","message":"Required metadata header not specified"}}"#,
            ),
            (
                Some(Shape::Imds),
                r#"{"error":"bad_request_102","error_description":"Required metadata header not specified"}"#,
            ),
            (
                Some(Shape::AppService),
                r#"{"statusCode":400,"message":"bad_request_102: Required metadata header not specified","correlationId":""}"#,
            ),
            (
                Some(Shape::Azd),
                r#"{"status":"error","code":"GetTokenError","message":"bad_request_102: Required metadata header not specified"}"#,
            ),
        ] {
            let response = refusal(shape, &Request::default(), &rejection);
            assert_eq!(response.status(), 400);
            assert_eq!(text(response), expected);
        }
    }

    #[test]
    fn azd_reads_an_answer_of_200_only() {
        let not_signed_in = Rejection::NotSignedIn {
            message: "m".to_owned(),
        };
        for (rejection, status, code) in [
            (not_signed_in, 200, "NotSignedInError"),
            (Rejection::NotConfirmed, 200, "GetTokenError"),
            (Rejection::SecretMissing, 401, "GetTokenError"),
        ] {
            let response = refusal(Some(Shape::Azd), &Request::default(), &rejection);
            assert_eq!(response.status(), status, "{rejection:?}");
            assert!(text(response).contains(code), "{rejection:?}");
            let elsewhere = refusal(Some(Shape::CloudShell), &Request::default(), &rejection);
            assert!(elsewhere.status().is_client_error());
        }
    }

    #[test]
    fn writes_moments() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_328_808, "2026-11-22T06:26:48Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(at(seconds)), expected);
        }
    }
}
