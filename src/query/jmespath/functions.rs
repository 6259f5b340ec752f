//! What the functions do. Their names and parameters: `function`; arithmetic: `number`.

use std::borrow::Cow;
use std::cmp::Ordering;

use memchr::memmem;

use super::expression::{Argument, Call, Expression};
use super::function::{Function, Parameter};
use super::number::{self, TooLarge};
use super::value::{Shape, Value, each_name_once};
use crate::query::number::compare;

/// What a function was given and does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// The offset of the function's name, in bytes.
    pub(super) at: usize,
    pub(super) message: String,
}

/// Asks an expression of a value.
type Ask<'a, 'v> = &'a dyn Fn(&'v Expression, &Value<'v>) -> Result<Value<'v>, Mismatch>;

/// Calls a function on what its arguments find in a value.
pub(super) fn call<'v>(
    ask: Ask<'_, 'v>,
    call: &'v Call,
    value: &Value<'v>,
) -> Result<Value<'v>, Mismatch> {
    let mut arguments = Vec::with_capacity(call.arguments.len());
    let mut reference = None;
    for (at, argument) in call.arguments.iter().enumerate() {
        match argument {
            Argument::Reference(expression) => reference = Some(expression),
            Argument::Value(expression) => {
                let given = ask(expression, value)?;
                let parameter = call.function.parameter(at);
                if let Some(other) = refused(parameter, &given) {
                    return Err(mismatch(call, parameter.words(), &other));
                }
                arguments.push(given);
            }
        }
    }
    let invocation = Invocation {
        ask,
        call,
        arguments,
    };
    match (reference, call.function) {
        (Some(reference), _) => invocation.by(reference),
        (None, Function::Merge | Function::NotNull) => Ok(invocation.of_many()),
        (None, _) => invocation.of_values(),
    }
}

/// A call whose arguments are known and of the right kinds.
struct Invocation<'a, 'v> {
    ask: Ask<'a, 'v>,
    call: &'v Call,
    arguments: Vec<Value<'v>>,
}

/// What things are sorted by.
enum Key<'v> {
    Number(String),
    Text(Vec<u8>),
    /// Cannot be sorted by.
    Other(Value<'v>),
}

impl<'v> Invocation<'_, 'v> {
    /// The functions that take values alone.
    fn of_values(mut self) -> Result<Value<'v>, Mismatch> {
        let mut arguments = std::mem::take(&mut self.arguments).into_iter();
        let first = arguments.next().unwrap_or(Value::Null);
        let second = arguments.next().unwrap_or(Value::Null);
        Ok(match self.call.function {
            Function::Abs => numeric(number::absolute(&spelling(&first))),
            Function::Ceil => self.counted(number::rounded(&spelling(&first), f64::ceil))?,
            Function::Floor => self.counted(number::rounded(&spelling(&first), f64::floor))?,
            Function::Sum => {
                let numbers = spellings(&first);
                self.counted(number::sum(numbers.iter().map(String::as_str)))?
            }
            Function::Avg => {
                let numbers = spellings(&first);
                match number::average(numbers.iter().map(String::as_str)) {
                    Ok(None) => Value::Null,
                    Ok(Some(mean)) => numeric(mean),
                    Err(TooLarge) => return Err(self.too_large()),
                }
            }
            Function::Contains => Value::Boolean(contains(&first, &second)),
            Function::EndsWith => Value::Boolean(text(&first).ends_with(&text(&second))),
            Function::StartsWith => Value::Boolean(text(&first).starts_with(&text(&second))),
            Function::Join => {
                let parts = elements(&second);
                let parts: Vec<_> = parts.iter().map(text).collect();
                Value::Text(parts.join(&*text(&first)).into())
            }
            Function::Keys => {
                let members = first.members().unwrap_or_default();
                Value::array(
                    members
                        .into_iter()
                        .map(|member| Value::Text(member.name))
                        .collect(),
                )
            }
            Function::Values => {
                let members = first.members().unwrap_or_default();
                Value::array(members.into_iter().map(|member| member.value).collect())
            }
            Function::Length => numeric(length(&first).to_string()),
            Function::Reverse => reversed(&first),
            Function::Sort => {
                let mut sorted = elements(&first);
                sorted.sort_by(order);
                Value::array(sorted)
            }
            Function::Max => chosen(elements(&first), Ordering::Greater),
            Function::Min => chosen(elements(&first), Ordering::Less),
            Function::ToArray if matches!(first.shape(), Shape::Array) => first,
            Function::ToArray => Value::array(vec![first]),
            Function::ToNumber => to_number(first),
            Function::ToString => {
                if let Shape::Text(_) = first.shape() {
                    first
                } else {
                    let mut dumped = String::new();
                    first.append_dumped(&mut dumped);
                    Value::text(&dumped)
                }
            }
            Function::Type => Value::text(kind_of(&first)),
            // Those that take a reference, and those of many.
            Function::Map
            | Function::MaxBy
            | Function::MinBy
            | Function::SortBy
            | Function::Merge
            | Function::NotNull => Value::Null,
        })
    }

    /// The functions that take any number of values.
    fn of_many(self) -> Value<'v> {
        if self.call.function == Function::NotNull {
            let mut arguments = self.arguments.into_iter();
            return arguments.find(|one| !one.is_null()).unwrap_or(Value::Null);
        }
        let objects = self.arguments.iter();
        let members = objects.flat_map(|object| object.members().unwrap_or_default());
        Value::object(each_name_once(members))
    }

    /// The functions that ask an expression of each element.
    fn by(self, reference: &'v Expression) -> Result<Value<'v>, Mismatch> {
        let array = self.arguments.first().map(elements).unwrap_or_default();
        if self.call.function == Function::Map {
            let found = array.iter().map(|element| (self.ask)(reference, element));
            return Ok(Value::array(found.collect::<Result<_, _>>()?));
        }
        let mut keyed = Vec::with_capacity(array.len());
        for element in array {
            let key = key_of(&(self.ask)(reference, &element)?);
            keyed.push((key, element));
        }
        let all_numbers = keyed.iter().all(|(key, _)| matches!(key, Key::Number(_)));
        let all_texts = keyed.iter().all(|(key, _)| matches!(key, Key::Text(_)));
        if !all_numbers && !all_texts {
            let is_other = |key: &Key<'v>| matches!(key, Key::Other(_));
            let other = keyed.iter().find(|(key, _)| is_other(key));
            let other = match other {
                Some((Key::Other(other), _)) => described(other),
                _ => "both".to_owned(),
            };
            return Err(mismatch(
                self.call,
                "a number of each, or a string of each",
                &other,
            ));
        }
        if self.call.function == Function::SortBy {
            keyed.sort_by(|(one, _), (other, _)| one.order(other));
            let sorted = keyed.into_iter().map(|(_, element)| element);
            return Ok(Value::array(sorted.collect()));
        }
        let better = if self.call.function == Function::MaxBy {
            Ordering::Greater
        } else {
            Ordering::Less
        };
        let best = keyed.into_iter().reduce(|best, next| {
            if next.0.order(&best.0) == better {
                next
            } else {
                best
            }
        });
        Ok(best.map_or(Value::Null, |(_, element)| element))
    }

    fn counted(&self, result: Result<String, TooLarge>) -> Result<Value<'v>, Mismatch> {
        result.map(numeric).map_err(|TooLarge| self.too_large())
    }

    fn too_large(&self) -> Mismatch {
        Mismatch {
            at: self.call.at,
            message: format!(
                "{}() finds a number that is too large",
                self.call.function.name()
            ),
        }
    }
}

impl Key<'_> {
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => compare(one, other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            _ => Ordering::Equal,
        }
    }
}

fn key_of<'v>(value: &Value<'v>) -> Key<'v> {
    match value.shape() {
        Shape::Number(spelling) => Key::Number(spelling.to_owned()),
        Shape::Text(text) => Key::Text(text.into_owned()),
        Shape::Null | Shape::Boolean(_) | Shape::Array | Shape::Object => Key::Other(value.clone()),
    }
}

fn mismatch(call: &Call, takes: &str, given: &str) -> Mismatch {
    let name = call.function.name();
    Mismatch {
        at: call.at,
        message: format!("{name}() takes {takes}, and found {given}"),
    }
}

/// Says what a value is, if a parameter does not take it.
fn refused(parameter: Parameter, value: &Value<'_>) -> Option<String> {
    let shape = value.shape();
    let is_number = |value: &Value<'_>| matches!(value.shape(), Shape::Number(_));
    let is_text = |value: &Value<'_>| matches!(value.shape(), Shape::Text(_));
    let all = |is: &dyn Fn(&Value<'_>) -> bool| {
        let elements = elements(value);
        elements
            .iter()
            .find(|element| !is(element))
            .map(|other| format!("{} among its elements", described(other)))
    };
    let fits = match (parameter, &shape) {
        (Parameter::Any, _)
        | (Parameter::Number, Shape::Number(_))
        | (
            Parameter::Text | Parameter::ArrayOrText | Parameter::ArrayObjectOrText,
            Shape::Text(_),
        )
        | (Parameter::Object | Parameter::ArrayObjectOrText, Shape::Object)
        | (
            Parameter::Array | Parameter::ArrayOrText | Parameter::ArrayObjectOrText,
            Shape::Array,
        ) => true,
        (Parameter::Numbers, Shape::Array) => return all(&is_number),
        (Parameter::Texts, Shape::Array) => return all(&is_text),
        (Parameter::NumbersOrTexts, Shape::Array) => {
            return if elements(value).first().is_some_and(is_text) {
                all(&is_text)
            } else {
                all(&is_number)
            };
        }
        _ => false,
    };
    (!fits).then(|| described(value))
}

/// What a value is, for people.
fn described(value: &Value<'_>) -> String {
    match kind_of(value) {
        "null" => "null".to_owned(),
        kind @ ("array" | "object") => format!("an {kind}"),
        kind => format!("a {kind}"),
    }
}

fn kind_of(value: &Value<'_>) -> &'static str {
    match value.shape() {
        Shape::Null => "null",
        Shape::Boolean(_) => "boolean",
        Shape::Number(_) => "number",
        Shape::Text(_) => "string",
        Shape::Array => "array",
        Shape::Object => "object",
    }
}

fn numeric<'v>(spelling: String) -> Value<'v> {
    Value::Number(spelling.into())
}

/// The spelling of a number.
fn spelling(value: &Value<'_>) -> String {
    match value.shape() {
        Shape::Number(spelling) => spelling.to_owned(),
        Shape::Null | Shape::Boolean(_) | Shape::Text(_) | Shape::Array | Shape::Object => {
            String::new()
        }
    }
}

fn spellings(array: &Value<'_>) -> Vec<String> {
    elements(array).iter().map(spelling).collect()
}

/// The letters of a text.
fn text(value: &Value<'_>) -> Vec<u8> {
    match value.shape() {
        Shape::Text(text) => text.into_owned(),
        Shape::Null | Shape::Boolean(_) | Shape::Number(_) | Shape::Array | Shape::Object => {
            Vec::new()
        }
    }
}

fn elements<'v>(value: &Value<'v>) -> Vec<Value<'v>> {
    value.elements().unwrap_or_default()
}

/// Compares two numbers or two texts.
fn order(one: &Value<'_>, other: &Value<'_>) -> Ordering {
    match (one.shape(), other.shape()) {
        (Shape::Number(one), Shape::Number(other)) => compare(one, other),
        (Shape::Text(one), Shape::Text(other)) => one.cmp(&other),
        _ => Ordering::Equal,
    }
}

/// The first of the largest or smallest.
fn chosen(elements: Vec<Value<'_>>, better: Ordering) -> Value<'_> {
    let best = elements.into_iter().reduce(|best, next| {
        if order(&next, &best) == better {
            next
        } else {
            best
        }
    });
    best.unwrap_or(Value::Null)
}

fn contains(subject: &Value<'_>, searched: &Value<'_>) -> bool {
    match (subject.shape(), searched.shape()) {
        (Shape::Array, _) => elements(subject).iter().any(|one| one.equals(searched)),
        (Shape::Text(subject), Shape::Text(searched)) => {
            memmem::find(&subject, &searched).is_some()
        }
        _ => false,
    }
}

/// How many elements, members or letters there are.
fn length(value: &Value<'_>) -> usize {
    match value.shape() {
        Shape::Array => elements(value).len(),
        Shape::Object => value.members().unwrap_or_default().len(),
        Shape::Text(text) => letters(&text).count(),
        Shape::Null | Shape::Boolean(_) | Shape::Number(_) => 0,
    }
}

/// The letters of a text, each with all of its bytes.
fn letters(text: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    // Every byte but the first of a letter has these two bits.
    text.chunk_by(|_, next| next & 0xC0 == 0x80)
}

fn reversed<'v>(value: &Value<'v>) -> Value<'v> {
    match value.shape() {
        Shape::Text(text) => {
            let backwards: Vec<&[u8]> = letters(&text).rev().collect();
            Value::Text(backwards.concat().into())
        }
        Shape::Null | Shape::Boolean(_) | Shape::Number(_) | Shape::Array | Shape::Object => {
            Value::array(elements(value).into_iter().rev().collect())
        }
    }
}

fn to_number(value: Value<'_>) -> Value<'_> {
    let of_text = match value.shape() {
        Shape::Number(_) => return value,
        Shape::Text(Cow::Borrowed(text)) => {
            std::str::from_utf8(text).ok().and_then(number::of_text)
        }
        Shape::Text(Cow::Owned(text)) => std::str::from_utf8(&text).ok().and_then(number::of_text),
        Shape::Null | Shape::Boolean(_) | Shape::Array | Shape::Object => None,
    };
    of_text.map_or(Value::Null, numeric)
}
