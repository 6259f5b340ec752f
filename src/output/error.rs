//! Why an answer cannot be rendered. Who renders it: `renderer`.

use crate::query;

/// The most bytes of members after the items of the first page, which are held until the last page.
pub(super) const MAX_TRAILER: usize = 64 << 20;

/// Why an answer cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The document is larger than may be kept.
    #[error("the query needs the whole document, which takes more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The rows of a table are more than may be kept.
    #[error("the table takes more than {limit} bytes")]
    TableTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// What is to be sorted is more than may be kept.
    #[error("what is to be sorted takes more than {limit} bytes")]
    TooMuchToSort {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Not even one part of the answer has room, or it has no parts.
    #[error("the answer takes more than {limit} bytes, and nothing in it can be left out")]
    NoRoom {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The members after the items are larger than may be held.
    #[error("the members after the items are larger than {MAX_TRAILER} bytes")]
    TrailerTooLarge,
    /// The query does not run on this document.
    #[error(transparent)]
    Query(#[from] query::Error),
}
