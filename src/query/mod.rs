//! Queries over JSON documents: an expression is parsed once and asked of a document or of one item after another.
//! What is found are slices of the document, with the bytes they came with.
//!
//! ```text
//! expression ─guard→ checked text ─jsonpath→ Path ─plan→ ┬─ byte_path: names, indices, wildcards, on bytes
//!                                                        └─ node · walk · condition: on trees, below
//! ```

mod byte_path;
mod condition;
mod error;
mod expression;
mod guard;
mod jsonpath;
mod member;
mod node;
mod number;
mod path;
mod plan;
mod text;
mod walk;

#[cfg(test)]
mod agreement_tests;
#[cfg(test)]
mod expression_tests;
#[cfg(test)]
mod guard_tests;
#[cfg(test)]
mod query_tests;

pub use error::Error;
pub use expression::{ItemQuery, Query};
