//! The query language: from text to tokens (`lexer`), to a query (`parser`, `expressions`, `syntax`), to rows
//! (`evaluator`, `values`).

pub(crate) mod evaluator;
pub(crate) mod expressions;
pub(crate) mod lexer;
pub(crate) mod parser;
pub(crate) mod syntax;
pub(crate) mod token_stream;
pub(crate) mod values;
