//! A refusal of Entra in its own words, with the facts of the sign-in that explain it: which
//! principal, tenant and application, which assertion, and how the clocks differ. All of them may be
//! shown; `error/sign_in.rs` shows them.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::clock_difference::ClockDifference;
use super::token::from_epoch;
use crate::azure::Shown;

/// An error of Entra, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct EntraRefusal {
    /// The code of OAuth, such as `invalid_client`.
    #[serde(rename = "error")]
    pub code: String,
    /// The words, which begin with `AADSTS` and a number.
    #[serde(rename = "error_description", default)]
    pub description: String,
    /// The numbers after `AADSTS`.
    #[serde(default)]
    pub error_codes: Vec<u64>,
    /// What narrows the code down, such as `consent_required`.
    pub suberror: Option<String>,
    /// The claims that a token must have, as JSON.
    pub claims: Option<String>,
    /// For the support of Microsoft.
    pub trace_id: Option<String>,
    /// Likewise.
    pub correlation_id: Option<String>,
    /// When, by the clock of the authority.
    pub timestamp: Option<String>,
    /// What it was refused for.
    #[serde(skip)]
    pub facts: SignInFacts,
}

impl EntraRefusal {
    /// What the authority said next to its code, in which it may repeat a secret.
    pub(super) fn words_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let options = [
            &mut self.suberror,
            &mut self.claims,
            &mut self.trace_id,
            &mut self.correlation_id,
            &mut self.timestamp,
        ];
        std::iter::once(&mut self.description).chain(options.into_iter().flatten())
    }

    /// Returns the first of the words, without the identifiers that follow them.
    pub fn summary(&self) -> String {
        let mut words = self.description.as_str();
        for tail in [" Trace ID:", "\r\n", "\n"] {
            words = words.split(tail).next().unwrap_or(words);
        }
        if words.trim().is_empty() {
            return Shown::prose(&self.code).into_string();
        }
        Shown::prose(words.trim()).into_string()
    }
}

/// What kind of principal signs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A person, who can sign in again.
    #[default]
    Person,
    /// An application, by a proof of its own.
    Application,
}

/// How a secret was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretSpelling {
    /// As it is.
    Plain,
    /// In quotes, which are nearly always those of a shell or of JSON.
    Quoted,
}

impl SecretSpelling {
    /// Reads the spelling of a secret.
    pub(super) fn of(secret: &str) -> Self {
        let is_in =
            |quote| secret.len() > 1 && secret.starts_with(quote) && secret.ends_with(quote);
        if is_in('"') || is_in('\'') {
            Self::Quoted
        } else {
            Self::Plain
        }
    }
}

/// The facts of a sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInFacts {
    /// Whether a person or an application signs in.
    pub principal: PrincipalKind,
    /// The tenant.
    pub tenant_id: String,
    /// The application.
    pub client_id: Option<String>,
    /// How the secret that proved it was written, if one did.
    pub secret: Option<SecretSpelling>,
    /// The assertion that proved it, if one did.
    pub assertion: Option<AssertionFacts>,
    /// How this machine's clock differs from the authority's, if it does so too much.
    pub clock: Option<ClockDifference>,
}

/// What an assertion says of itself. Federated credentials of an application are compared with
/// issuer, subject and audience, letter by letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssertionFacts {
    /// Who vouches.
    pub issuer: Option<String>,
    /// For whom.
    pub subject: Option<String>,
    /// To whom.
    pub audience: Option<String>,
    /// When it expired, if it has.
    pub expired_on: Option<SystemTime>,
}

impl AssertionFacts {
    /// Reads an assertion; `None` if it is not a JWT.
    pub(super) fn of(assertion: &str, now: SystemTime) -> Option<Self> {
        let payload = assertion.split('.').nth(1)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let end = claims.get("exp").and_then(Value::as_u64);
        let end = end.and_then(from_epoch);
        let audience = match claims.get("aud") {
            None => None,
            Some(Value::String(audience)) => Some(audience.clone()),
            Some(other) => Some(other.to_string()),
        };
        Some(Self {
            issuer: text("iss"),
            subject: text("sub"),
            audience,
            expired_on: end.filter(|end| *end <= now),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{AssertionFacts, SecretSpelling};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    #[test]
    fn sees_quotes_around_a_secret() {
        for (secret, expected) in [
            ("\"s\"", SecretSpelling::Quoted),
            ("'s'", SecretSpelling::Quoted),
            ("s", SecretSpelling::Plain),
            ("\"s", SecretSpelling::Plain),
            ("\"", SecretSpelling::Plain),
            ("", SecretSpelling::Plain),
        ] {
            assert_eq!(SecretSpelling::of(secret), expected, "{secret}");
        }
    }

    #[test]
    fn reads_what_an_assertion_says() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"iss":"i","sub":"s","aud":["a"],"exp":100}"#);
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let facts = AssertionFacts::of(&format!("x.{claims}.y"), at(99)).unwrap();
        assert_eq!(facts.subject.as_deref(), Some("s"));
        assert_eq!(facts.audience.as_deref(), Some(r#"["a"]"#));
        assert_eq!(facts.expired_on, None);
        let later = AssertionFacts::of(&format!("x.{claims}.y"), at(100)).unwrap();
        assert_eq!(later.expired_on, Some(at(100)));
        assert_eq!(AssertionFacts::of("x.!.y", at(0)), None);
    }
}
