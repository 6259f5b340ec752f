//! Finds the error in a document that should be data: it looks at the members one by one as they come and keeps only
//! the error. What the error says is read by `azure::response`.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::event::PageEvent;

/// Looks for the member `error` of a document that also has data, or only the error: Log Analytics answers so, with
/// 200, if a query came to its end only in part. A status monitor has other members, and no data, next to it.
#[derive(Debug, Default)]
pub struct DataError {
    depth: usize,
    error: Option<String>,
    /// The error in whatever case, if it says something.
    lone: Option<String>,
    has_others: bool,
    has_data: bool,
    is_truncated: bool,
}

/// An error that a document holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundError {
    /// Beside data; as it is there.
    BesideData(String),
    /// It is all that the document holds.
    Alone(String),
}

impl DataError {
    /// Takes the next part of the document.
    pub fn take(&mut self, part: PageEvent<'_>) {
        self.has_others |= match part {
            PageEvent::Object => false,
            PageEvent::Member { name, value } if self.depth == 0 => {
                let is_error = name.eq_ignore_ascii_case("\"error\"") && self.lone.is_none();
                if is_error && names_fault(value) {
                    self.lone = Some(value.to_owned());
                }
                !is_error
            }
            PageEvent::Open { .. }
            | PageEvent::Close
            | PageEvent::Link { .. }
            | PageEvent::Member { .. }
            | PageEvent::Items { .. }
            | PageEvent::Item(_)
            | PageEvent::Indented { .. }
            | PageEvent::ItemsEnd
            | PageEvent::Scalar(_) => true,
        };
        match part {
            PageEvent::Items { .. } => self.has_data = true,
            PageEvent::Open { name } => {
                self.has_data |= self.depth == 0 && name == "\"data\"";
                self.depth += 1;
            }
            PageEvent::Close => self.depth = self.depth.saturating_sub(1),
            PageEvent::Member { name, value } if self.depth == 0 => self.take_member(name, value),
            PageEvent::Object
            | PageEvent::Member { .. }
            | PageEvent::Link { .. }
            | PageEvent::Item(_)
            | PageEvent::Indented { .. }
            | PageEvent::ItemsEnd
            | PageEvent::Scalar(_) => {}
        }
    }

    fn take_member(&mut self, name: &str, value: &str) {
        match name {
            "\"error\"" if says_something(value) => self.error = Some(value.to_owned()),
            // A word of Resource Graph, as a text (recorded) and, in its documents, as a boolean.
            "\"resultTruncated\"" => self.is_truncated = matches!(value, "true" | "\"true\""),
            "\"tables\"" | "\"value\"" | "\"data\"" => self.has_data |= value != "null",
            _ => {}
        }
    }

    /// Tells whether the document says that rows are missing in it.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Returns the error, if there is data or nothing next to it.
    pub fn found(self) -> Option<FoundError> {
        match (self.error, self.lone) {
            (Some(error), _) if self.has_data => Some(FoundError::BesideData(error)),
            (_, Some(error)) if !self.has_others => Some(FoundError::Alone(error)),
            _ => None,
        }
    }
}

/// Tells whether the value of `error` has a code or a message.
fn names_fault(value: &str) -> bool {
    let members: HashMap<String, &RawValue> = serde_json::from_str(value).unwrap_or_default();
    let mut names = members.iter();
    names.any(|(name, value)| {
        ["code", "message"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
            && !matches!(value.get(), "null" | "\"\"")
    })
}

/// Tells an error from a member that is there for the form: `null`, `{}`, an empty text.
fn says_something(value: &str) -> bool {
    let inner = value
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .or_else(|| value.strip_prefix('"')?.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::{DataError, FoundError};
    use crate::json::{Error, Expected, PageParser};

    #[test]
    fn finds_an_error_beside_data_or_alone() {
        let beside = |text: &str| Some(FoundError::BesideData(text.to_owned()));
        let alone = |text: &str| Some(FoundError::Alone(text.to_owned()));
        for (body, expected) in [
            (
                r#"{"value":[1],"error":{"code":"C"}}"#,
                beside(r#"{"code":"C"}"#),
            ),
            (
                r#"{"error":{"code":"C"},"tables":[]}"#,
                beside(r#"{"code":"C"}"#),
            ),
            (r#"{"data":{"a":1},"error":"text"}"#, beside("\"text\"")),
            (r#"{"error":{"code":"C"}}"#, alone(r#"{"code":"C"}"#)),
            (r#"{"Error":{"Message":"m"}}"#, alone(r#"{"Message":"m"}"#)),
            (r#"{"error":{"id":7}}"#, None),
            (r#"{"error":{"code":null}}"#, None),
            (r#"{"error":{"code":"C"},"error":{"code":"D"}}"#, None),
            (r#"{"value":[1],"error":null}"#, None),
            (r#"{"value":[1],"error":{ }}"#, None),
            (r#"{"value":[1],"error":""}"#, None),
            (r#"{"value":[{"error":{"code":"C"}}]}"#, None),
            (r#"{"value":[1],"properties":{"error":{"code":"C"}}}"#, None),
            (r#"{"status":"Failed","error":{"code":"C"}}"#, None),
            (r#"{"data":null,"error":{"code":"C"}}"#, None),
            (r#"[{"error":{"code":"C"}}]"#, None),
        ] {
            for size in [1, 7, body.len()] {
                let mut error = DataError::default();
                let mut take = |part: super::PageEvent<'_>| -> Result<(), Error> {
                    error.take(part);
                    Ok(())
                };
                let mut parser = PageParser::new(Expected::plain(), usize::MAX);
                for chunk in body.as_bytes().chunks(size) {
                    parser.push(chunk, &mut take).unwrap();
                }
                parser.finish(&mut take).unwrap();
                assert_eq!(error.found(), expected, "{body} by {size}");
            }
        }
    }
}
