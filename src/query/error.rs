//! Why an expression cannot be parsed or a document cannot be searched, and where the fault stands.

/// Why an expression could not be parsed or a document not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The expression is not JSONPath as RFC 9535 has it.
    #[error("`{}` is not JSONPath: {message}", expression.escape_debug())]
    Syntax {
        /// The expression as it was given.
        expression: String,
        /// The offset of the fault, in bytes.
        at: usize,
        /// What is wrong there.
        message: String,
    },
    /// The expression does not start with `$`, which is how JSONPath is told from JMESPath.
    #[error(
        "`{}` is JMESPath, which is not supported yet; JSONPath starts with `$`",
        expression.escape_debug()
    )]
    Language {
        /// The expression as it was given.
        expression: String,
    },
    /// The path of a column leads to no member.
    #[error("`{}` names no member: {message}", expression.escape_debug())]
    Member {
        /// The path as it was given.
        expression: String,
        /// The offset of the fault, in bytes.
        at: usize,
        /// What is wrong there.
        message: String,
    },
    /// The path of a column leads to more than one value.
    #[error("`{}` may find several values, and a cell holds one", expression.escape_debug())]
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

/// A fault in an expression, see [`Error::Syntax`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Error {
    /// Draws an expression with a caret below its fault, in two lines without a final newline.
    ///
    /// A long expression is cut to the part around the fault; control characters are drawn as
    /// spaces. Empty for errors that have no place in an expression.
    pub fn caret(&self) -> String {
        const BEFORE: usize = 40;
        const AFTER: usize = 30;
        let (Self::Syntax { expression, at, .. } | Self::Member { expression, at, .. }) = self
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
