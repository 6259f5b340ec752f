//! What the issuers of CI services have in common: an announced address, a bearer token for it, a
//! JWT in the answer. The bearer is sent to that one address only, and redirects are not followed.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use url::Url;

use crate::azure::{Secret, Shown, is_loopback};
use crate::credential::assertion::jwt_of;
use crate::credential::{EndpointErrorKind, Error, Source, SourceErrorKind, Tools, exchange};
use crate::transport::Request;

/// Accepts an address that may have the bearer: https, or http on this machine.
pub(super) fn endpoint_of(setting: &'static str, text: &str) -> Result<Url, Error> {
    let is_safe = |url: &Url| {
        let is_private = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
        is_private && url.has_host() && url.username().is_empty() && url.password().is_none()
    };
    let parsed = Url::parse(text.trim()).ok().filter(is_safe);
    parsed.ok_or_else(|| Error::UnsafeEndpoint {
        setting,
        endpoint: Shown::bare_address(text).into_string(),
        kind: EndpointErrorKind::Exposed,
    })
}

/// A question to an issuer.
pub(super) struct Question<'a> {
    pub(super) source: Source,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) bearer: &'a Secret,
    pub(super) extra: Option<(HeaderName, HeaderValue)>,
    /// The member of the answer that holds the token.
    pub(super) member: &'static str,
}

impl Question<'_> {
    /// Asks once.
    pub(super) async fn ask(self, tools: &Tools<'_>) -> Result<Secret, Error> {
        let source = self.source;
        let member = self.member;
        let request = self.request()?;
        let answer = exchange::ask(source, &request, tools).await?;
        read(source, member, answer.status, &answer.headers, &answer.body)
    }

    fn request(self) -> Result<Request, Error> {
        let bearer = format!("Bearer {}", self.bearer.expose().trim());
        let mut value = HeaderValue::try_from(bearer).map_err(|_| {
            SourceErrorKind::Malformed {
                detail: "its own token holds characters that no header can carry".to_owned(),
            }
            .of(self.source)
        })?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.extend(self.extra);
        Ok(Request {
            method: self.method,
            url: self.url,
            headers,
            body: Bytes::new(),
        })
    }
}

fn read(
    source: Source,
    member: &'static str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Secret, Error> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let text = |name: &str| {
        answer
            .as_ref()
            .and_then(|answer| answer.get(name)?.as_str())
    };
    if status == StatusCode::OK {
        return text(member).and_then(jwt_of).ok_or_else(|| {
            SourceErrorKind::Malformed {
                detail: format!("no JSON object with a JWT in `{member}`"),
            }
            .of(source)
        });
    }
    let is_transient = status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
        || status.is_server_error();
    if is_transient {
        return Err(SourceErrorKind::Unavailable {
            status: status.as_u16(),
            headers: Box::new(headers.clone()),
            reason: None,
        }
        .of(source));
    }
    let words = text("message").filter(|words| !words.is_empty());
    let message = match words {
        Some(words) => Shown::prose(words).into_string(),
        None if status.is_redirection() => "redirected, which is not followed".to_owned(),
        None => "no token and no reason".to_owned(),
    };
    Err(SourceErrorKind::Refused {
        code: format!("HTTP {}", status.as_u16()),
        message,
    }
    .of(source))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::{endpoint_of, read};
    use crate::credential::{Error, Source};

    #[test]
    fn refuses_an_address_that_must_not_have_the_bearer() {
        for (text, good) in [
            ("https://token.actions.githubusercontent.com/x?a=b", true),
            ("http://127.0.0.1:9/x", true),
            ("http://token.actions.githubusercontent.com/x", false),
            ("http://localhost.evil/x", false),
            ("https://user:password@host/x", false),
            ("ftp://localhost/x", false),
            ("x", false),
        ] {
            let found = endpoint_of("X", text);
            assert_eq!(found.is_ok(), good, "{text}");
            assert!(good || matches!(found, Err(Error::UnsafeEndpoint { .. })));
        }
    }

    #[test]
    fn reads_answers() {
        let read = |status: u16, body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            let headers = HeaderMap::new();
            read(Source::GitHub, "value", status, &headers, body.as_bytes())
                .map(|token| token.expose().to_owned())
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            read(200, r#"{"value":"a.b.c","count":3}"#),
            Ok("a.b.c".to_owned())
        );
        for (status, body, words) in [
            (
                200,
                r#"{"value":"x"}"#,
                "the answer of `github` is not a token: no JSON object with a JWT in `value`",
            ),
            (
                200,
                "<html>",
                "the answer of `github` is not a token: no JSON object with a JWT in `value`",
            ),
            (401, r#"{"message":"bad token"}"#, "HTTP 401: bad token"),
            (302, "", "HTTP 302: redirected, which is not followed"),
            (403, "[]", "HTTP 403: no token and no reason"),
            (503, "", "the credential `github` answers HTTP 503"),
        ] {
            assert_eq!(read(status, body), Err(words.to_owned()));
        }
    }
}
