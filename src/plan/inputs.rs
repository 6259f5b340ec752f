//! The items of a command line with their files and stdin read: headers, query parameters, parts of
//! the body. Reads through a function that it is given; who makes a body of the parts: `body`.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

use super::body::{self, GivenBody};
use super::error::Error;
use super::git_bash::PathConversion;
use crate::cli::{HeaderChange, HeaderEdit, Item, ValueSource};

/// What the items say, read.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Headers in their order; `None` takes one away.
    pub headers: Vec<(HeaderName, Option<HeaderValue>)>,
    /// Query parameters in their order, not yet encoded.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: GivenBody,
    /// What was put right.
    pub notes: Vec<String>,
}

impl Inputs {
    /// Reads all values through `read`, each once and in the order of the arguments.
    pub fn resolve<E: From<Error>>(
        items: &[Item],
        header_options: &[HeaderEdit],
        shell: PathConversion,
        mut read: impl FnMut(&ValueSource) -> Result<Bytes, E>,
    ) -> Result<Self, E> {
        let mut inputs = Self::default();
        let items = &shell
            .repair_items(items, &mut inputs.notes)
            .map_err(Error::from)?;
        for edit in header_options {
            inputs.headers.push(header(edit, &mut read)?);
        }
        for item in items {
            match item {
                Item::Header(edit) => inputs.headers.push(header(edit, &mut read)?),
                Item::Query { name, value } => {
                    let text = text(name, value, &mut read)?;
                    inputs.query.push((name.clone(), text));
                }
                Item::Field { .. } | Item::Body(_) => {}
            }
        }
        let parts = body::resolve(items, read)?;
        inputs.body = body::build(&parts).map_err(Error::from)?;
        Ok(inputs)
    }
}

impl Inputs {
    /// Puts a document in place of the body.
    pub fn set_json_body(&mut self, json: String) {
        self.body = GivenBody::json(json);
    }

    /// The headers that say who asks.
    pub fn authorization(&self) -> Vec<(HeaderName, Option<HeaderValue>)> {
        let own = self.headers.iter();
        own.filter(|(name, _)| *name == AUTHORIZATION)
            .cloned()
            .collect()
    }
}

fn header<E: From<Error>>(
    edit: &HeaderEdit,
    read: &mut impl FnMut(&ValueSource) -> Result<Bytes, E>,
) -> Result<(HeaderName, Option<HeaderValue>), E> {
    let name = edit.name.clone();
    let value = match &edit.change {
        HeaderChange::Remove => None,
        HeaderChange::Empty => Some(HeaderValue::from_static("")),
        HeaderChange::Set(source) => {
            let bytes = value(source, read)?;
            // A file ends with a line break that is not part of the value.
            let value = HeaderValue::from_bytes(bytes.trim_ascii());
            Some(value.map_err(|_| Error::HeaderValue {
                name: name.to_string(),
            })?)
        }
    };
    Ok((name, value))
}

fn text<E: From<Error>>(
    name: &str,
    source: &ValueSource,
    read: &mut impl FnMut(&ValueSource) -> Result<Bytes, E>,
) -> Result<String, E> {
    let bytes = value(source, read)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::QueryValue {
        name: name.to_owned(),
    })?;
    let is_literal = matches!(source, ValueSource::Literal(_));
    let text = if is_literal {
        text
    } else {
        text.trim_end_matches(['\r', '\n'])
    };
    Ok(text.to_owned())
}

fn value<E>(
    source: &ValueSource,
    read: &mut impl FnMut(&ValueSource) -> Result<Bytes, E>,
) -> Result<Bytes, E> {
    match source {
        ValueSource::Literal(text) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        ValueSource::File(_) | ValueSource::FileInHome(_) | ValueSource::Stdin => {
            Ok(body::without_mark(&read(source)?))
        }
    }
}
