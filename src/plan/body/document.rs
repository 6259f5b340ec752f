//! A JSON document that is changed at some places and keeps its bytes at all others. Members are opened only if a field
//! goes in. Who reads files: `plan/inputs`; who chooses the `Content-Type`: `content`.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::cli::{FieldStep, PathDisplay};

use super::error::Error;

/// Who has put a value where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    /// The whole body, which fields may change.
    Body,
    /// A field, which no other field may change.
    Field,
}

#[derive(Debug)]
enum Node {
    /// Nothing yet: becomes what the first field needs.
    Unset,
    /// JSON as it was written.
    Raw(String, Author),
    /// Opened for a field.
    Object(Vec<Member>, Author),
    /// Opened for a field.
    Array(Vec<Self>, Author),
}

#[derive(Debug)]
struct Member {
    /// The name, decoded.
    name: String,
    /// The name as it was written, in its quotes.
    written: String,
    value: Node,
}

/// A document under construction.
#[derive(Debug)]
pub(super) struct Document {
    root: Node,
}

impl Document {
    /// Starts without anything: the first field decides between object and array.
    pub(super) fn empty() -> Self {
        Self { root: Node::Unset }
    }

    /// Starts with valid JSON.
    pub(super) fn of(json: &str) -> Self {
        Self {
            root: Node::Raw(json.to_owned(), Author::Body),
        }
    }

    /// Puts valid JSON at a place.
    pub(super) fn set(&mut self, path: &[FieldStep], value: String) -> Result<(), Error> {
        let mut node = &mut self.root;
        for (level, step) in path.iter().enumerate() {
            node.open(step);
            node = node.child(path, level, step)?;
        }
        let author = match node {
            Node::Unset => Author::Body,
            Node::Raw(_, author) | Node::Object(_, author) | Node::Array(_, author) => *author,
        };
        match (&*node, author) {
            (_, Author::Body) => *node = Node::Raw(value, Author::Field),
            (Node::Object(..), Author::Field) => return Err(clash(path, path.len(), "an object")),
            (Node::Array(..), Author::Field) => return Err(clash(path, path.len(), "an array")),
            _ => {
                return Err(Error::Duplicate {
                    path: PathDisplay(path).to_string(),
                });
            }
        }
        Ok(())
    }

    /// Writes the document: compact if it was opened, as it was written everywhere else.
    pub(super) fn into_json(self) -> String {
        let mut text = String::new();
        self.root.write(&mut text);
        text
    }
}

impl Node {
    /// Opens a container so that a step can go in.
    fn open(&mut self, step: &FieldStep) {
        let opened = match self {
            Self::Unset => None,
            // A `null` in the body is a place to fill; one that a field has set is a value.
            Self::Raw(json, Author::Body) if json == "null" => None,
            Self::Raw(json, author) if json.starts_with('{') => {
                Some(members(json, *author).map(|members| Self::Object(members, *author)))
            }
            Self::Raw(json, author) if json.starts_with('[') => {
                Some(elements(json, *author).map(|elements| Self::Array(elements, *author)))
            }
            Self::Raw(..) | Self::Object(..) | Self::Array(..) => return,
        };
        let fresh = match step {
            FieldStep::Key(_) | FieldStep::DottedKey(_) => Self::Object(Vec::new(), Author::Field),
            FieldStep::Index(_) | FieldStep::Append => Self::Array(Vec::new(), Author::Field),
        };
        match opened {
            None => *self = fresh,
            Some(Some(node)) => *self = node,
            // Only valid JSON comes in here, and its containers open. Left closed, it is reported as a plain value.
            Some(None) => {}
        }
    }

    /// Goes one step down, making the place if there is none.
    fn child(
        &mut self,
        path: &[FieldStep],
        level: usize,
        step: &FieldStep,
    ) -> Result<&mut Self, Error> {
        match (self, step) {
            (Self::Object(members, _), FieldStep::Key(name) | FieldStep::DottedKey(name)) => {
                // Of duplicate members the last one counts for every reader, so it is the one that changes.
                let at = members
                    .iter()
                    .rposition(|member| member.name == *name)
                    .unwrap_or_else(|| {
                        let value = Self::Unset;
                        members.push(Member {
                            name: name.clone(),
                            written: quote(name),
                            value,
                        });
                        members.len() - 1
                    });
                members.get_mut(at).map(|member| &mut member.value)
            }
            (Self::Array(elements, _), FieldStep::Append) => {
                elements.push(Self::Unset);
                elements.last_mut()
            }
            (Self::Array(elements, _), FieldStep::Index(index)) => {
                let length = elements.len();
                if *index > length {
                    return Err(Error::Gap {
                        path: PathDisplay(path).to_string(),
                        length,
                    });
                }
                if *index == length {
                    elements.push(Self::Unset);
                }
                elements.get_mut(*index)
            }
            (Self::Object(..), _) => return Err(clash(path, level, "an object")),
            (Self::Array(..), _) => return Err(clash(path, level, "an array")),
            (Self::Unset | Self::Raw(..), _) => None,
        }
        .ok_or_else(|| clash(path, level, "a plain value"))
    }

    fn write(self, text: &mut String) {
        match self {
            Self::Unset => text.push_str("null"),
            Self::Raw(json, _) => text.push_str(&json),
            Self::Object(members, _) => {
                text.push('{');
                for (at, member) in members.into_iter().enumerate() {
                    text.push_str(if at == 0 { "" } else { "," });
                    text.push_str(&member.written);
                    text.push(':');
                    member.value.write(text);
                }
                text.push('}');
            }
            Self::Array(elements, _) => {
                text.push('[');
                for (at, element) in elements.into_iter().enumerate() {
                    text.push_str(if at == 0 { "" } else { "," });
                    element.write(text);
                }
                text.push(']');
            }
        }
    }
}

/// `path` cannot go on below its first `level` steps, because something of another kind is there.
fn clash(path: &[FieldStep], level: usize, kind: &'static str) -> Error {
    let existing = match path.get(..level) {
        Some(above) if !above.is_empty() => format!("`{}`", PathDisplay(above)),
        _ => "the body".to_owned(),
    };
    Error::Clash {
        path: PathDisplay(path).to_string(),
        existing,
        kind,
    }
}

/// Writes a JSON string.
pub(super) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Opens an object, with every name and value as it was written.
fn members(json: &str, author: Author) -> Option<Vec<Member>> {
    struct Members(Author);
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<Member>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((written, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                // A lone surrogate is valid JSON but no Rust string; no field can name it, so the raw text will do.
                let name = serde_json::from_str(written.get())
                    .unwrap_or_else(|_| written.get().to_owned());
                let value = Node::Raw(value.get().to_owned(), self.0);
                members.push(Member {
                    name,
                    written: written.get().to_owned(),
                    value,
                });
            }
            Ok(members)
        }
    }
    serde_json::Deserializer::from_str(json)
        .deserialize_map(Members(author))
        .ok()
}

/// Opens an array.
fn elements(json: &str, author: Author) -> Option<Vec<Node>> {
    struct Elements(Author);
    impl<'de> Visitor<'de> for Elements {
        type Value = Vec<Node>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an array")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            let mut elements = Vec::new();
            while let Some(element) = sequence.next_element::<&RawValue>()? {
                elements.push(Node::Raw(element.get().to_owned(), self.0));
            }
            Ok(elements)
        }
    }
    serde_json::Deserializer::from_str(json)
        .deserialize_seq(Elements(author))
        .ok()
}
