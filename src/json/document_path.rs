//! Where something is in a JSON document, step by step, as people read it. Paths that people write: `dotted_path`.

use std::borrow::Cow;
use std::fmt;

/// Values below this many levels are compared as one, so that nothing runs out of stack.
pub(super) const MOST_LEVELS: usize = 128;

/// One step of a path into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep<'j> {
    /// To a member.
    Member(Cow<'j, str>),
    /// To an element.
    Element {
        /// Its number: in the later document, or in the earlier one if it is only there.
        index: usize,
        /// What tells it from the others, if its array tells elements apart by a name.
        name: Option<String>,
    },
}

/// Where something differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentPath<'j>(pub Vec<PathStep<'j>>);

impl fmt::Display for DocumentPath<'_> {
    /// Writes the path as people read it: `properties.subnets[web].properties.addressPrefix`, and `$` for the whole
    /// document.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |name: &str| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-$@/".contains(&byte);
            !name.is_empty() && name.bytes().all(is_plain)
        };
        if self.0.is_empty() {
            return formatter.write_str("$");
        }
        for (place, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Member(name) => {
                    let dot = if place > 0 { "." } else { "" };
                    if is_plain(name) {
                        write!(formatter, "{dot}{name}")?;
                    } else {
                        write!(formatter, "{dot}{}", serde_json::Value::from(name.as_ref()))?;
                    }
                }
                PathStep::Element { index, name } => match name {
                    Some(name) if is_plain(&name.replace(['.', ' '], "_")) => {
                        write!(formatter, "[{name}]")?;
                    }
                    Some(name) => {
                        write!(formatter, "[{}]", serde_json::Value::from(name.as_str()))?;
                    }
                    None => write!(formatter, "[{index}]")?,
                },
            }
        }
        Ok(())
    }
}
