//! Reads the key of a body field as a path: `a[b][0]` or `.a.b.0`. Does not know the document it leads into.

use std::fmt;

use super::scan::{bracket_length, escape_length, quoted_length, unescape};

/// One level of a body field's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldStep {
    /// A member of an object.
    Key(String),
    /// An element of an array; at most one behind its end.
    Index(usize),
    /// One more element at the end of an array.
    Append,
}

/// Shows a path as it is written in brackets: `tags[env]`, `zones[]`.
#[derive(Debug, Clone, Copy)]
pub struct PathDisplay<'a>(pub &'a [FieldStep]);

impl fmt::Display for PathDisplay<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (level, step) in self.0.iter().enumerate() {
            match step {
                FieldStep::Key(name) if level == 0 => formatter.write_str(name)?,
                FieldStep::Key(name) => write!(formatter, "[{name}]")?,
                FieldStep::Index(index) => write!(formatter, "[{index}]")?,
                FieldStep::Append => formatter.write_str("[]")?,
            }
        }
        Ok(())
    }
}

/// A path of more steps is refused, so that nothing behind it can run out of stack.
const MAX_STEPS: usize = 128;

/// Why a key is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PathFault {
    #[error("the key is empty")]
    Empty,
    #[error("the key has an empty part")]
    EmptyPart,
    #[error("`[` is not closed")]
    Unclosed,
    #[error("`{0}` follows a closing bracket or quote")]
    Trailing(String),
    #[error("`{0}` is no index: an array is addressed from 0")]
    Index(String),
    #[error("the key has more than {MAX_STEPS} levels")]
    TooDeep,
}

/// Reads a key: `a[b][0][]`, or with a leading dot `.a.b.0.-`.
pub(super) fn parse(key: &str) -> Result<Vec<FieldStep>, PathFault> {
    let mut steps = Vec::new();
    let dotted = key.starts_with('.');
    let mut rest = key;
    if !dotted && !rest.starts_with('[') {
        let (part, tail) = cut_part(rest, dotted);
        if part.is_empty() {
            return Err(PathFault::Empty);
        }
        steps.push(FieldStep::Key(plain_name(part)));
        rest = tail;
    }
    while let Some(first) = rest.chars().next() {
        let step = if first == '[' {
            let length = bracket_length(rest).ok_or(PathFault::Unclosed)?;
            let inner = rest.get(1..length - 1).unwrap_or_default();
            rest = rest.get(length..).unwrap_or_default();
            step_of(inner, "", steps.last())?
        } else if first == '.' && dotted {
            let (part, tail) = cut_part(rest.get(1..).unwrap_or_default(), dotted);
            if part.is_empty() {
                return Err(if steps.is_empty() {
                    PathFault::Empty
                } else {
                    PathFault::EmptyPart
                });
            }
            rest = tail;
            step_of(part, "-", steps.last())?
        } else {
            return Err(PathFault::Trailing(rest.to_owned()));
        };
        if steps.len() == MAX_STEPS {
            return Err(PathFault::TooDeep);
        }
        steps.push(step);
    }
    Ok(steps)
}

/// Cuts off the first name: a quoted one, or all up to the next `[` (and the next `.` in the dotted form).
fn cut_part(text: &str, dotted: bool) -> (&str, &str) {
    if text.starts_with('"')
        && let Some(length) = quoted_length(text)
    {
        return text.split_at(length);
    }
    let mut at = 0;
    while let Some(tail) = text.get(at..)
        && let Some(character) = tail.chars().next()
    {
        match character {
            '[' => break,
            '.' if dotted => break,
            '\\' => at += escape_length(tail),
            _ => at += character.len_utf8(),
        }
    }
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Reads one part; `append` is its spelling of "one more element".
fn step_of(part: &str, append: &str, parent: Option<&FieldStep>) -> Result<FieldStep, PathFault> {
    // Tags are a map with free names: `tags[1]` is the tag "1", never an element.
    let names_only = matches!(parent, Some(FieldStep::Key(name)) if name == "tags");
    if part == append && !(names_only && append == "-") {
        return Ok(FieldStep::Append);
    }
    let digits = part.strip_prefix('-').unwrap_or(part);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = digits.len() > 1 && digits.starts_with('0');
    if names_only || !is_number || is_padded {
        return Ok(FieldStep::Key(plain_name(part)));
    }
    part.parse()
        .map(FieldStep::Index)
        .map_err(|_| PathFault::Index(part.to_owned()))
}

/// A name without its quotes and escapes.
fn plain_name(part: &str) -> String {
    let inner = if quoted_length(part) == Some(part.len()) && part.starts_with('"') {
        part.get(1..part.len() - 1).unwrap_or_default()
    } else {
        part
    };
    unescape(inner)
}

#[cfg(test)]
mod tests {
    use super::{FieldStep, PathFault, parse};

    fn key(name: &str) -> FieldStep {
        FieldStep::Key(name.to_owned())
    }

    #[track_caller]
    fn steps(text: &str, expected: &[FieldStep]) {
        assert_eq!(parse(text).as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn paths() {
        steps("a", &[key("a")]);
        steps("a.b", &[key("a.b")]);
        steps(
            "a[b][0][]",
            &[key("a"), key("b"), FieldStep::Index(0), FieldStep::Append],
        );
        steps("[][k]", &[FieldStep::Append, key("k")]);
        steps(
            ".a.b.0.-",
            &[key("a"), key("b"), FieldStep::Index(0), FieldStep::Append],
        );
        steps(".a[0].b", &[key("a"), FieldStep::Index(0), key("b")]);
        steps(".\"a.b\".c\\.d", &[key("a.b"), key("c.d")]);
        steps("a[\"1\"]", &[key("a"), key("1")]);
        steps("a[\\1]", &[key("a"), key("1")]);
        steps("a[007]", &[key("a"), key("007")]);
        steps("a[\"\"]", &[key("a"), key("")]);
        steps("tags[1]", &[key("tags"), key("1")]);
        steps(".tags.-", &[key("tags"), key("-")]);
        steps(".p.tags.0", &[key("p"), key("tags"), key("0")]);
        steps("a\\[b\\]", &[key("a[b]")]);
    }

    #[track_caller]
    fn fault(text: &str, expected: &PathFault) {
        assert_eq!(parse(text).as_ref(), Err(expected), "{text}");
    }

    #[test]
    fn faults() {
        fault("", &PathFault::Empty);
        fault(".", &PathFault::Empty);
        fault(".a..b", &PathFault::EmptyPart);
        fault("a[b", &PathFault::Unclosed);
        fault("a[b]c", &PathFault::Trailing("c".to_owned()));
        fault("a[-1]", &PathFault::Index("-1".to_owned()));
        fault(
            "a[99999999999999999999999]",
            &PathFault::Index("99999999999999999999999".to_owned()),
        );
        fault(&"[a]".repeat(129), &PathFault::TooDeep);
    }
}
