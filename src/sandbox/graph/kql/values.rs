//! The value of an expression for a row, as Kusto computes it (Microsoft Learn, "Null values", "String operators"). Who
//! reads expressions: `expressions`.

use std::cmp::Ordering;

use serde_json::Value;

use crate::sandbox::graph::kql::syntax::{Comparison, Expression, Function, Member, TextTest};

/// Columns and rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<(String, Kind)>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Table {
    /// Finds a column by its name, whose case counts.
    pub(crate) fn column(&self, name: &str) -> Option<(usize, Kind)> {
        let index = self.columns.iter().position(|(known, _)| known == name)?;
        self.columns.get(index).map(|(_, kind)| (index, *kind))
    }
}

/// What kind of values a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// Objects, arrays, and whatever is in them.
    Dynamic,
}

impl Kind {
    /// The word that answers in the form of a table have for it (recorded).
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Dynamic => "object",
        }
    }
}

/// Tells what kind of value an expression has.
pub(crate) fn kind_of(expression: &Expression, table: &Table) -> Kind {
    match expression {
        Expression::Literal(Value::String(_)) => Kind::Text,
        Expression::Literal(Value::Bool(_))
        | Expression::Compare(..)
        | Expression::Among { .. }
        | Expression::And(..)
        | Expression::Or(..) => Kind::Boolean,
        Expression::Literal(Value::Number(number)) if number.is_f64() => Kind::Number,
        Expression::Literal(Value::Number(_)) => Kind::Integer,
        Expression::Path { column, inside } if inside.is_empty() => {
            table.column(column).map_or(Kind::Dynamic, |(_, kind)| kind)
        }
        Expression::Literal(Value::Null | Value::Array(_) | Value::Object(_))
        | Expression::Path { .. } => Kind::Dynamic,
        Expression::Call(function, _) => match function {
            Function::ToText | Function::ToLower | Function::ToUpper => Kind::Text,
            Function::IsEmpty
            | Function::IsNotEmpty
            | Function::IsNull
            | Function::IsNotNull
            | Function::Not => Kind::Boolean,
        },
    }
}

/// Computes an expression for a row.
pub(crate) fn value_of(expression: &Expression, table: &Table, row: &[Value]) -> Value {
    match expression {
        Expression::Literal(value) => value.clone(),
        Expression::Path { column, inside } => {
            let index = table.column(column).map(|(index, _)| index);
            let value = index.and_then(|index| row.get(index));
            let found = value.and_then(|value| {
                inside.iter().try_fold(value, |value, member| match member {
                    Member::Name(name) => value.get(name),
                    Member::Index(index) => value.get(index),
                })
            });
            found.cloned().unwrap_or_default()
        }
        Expression::Call(function, value) => call(*function, &value_of(value, table, row)),
        Expression::Compare(comparison, left, right) => compare(
            *comparison,
            &value_of(left, table, row),
            &value_of(right, table, row),
        )
        .into(),
        Expression::Among {
            value,
            list,
            ignores_case,
            is_negated,
        } => {
            let value = value_of(value, table, row);
            let is_among = list
                .iter()
                .any(|one| equal(&value, &value_of(one, table, row), *ignores_case));
            (is_among != *is_negated).into()
        }
        Expression::And(left, right) => {
            (holds(left, table, row) && holds(right, table, row)).into()
        }
        Expression::Or(left, right) => (holds(left, table, row) || holds(right, table, row)).into(),
    }
}

/// Tells whether a condition holds for a row: null does not.
pub(crate) fn holds(condition: &Expression, table: &Table, row: &[Value]) -> bool {
    match value_of(condition, table, row) {
        Value::Bool(holds) => holds,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

fn call(function: Function, value: &Value) -> Value {
    match function {
        Function::ToText => text_of(value).into(),
        Function::ToLower => text_of(value).to_lowercase().into(),
        Function::ToUpper => text_of(value).to_uppercase().into(),
        Function::IsEmpty => text_of(value).is_empty().into(),
        Function::IsNotEmpty => (!text_of(value).is_empty()).into(),
        // A text is never null.
        Function::IsNull => value.is_null().into(),
        Function::IsNotNull => (!value.is_null()).into(),
        Function::Not => match value {
            Value::Bool(value) => Value::Bool(!value),
            Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => Value::Null,
        },
    }
}

/// What `tostring` makes of a value: nothing of null.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn compare(comparison: Comparison, left: &Value, right: &Value) -> bool {
    let ordered = |fits: fn(Ordering) -> bool| order(left, right).is_some_and(fits);
    match comparison {
        Comparison::Equal { ignores_case } => equal(left, right, ignores_case),
        // If one of them is null they differ; where both are, nothing can be said.
        Comparison::NotEqual { ignores_case } => {
            let is_unknown = left.is_null() && right.is_null();
            !is_unknown && !equal(left, right, ignores_case)
        }
        Comparison::Less => ordered(Ordering::is_lt),
        Comparison::LessOrEqual => ordered(Ordering::is_le),
        Comparison::Greater => ordered(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordered(Ordering::is_ge),
        Comparison::Text {
            test,
            ignores_case,
            is_negated,
        } => {
            let fold = |value: &Value| folded(text_of(value), ignores_case);
            found(test, &fold(left), &fold(right)) != is_negated
        }
    }
}

fn folded(text: String, ignores_case: bool) -> String {
    if ignores_case {
        text.to_lowercase()
    } else {
        text
    }
}

fn equal(left: &Value, right: &Value, ignores_case: bool) -> bool {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::String(left), Value::String(right)) => {
            folded(left.clone(), ignores_case) == folded(right.clone(), ignores_case)
        }
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

/// The order of two values of one kind; none between different kinds, and none with null.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn found(wanted_as: TextTest, text: &str, wanted: &str) -> bool {
    match wanted_as {
        TextTest::Contains => text.contains(wanted),
        TextTest::StartsWith => text.starts_with(wanted),
        TextTest::EndsWith => text.ends_with(wanted),
        TextTest::Has => {
            wanted.is_empty()
                || text.match_indices(wanted).any(|(start, _)| {
                    let before = text.get(..start).and_then(|text| text.chars().next_back());
                    let after = text.get(start + wanted.len()..);
                    let after = after.and_then(|text| text.chars().next());
                    ![before, after]
                        .into_iter()
                        .flatten()
                        .any(char::is_alphanumeric)
                })
        }
    }
}
