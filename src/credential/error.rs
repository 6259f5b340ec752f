//! Why there is no token. The words that help stand in `error/`.

use http::HeaderMap;

use super::entra::Refusal;
use super::login::{SignInFault, StoreError};
use super::{CertificateError, Skipped, Source};
use crate::azure::Audience;
use crate::transport;

/// What is wrong with an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointFault {
    /// What is sent there can be read on the way.
    #[error("neither https nor on this machine")]
    Exposed,
    /// Whoever answers there is not who should.
    #[error("not on this machine")]
    Elsewhere,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No source is set up.
    #[error("no credential found")]
    None {
        /// Every source and why it was passed over.
        skipped: Vec<Skipped>,
    },
    /// The source that was asked for is not set up.
    #[error("the credential `{source_name}` is not set up: {reason}")]
    NotSetUp {
        /// The source.
        source_name: Source,
        /// What is missing.
        reason: String,
    },
    /// The source serves no tokens for this audience.
    #[error("AudienceNotSupported: {message}")]
    AudienceNotSupported {
        /// The source.
        source_name: Source,
        /// The audience.
        audience: Audience,
        /// The words of the source.
        message: String,
    },
    /// The source answered with an error.
    #[error("{code}: {message}")]
    Refused {
        /// The source.
        source_name: Source,
        /// Its code.
        code: String,
        /// Its words.
        message: String,
    },
    /// Microsoft Entra answered with an error.
    #[error("{}", refusal.summary())]
    Entra {
        /// The source.
        source_name: Source,
        /// Its error.
        refusal: Box<Refusal>,
    },
    /// The source is there, and cannot answer now: it may be asked again.
    #[error("the credential `{source_name}` answers HTTP {status}")]
    Unavailable {
        /// The source.
        source_name: Source,
        /// The status.
        status: u16,
        /// The headers, of which `Retry-After` is read.
        headers: Box<HeaderMap>,
    },
    /// The source's answer cannot be read.
    #[error("the answer of `{source_name}` is no token: {detail}")]
    Malformed {
        /// The source.
        source_name: Source,
        /// What is wrong.
        detail: String,
    },
    /// The source cannot be reached.
    #[error("the credential `{source_name}` cannot be reached: {error}")]
    Unreachable {
        /// The source.
        source_name: Source,
        /// Why.
        error: transport::Error,
    },
    /// A file of the source cannot be used.
    #[error("the credential `{source_name}` cannot use `{path}`: {message}")]
    File {
        /// The source.
        source_name: Source,
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A certificate that was read cannot be used.
    #[error("the certificate `{path}` cannot be used: {error}")]
    Certificate {
        /// The source.
        source_name: Source,
        /// The file.
        path: String,
        /// What is wrong with it.
        error: CertificateError,
    },
    /// A file of the login store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sign-in that is not accepted.
    #[error(transparent)]
    SignIn(#[from] SignInFault),
    /// The source cannot do what was asked: claims, another tenant, a scope.
    #[error("the credential `{source_name}` cannot {what}")]
    Unsupported {
        /// The source.
        source_name: Source,
        /// What it cannot do, as a verb.
        what: &'static str,
    },
    /// The token is for another service.
    #[error("the token from {} is for `{found}`, not for `{wanted}`", source_name.words())]
    WrongAudience {
        /// The source.
        source_name: Source,
        /// The audience that was asked for.
        wanted: Audience,
        /// The audiences that the token names.
        found: String,
    },
    /// The token has ended.
    #[error("the token from {} has expired", source_name.words())]
    Expired {
        /// The source.
        source_name: Source,
    },
    /// A token of real Azure was about to go to an endpoint of this machine.
    #[error("only tokens of the sandbox go to `ARMCLI_ENDPOINT` on this machine")]
    ForeignToken,
    /// A setting would send a secret or a request to a place that must not have it.
    #[error("`{endpoint}` of `{setting}` is {fault}")]
    UnsafeEndpoint {
        /// The variable.
        setting: &'static str,
        /// The endpoint as it was given.
        endpoint: String,
        /// What is wrong with it, behind "it is".
        fault: EndpointFault,
    },
    /// A variable holds a word that is none of its words.
    #[error("the variable `{setting}` cannot be used: {message}")]
    Setting {
        /// The variable.
        setting: &'static str,
        /// What is wrong, and what is possible.
        message: String,
    },
}
