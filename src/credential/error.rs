//! Why there is no token, as facts. The words that help are in `error/credential.rs`.

use std::fmt;
use std::time::SystemTime;

use http::HeaderMap;

use super::certificate::CertificateError;
use super::clock_difference::ClockDifference;
use super::entra_refusal::EntraRefusal;
use super::login::{SignInError, StoreError};
use crate::azure::Audience;
use crate::azure::TokenSource as Source;
use crate::transport;

/// What is wrong with an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointErrorKind {
    /// What is sent there can be read by others on the network.
    #[error("neither https nor on this machine")]
    Exposed,
    /// Only the agent on this machine may answer, and the address leads elsewhere.
    #[error("not on this machine")]
    Elsewhere,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No source is set up.
    #[error("no credential found")]
    None {
        /// Every source and why it was skipped.
        skipped: Vec<Skipped>,
    },
    /// A source was asked and has failed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file of the login store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sign-in that is not accepted.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// A token of real Azure was about to go to an endpoint of this machine.
    #[error("only tokens of the sandbox go to `ARMCLI_ENDPOINT` on this machine")]
    ForeignToken,
    /// A setting would send a secret or a request to a place that must not have it.
    #[error("`{endpoint}` of `{setting}` is {kind}")]
    UnsafeEndpoint {
        /// The variable.
        setting: &'static str,
        /// The endpoint as it was given.
        endpoint: String,
        /// What is wrong with it, as it follows "it is".
        kind: EndpointErrorKind,
    },
    /// A variable holds a value that is not one of its words.
    #[error("the variable `{setting}` cannot be used: {message}")]
    Setting {
        /// The variable.
        setting: &'static str,
        /// What is wrong, and what is possible.
        message: String,
    },
}

/// A source that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The source.
    pub source: Source,
    /// Why.
    pub absence: Absence,
}

/// Why a source is skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// Nothing says that it is meant to be used.
    NotThere(String),
    /// Something says that it is meant to be used, and it cannot be: a file that is damaged, a variable without the
    /// other that belongs to it.
    Incomplete(String),
}

impl Absence {
    pub(super) fn not_there(reason: impl Into<String>) -> Self {
        Self::NotThere(reason.into())
    }

    pub(super) fn incomplete(reason: impl Into<String>) -> Self {
        Self::Incomplete(reason.into())
    }

    /// Returns what is missing, as a text of its own.
    pub(super) fn into_reason(self) -> String {
        match self {
            Self::NotThere(reason) | Self::Incomplete(reason) => reason,
        }
    }

    /// Returns what is missing.
    pub fn reason(&self) -> &str {
        match self {
            Self::NotThere(reason) | Self::Incomplete(reason) => reason,
        }
    }
}

/// A source that has failed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// The source.
    pub source: Source,
    /// How it has failed.
    pub kind: SourceErrorKind,
}

/// How a source fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceErrorKind {
    /// It was asked for, and is not set up.
    NotSetUp {
        /// What is missing.
        reason: String,
    },
    /// It is a managed identity, and this is Cloud Shell, which has none (learn.microsoft.com/azure/cloud-shell/msi-authorization).
    InCloudShell,
    /// It serves no tokens for this audience.
    AudienceNotSupported {
        /// The audience.
        audience: Audience,
        /// The words of the source.
        message: String,
    },
    /// It answered with an error.
    Refused {
        /// Its code.
        code: String,
        /// Its words.
        message: String,
    },
    /// Microsoft Entra answered with an error.
    Entra {
        /// The error.
        refusal: Box<EntraRefusal>,
    },
    /// It cannot answer now, and may be asked again.
    Unavailable {
        /// The status.
        status: u16,
        /// The headers, of which `Retry-After` is read.
        headers: Box<HeaderMap>,
        /// What it says about it.
        reason: Option<String>,
    },
    /// Its answer cannot be read.
    Malformed {
        /// What is wrong.
        detail: String,
    },
    /// It cannot be reached.
    Unreachable {
        /// Why.
        error: transport::Error,
    },
    /// A file of it cannot be used.
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A certificate that was read cannot be used.
    Certificate {
        /// The file.
        path: String,
        /// What is wrong with it.
        error: CertificateError,
    },
    /// It cannot do what was asked: claims, another tenant, a scope.
    Unsupported {
        /// What it cannot do, as a verb.
        what: &'static str,
    },
    /// Its token is for another service.
    WrongAudience {
        /// The audience that was asked for.
        wanted: Audience,
        /// The audiences that the token names.
        found: String,
    },
    /// Its token has ended, by the clock of this machine.
    Expired {
        /// When.
        expired_on: SystemTime,
        /// What the clock shows.
        now: SystemTime,
        /// How it differs from the issuer's, if the answer shows that it does so too much.
        clock: Option<ClockDifference>,
    },
}

impl SourceErrorKind {
    /// Names the source that has failed.
    pub fn of(self, source: Source) -> Error {
        Error::Source(SourceError { source, kind: self })
    }
}

impl Error {
    /// Returns how a source has failed, if that is what happened.
    pub fn source_kind(&self) -> Option<&SourceErrorKind> {
        match self {
            Self::Source(error) => Some(&error.kind),
            Self::None { .. }
            | Self::Store(_)
            | Self::SignIn(_)
            | Self::ForeignToken
            | Self::UnsafeEndpoint { .. }
            | Self::Setting { .. } => None,
        }
    }
}

impl std::error::Error for SourceError {}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source;
        let words = source.words();
        match &self.kind {
            SourceErrorKind::NotSetUp { reason } => {
                write!(
                    formatter,
                    "the credential `{source}` is not set up: {reason}"
                )
            }
            SourceErrorKind::InCloudShell => {
                write!(
                    formatter,
                    "the credential `{source}` is not available: Cloud Shell has no managed identities"
                )
            }
            SourceErrorKind::AudienceNotSupported { message, .. } => {
                write!(formatter, "AudienceNotSupported: {message}")
            }
            SourceErrorKind::Refused { code, message } => write!(formatter, "{code}: {message}"),
            SourceErrorKind::Entra { refusal } => formatter.write_str(&refusal.summary()),
            SourceErrorKind::Unavailable { status, reason, .. } => {
                write!(formatter, "the credential `{source}` answers HTTP {status}")?;
                match reason {
                    Some(reason) => write!(formatter, ": {reason}"),
                    None => Ok(()),
                }
            }
            SourceErrorKind::Malformed { detail } => {
                write!(
                    formatter,
                    "the answer of `{source}` is not a token: {detail}"
                )
            }
            SourceErrorKind::Unreachable { error } => {
                write!(
                    formatter,
                    "the credential `{source}` cannot be reached: {error}"
                )
            }
            SourceErrorKind::File { path, message } => {
                write!(
                    formatter,
                    "the credential `{source}` cannot use `{path}`: {message}"
                )
            }
            SourceErrorKind::Certificate { path, error } => {
                write!(
                    formatter,
                    "the certificate `{path}` cannot be used: {error}"
                )
            }
            SourceErrorKind::Unsupported { what } => {
                write!(formatter, "the credential `{source}` cannot {what}")
            }
            SourceErrorKind::WrongAudience { wanted, found } => {
                write!(
                    formatter,
                    "the token from {words} is for `{found}`, not for `{wanted}`"
                )
            }
            SourceErrorKind::Expired { .. } => {
                write!(formatter, "the token from {words} has expired")
            }
        }
    }
}
