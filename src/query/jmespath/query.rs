//! A query in JMESPath: parsed once, asked of a document or of one item after another.

use std::sync::Arc;

use super::evaluator::Evaluator;
use super::expression::{Expression, Field, Kind};
use super::function::Function;
use super::functions::Mismatch;
use super::missed::{Missed, MissedName};
use super::subject::{self, Subject};
use super::value::Value;
use super::{needed, parser, streaming};
use crate::query::error::{Error, Language, SyntaxError};
use crate::query::node::Node;

/// A parsed query in JMESPath. It finds one value, which may be `null`.
#[derive(Debug, Clone)]
pub struct JmesPath {
    /// As it was typed.
    text: Arc<str>,
    expression: Arc<Expression>,
    missed: Missed,
}

/// What is left of a query for one item of a list, see [`JmesPath::per_item`].
#[derive(Debug, Clone)]
pub struct JmesPathItems {
    text: Arc<str>,
    /// The member of the document that is the list.
    member: String,
    /// Asked of an array that holds one item.
    expression: Arc<Expression>,
    missed: Missed,
}

impl JmesPath {
    /// Parses an expression.
    ///
    /// All of the language is understood. Expressions of more than 64 KiB, 128 nested brackets or 256 steps in one
    /// another are refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let expression =
            parser::parse(text).map_err(|SyntaxError { at, message }| Error::Syntax {
                language: Language::JmesPath,
                expression: text.to_owned(),
                at,
                message,
            })?;
        Ok(Self {
            text: text.into(),
            expression: Arc::new(expression),
            missed: Missed::default(),
        })
    }

    /// Tells whether an array is what the expression is about: it begins with `[`, or names no member of what it is
    /// asked of.
    pub fn is_about_an_array(&self) -> bool {
        self.text.trim_start().starts_with('[')
            || subject::of(&self.expression) == Some(Subject::Array)
    }

    /// The same about a member of the document, which is asked in its place.
    #[must_use]
    pub fn below(self, member: &str) -> Self {
        let member = Expression::of(Kind::Field(Field {
            name: member.to_owned(),
            // Where the expression has no name.
            at: self.text.len(),
            is_quoted: false,
        }));
        Self {
            expression: Arc::new(member.then(Expression::clone(&self.expression))),
            ..self
        }
    }

    /// Returns the query to ask of each item of a list, if that finds, one after another, the elements of what is found
    /// in the whole document.
    pub fn per_item(&self) -> Option<JmesPathItems> {
        let per_item = streaming::per_item(&self.expression)?;
        Some(JmesPathItems {
            text: Arc::clone(&self.text),
            member: per_item.member,
            expression: Arc::new(per_item.expression),
            missed: self.missed.clone(),
        })
    }

    /// Returns how many of the first items of a list decide what is found, where the items are below these names;
    /// `None` where every item may count.
    pub fn items_needed(&self, names: &[String]) -> Option<u64> {
        needed::items_needed(&self.expression, names)
    }

    /// The names of the members that each result has, if the expression makes them.
    pub fn columns(&self) -> Option<Vec<String>> {
        columns(&self.expression)
    }

    /// Finds the value, as JSON.
    pub fn find(&self, json: &str) -> Result<String, Error> {
        let node = Node::parse(json)?;
        let found = evaluator(&self.missed)
            .find(&self.expression, &Value::Node(&node))
            .map_err(|mismatch| failed(&self.text, mismatch))?;
        let mut text = String::new();
        found.append(&mut text);
        Ok(text)
    }

    /// The first name of the expression that was looked for and that no object had: a typing error, perhaps.
    pub fn missed_name(&self) -> Option<MissedName> {
        self.missed.first()
    }
}

impl JmesPathItems {
    /// The member of the document that is the list.
    pub fn member(&self) -> &str {
        &self.member
    }

    /// Hands what is found in one item to `found`, as JSON.
    pub fn select(&self, item: &str, found: &mut dyn FnMut(&str)) -> Result<(), Error> {
        let node = Node::parse(item)?;
        let list = Value::array(vec![Value::Node(&node)]);
        let all = evaluator(&self.missed)
            .find(&self.expression, &list)
            .map_err(|mismatch| failed(&self.text, mismatch))?;
        let mut text = String::new();
        for one in all.elements().unwrap_or_default() {
            if let Value::Node(node) = one {
                found(node.text);
                continue;
            }
            text.clear();
            one.append(&mut text);
            found(&text);
        }
        Ok(())
    }
}

fn evaluator(missed: &Missed) -> Evaluator<'_> {
    Evaluator { missed }
}

fn failed(text: &str, mismatch: Mismatch) -> Error {
    Error::Mismatch {
        expression: text.to_owned(),
        at: mismatch.at,
        message: mismatch.message,
    }
}

/// The names of the hash that an expression ends with.
fn columns(expression: &Expression) -> Option<Vec<String>> {
    if let Kind::Hash(members) = &expression.kind {
        return Some(members.iter().map(|(name, _)| name.clone()).collect());
    }
    if let Kind::Projection(projection) = &expression.kind {
        let is_base = matches!(projection.each.kind, Kind::Current);
        return columns(if is_base {
            &projection.base
        } else {
            &projection.each
        });
    }
    if let Kind::Flatten(base) = &expression.kind {
        return columns(base);
    }
    let Kind::Chain(steps) = &expression.kind else {
        return None;
    };
    let [.., before, last] = steps.as_slice() else {
        return None;
    };
    let is_part = matches!(last.kind, Kind::Index(_) | Kind::Slice(_));
    columns(if is_part || keeps_rows(last) {
        before
    } else {
        last
    })
}

/// Tells whether what an expression finds in a list are its elements.
fn keeps_rows(expression: &Expression) -> bool {
    if let Kind::Projection(projection) = &expression.kind {
        return matches!(projection.each.kind, Kind::Current);
    }
    let keeping = [
        Function::SortBy,
        Function::Reverse,
        Function::MaxBy,
        Function::MinBy,
    ];
    matches!(&expression.kind, Kind::Call(call) if keeping.contains(&call.function))
}
