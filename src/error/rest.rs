//! What a run has left undone: pages that are missing, a request without an answer. Finds no words
//! for it.

use std::path::PathBuf;

/// How far a request came that has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InFlight {
    /// It was sent, and can have been executed.
    Sent {
        /// The verb.
        method: String,
        /// The command that shows what became of it.
        command: String,
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
    /// Nothing was printed, for the query needs the whole list.
    NothingPrinted,
    /// The file of `-O` was not written, for it appears whole or not at all.
    NotWritten(PathBuf),
    /// Nothing.
    Lost,
}

/// A command that goes on with a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// The command.
    pub command: String,
    /// Whether secrets are masked in it.
    pub is_masked: bool,
    /// Whether the body must be put into the file `BODY` first.
    pub needs_body: bool,
}
