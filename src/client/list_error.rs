//! What can go wrong with a list and its pages. Who finds it: `list` and `page_reader`; the words of hints: `error`.

use super::error::Error;
use super::opened::RequestError;
use super::pager::NextLinkError;
use crate::azure::ErrorDetail;
use crate::json::FoundError;
use crate::{json, transport};

/// Why a list did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A page was not sent.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A page is not JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// A link is not followed.
    #[error(transparent)]
    Link(#[from] NextLinkError),
    /// A page is not what it should be.
    #[error(transparent)]
    Page(#[from] PageError),
}

impl From<Error> for ListError {
    fn from(error: Error) -> Self {
        Self::Request(error.into())
    }
}

impl From<transport::Error> for ListError {
    fn from(error: transport::Error) -> Self {
        Error::from(error).into()
    }
}

/// A page that is not what it should be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PageError {
    /// A later page has another form than the first.
    #[error("a page of the list has no list in it")]
    NoPage,
    /// A page was announced, and its response has no body.
    #[error("a page of the list has no body")]
    NoBody,
    /// A list that is kept whole has no end in sight.
    #[error("the list takes more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The first page names a next one, but has no list, or several, that it could continue.
    #[error("the answer names a next page, but holds no single list that it continues")]
    NoList,
    /// The response has no members at all, and the user has named one.
    #[error("the answer is {kind}: it has no `{path}` that `{option}` could mean")]
    NoMembers {
        /// The option that names it.
        option: &'static str,
        /// The member.
        path: String,
        /// What the response is.
        kind: &'static str,
    },
    /// The member that the user has named holds no list.
    #[error("the answer has no array at `{path}`")]
    NoItems {
        /// The member.
        path: String,
        /// Where it has arrays, as far as they were looked at.
        arrays: Vec<String>,
    },
    /// What should be a link is not one.
    #[error("`{path}` should name the next page, but is {kind}")]
    NoLink {
        /// The member.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// The response is a success by its status, and holds only an error.
    #[error("the answer is an error: {}", _0.words())]
    Alone(Box<ErrorDetail>),
    /// The service says so itself, in a response of 200.
    #[error("the answer has an error next to its data: {}", _0.words())]
    Partial(Box<ErrorDetail>),
    /// A page of Resource Graph says that rows are missing, and names no page that has them.
    #[error("the service leaves rows out, and has no further page for this query")]
    Truncated,
}

impl PageError {
    /// The error that a document holds.
    pub(super) fn found(error: &FoundError) -> Self {
        let (FoundError::BesideData(text) | FoundError::Alone(text)) = error;
        let detail = Box::new(ErrorDetail::parse(text.as_bytes(), None).unwrap_or_default());
        match error {
            FoundError::BesideData(_) => Self::Partial(detail),
            FoundError::Alone(_) => Self::Alone(detail),
        }
    }
}
