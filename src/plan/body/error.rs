//! Why a body cannot be built, and which file or stdin the bytes came from.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::cli::ValueSource;

/// Where bytes came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Argument,
    /// A file; the path as it was written.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl Origin {
    /// Where the bytes of a source come from.
    pub(super) fn of(source: &ValueSource) -> Self {
        match source {
            ValueSource::Literal(_) => Self::Argument,
            ValueSource::File(path) => Self::File(path.clone()),
            ValueSource::FileInHome(path) => Self::File(Path::new("~").join(path)),
            ValueSource::Stdin => Self::Stdin,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => formatter.write_str("the JSON on the command line"),
            Self::File(path) => write!(formatter, "`{}`", path.display()),
            Self::Stdin => formatter.write_str("standard input"),
        }
    }
}

/// Why there is no body: each is a usage error, found before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Two fields, or a field and the document, want one place to be different things.
    #[error("`{path}` does not fit: {existing} is already {kind}")]
    Clash {
        /// The field that does not fit.
        path: String,
        /// What is in its way.
        existing: String,
        /// What it is: an object, an array, or a plain value.
        kind: &'static str,
    },
    /// One place is set twice.
    #[error("`{path}` is set twice")]
    Duplicate {
        /// The place.
        path: String,
    },
    /// An index leaves a gap; gaps are not filled with nulls.
    #[error(
        "`{path}` leaves a gap: the array has {length} {} so far, and the next index is {length}",
        if *length == 1 { "element" } else { "elements" }
    )]
    Gap {
        /// The field.
        path: String,
        /// Elements so far.
        length: usize,
    },
    /// What should be JSON is not.
    #[error("{origin} is not valid JSON: {reason}")]
    NotJson {
        /// Where it was read from.
        origin: Origin,
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault in bytes, from 1; 0 at the start of a line.
        column: usize,
        /// The parser's words, with line and column.
        reason: String,
    },
    /// What should become JSON cannot.
    #[error("{origin} cannot be sent as JSON: line {line}, column {column}: {reason}")]
    NotYaml {
        /// The file.
        origin: Origin,
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A text field is not UTF-8.
    #[error("the value of `{path}` from {origin} is not UTF-8 text")]
    NotText {
        /// The field.
        path: String,
        /// Where it was read from.
        origin: Origin,
    },
    /// A whole body that says nothing.
    #[error("the body from {origin} is white space only")]
    Blank {
        /// Where it was read from.
        origin: Origin,
    },
    /// Two whole bodies.
    #[error("two whole bodies: {first} and {second}")]
    SeveralBodies {
        /// The first.
        first: Origin,
        /// The second.
        second: Origin,
    },
}
