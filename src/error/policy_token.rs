//! Why there is no policy token for a write: nothing was written.

use super::ExitCode;
use crate::output::Message;

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyTokenError {
    /// The URL names nothing that can be asked.
    #[error("cannot get a policy token: the URL names no subscription and no management group")]
    NoScope,
    /// The change system says no.
    #[error("the change is refused{}", reasons(messages))]
    Refused {
        /// What the policies say.
        messages: Vec<String>,
        /// When to ask again, as it was written.
        retry_after: Option<String>,
    },
    /// The answer is not in a known form.
    #[error("the answer to the request for a policy token has no token")]
    Unknown,
}

fn reasons(messages: &[String]) -> String {
    if messages.is_empty() {
        return String::new();
    }
    format!(": {}", messages.join("; "))
}

impl PolicyTokenError {
    /// The exit code: it is the service that refuses, except for what cannot be asked.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoScope => ExitCode::Usage,
            Self::Refused { .. } => ExitCode::Client,
            Self::Unknown => ExitCode::Incomplete,
        }
    }

    pub(super) fn describe(&self, message: &mut Message) {
        message.fact("", "nothing was written");
        match self {
            Self::NoScope => {
                message.hint("leave `--acquire-policy-token` and `--change-reference` out");
            }
            Self::Refused { retry_after, .. } => {
                if let Some(time) = retry_after {
                    message.fact("try again", time);
                }
                message.hint("name an approved change with `--change-reference ID`");
            }
            Self::Unknown => message.hint("look at the answer with `-vv`"),
        }
    }
}
