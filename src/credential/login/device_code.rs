//! Signing in on another device: a code to type there, and polling whether it was entered (OAuth 2.0 device
//! authorization grant, RFC 8628). Who waits between them: `app/command/login`.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::error::SignInError;
use super::sign_in::{self, Application, Nonce, SOURCE, SignedIn};
use crate::azure::Secret;
use crate::credential::entra::{self, Form, Tokens};
use crate::credential::token::seconds_of;
use crate::credential::{Error, SourceErrorKind, Tools};
use crate::transport::ErrorKind;

/// How often it is asked if the authority does not say (RFC 8628 3.2).
const DEFAULT_INTERVAL: u64 = 5;
/// How much longer the pauses become when the authority says so (RFC 8628 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// A code of Entra lives 15 minutes.
const LONGEST_LIFE: u64 = 60 * 60;

/// A code to type on another device.
#[derive(Debug)]
pub struct DeviceCode {
    application: Application,
    secret: Secret,
    /// What is typed there.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// How long the code lives.
    pub lifetime: Duration,
    /// The first pause.
    pub interval: Duration,
}

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// Ask again after a pause.
    Again(Duration),
    /// The sign-in is complete.
    Done(Box<SignedIn>),
    /// It was refused or has expired.
    Failed(Error),
}

#[derive(Deserialize)]
struct Answer {
    device_code: String,
    user_code: String,
    verification_uri: String,
    expires_in: Value,
    interval: Option<Value>,
}

impl DeviceCode {
    /// Asks for a code.
    pub async fn start(application: Application, tools: &Tools<'_>) -> Result<Self, Error> {
        let form = Form::default()
            .with("client_id", application.client_id.as_str())
            .with("scope", application.scope())
            .with("claims", entra::claims_of(application.claims.as_deref()));
        let path = "oauth2/v2.0/devicecode";
        let url = application.authority.endpoint(application.tenant(), path);
        let posted = entra::post(SOURCE, url, &form, tools).await?;
        if posted.status != StatusCode::OK {
            let (headers, body) = (&posted.headers, &posted.body);
            return Err(entra::refusal(SOURCE, posted.status, headers, body));
        }
        Self::read(application, &posted.body)
    }

    pub(in crate::credential) fn read(
        application: Application,
        body: &[u8],
    ) -> Result<Self, Error> {
        let malformed = |_| {
            SourceErrorKind::Malformed {
                detail: "no JSON object with `device_code`, `user_code` and `verification_uri`"
                    .into(),
            }
            .of(SOURCE)
        };
        let answer: Answer = serde_json::from_slice(body).map_err(malformed)?;
        let lifetime = seconds_of(&answer.expires_in).unwrap_or(LONGEST_LIFE);
        let interval = answer.interval.as_ref().and_then(seconds_of);
        let interval = interval.unwrap_or(DEFAULT_INTERVAL);
        Ok(Self {
            application,
            secret: Secret::new(answer.device_code),
            user_code: answer.user_code,
            verification_uri: answer.verification_uri,
            lifetime: Duration::from_secs(lifetime.min(LONGEST_LIFE)),
            // Without a pause the authority would be asked hundreds of times a second.
            interval: Duration::from_secs(interval.clamp(1, LONGEST_LIFE)),
        })
    }

    /// Asks once whether the sign-in is complete. `interval` is the last pause.
    pub async fn ask(&self, interval: Duration, tools: &Tools<'_>) -> Step {
        let application = &self.application;
        let form = Form::default()
            .with("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
            .with("client_id", application.client_id.as_str())
            .with("client_info", "1")
            .with_secret("device_code", self.secret.clone());
        let (authority, tenant) = (&application.authority, application.tenant());
        let outcome = entra::ask(SOURCE, authority, tenant, form, tools).await;
        step(application, outcome, interval, tools.now)
    }
}

/// Decides what an answer means.
fn step(
    application: &Application,
    outcome: Result<Tokens, Error>,
    interval: Duration,
    now: SystemTime,
) -> Step {
    let tokens = match outcome {
        Ok(tokens) => tokens,
        Err(error) => return after(error, interval),
    };
    match sign_in::read(application, tokens, Nonce::None, now) {
        Ok(signed_in) => Step::Done(Box::new(signed_in)),
        Err(error) => Step::Failed(error),
    }
}

fn after(error: Error, interval: Duration) -> Step {
    if let Some(SourceErrorKind::Entra { refusal }) = error.source_kind() {
        return match refusal.code.as_str() {
            "authorization_pending" => Step::Again(interval),
            "slow_down" => Step::Again(interval + SLOWER),
            "expired_token" | "code_expired" => Step::Failed(SignInError::CodeExpired.into()),
            _ => Step::Failed(error),
        };
    }
    // A question that got no answer is asked again: the code is still good (RFC 8628 3.5).
    let is_lost = |kind: ErrorKind| {
        matches!(
            kind,
            ErrorKind::ConnectTimeout | ErrorKind::ReadTimeout | ErrorKind::Lost
        )
    };
    let is_unreached = matches!(error.source_kind(), Some(SourceErrorKind::Unreachable { error }) if is_lost(error.kind));
    if is_unreached
        || matches!(
            error.source_kind(),
            Some(SourceErrorKind::Unavailable { .. })
        )
    {
        return Step::Again(interval + SLOWER);
    }
    Step::Failed(error)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, StatusCode};

    use super::{DeviceCode, Step, step};
    use crate::credential::login::sign_in::tests::application;
    use crate::credential::{Source, SourceErrorKind, entra};

    const FIVE: Duration = Duration::from_secs(5);

    fn outcome_of(status: u16, body: &str) -> String {
        let status = StatusCode::from_u16(status).unwrap();
        let now = SystemTime::UNIX_EPOCH;
        let headers = HeaderMap::new();
        let outcome = entra::read(Source::Login, status, &headers, body.as_bytes(), now);
        match step(&application(), outcome, FIVE, SystemTime::UNIX_EPOCH) {
            Step::Again(pause) => format!("again in {}", pause.as_secs()),
            Step::Done(signed_in) => signed_in.account.username,
            Step::Failed(error) => error.to_string(),
        }
    }

    #[test]
    fn each_answer_has_a_meaning() {
        // {"aud":"app","tid":"t","oid":"o","upn":"me"}
        let tokens = r#"{"access_token":"t","refresh_token":"r","id_token":"e30.eyJhdWQiOiJhcHAiLCJ0aWQiOiJ0Iiwib2lkIjoibyIsInVwbiI6Im1lIn0.x"}"#;
        for (status, body, expected) in [
            (400, r#"{"error":"authorization_pending"}"#, "again in 5"),
            (400, r#"{"error":"slow_down"}"#, "again in 10"),
            (
                400,
                r#"{"error":"expired_token"}"#,
                "the code was not used in time",
            ),
            (
                400,
                r#"{"error":"code_expired"}"#,
                "the code was not used in time",
            ),
            (
                400,
                r#"{"error":"authorization_declined","error_description":"AADSTS70016: no"}"#,
                "AADSTS70016: no",
            ),
            (503, "", "again in 10"),
            (429, "{}", "again in 10"),
            (200, tokens, "me"),
            (404, "", "HTTP 404: no token and no reason"),
            (
                200,
                r#"{"access_token":"t"}"#,
                "the authority does not say who has signed in, or gives no refresh token",
            ),
        ] {
            assert_eq!(outcome_of(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn reads_the_code() {
        let body = br#"{"user_code":"ABC","device_code":"d","verification_uri":"https://x/","expires_in":900}"#;
        let code = DeviceCode::read(application(), body).unwrap();
        assert_eq!((code.interval, code.lifetime), (FIVE, FIVE * 180));
        assert!(!format!("{code:?}").contains("\"d\""));
        let eager = br#"{"user_code":"A","device_code":"d","verification_uri":"https://x/","expires_in":900,"interval":0}"#;
        let code = DeviceCode::read(application(), eager).unwrap();
        assert_eq!(code.interval, Duration::from_secs(1));
        let text = br#"{"user_code":"A","device_code":"d","verification_uri":"https://x/","expires_in":"900","interval":"5"}"#;
        let code = DeviceCode::read(application(), text).unwrap();
        assert_eq!((code.interval, code.lifetime), (FIVE, FIVE * 180));
        let error = DeviceCode::read(application(), b"{}").unwrap_err();
        assert!(matches!(
            error.source_kind(),
            Some(SourceErrorKind::Malformed { .. })
        ));
    }
}
