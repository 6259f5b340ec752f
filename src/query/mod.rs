//! Queries over JSON documents: an expression is parsed once and asked of a document or of one item after another.
//! What is found are slices of the document, with the bytes they came with.
//!
//! ```text
//! expression ─guard→ checked text ─jsonpath→ Path ─plan→ ┬─ byte_path: names, indices, wildcards, on bytes
//!                                                        └─ node · walk · condition: on trees, below
//! ```

mod byte_path;
mod condition;
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

use self::path::{Condition, Path, Reach, Segment, Selector};
use self::plan::ExecutionPlan;

/// A parsed query.
///
/// Names select the last of several members with the same name; wildcards and `..` see them all.
#[derive(Debug, Clone)]
pub struct Query {
    path: Path,
    way: ExecutionPlan,
}

/// What is left of a query for one item of the member `value`, see [`Query::per_item`].
#[derive(Debug, Clone)]
pub struct ItemQuery {
    way: ExecutionPlan,
}

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
struct Fault {
    at: usize,
    message: String,
}

impl Query {
    /// Parses an expression. It is not trimmed: whitespace around a path is a fault.
    ///
    /// All of RFC 9535 is understood, and nothing else. Expressions of more than 64 KiB, 64 nested
    /// brackets, 4 nested functions or 256 steps in a row are refused as [`Error::Syntax`].
    pub fn parse(expression: &str) -> Result<Self, Error> {
        let syntax = |Fault { at, message }| Error::Syntax {
            expression: expression.to_owned(),
            at,
            message,
        };
        if !expression.starts_with('$') {
            let trimmed = expression.trim_start();
            return Err(match trimmed.chars().next() {
                Some('$') => syntax(Fault {
                    at: 0,
                    message: "whitespace before the path".to_owned(),
                }),
                None => syntax(Fault {
                    at: 0,
                    message: "it is empty".to_owned(),
                }),
                Some(_) => Error::Language {
                    expression: expression.to_owned(),
                },
            });
        }
        let path = jsonpath::parse(expression).map_err(syntax)?;
        let way = ExecutionPlan::of(&path.segments);
        Ok(Self { path, way })
    }

    /// Says whether the query yields at most one node whatever the document (RFC 9535, 2.3.5.1).
    pub fn is_singular(&self) -> bool {
        self.path.is_singular()
    }

    /// Returns the query to run on each item of `value`, if running it item by item gives exactly
    /// the nodes, in the order, of the whole document whose member `value` is an array.
    ///
    /// That is so if the query starts with `$.value[*]` or `$.value[?…]` and no filter reads `$`.
    /// An index or slice of `value` needs the whole document.
    pub fn per_item(&self) -> Option<ItemQuery> {
        let [value, items, rest @ ..] = self.path.segments.as_slice() else {
            return None;
        };
        let filter = match (selected(value)?, selected(items)?) {
            (Selector::Name(name), Selector::Wildcard) if name == "value" => None,
            (Selector::Name(name), Selector::Filter(filter)) if name == "value" => Some(filter),
            _ => return None,
        };
        let mut conditions = rest.iter().flat_map(Segment::conditions).chain(filter);
        if conditions.any(Condition::reads_root) {
            return None;
        }
        Some(ItemQuery {
            way: ExecutionPlan::filtered(filter, rest),
        })
    }

    /// Hands the nodes of a document to `found`, in the order of RFC 9535, as slices of it.
    ///
    /// The document is one JSON text that has been validated; any other text gets an answer too,
    /// perhaps a wrong one. Where a tree is needed, what it holds may nest
    /// [512 levels](Error::TooDeep). After an error `found` has not been called.
    pub fn select<'j>(&self, json: &'j str, found: &mut dyn FnMut(&'j str)) -> Result<(), Error> {
        self.way.select(json)?.into_iter().for_each(found);
        Ok(())
    }
}

impl ItemQuery {
    /// Hands the nodes below one item of `value` to `found`, see [`Query::select`].
    pub fn select<'j>(&self, item: &'j str, found: &mut dyn FnMut(&'j str)) -> Result<(), Error> {
        self.way.select(item)?.into_iter().for_each(found);
        Ok(())
    }
}

/// Returns the one selector of a child segment.
fn selected(segment: &Segment) -> Option<&Selector> {
    match (segment.reach, segment.selectors.as_slice()) {
        (Reach::Child, [selector]) => Some(selector),
        _ => None,
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
