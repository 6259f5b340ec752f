//! The token endpoint of Microsoft Entra: a form in, tokens or Entra's error out
//! (learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). The grants:
//! `application` and `login`; who keeps tokens: `cache`.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::authority::Authority;
use super::clock_difference::ClockDifference;
use super::entra_refusal::{
    AssertionFacts, EntraRefusal, PrincipalKind, SecretSpelling, SignInFacts,
};
use super::exchange::{self, Response};
use super::token::seconds_of;
use super::{AccessToken, Error, Source, SourceError, SourceErrorKind, TokenRequest, Tools};
use crate::azure::{Secret, Shown, is_secret_name};
use crate::transport::Request;

/// Says that claims challenges are understood (`xms_cc`): tokens then live longer, and a service may
/// end one early by a challenge.
const CLIENT_CAPABILITIES: &str = r#""xms_cc":{"values":["cp1"]}"#;

/// Where an authority issues tokens, below a tenant.
pub(super) const TOKEN_PATH: &str = "oauth2/v2.0/token";

/// A form for the token endpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Form(Vec<(&'static str, Secret)>);

impl Form {
    /// Adds a field.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, Secret::new(value)));
        self
    }

    /// Adds a field whose value is a secret.
    pub(super) fn with_secret(mut self, name: &'static str, value: Secret) -> Self {
        self.0.push((name, value));
        self
    }

    /// Takes the secrets of the form out of words that repeat them.
    fn hide_in(&self, words: &str) -> String {
        hide(self.secrets(), words)
    }

    /// Takes the secrets of the form out of a code of the protocol, which decides what is done next: a secret so short
    /// that it is there by chance must not change it.
    fn hide_in_code(&self, code: &str) -> String {
        let is_long = |secret: &&Secret| !secret.pieces().is_empty();
        hide(self.secrets().filter(is_long), code)
    }

    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let is_secret = |name: &str| is_secret_name(name) || name.ends_with("code");
        let fields = self.0.iter().filter(move |(name, _)| is_secret(name));
        fields.map(|(_, value)| value)
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(name, _)| *name == wanted);
        found.next().map(|(_, value)| value.expose())
    }

    /// Adds the fields that every grant has: the scope, and the claims that are asked for.
    pub(super) fn for_request(self, request: &TokenRequest) -> Self {
        self.with("scope", request.scope())
            .with("claims", claims_of(request.claims.as_deref()))
    }

    fn encode(&self) -> Bytes {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            form.append_pair(name, value.expose());
        }
        Bytes::from(form.finish())
    }
}

fn hide<'a>(secrets: impl Iterator<Item = &'a Secret>, words: &str) -> String {
    let words = Shown::unmasked(words);
    let hidden = secrets.fold(words, |words, secret| secret.hidden_in(words));
    hidden.into_string()
}

/// Joins the claims of a challenge with what this program is capable of.
pub(super) fn claims_of(challenge: Option<&str>) -> String {
    let mut claims: serde_json::Map<String, Value> = challenge
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let ours = format!("{{{CLIENT_CAPABILITIES}}}");
    let ours: serde_json::Map<String, Value> = serde_json::from_str(&ours).unwrap_or_default();
    let token = claims
        .entry("access_token")
        .or_insert_with(|| Value::Object(serde_json::Map::new()));
    if let Some(token) = token.as_object_mut() {
        token.extend(ours);
    }
    Value::Object(claims).to_string()
}

/// What the endpoint gave.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    /// The token.
    pub(super) access_token: AccessToken,
    /// What gets the next one.
    pub(super) refresh_token: Option<Secret>,
    /// Who signed in, as a JWT.
    pub(super) id_token: Option<Secret>,
    /// Where who signed in is at home, as base64 of JSON.
    pub(super) client_info: Option<String>,
}

/// A success. Entra sends spans as numbers; AD FS, the first version of Entra's endpoint and proxies also as text.
#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<Value>,
    refresh_in: Option<Value>,
    refresh_token: Option<String>,
    id_token: Option<String>,
    client_info: Option<String>,
}

/// Asks the token endpoint of a tenant. Whatever `source` it is for, its name is in errors.
pub(super) async fn ask(
    source: Source,
    authority: &Authority,
    tenant_id: &str,
    form: Form,
    tools: &Tools<'_>,
) -> Result<Tokens, Error> {
    let url = authority.endpoint(tenant_id, TOKEN_PATH);
    let posted = post(source, url, &form, tools).await?;
    let mut answer = read(
        source,
        posted.status,
        &posted.headers,
        &posted.body,
        tools.now,
    );
    if let Err(Error::Source(SourceError {
        kind: SourceErrorKind::Entra { refusal },
        ..
    })) = &mut answer
    {
        refusal.code = form.hide_in_code(&refusal.code);
        for words in refusal.words_mut() {
            *words = form.hide_in(words);
        }
        let assertion = form.get("client_assertion");
        refusal.facts = SignInFacts {
            principal: match form.get("grant_type") {
                Some("client_credentials") => PrincipalKind::Application,
                Some(_) | None => PrincipalKind::Person,
            },
            tenant_id: tenant_id.to_owned(),
            client_id: form.get("client_id").map(str::to_owned),
            secret: form.get("client_secret").map(SecretSpelling::of),
            assertion: assertion.and_then(|text| AssertionFacts::of(text, tools.now)),
            clock: ClockDifference::of(&posted.headers, tools.now),
        };
    }
    answer
}

/// Posts a form to an address of a tenant, and returns what came back.
pub(super) async fn post(
    source: Source,
    url: Url,
    form: &Form,
    tools: &Tools<'_>,
) -> Result<Response, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let request = Request {
        method: Method::POST,
        url,
        headers,
        body: form.encode(),
    };
    exchange::ask(source, &request, tools).await
}

/// Reads an answer of the token endpoint.
pub(super) fn read(
    source: Source,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Result<Tokens, Error> {
    if status == StatusCode::OK {
        let answer: Answer = serde_json::from_slice(body).map_err(|_| {
            SourceErrorKind::Malformed {
                detail: "no JSON object with `access_token`".to_owned(),
            }
            .of(source)
        })?;
        let after = |span: Option<Value>| {
            let seconds = span.as_ref().and_then(seconds_of)?;
            now.checked_add(Duration::from_secs(seconds))
        };
        let mut access_token = AccessToken::new(&answer.access_token, after(answer.expires_in));
        access_token.clock = ClockDifference::of(headers, now);
        access_token.refresh_on = after(answer.refresh_in);
        return Ok(Tokens {
            access_token,
            refresh_token: answer.refresh_token.map(Secret::new),
            id_token: answer.id_token.map(Secret::new),
            client_info: answer.client_info,
        });
    }
    Err(refusal(source, status, headers, body))
}

/// Reads an answer that is not a success.
pub(super) fn refusal(
    source: Source,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Error {
    if let Ok(refusal) = serde_json::from_slice::<EntraRefusal>(body)
        && !is_transient(status)
    {
        return SourceErrorKind::Entra {
            refusal: Box::new(refusal),
        }
        .of(source);
    }
    if is_transient(status) {
        return SourceErrorKind::Unavailable {
            status: status.as_u16(),
            headers: Box::new(headers.clone()),
            reason: None,
        }
        .of(source);
    }
    SourceErrorKind::Refused {
        code: format!("HTTP {}", status.as_u16()),
        message: "no token and no reason".to_owned(),
    }
    .of(source)
}

fn is_transient(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
        || status.is_server_error()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, StatusCode};

    use super::{claims_of, read};
    use crate::credential::{Error, Source};

    fn read_body(status: u16, body: &str) -> Result<super::Tokens, Error> {
        let status = StatusCode::from_u16(status).unwrap();
        let now = SystemTime::UNIX_EPOCH;
        read(
            Source::Login,
            status,
            &HeaderMap::new(),
            body.as_bytes(),
            now,
        )
    }

    #[test]
    fn reads_tokens() {
        let body = r#"{"token_type":"Bearer","expires_in":3599,"refresh_in":1800,"access_token":"t","refresh_token":"r"}"#;
        let tokens = read_body(200, body).unwrap();
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(tokens.access_token.expires_on, at(3599));
        assert_eq!(tokens.access_token.refresh_on, at(1800));
        assert!(tokens.refresh_token.is_some() && tokens.id_token.is_none());
    }

    #[test]
    fn reads_the_end_in_every_form() {
        for (span, seconds) in [
            ("3599", Some(3599)),
            (r#""3599""#, Some(3599)),
            (r#"" 3599 ""#, Some(3599)),
            ("3599.0", Some(3599)),
            ("3.599e3", Some(3599)),
            ("-5", Some(0)),
            ("null", None),
            (r#""soon""#, None),
            ("[]", None),
            ("1e300", None),
        ] {
            let body = format!(r#"{{"expires_in":{span},"refresh_in":{span},"access_token":"t"}}"#);
            let token = read_body(200, &body).unwrap().access_token;
            let expected =
                seconds.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(
                (token.expires_on, token.refresh_on),
                (expected, expected),
                "{span}"
            );
        }
    }

    #[test]
    fn reads_refusals() {
        let body = r#"{"error":"invalid_client","error_description":"AADSTS7000222: The secret has expired. Trace ID: x Correlation ID: y","error_codes":[7000222]}"#;
        let error = read_body(401, body).unwrap_err();
        assert_eq!(error.to_string(), "AADSTS7000222: The secret has expired.");
        for (status, body, expected) in [
            (400, "<html>", "HTTP 400: no token and no reason"),
            (503, "{}", "the credential `login` answers HTTP 503"),
            (
                200,
                "{}",
                "the answer of `login` is not a token: no JSON object with `access_token`",
            ),
        ] {
            assert_eq!(read_body(status, body).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn words_do_not_repeat_the_secrets_of_the_form() {
        let form = super::Form::default()
            .with("client_id", "app-1")
            .with("client_secret", "s3cr3t~x");
        let words = form.hide_in("AADSTS7000215: `s3cr3t~x` of app-1 is wrong");
        assert_eq!(words, "AADSTS7000215: `[redacted]` of app-1 is wrong");
    }

    #[test]
    fn joins_claims() {
        assert_eq!(
            claims_of(None),
            r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#
        );
        assert_eq!(
            claims_of(Some(
                r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#
            )),
            r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]},"xms_cc":{"values":["cp1"]}}}"#
        );
    }
}
