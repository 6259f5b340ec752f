//! JMESPath (jmespath.org), as the Azure CLI understands it: its author's Python package is what decides where the
//! standard leaves something open. JSONPath: the files of `query`.
//!
//! ```text
//! expression ─lexer→ tokens ─parser→ Expression ─evaluator · functions→ Value, slices where nothing is computed
//! ```

mod evaluator;
mod expression;
mod function;
mod functions;
mod lexer;
mod missed;
mod needed;
mod number;
mod parser;
mod query;
mod streaming;
mod subject;
#[cfg(test)]
mod tests;
mod value;

pub use missed::MissedName;
pub use query::{JmesPath, JmesPathItems};
