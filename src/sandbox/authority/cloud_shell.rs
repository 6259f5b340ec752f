//! Cloud Shell's token endpoint: `POST` or `GET /oauth2/token` with `Metadata: true`. There is no sign-in: the one user
//! of the sandbox is always signed in.

use std::time::{Duration, SystemTime};

use http::{Method, StatusCode, header};
use serde_json::json;
use url::form_urlencoded;

use crate::sandbox::authority::arm_token::issue;
use crate::sandbox::authority::directory::AUDIENCES;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;

/// The largest form that is read.
const LARGEST_FORM: usize = 64 * 1024;

/// Answers a token request.
///
/// Every member of the answer is a string, and `expires_in` comes before `expires_on`: MSAL.NET reads only strings and
/// lets the later of the two win. `resource` is echoed byte for byte, because azure-identity for Python caches under
/// the echo.
pub(crate) fn answer(call: &Call<'_>) -> Result<Reply, ArmError> {
    let metadata = call.header("metadata");
    if !metadata.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Err(ArmError::MetadataHeader);
    }
    let mut resources = match *call.method {
        Method::GET => resources(call.query.iter().cloned()),
        Method::POST if call.body.len() > LARGEST_FORM => {
            return Err(ArmError::TokenRequest {
                reason: "The request body is too large",
            });
        }
        Method::POST => resources(form_urlencoded::parse(call.body).into_owned()),
        _ => return Err(call.not_allowed("GET, POST")),
    };
    let resource = match (resources.pop(), resources.pop()) {
        (Some(resource), None) if !resource.is_empty() => resource,
        (Some(_), Some(_)) => {
            return Err(ArmError::TokenRequest {
                reason: "More than one audience parameter specified",
            });
        }
        (Some(_) | None, _) => return Err(ArmError::AudienceMissing),
    };
    let plain = resource.strip_suffix('/').unwrap_or(&resource);
    if !AUDIENCES.contains(&plain) {
        return Err(ArmError::AudienceNotSupported { audience: resource });
    }
    let issued = issue(
        &resource,
        SystemTime::UNIX_EPOCH + Duration::from_secs(call.now.seconds()),
    );
    let body = json!({
        "access_token": issued.token.expose(),
        "refresh_token": "",
        "expires_in": issued.expires_in.to_string(),
        "expires_on": issued.expires_on.to_string(),
        "not_before": issued.not_before.to_string(),
        "resource": resource,
        "token_type": "Bearer",
    });
    Ok(Reply::json(StatusCode::OK, body).with(header::CACHE_CONTROL, "no-store"))
}

fn resources(pairs: impl Iterator<Item = (String, String)>) -> Vec<String> {
    pairs
        .filter(|(name, _)| name == "resource")
        .map(|(_, value)| value)
        .collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::answer;
    use crate::sandbox::authority::arm_token::is_sandbox_token;
    use crate::sandbox::protocol::request::Call;
    use crate::sandbox::timestamp::Timestamp;

    fn ask(method: &str, uri: &str, metadata: Option<&str>, body: &str) -> Result<String, String> {
        let mut builder = Request::builder().method(method).uri(uri);
        if let Some(metadata) = metadata {
            builder = builder.header("Metadata", metadata);
        }
        let request = builder
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        let call = Call::parse(&request, Timestamp::from_seconds(1_795_325_208)).unwrap();
        match answer(&call) {
            Ok(reply) => Ok(reply.body.unwrap().to_string()),
            Err(fault) => Err(format!("{}: {fault}", fault.status_and_code().1)),
        }
    }

    #[track_caller]
    fn check_served(method: &str, uri: &str, body: &str, resource: &str) {
        let answer = ask(method, uri, Some("true"), body).unwrap();
        let (token, rest) = answer
            .strip_prefix(r#"{"access_token":""#)
            .unwrap()
            .split_once('"')
            .unwrap();
        assert!(is_sandbox_token(token));
        assert_eq!(
            rest,
            format!(
                r#","refresh_token":"","expires_in":"3600","expires_on":"1795328808","not_before":"1795324908","resource":"{resource}","token_type":"Bearer"}}"#
            )
        );
    }

    #[test]
    fn serves_forms_and_queries() {
        let arm = "https://management.azure.com/";
        check_served("POST", "/oauth2/token", &format!("resource={arm}"), arm);
        check_served(
            "POST",
            "/oauth2/token",
            "resource=https%3A%2F%2Fvault.azure.net&client_id=x",
            "https://vault.azure.net",
        );
        check_served(
            "POST",
            "/oauth2/token",
            "resource=https://vault.azure.net/",
            "https://vault.azure.net/",
        );
        check_served(
            "GET",
            "/oauth2/token?resource=https%3A%2F%2Fstorage.azure.com%2F",
            "",
            "https://storage.azure.com/",
        );
    }

    #[track_caller]
    fn check_refused(method: &str, metadata: Option<&str>, body: &str, expected: &str) {
        assert_eq!(
            ask(method, "/oauth2/token", metadata, body),
            Err(expected.to_owned())
        );
    }

    #[test]
    fn refuses_in_cloud_shells_words() {
        let form = "resource=https://management.azure.com/";
        check_refused(
            "POST",
            None,
            form,
            "bad_request_102: Required metadata header not specified",
        );
        check_refused(
            "POST",
            Some("false"),
            form,
            "bad_request_102: Required metadata header not specified",
        );
        check_refused(
            "POST",
            Some("true"),
            "",
            "invalid_request: Required audience parameter not specified",
        );
        check_refused(
            "POST",
            Some("true"),
            "resource=",
            "invalid_request: Required audience parameter not specified",
        );
        check_refused(
            "GET",
            Some("True"),
            form,
            "invalid_request: Required audience parameter not specified",
        );
        check_refused(
            "POST",
            Some("true"),
            &format!("{form}&{form}"),
            "invalid_request: More than one audience parameter specified",
        );
        check_refused(
            "POST",
            Some("true"),
            &"x".repeat(70_000),
            "invalid_request: The request body is too large",
        );
        check_refused(
            "PUT",
            Some("true"),
            form,
            "MethodNotAllowed: The requested resource does not support http method 'PUT'.",
        );
        for audience in [
            "https://azconfig.io/",
            "https://management.azure.com.evil.example/",
            "https://management.azure.com//",
        ] {
            check_refused(
                "POST",
                Some("true"),
                &format!("resource={audience}"),
                &format!(
                    "AudienceNotSupported: Audience {audience} is not a supported MSI token audience."
                ),
            );
        }
    }
}
