//! The token endpoint of Azure Cloud Shell (learn.microsoft.com/azure/cloud-shell/msi-authorization):
//! POST form `resource`, header `Metadata: true`. Caches nothing: the endpoint does.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use url::Url;

use super::token::from_epoch;
use super::{AccessToken, Error, Source, Tools};
use crate::azure::{Audience, is_loopback, mask_prose};
use crate::env::Env;
use crate::transport::Request;

/// Where Cloud Shell's agent listens when `MSI_ENDPOINT` does not say otherwise.
const DEFAULT_ENDPOINT: &str = "http://localhost:50342/oauth2/token";
/// An answer is a few KiB; more is none.
const MAX_ANSWER: usize = 256 * 1024;

/// The endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudShell {
    endpoint: Url,
}

impl CloudShell {
    /// Reads the variables that announce the endpoint; `Ok(None)` where none does. `MSI_SECRET`
    /// beside `MSI_ENDPOINT` announces another protocol (Azure ML, App Service 2017).
    pub fn from_env(env: &Env) -> Result<Option<Self>, Error> {
        match (env.get("MSI_ENDPOINT"), env.get("MSI_SECRET")) {
            (Some(endpoint), None) => Self::at(endpoint).map(Some),
            (None, _) if is_cloud_shell(env) => Self::at(DEFAULT_ENDPOINT).map(Some),
            (Some(_) | None, _) => Ok(None),
        }
    }

    /// The endpoint at the place where Cloud Shell has it.
    pub fn at_default(env: &Env) -> Result<Self, Error> {
        Self::from_env(env)?.map_or_else(|| Self::at(DEFAULT_ENDPOINT), Ok)
    }

    fn at(endpoint: &str) -> Result<Self, Error> {
        let parsed = Url::parse(endpoint)
            .ok()
            .filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)));
        match parsed {
            Some(endpoint) => Ok(Self { endpoint }),
            None => Err(Error::UnsafeEndpoint {
                setting: "MSI_ENDPOINT",
                endpoint: mask_prose(endpoint),
            }),
        }
    }

    pub(super) async fn token(
        &self,
        audience: &Audience,
        tools: &Tools<'_>,
    ) -> Result<AccessToken, Error> {
        let unreachable = |error| Error::Unreachable {
            source_name: Source::CloudShell,
            error,
        };
        let mut response = tools
            .transport
            .send(&self.request(audience))
            .await
            .map_err(unreachable)?;
        let body = response.body.excerpt(MAX_ANSWER).await;
        read_answer(response.status, &body, audience)
    }

    fn request(&self, audience: &Audience) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert("metadata", HeaderValue::from_static("true"));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let resource = utf8_percent_encode(audience.as_str(), NON_ALPHANUMERIC);
        Request {
            method: Method::POST,
            url: self.endpoint.clone(),
            headers,
            body: Bytes::from(format!("resource={resource}")),
        }
    }
}

fn is_cloud_shell(env: &Env) -> bool {
    env.get("ACC_CLOUD").is_some()
        || env
            .get("AZUREPS_HOST_ENVIRONMENT")
            .is_some_and(|host| host.starts_with("cloud-shell"))
}

/// A success. Numbers are strings in the real one; other servers send numbers.
#[derive(Deserialize)]
struct Success {
    access_token: String,
    expires_on: Option<Number>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Number(serde_json::Number),
}

impl Number {
    fn seconds(&self) -> Option<u64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Number(number) => number.as_u64(),
        }
    }
}

/// A failure: nested as Cloud Shell sends it, or flat as IMDS does.
#[derive(Deserialize)]
struct Failure {
    error: FailureError,
    error_description: Option<String>,
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

fn read_answer(status: StatusCode, body: &[u8], audience: &Audience) -> Result<AccessToken, Error> {
    let source_name = Source::CloudShell;
    if status == StatusCode::OK {
        let malformed = |detail: String| Error::Malformed {
            source_name,
            detail,
        };
        let answer: Success = serde_json::from_slice(body)
            .map_err(|_| malformed("no JSON object with `access_token`".to_owned()))?;
        // `expires_in` is not read: it counts from the issue of a token that may have been cached.
        let expires_on = answer
            .expires_on
            .as_ref()
            .and_then(Number::seconds)
            .and_then(from_epoch);
        return Ok(AccessToken::new(&answer.access_token, expires_on));
    }
    let (code, message) = match serde_json::from_slice::<Failure>(body) {
        Ok(Failure {
            error: FailureError::Nested { code, message },
            ..
        }) => (code, message.unwrap_or_default()),
        Ok(Failure {
            error: FailureError::Flat(code),
            error_description,
        }) => (code, error_description.unwrap_or_default()),
        Err(_) => (
            format!("HTTP {}", status.as_u16()),
            "no token and no reason".to_owned(),
        ),
    };
    if code == "AudienceNotSupported" {
        return Err(Error::AudienceNotSupported {
            source_name,
            audience: audience.clone(),
            message,
        });
    }
    Err(Error::Refused {
        source_name,
        code,
        message,
    })
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::{CloudShell, read_answer};
    use crate::azure::Audience;
    use crate::credential::Error;
    use crate::env::Env;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Option<&str>) {
        let env = Env::with_variables(variables.iter().copied());
        let found = CloudShell::from_env(&env).unwrap();
        assert_eq!(
            found.as_ref().map(|found| found.endpoint.as_str()),
            expected
        );
    }

    #[test]
    fn is_announced_by_variables() {
        let default = "http://localhost:50342/oauth2/token";
        check(&[], None);
        check(&[("ACC_CLOUD", "PROD")], Some(default));
        check(
            &[("AZUREPS_HOST_ENVIRONMENT", "cloud-shell/1.0")],
            Some(default),
        );
        check(&[("AZUREPS_HOST_ENVIRONMENT", "other")], None);
        check(
            &[("MSI_ENDPOINT", "http://127.0.0.1:9/t")],
            Some("http://127.0.0.1:9/t"),
        );
        check(
            &[
                ("MSI_ENDPOINT", "http://127.0.0.1:9/t"),
                ("MSI_SECRET", "s"),
            ],
            None,
        );
        check(
            &[("MSI_ENDPOINT", ""), ("ACC_CLOUD", "PROD")],
            Some(default),
        );
    }

    #[test]
    fn refuses_an_endpoint_elsewhere() {
        for endpoint in [
            "http://10.0.0.1/t",
            "http://localhost.evil/t",
            "ftp://localhost/",
            "x",
        ] {
            let env = Env::with_variables([("MSI_ENDPOINT", endpoint)]);
            assert!(matches!(
                CloudShell::from_env(&env),
                Err(Error::UnsafeEndpoint { .. })
            ));
        }
    }

    #[test]
    fn encodes_the_resource() {
        let endpoint = CloudShell::at("http://localhost:50342/oauth2/token").unwrap();
        let request = endpoint.request(&Audience::parse("https://management.azure.com/").unwrap());
        assert_eq!(
            request.body,
            "resource=https%3A%2F%2Fmanagement%2Eazure%2Ecom%2F"
        );
        assert_eq!(request.headers["metadata"], "true");
    }

    #[test]
    fn reads_strings_and_numbers() {
        let audience = Audience::parse("https://storage.azure.com/").unwrap();
        for body in [
            r#"{"access_token":"t","refresh_token":"","expires_in":"3900","expires_on":"1593791553"}"#,
            r#"{"access_token":"t","expires_on":1593791553}"#,
        ] {
            let token = read_answer(StatusCode::OK, body.as_bytes(), &audience).unwrap();
            assert_eq!(token.expires_on, super::from_epoch(1_593_791_553));
        }
    }

    #[test]
    fn shows_what_the_endpoint_says() {
        let audience = Audience::parse("https://azconfig.io/").unwrap();
        let bad = StatusCode::BAD_REQUEST;
        for (status, body, expected) in [
            (
                bad,
                r#"{"error":{"code":"AudienceNotSupported","message":"Audience x is not"}}"#,
                "AudienceNotSupported: Audience x is not",
            ),
            (
                bad,
                r#"{"error":{"code":"bad_request_102","message":"no header"}}"#,
                "bad_request_102: no header",
            ),
            (
                bad,
                r#"{"error":"invalid_request","error_description":"d"}"#,
                "invalid_request: d",
            ),
            (bad, "<html>", "HTTP 400: no token and no reason"),
            (
                StatusCode::OK,
                "{}",
                "the answer of `cloud-shell` is no token: no JSON object with `access_token`",
            ),
        ] {
            let error = read_answer(status, body.as_bytes(), &audience).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
