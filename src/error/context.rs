//! What is known of a run that an error ended: where it was, what is left to do, and what hints must know. Who reads it:
//! `message`.

use std::fmt;
use std::path::PathBuf;

use http::Method;

use crate::azure::Shown;
use crate::plan::ids::Place;
use crate::shell::CommandLine;

/// What is known in addition to the error.
#[derive(Debug, Default)]
pub struct Context {
    /// Where the ID was, if the request was one of many.
    pub place: Option<Place>,
    /// The namespace of the provider that was being registered.
    pub registering: Option<String>,
    /// The operation that was being watched.
    pub operation: Option<Operation>,
    /// How much of a list was printed.
    pub incomplete: Option<Incomplete>,
    /// How far the last request came, if it has no answer.
    pub in_flight: Option<InFlight>,
    /// The lines of the query that the service cannot read, with marks below the places.
    pub query_excerpts: Option<String>,
    /// The text that the user has edited, if it was not sent.
    pub kept_text: Option<KeptText>,
    /// What hints need to know of the run.
    pub hints: HintContext,
}

/// An operation that was not watched to its end, or whose end could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// What is known of its state.
    pub state: OperationState,
    /// The command that continues from there.
    pub command: Shown,
}

/// What is known of the state of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// It may still be running.
    Running,
    /// It was accepted, and the service does not tell how to follow it.
    Unknown,
    /// It succeeded, and its result was not read.
    Succeeded,
}

/// A list that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    /// Items that were printed.
    pub items: u64,
    /// How to go on, if that is possible.
    pub remainder: Remainder,
}

/// A text that the user has edited, and that was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptText {
    /// The file.
    pub path: PathBuf,
    /// The command that goes on with it.
    pub command: CommandLine,
}

/// How far a request came that has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InFlight {
    /// It was sent, and can have been executed.
    Sent {
        /// The verb.
        method: String,
        /// The command that shows what became of it.
        command: Shown,
    },
    /// It had failed, and waited to be made again.
    Paused {
        /// What it had failed by.
        reason: String,
    },
}

/// What can be done about the pages that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remainder {
    /// They can be asked for.
    Resume(Resume),
    /// Nothing was printed, because the query needs the whole list.
    NothingPrinted,
    /// The file of `-O` was not written, because it appears whole or not at all.
    NotWritten(PathBuf),
    /// Nothing.
    Lost,
}

/// A command that continues a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// The command.
    pub command: Shown,
    /// Whether the body must be put into the file `BODY` first.
    pub needs_body: bool,
}

/// What hints need to know of a run, so that the commands that they name work.
#[derive(Debug, Clone, Default)]
pub struct HintContext {
    /// The options that a command needs to do the same.
    pub options: CommandLine,
    /// How a command names the body that was sent, if there was one.
    pub body: Option<BodyWord>,
    /// How requests were signed.
    pub signature: Signature,
    /// Whether the sandbox answered.
    pub is_sandbox: bool,
    /// Whether the request was for Resource Manager, whose paths and codes are known.
    pub is_resource_manager: bool,
    /// The command that sends a write again whose api-version was chosen by this program, without that version.
    pub write: Option<CommandLine>,
    /// Whether providers were registered if the service asked for it.
    pub registers: bool,
    /// The verb of the request, if it writes.
    pub write_method: Option<Method>,
}

/// How a command names a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyWord {
    /// The file that it came from.
    File(String),
    /// A file that is to be made of it.
    Unnamed,
}

impl fmt::Display for BodyWord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(formatter, "@{file}"),
            Self::Unnamed => formatter.write_str("@BODY"),
        }
    }
}

/// How the requests of a run were signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signature {
    /// With a token of a credential.
    #[default]
    Credential,
    /// With a header that the user gave.
    Header,
    /// Not at all.
    None,
}

impl HintContext {
    /// Tells whether the run does no harm when it is made again: it reads, or what it writes is the same each time.
    pub fn repeats_safely(&self) -> bool {
        let method = self.write_method.as_ref();
        method.is_none_or(|method| [Method::PUT, Method::DELETE].contains(method))
    }

    /// Adds the options of the run to a command.
    pub fn complete(&self, command: CommandLine) -> CommandLine {
        command.followed_by(&self.options)
    }
}
