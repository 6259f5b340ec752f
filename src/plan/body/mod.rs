//! The request body, from items whose files have been read. Pure: who reads the files:
//! `plan/inputs`.
//!
//! A whole body is sent as it came, byte for byte, except for the byte-order mark before JSON: nothing is parsed and
//! written again. A file of YAML becomes JSON if JSON is expected (`yaml`). Fields become a compact JSON document in
//! which raw JSON values keep their bytes.

mod content;
mod document;
mod error;
mod yaml;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use std::borrow::Cow;

use crate::cli::{FieldStep, FieldValue, Item, PathDisplay, ValueSource};

pub use content::json_of_yaml_text;
pub(super) use content::without_mark;
pub use error::{Error, Origin};

use content::{JSON, YAML, content_type, json_of, json_of_yaml};
use document::Document;

/// What is sent after the head of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Body {
    /// No body, no `Content-Type`.
    #[default]
    Empty,
    /// These bytes.
    Bytes {
        /// The body itself.
        content: Bytes,
        /// Its type, unless the user sets a `Content-Type` of their own.
        content_type: HeaderValue,
    },
}

/// What the items say, before it is known who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenBody {
    /// What is sent, whoever reads it.
    Settled(Body),
    /// A file of YAML.
    Yaml {
        /// The file.
        origin: Origin,
        /// Its bytes.
        content: Bytes,
    },
}

impl Default for GivenBody {
    fn default() -> Self {
        Self::Settled(Body::Empty)
    }
}

/// What is sent of a file of YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YamlBody {
    /// The JSON that says the same.
    AsJson,
    /// The file itself.
    AsItIs,
}

impl YamlBody {
    /// Resource Manager reads only JSON; at any other service a file is a file. A type that the user gives decides.
    pub(super) fn of(
        is_resource_manager: bool,
        headers: &[(HeaderName, Option<HeaderValue>)],
    ) -> Self {
        let given = headers.iter().rev().find(|(name, _)| *name == CONTENT_TYPE);
        let is_json = match given {
            Some((_, Some(given))) => {
                let essence = given.as_bytes().split(|byte| *byte == b';').next();
                let essence = essence.unwrap_or_default().trim_ascii();
                essence.to_ascii_lowercase().ends_with(b"json")
            }
            Some((_, None)) | None => is_resource_manager,
        };
        if is_json { Self::AsJson } else { Self::AsItIs }
    }
}

impl GivenBody {
    /// A document that is sent as it is.
    pub fn json(json: String) -> Self {
        Self::Settled(Body::Bytes {
            content: json.into(),
            content_type: HeaderValue::from_static(JSON),
        })
    }

    /// Says what is sent.
    ///
    /// # Errors
    /// [`Error::NotYaml`].
    pub fn settle(&self, yaml: YamlBody) -> Result<Body, Error> {
        let (content, content_type) = match self {
            Self::Settled(body) => return Ok(body.clone()),
            Self::Yaml { origin, content } => match yaml {
                YamlBody::AsJson => (json_of_yaml(origin, content)?.into(), JSON),
                YamlBody::AsItIs => (content.clone(), YAML),
            },
        };
        Ok(Body::Bytes {
            content,
            content_type: HeaderValue::from_static(content_type),
        })
    }
}

/// A part of the body, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A whole body.
    Whole {
        /// Where it comes from.
        origin: Origin,
        /// Its bytes.
        content: Bytes,
    },
    /// One field.
    Field {
        /// Where it belongs; never empty.
        path: Vec<FieldStep>,
        /// Where its value comes from.
        origin: Origin,
        /// Its value.
        value: Value,
    },
}

/// The value of a field, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Becomes a JSON string; must be UTF-8.
    Text(Bytes),
    /// Is JSON already.
    Json(Bytes),
}

/// Reads the values of all body items through `read`, which is not asked for literals. Other items are skipped.
///
/// # Errors
/// Those of `read`.
pub fn resolve<E>(
    items: &[Item],
    mut read: impl FnMut(&ValueSource) -> Result<Bytes, E>,
) -> Result<Vec<Part>, E> {
    let mut resolved = |source: &ValueSource| {
        let content = match source {
            ValueSource::Literal(text) => Bytes::copy_from_slice(text.as_bytes()),
            ValueSource::File(_) | ValueSource::FileInHome(_) | ValueSource::Stdin => read(source)?,
        };
        Ok((Origin::of(source), content))
    };
    let mut parts = Vec::new();
    for item in items {
        match item {
            Item::Header(_) | Item::Query { .. } => {}
            Item::Body(source) => {
                let (origin, content) = resolved(source)?;
                parts.push(Part::Whole { origin, content });
            }
            Item::Field {
                path,
                value: FieldValue::Text(source),
            } => {
                let (origin, content) = resolved(source)?;
                parts.push(Part::Field {
                    path: path.clone(),
                    origin,
                    value: Value::Text(content),
                });
            }
            Item::Field {
                path,
                value: FieldValue::Json(source),
            } => {
                let (origin, content) = resolved(source)?;
                parts.push(Part::Field {
                    path: path.clone(),
                    origin,
                    value: Value::Json(content),
                });
            }
        }
    }
    Ok(parts)
}

/// Returns the JSON that a source holds: a file that calls itself YAML is converted unless it is JSON.
///
/// # Errors
/// [`Error::NotJson`], [`Error::NotYaml`].
pub fn json_from<'a>(source: &ValueSource, content: &'a [u8]) -> Result<Cow<'a, str>, Error> {
    json_of(&Origin::of(source), content)
}

/// Builds the body. Fields change the whole JSON body they are next to, in their order.
///
/// # Errors
/// See [`Error`].
pub fn build(parts: &[Part]) -> Result<GivenBody, Error> {
    let mut whole: Option<(&Origin, &Bytes)> = None;
    let mut fields = Vec::new();
    for part in parts {
        match part {
            Part::Whole { origin, content } => {
                if let Some((first, _)) = whole.replace((origin, content)) {
                    return Err(Error::SeveralBodies {
                        first: first.clone(),
                        second: origin.clone(),
                    });
                }
            }
            Part::Field {
                path,
                origin,
                value,
            } => fields.push((path, raw_json(path, origin, value)?)),
        }
    }
    match whole {
        None if fields.is_empty() => Ok(GivenBody::default()),
        Some((origin, content)) if fields.is_empty() => {
            let content_type = content_type(origin, content)?;
            if content_type == YAML {
                return Ok(GivenBody::Yaml {
                    origin: origin.clone(),
                    content: content.clone(),
                });
            }
            let is_json = content_type == JSON;
            Ok(GivenBody::Settled(Body::Bytes {
                // JSON has no mark of its encoding (RFC 8259, 8.1), and services refuse one.
                content: if is_json {
                    without_mark(content)
                } else {
                    content.clone()
                },
                content_type,
            }))
        }
        _ => {
            let mut document = match whole {
                Some((origin, content)) => Document::of(&json_of(origin, content)?),
                None => Document::empty(),
            };
            for (path, value) in fields {
                document.set(path, value)?;
            }
            let content = Bytes::from(document.into_json());
            Ok(GivenBody::Settled(Body::Bytes {
                content,
                content_type: HeaderValue::from_static(JSON),
            }))
        }
    }
}

fn raw_json(path: &[FieldStep], origin: &Origin, value: &Value) -> Result<String, Error> {
    match value {
        Value::Json(content) => json_of(origin, content).map(Cow::into_owned),
        Value::Text(content) => match std::str::from_utf8(&without_mark(content)) {
            Ok(text) => Ok(document::quote(text)),
            Err(_) => Err(Error::NotText {
                path: PathDisplay(path).to_string(),
                origin: origin.clone(),
            }),
        },
    }
}
