//! What can go wrong where one resource is compared or edited.

use super::{EditError, ExitCode};
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
    /// It is a resource of another service.
    #[error("the portal shows resources of Resource Manager alone")]
    NotInPortal,
    /// The cloud has no portal.
    #[error("the cloud {cloud} has no portal")]
    NoPortal {
        /// The cloud.
        cloud: String,
    },
    /// An edit that did not come to its end.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Two documents are not the same; what differs is printed.
    #[error("they differ")]
    Differs,
}

impl ResourceError {
    /// Returns the exit code.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Several | Self::NotInPortal | Self::NoPortal { .. } => ExitCode::Usage,
            Self::NoDocument { .. } => ExitCode::Incomplete,
            Self::Edit(error) => error.exit_code(),
            Self::Differs => ExitCode::NothingFound,
        }
    }

    /// Adds what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::Several => message.hint("choose one subscription with `-S`, and write no `*`"),
            Self::Edit(error) => error.describe(message),
            Self::NoDocument { .. } | Self::NotInPortal | Self::NoPortal { .. } | Self::Differs => {
            }
        }
    }
}
