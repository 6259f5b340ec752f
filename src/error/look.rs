//! What can go wrong when a write is looked at before it is done.

use super::ExitCode;
use crate::output::Message;

/// Why a write cannot be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// Only Resource Manager can be asked.
    #[error("only Azure Resource Manager says what it would do with a write")]
    OtherHost,
    /// The path is not that of one resource.
    #[error("the URL is not that of one resource")]
    NoResource,
    /// The body does not describe a resource.
    #[error("the body is not a JSON object")]
    NoObject,
    /// The answer cannot be read.
    #[error("the answer of the service says nothing about changes")]
    Unreadable,
    /// Something would change.
    #[error("something would change")]
    Changes,
}

impl LookError {
    /// Returns the exit code.
    pub(super) fn exit_code(self) -> ExitCode {
        match self {
            Self::OtherHost | Self::NoResource | Self::NoObject => ExitCode::Usage,
            Self::Unreadable => ExitCode::Incomplete,
            Self::Changes => ExitCode::NothingFound,
        }
    }

    /// Adds what helps.
    pub(super) fn describe(self, message: &mut Message) {
        match self {
            Self::OtherHost | Self::NoResource => {
                message.hint("`-n` shows the request, and sends nothing");
            }
            Self::NoObject => message.hint("add `-n` to see the body as it would be sent"),
            Self::Unreadable => message.hint("look at the answer with `-vv`"),
            Self::Changes => {}
        }
    }
}
