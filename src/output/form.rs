//! How an answer is to stand in the output. Writes nothing.

use super::column::Columns;
use super::results::Arrangement;
use super::rows::{RowFormat, Rows};
use crate::json::JsonStyle;

/// How the answer stands in the output.
#[derive(Debug, Clone)]
pub enum Layout {
    /// As JSON.
    Json(JsonStyle),
    /// One item or result a line, as JSON.
    Lines,
    /// One result a line, strings without quotes.
    Text,
    /// A row for each item or result.
    Rows(RowFormat, Columns),
}

impl Layout {
    /// How each of several results stands there.
    pub(super) fn each(self) -> Arrangement {
        match self {
            Self::Json(layout) => Arrangement::Array(layout),
            Self::Lines => Arrangement::Lines,
            Self::Text => Arrangement::TextLines,
            Self::Rows(format, columns) => Arrangement::Rows(Rows::new(format, columns)),
        }
    }

    /// How the only result stands there.
    pub(super) fn single(self) -> Arrangement {
        match self {
            Self::Json(layout) => Arrangement::Single(layout),
            Self::Lines => Arrangement::SingleLines,
            Self::Text => Arrangement::SingleText,
            Self::Rows(format, columns) => Arrangement::SingleRows(Rows::new(format, columns)),
        }
    }
}
