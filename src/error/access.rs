//! Why a write may not be done, or cannot be looked at before: roles, policy tokens.

use super::{ExitCode, LookError, PolicyTokenError};
use crate::output::Message;

/// Why something may not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// `arm can`, and no role allows the request.
    #[error("no role allows the request")]
    NotAllowed,
    /// A URL of a service does not say where the resource is.
    #[error("the URL does not say where the resource is, so no role can be looked up")]
    NoScope,
    /// What a request needs is not known.
    #[error("it is not known which action a {method} of `{host}` needs")]
    UnknownAction {
        /// The verb.
        method: String,
        /// The host.
        host: String,
    },
    /// No policy token for a write.
    #[error(transparent)]
    PolicyToken(#[from] PolicyTokenError),
    /// A write that cannot be looked at.
    #[error(transparent)]
    Look(#[from] LookError),
}

impl AccessError {
    /// Tells whether the exit code says all: the answer is printed.
    pub(super) fn is_quiet(&self) -> bool {
        matches!(self, Self::NotAllowed | Self::Look(LookError::Changes))
    }

    /// Returns the exit code.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::NotAllowed => ExitCode::NothingFound,
            Self::NoScope | Self::UnknownAction { .. } => ExitCode::Usage,
            Self::PolicyToken(error) => error.exit_code(),
            Self::Look(error) => error.exit_code(),
        }
    }

    /// Adds what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::NoScope => message
                .hint("name its ID with `--scope`: `arm list kv --columns id -o tsv --no-headers`"),
            Self::PolicyToken(error) => error.describe(message),
            Self::Look(error) => error.describe(message),
            Self::NotAllowed | Self::UnknownAction { .. } => {}
        }
    }
}
