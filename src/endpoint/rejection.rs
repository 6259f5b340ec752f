//! Why a client gets no token, with the status, the code and the words of each reason. In which form they
//! are sent is for `response`.

use std::time::Duration;

use http::StatusCode;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The request is not addressed to this machine as programs address it.
    Address(&'static str),
    /// It comes from where no token goes.
    Forbidden(&'static str),
    /// There is nothing at this path.
    UnknownPath,
    /// The protocol of this path is not spoken; the option would make it so.
    NotSpoken(&'static str),
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
    /// No tokens are given out for this audience.
    AudienceNotSupported {
        /// What the client wrote.
        audience: String,
    },
    /// The client has chosen an identity whose tokens these are not.
    IdentityNotFound {
        /// What it has chosen.
        identity: String,
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
    pub(super) fn facts(&self) -> (StatusCode, &str, String) {
        let (status, code, words) = match self {
            Self::Address(words) | Self::Malformed(words) => {
                (StatusCode::BAD_REQUEST, "invalid_request", *words)
            }
            Self::Forbidden(words) => (StatusCode::FORBIDDEN, "access_denied", *words),
            Self::UnknownPath => (
                StatusCode::NOT_FOUND,
                "unknown_source",
                "Unknown Source: there is no such path here",
            ),
            Self::NotSpoken(option) => {
                // 404 would be repeated: machines answer so while they are updated.
                let words = format!(
                    "Unknown Source: this protocol is not spoken here; start the endpoint with {option}"
                );
                return (StatusCode::BAD_REQUEST, "unknown_source", words);
            }
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
                let words = format!("Audience {audience} is not a supported MSI token audience.");
                let help = "To allow it, start the endpoint with --allow-audience";
                let words = with_help(&words, help, audience);
                return (StatusCode::BAD_REQUEST, "AudienceNotSupported", words);
            }
            Self::IdentityNotFound { identity } => {
                let words =
                    "Identity not found: this endpoint hands out the tokens of another one.";
                let help = "To hand them out for this one too, start it with --allow-identity";
                let words = with_help(words, help, identity);
                return (StatusCode::BAD_REQUEST, "invalid_request", words);
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

    /// The code by which clients know it, and the words.
    pub fn reason(&self) -> String {
        let (_, code, words) = self.facts();
        format!("{code}: {words}")
    }

    /// Tells whether the client was entitled to ask, and there is no token all the same.
    pub(super) fn is_outcome(&self) -> bool {
        match self {
            Self::AudienceNotSupported { .. }
            | Self::IdentityNotFound { .. }
            | Self::NotConfirmed
            | Self::NotSignedIn { .. }
            | Self::Credential { .. }
            | Self::Busy { .. } => true,
            Self::Address(_)
            | Self::Forbidden(_)
            | Self::UnknownPath
            | Self::NotSpoken(_)
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

/// Adds what helps, if it can be copied into any shell: it repeats the words of a client.
fn with_help(words: &str, help: &str, word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_.:@".contains(letter);
    if word.starts_with('-') || !word.chars().all(is_plain) {
        return words.to_owned();
    }
    format!("{words} {help} {word}")
}
