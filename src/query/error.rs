//! Why an expression cannot be parsed or a document cannot be searched, and where the error is.

use std::fmt;

/// Why an expression could not be parsed or a document not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The expression is not one of its language.
    #[error("`{}` is not {language}: {message}", shown(expression))]
    Syntax {
        /// The language that it was taken for.
        language: Language,
        /// The expression as it was given.
        expression: String,
        /// The offset of the fault, in bytes.
        at: usize,
        /// What is wrong there.
        message: String,
    },
    /// A function was given what it does not take.
    #[error("`{}` does not fit the answer: {message}", shown(expression))]
    Mismatch {
        /// The expression as it was given.
        expression: String,
        /// The offset of the function, in bytes.
        at: usize,
        /// What it takes and what it was given.
        message: String,
    },
    /// The path of a column leads to no member.
    #[error("`{}` names no member: {message}", shown(expression))]
    Member {
        /// The path as it was given.
        expression: String,
        /// The offset of the fault, in bytes.
        at: usize,
        /// What is wrong there.
        message: String,
    },
    /// The path of a column leads to more than one value.
    #[error(
        "`{}` may find several values, and a cell holds one",
        shown(expression)
    )]
    Several {
        /// The path as it was given.
        expression: String,
    },
    /// The document is not one JSON text.
    #[error("the document is malformed at byte {at}")]
    Malformed {
        /// The offset where it stops making sense, in bytes.
        at: usize,
    },
    /// The document nests deeper than a tree may.
    #[error("the document nests deeper than {limit} levels")]
    TooDeep {
        /// The deepest nesting that is accepted.
        limit: usize,
    },
}

/// Shows an expression as it was typed, except for what a terminal would act on.
fn shown(expression: &str) -> String {
    let mut shown = String::with_capacity(expression.len());
    for character in expression.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The language of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// RFC 9535: it begins with `$`.
    JsonPath,
    /// jmespath.org: anything else.
    JmesPath,
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::JsonPath => "JSONPath",
            Self::JmesPath => "JMESPath",
        })
    }
}

/// A fault in an expression, see [`Error::Syntax`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) at: usize,
    pub(super) message: String,
}

impl SyntaxError {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

impl Error {
    /// Draws an expression with a caret below its fault, in two lines without a final newline.
    ///
    /// A long expression is cut to the part around the fault; control characters are drawn as
    /// spaces. Empty for errors that have no place in an expression.
    pub fn caret(&self) -> String {
        const BEFORE: usize = 40;
        const AFTER: usize = 30;
        let (Self::Syntax { expression, at, .. }
        | Self::Mismatch { expression, at, .. }
        | Self::Member { expression, at, .. }) = self
        else {
            return String::new();
        };
        if expression.is_empty() {
            return String::new();
        }
        let drawn = |character: char| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        };
        let (before, after) = expression.split_at_checked(*at).unwrap_or((expression, ""));
        let skipped = before.chars().count().saturating_sub(BEFORE);
        let mut line: String = before.chars().skip(skipped).map(drawn).collect();
        if skipped > 0 {
            line.insert(0, '…');
        }
        let column = line.chars().count();
        line.extend(after.chars().take(AFTER).map(drawn));
        if after.chars().nth(AFTER).is_some() {
            line.push('…');
        }
        format!("{line}\n{}^", " ".repeat(column))
    }
}
