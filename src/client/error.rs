//! Why the client has no answer. Exit codes and hints: `error`.

use std::time::Duration;

use http::Method;

use super::challenge::ClaimsChallenge;
use super::duration::words_of;
use super::service_error::ServiceError;
use crate::azure::{Audience, GuardError, Shown, UrlError};
use crate::credential::Source;
use crate::transport::redirect::MOST_REDIRECTS;
use crate::transport::retry::Attempts;
use crate::{credential, transport};

/// Why a redirect is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectReason {
    /// It leads to another origin.
    Origin,
    /// It is of a kind that other clients follow with GET, whatever the method was (RFC 9110 15.4).
    Method(Method),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address must not be requested.
    #[error(transparent)]
    Refused(#[from] UrlError),
    /// The run must not send it.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// There is no token.
    #[error(transparent)]
    Credential(#[from] credential::Error),
    /// The service insists on claims that the credential cannot give: a second factor, a fresh
    /// sign-in.
    #[error("the service asks for another sign-in{}", reason_of(&_0.challenge))]
    ClaimsNeeded(Box<ClaimsNeeded>),
    /// The token holds bytes that no header can carry.
    #[error("the token holds characters that no header can carry")]
    UnusableToken,
    /// Nothing came back.
    #[error("{error}")]
    Transport {
        /// What the last attempt failed by.
        error: transport::Error,
        /// What it took.
        attempts: Attempts,
    },
    /// A redirect that is not followed.
    #[error("HTTP {status}: redirected to `{}`", Shown::address(to))]
    Redirect {
        /// The status.
        status: u16,
        /// The new address, whole: a status monitor may be followed there.
        to: String,
        /// Why it was not.
        reason: RedirectReason,
    },
    /// Redirects without end.
    #[error(
        "more than {MOST_REDIRECTS} redirects, the last to `{}`",
        Shown::address(last)
    )]
    TooManyRedirects {
        /// The address that was not requested any more.
        last: String,
    },
    /// A part of the answer, if all of it was requested.
    #[error("HTTP 206: only a part of the answer came, and all of it was requested")]
    PartialContent,
    /// The run's time is up.
    #[error("timed out after {}", words_of(*limit))]
    TimedOut {
        /// The time that was given.
        limit: Duration,
    },
}

/// A sign-in that does not suffice.
#[derive(Debug, Clone)]
pub struct ClaimsNeeded {
    /// The source of the token that was refused.
    pub source: Source,
    /// What the token is for.
    pub audience: Audience,
    /// The tenant to sign in to.
    pub tenant_id: Option<String>,
    /// What is asked for.
    pub challenge: ClaimsChallenge,
    /// The response that asks for it.
    pub error: ServiceError,
    /// Why there is no such token, if the source was asked.
    pub cause: Option<credential::Error>,
}

/// What the claims ask for, if that is known: `acrs` is an authentication context, in ARM a second factor for writes
/// (Azure/azure-dev#5425); `nbf` is a token issued after an event (continuous access evaluation).
fn reason_of(challenge: &ClaimsChallenge) -> &'static str {
    let claims: serde_json::Value = serde_json::from_str(&challenge.json).unwrap_or_default();
    match claims.get("access_token") {
        Some(token) if token.get("acrs").is_some() => ": a second factor is needed",
        Some(token) if token.get("nbf").is_some() => ": the last one was revoked",
        Some(_) | None => "",
    }
}

impl From<transport::Error> for Error {
    fn from(error: transport::Error) -> Self {
        Self::Transport {
            error,
            attempts: Attempts::default(),
        }
    }
}
