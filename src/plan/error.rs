//! Why a request cannot be planned. What helps is in `error/plan.rs`.

use super::dotted_field::DottedFieldError;
use super::git_bash::RewrittenValueError;
use super::{body, graph_query, named, pattern, target};
use crate::azure::{AllowedHostError, AudienceError, GuardError, ListedHostError};

pub use super::target::ErrorKind;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL.
    #[error(transparent)]
    Target(#[from] target::Error),
    /// The body.
    #[error(transparent)]
    Body(#[from] body::Error),
    /// A field whose dot was meant as a step.
    #[error(transparent)]
    DottedField(#[from] DottedFieldError),
    /// A name in place of the URL.
    #[error(transparent)]
    Named(#[from] named::Error),
    /// `*` in the path.
    #[error(transparent)]
    Pattern(#[from] pattern::Error),
    /// A host that a list names.
    #[error(transparent)]
    ListedHost(#[from] ListedHostError),
    /// What the run must not send.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The query of `arm graph`.
    #[error(transparent)]
    GraphQuery(#[from] graph_query::Error),
    /// `--audience`.
    #[error("`--audience {text}`: {error}")]
    Audience {
        /// What was given.
        text: String,
        /// Why it is not valid.
        error: AudienceError,
    },
    /// `--allow-host`.
    #[error("`--allow-host`: {error}")]
    AllowedHost {
        /// Why what was given is not valid.
        error: AllowedHostError,
    },
    /// A header value that no request can carry.
    #[error("the value of the header `{name}` holds a line break or a control character")]
    HeaderValue {
        /// The header.
        name: String,
    },
    /// A header that belongs to the connection, not to the user.
    #[error("the header `{name}` is set by the connection itself")]
    ReservedHeader {
        /// The header.
        name: String,
    },
    /// A value that Git Bash may have rewritten.
    #[error(transparent)]
    RewrittenValue(#[from] RewrittenValueError),
    /// A query parameter that is not text.
    #[error("the value of the query parameter `{name}` is not UTF-8 text")]
    QueryValue {
        /// The parameter.
        name: String,
    },
}

impl Error {
    /// Tells a mistake from a danger.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Target(error) => error.kind(),
            Self::ListedHost(_) | Self::Guard(_) => ErrorKind::Unsafe,
            Self::Pattern(error) if error.is_unsafe() => ErrorKind::Unsafe,
            Self::Pattern(_)
            | Self::GraphQuery(_)
            | Self::Body(_)
            | Self::DottedField(_)
            | Self::Named(_)
            | Self::Audience { .. }
            | Self::AllowedHost { .. }
            | Self::HeaderValue { .. }
            | Self::ReservedHeader { .. }
            | Self::RewrittenValue(_)
            | Self::QueryValue { .. } => ErrorKind::Usage,
        }
    }
}
