//! Queries over JSON documents: an expression is parsed once and asked of a document or of one item after another.
//! What is found are slices of the document, with the bytes they came with.
//!
//! What begins with `$` is JSONPath, anything else JMESPath (`language`).
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
mod guess;
mod jmespath;
mod jsonpath;
mod language;
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

pub use error::{Error, Language};
pub use expression::{ItemQuery, Query};
pub use guess::meant;
pub use jmespath::{JmesPath, JmesPathItems, MissedName};
pub use language::QueryExpression;
