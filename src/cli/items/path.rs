//! Reads the key of a body field as a path: `a[b][0]` or `.a.b.0`, in the grammar of `json::path_parts`. The document it leads
//! into is made by `plan::body`.

use std::fmt;

use crate::json::{self, Dots, PartForm, PathPart};

/// The members of every resource that hold others.
const CONTAINERS: [&str; 5] = ["tags", "properties", "sku", "identity", "plan"];

/// One level of a body field's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldStep {
    /// A member of an object.
    Key(String),
    /// The same, whose name begins like a path into a resource, with a dot that was neither quoted nor escaped:
    /// `tags.env`.
    DottedKey(String),
    /// An element of an array; at most one past its end.
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
                FieldStep::Key(name) if level == 0 && name.is_empty() => {
                    formatter.write_str("\"\"")?;
                }
                FieldStep::Key(name) if level > 0 && is_read_as_element(name) => {
                    write!(formatter, "[\"{name}\"]")?;
                }
                FieldStep::Key(name) | FieldStep::DottedKey(name) if level == 0 => {
                    formatter.write_str(name)?;
                }
                FieldStep::Key(name) | FieldStep::DottedKey(name) => {
                    write!(formatter, "[{name}]")?;
                }
                FieldStep::Index(index) => write!(formatter, "[{index}]")?,
                FieldStep::Append => formatter.write_str("[]")?,
            }
        }
        Ok(())
    }
}

/// Tells whether a name without quotes would be an element of an array.
fn is_read_as_element(name: &str) -> bool {
    let digits = name.strip_prefix('-').unwrap_or(name);
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why a key is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyError {
    #[error("the key is empty")]
    Empty,
    #[error("the key has an empty part")]
    EmptyPart,
    #[error("`[` is not closed")]
    Unclosed,
    #[error("`{0}` follows a closing bracket or quote")]
    Trailing(String),
    #[error("`{0}` is not a valid index: an array is addressed from 0")]
    Index(String),
    #[error("the key has more than 128 levels")]
    TooDeep,
}

/// Reads a key: `a[b][0][]`, or with a leading dot `.a.b.0.-`.
pub(super) fn parse(key: &str) -> Result<Vec<FieldStep>, KeyError> {
    let dotted = key.strip_prefix('.');
    if dotted.is_some_and(|path| path.starts_with('[')) {
        return Err(KeyError::Empty);
    }
    let (text, dots) = dotted.map_or((key, Dots::Literal), |path| (path, Dots::Separate));
    let parts = json::path_parts(text, dots).map_err(|error| match error {
        json::PathError::Empty { at: 0 } => KeyError::Empty,
        json::PathError::Empty { .. } => KeyError::EmptyPart,
        json::PathError::Unclosed { .. } => KeyError::Unclosed,
        json::PathError::Trailing { at } => {
            KeyError::Trailing(text.get(at..).unwrap_or_default().to_owned())
        }
        json::PathError::TooDeep => KeyError::TooDeep,
    })?;
    let mut steps = Vec::with_capacity(parts.len());
    for part in parts {
        let is_only_name = dots == Dots::Literal && part.form == PartForm::Plain;
        let step = if is_only_name {
            let name = part.name();
            let container = name.split_once('.').map(|(container, _)| container);
            if name == part.text && container.is_some_and(|one| CONTAINERS.contains(&one)) {
                FieldStep::DottedKey(name)
            } else {
                FieldStep::Key(name)
            }
        } else {
            step_of(part, steps.last())?
        };
        steps.push(step);
    }
    Ok(steps)
}

/// Reads one part.
fn step_of(part: PathPart<'_>, parent: Option<&FieldStep>) -> Result<FieldStep, KeyError> {
    // Tags are a map with free names: `tags[1]` is the tag "1", never an element.
    let names_only = matches!(parent, Some(FieldStep::Key(name)) if name == "tags");
    let text = part.text;
    match part.form {
        PartForm::Bracket if text.is_empty() => return Ok(FieldStep::Append),
        PartForm::Plain if text == "-" && !names_only => return Ok(FieldStep::Append),
        PartForm::Bracket | PartForm::Plain => {}
        PartForm::Quoted | PartForm::QuotedBracket => return Ok(FieldStep::Key(part.name())),
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = digits.len() > 1 && digits.starts_with('0');
    if names_only || !is_number || is_padded {
        return Ok(FieldStep::Key(part.name()));
    }
    text.parse()
        .map(FieldStep::Index)
        .map_err(|_| KeyError::Index(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{FieldStep, KeyError, PathDisplay, parse};

    fn key(name: &str) -> FieldStep {
        FieldStep::Key(name.to_owned())
    }

    #[track_caller]
    fn steps(text: &str, expected: &[FieldStep]) {
        assert_eq!(parse(text).as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn a_path_is_shown_as_it_is_read() {
        for text in [
            "a[b][0][]",
            "a[\"0\"]",
            "a[\"\"]",
            "\"\"[x]",
            "a[-]",
            "[][k]",
        ] {
            let parsed = parse(text).unwrap();
            assert_eq!(
                parse(&PathDisplay(&parsed).to_string()).unwrap(),
                parsed,
                "{text}"
            );
        }
    }

    #[test]
    fn paths() {
        steps("a", &[key("a")]);
        steps("a.b", &[key("a.b")]);
        steps("tags.b", &[FieldStep::DottedKey("tags.b".to_owned())]);
        steps("tags\\.b", &[key("tags.b")]);
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
    fn check_error(text: &str, expected: &KeyError) {
        assert_eq!(parse(text).as_ref(), Err(expected), "{text}");
    }

    #[test]
    fn faults() {
        check_error("", &KeyError::Empty);
        check_error(".", &KeyError::Empty);
        check_error(".a..b", &KeyError::EmptyPart);
        check_error("a[b", &KeyError::Unclosed);
        check_error("a[b]c", &KeyError::Trailing("c".to_owned()));
        check_error("a[-1]", &KeyError::Index("-1".to_owned()));
        check_error(
            "a[99999999999999999999999]",
            &KeyError::Index("99999999999999999999999".to_owned()),
        );
        check_error(&"[a]".repeat(129), &KeyError::TooDeep);
    }
}
