//! What can go wrong where one resource is compared or edited.

use super::ExitCode;
use crate::output::Message;

/// Why a resource cannot be compared or edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    /// The address stands for many.
    #[error("the address stands for many resources, and one is needed")]
    Several,
    /// The answer is not one whole document.
    #[error("the answer is not a resource: {reason}")]
    NoDocument {
        /// Why.
        reason: String,
    },
    /// Two documents are not the same; what differs is printed.
    #[error("they differ")]
    Differs,
}

impl ResourceError {
    /// Returns the exit code.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Several => ExitCode::Usage,
            Self::NoDocument { .. } => ExitCode::Incomplete,
            Self::Differs => ExitCode::NothingFound,
        }
    }

    /// Adds what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::Several => message.hint("choose one subscription with `-S`, and write no `*`"),
            Self::NoDocument { .. } | Self::Differs => {}
        }
    }
}
