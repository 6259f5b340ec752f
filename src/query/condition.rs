//! Whether a node meets the condition of a filter (RFC 9535, 2.3.5 and 2.4). Numbers are compared by value (`number`),
//! strings by the text they stand for.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::node::{Kind, Member, Node};
use super::path::{Anchoring, Condition, Operand, Operator, Path};
use super::text::{count_characters, unescape};
use super::walk::Walk;
use super::{jsonpath, number};

/// One side of a comparison, worked out; `Option::None` around it is RFC 9535's `Nothing`.
#[derive(Debug)]
enum Value<'v, 'j> {
    Null,
    Boolean(bool),
    Number(Cow<'v, str>),
    Text(Cow<'v, [u8]>),
    Array(&'v [Node<'j>]),
    Object(&'v [Member<'j>]),
}

impl<'t, 'j> Walk<'t, 'j> {
    /// Says whether a node meets a condition.
    pub(super) fn holds(self, condition: &Condition, current: &'t Node<'j>) -> bool {
        match condition {
            Condition::Or(parts) => parts.iter().any(|part| self.holds(part, current)),
            Condition::And(parts) => parts.iter().all(|part| self.holds(part, current)),
            Condition::Not(inner) => !self.holds(inner, current),
            Condition::Exists(path) => self
                .path(path, current, &mut |_| ControlFlow::Break(()))
                .is_break(),
            Condition::Compare {
                left,
                operator,
                right,
            } => {
                let (left, right) = (self.value(left, current), self.value(right, current));
                compares(left.as_ref(), *operator, right.as_ref())
            }
            Condition::Matches {
                text,
                pattern,
                anchoring,
            } => {
                let (text, pattern) = (self.value(text, current), self.value(pattern, current));
                matches(text.as_ref(), pattern.as_ref(), *anchoring)
            }
        }
    }

    fn value<'v>(self, operand: &'v Operand, current: &'t Node<'j>) -> Option<Value<'v, 'j>>
    where
        't: 'v,
    {
        Some(match operand {
            Operand::Null => Value::Null,
            Operand::Boolean(value) => Value::Boolean(*value),
            Operand::Number(text) => Value::Number(Cow::Borrowed(text)),
            Operand::Text(text) => Value::Text(Cow::Borrowed(text.as_bytes())),
            Operand::Node(path) | Operand::Value(path) => value_of(self.only(path, current)?),
            Operand::Length(inner) => counted(length(&self.value(inner, current)?)?),
            Operand::Count(path) => {
                let mut count = 0;
                let _: ControlFlow<()> = self.path(path, current, &mut |_| {
                    count += 1;
                    ControlFlow::Continue(())
                });
                counted(count)
            }
        })
    }

    /// Returns the node of a path if there is exactly one.
    fn only(self, path: &Path, current: &'t Node<'j>) -> Option<&'t Node<'j>> {
        let mut only = None;
        let several = self.path(path, current, &mut |node| match only.replace(node) {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        });
        only.filter(|_| several.is_continue())
    }
}

fn value_of<'v, 'j>(node: &'v Node<'j>) -> Value<'v, 'j> {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Boolean(value) => Value::Boolean(*value),
        Kind::Number => Value::Number(Cow::Borrowed(node.text)),
        Kind::Text(raw) => Value::Text(unescape(raw)),
        Kind::Array(elements) => Value::Array(elements),
        Kind::Object(members) => Value::Object(members),
    }
}

fn counted(count: usize) -> Value<'static, 'static> {
    Value::Number(Cow::Owned(count.to_string()))
}

fn length(value: &Value<'_, '_>) -> Option<usize> {
    match value {
        Value::Text(said) => Some(count_characters(said)),
        Value::Array(elements) => Some(elements.len()),
        Value::Object(members) => Some(by_name(members).len()),
        Value::Null | Value::Boolean(_) | Value::Number(_) => None,
    }
}

/// Compares two values (RFC 9535, 2.3.5.2.2): `Nothing` equals only `Nothing`.
fn compares(
    left: Option<&Value<'_, '_>>,
    operator: Operator,
    right: Option<&Value<'_, '_>>,
) -> bool {
    let equal = || match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => equals(left, right),
        (Some(_), None) | (None, Some(_)) => false,
    };
    let less = || match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => {
            number::compare(left, right) == Ordering::Less
        }
        (Some(Value::Text(left)), Some(Value::Text(right))) => left < right,
        _ => false,
    };
    match operator {
        Operator::Equal => equal(),
        Operator::NotEqual => !equal(),
        Operator::Less => less(),
        Operator::LessOrEqual => less() || equal(),
    }
}

fn equals(left: &Value<'_, '_>, right: &Value<'_, '_>) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Boolean(left), Value::Boolean(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => {
            number::compare(left, right) == Ordering::Equal
        }
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::Array(left), Value::Array(right)) => {
            let mut pairs = left.iter().zip(right.iter());
            left.len() == right.len() && pairs.all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let (left, right) = (by_name(left), by_name(right));
            let mut pairs = left.iter().zip(&right);
            left.len() == right.len()
                && pairs.all(|(left, right)| left.0 == right.0 && same(left.1, right.1))
        }
        _ => false,
    }
}

fn same(left: &Node<'_>, right: &Node<'_>) -> bool {
    left.text == right.text || equals(&value_of(left), &value_of(right))
}

/// Sorts members by name and keeps the last of several with the same one.
fn by_name<'v, 'j>(members: &'v [Member<'j>]) -> Vec<(Cow<'v, [u8]>, &'v Node<'j>)> {
    let named = members
        .iter()
        .rev()
        .map(|member| (member.unescaped_name(), &member.value));
    let mut sorted: Vec<_> = named.collect();
    sorted.sort_by(|left, right| left.0.cmp(&right.0));
    sorted.dedup_by(|later, kept| later.0 == kept.0);
    sorted
}

fn matches(
    text: Option<&Value<'_, '_>>,
    pattern: Option<&Value<'_, '_>>,
    anchoring: Anchoring,
) -> bool {
    let (Some(Value::Text(text)), Some(Value::Text(pattern))) = (text, pattern) else {
        return false;
    };
    let characters = |said: &[u8]| String::from_utf8_lossy(said).into_owned();
    jsonpath::matches(characters(text), characters(pattern), anchoring)
}
