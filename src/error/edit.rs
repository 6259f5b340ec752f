//! What can go wrong when a resource is edited.

use super::ExitCode;
use crate::output::Message;
use crate::shell::CommandLine;

/// Why an edit did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The editor leaves the text to a window.
    #[error("`{command}` ends before the text is saved")]
    EndsAtOnce {
        /// The variable that names it.
        variable: &'static str,
        /// Its value.
        command: String,
        /// The option that makes it wait.
        option: &'static str,
    },
    /// The editor cannot be run, or says that it has failed.
    #[error("the editor `{program}` failed: {message}")]
    Editor {
        /// The program.
        program: String,
        /// What is known.
        message: String,
    },
    /// Nothing was left in the file.
    #[error("the text is empty: nothing was sent")]
    Empty,
    /// The text is JSON, and not a resource.
    #[error("the text is not a JSON object: nothing was sent")]
    NoObject,
    /// There is nobody to ask.
    #[error("there is no terminal to ask on: nothing was sent")]
    NobodyToAsk,
    /// The user did not agree.
    #[error("not confirmed: nothing was sent")]
    NotConfirmed,
    /// The resource has changed since it was read.
    #[error("the resource has changed since it was read: nothing was sent")]
    Changed,
}

impl EditError {
    /// Returns the exit code.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Editor { .. } => ExitCode::Local,
            Self::EndsAtOnce { .. } | Self::NoObject => ExitCode::Usage,
            // As the service says it: 412.
            Self::Changed => ExitCode::Client,
            Self::Empty | Self::NobodyToAsk | Self::NotConfirmed => ExitCode::Refused,
        }
    }

    /// Adds what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::EndsAtOnce {
                variable,
                command,
                option,
            } => {
                let value = CommandLine::default().word(&format!("{command} {option}"));
                let value = value.as_str().trim_start().to_owned();
                message.hint(format!("make it wait: `export {variable}={value}`"));
            }
            Self::NobodyToAsk => message.hint("`--yes` sends what was changed without asking"),
            Self::Editor { .. } => {
                message.hint("choose another with `export EDITOR=vi`, or give the text as `@FILE`");
            }
            Self::Empty | Self::NoObject | Self::NotConfirmed | Self::Changed => {}
        }
    }
}
