//! Asks an expression of a value. Functions: `functions`; what is false, equal and how it is written: `value`.

use super::expression::{Call, Comparison, Expression, Field, Kind, Over, Projection, Slice};
use super::functions::{self, Mismatch};
use super::missed::Missed;
use super::value::{Member, Shape, Value};
use crate::query::number::compare;

/// One run of an expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evaluator<'m> {
    /// Takes down which names are found.
    pub(super) missed: &'m Missed,
}

impl Evaluator<'_> {
    /// Finds what an expression says of a value.
    pub(super) fn find<'v>(
        self,
        expression: &'v Expression,
        value: &Value<'v>,
    ) -> Result<Value<'v>, Mismatch> {
        Ok(match &expression.kind {
            Kind::Current => value.clone(),
            Kind::Field(field) => self.field(field, value),
            Kind::Literal(literal) => literal.clone(),
            Kind::Index(index) => element(value, *index),
            Kind::Slice(slice) => sliced(value, *slice),
            Kind::Chain(steps) => {
                let mut found = value.clone();
                for step in steps {
                    found = self.find(step, &found)?;
                }
                found
            }
            Kind::Flatten(base) => flattened(&self.find(base, value)?),
            Kind::Projection(projection) => self.project(projection, value)?,
            Kind::List(_) | Kind::Hash(_) if value.is_null() => Value::Null,
            Kind::List(parts) => {
                let found = parts.iter().map(|part| self.find(part, value));
                Value::array(found.collect::<Result<_, _>>()?)
            }
            Kind::Hash(members) => {
                let found = members.iter().map(|(name, part)| {
                    Ok(Member {
                        name: name.as_bytes().into(),
                        value: self.find(part, value)?,
                    })
                });
                Value::object(found.collect::<Result<_, _>>()?)
            }
            Kind::Or(parts) => {
                let [left, right] = &**parts;
                let found = self.find(left, value)?;
                if found.is_false() {
                    self.find(right, value)?
                } else {
                    found
                }
            }
            Kind::And(parts) => {
                let [left, right] = &**parts;
                let found = self.find(left, value)?;
                if found.is_false() {
                    found
                } else {
                    self.find(right, value)?
                }
            }
            Kind::Not(part) => Value::Boolean(self.find(part, value)?.is_false()),
            Kind::Comparison(comparison, parts) => {
                let [left, right] = &**parts;
                let (left, right) = (self.find(left, value)?, self.find(right, value)?);
                compared(*comparison, &left, &right)
            }
            Kind::Call(call) => self.call(call, value)?,
        })
    }

    fn field<'v>(self, field: &Field, value: &Value<'v>) -> Value<'v> {
        let found = value.member(&field.name);
        self.missed.note(field, value, found.is_some());
        found.unwrap_or(Value::Null)
    }

    fn call<'v>(self, call: &'v Call, value: &Value<'v>) -> Result<Value<'v>, Mismatch> {
        functions::call(&|part, value| self.find(part, value), call, value)
    }

    fn project<'v>(
        self,
        projection: &'v Projection,
        value: &Value<'v>,
    ) -> Result<Value<'v>, Mismatch> {
        let base = self.find(&projection.base, value)?;
        self.project_over(projection, &base)
    }

    /// Finds what a projection says of its base.
    pub(super) fn project_over<'v>(
        self,
        projection: &'v Projection,
        base: &Value<'v>,
    ) -> Result<Value<'v>, Mismatch> {
        let each = match projection.over {
            Over::Elements | Over::Matching(_) => base.elements(),
            Over::Values => base
                .members()
                .map(|members| members.into_iter().map(|member| member.value).collect()),
        };
        let Some(each) = each else {
            return Ok(Value::Null);
        };
        let mut found = Vec::new();
        for one in each {
            if let Over::Matching(condition) = &projection.over
                && self.find(condition, &one)?.is_false()
            {
                continue;
            }
            let one = self.find(&projection.each, &one)?;
            if !one.is_null() {
                found.push(one);
            }
        }
        Ok(Value::array(found))
    }
}

/// The elements of an array, those of arrays in it by themselves.
pub(super) fn flattened<'v>(value: &Value<'v>) -> Value<'v> {
    let Some(elements) = value.elements() else {
        return Value::Null;
    };
    let mut flat = Vec::with_capacity(elements.len());
    for element in elements {
        match element.elements() {
            Some(inner) => flat.extend(inner),
            None => flat.push(element),
        }
    }
    Value::array(flat)
}

fn element<'v>(value: &Value<'v>, index: i64) -> Value<'v> {
    let Some(elements) = value.elements() else {
        return Value::Null;
    };
    let from_end = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    let at = if index < 0 {
        elements.len().checked_sub(from_end)
    } else {
        Some(from_end)
    };
    let found = at.and_then(|at| elements.into_iter().nth(at));
    found.unwrap_or(Value::Null)
}

/// What Python's `value[start:stop:step]` has.
fn sliced<'v>(value: &Value<'v>, slice: Slice) -> Value<'v> {
    let Some(elements) = value.elements() else {
        return Value::Null;
    };
    let length = i64::try_from(elements.len()).unwrap_or(i64::MAX);
    // A reversed slice may end before the first element.
    let (lowest, highest) = if slice.step < 0 {
        (-1, length - 1)
    } else {
        (0, length)
    };
    let bound = |bound: Option<i64>, default: i64| match bound {
        None => default,
        Some(bound) if bound < 0 => bound.saturating_add(length).clamp(lowest, highest),
        Some(bound) => bound.clamp(lowest, highest),
    };
    let (start, stop) = if slice.step < 0 {
        (bound(slice.start, highest), bound(slice.stop, lowest))
    } else {
        (bound(slice.start, lowest), bound(slice.stop, highest))
    };
    let mut found = Vec::new();
    let mut at = start;
    while (slice.step > 0 && at < stop) || (slice.step < 0 && at > stop) {
        let element = usize::try_from(at).ok().and_then(|at| elements.get(at));
        found.extend(element.cloned());
        at = at.saturating_add(slice.step);
    }
    Value::array(found)
}

/// Compares: equality is about all values, order about two numbers or two strings; of others it says `null`.
fn compared<'v>(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> Value<'v> {
    let order = match comparison {
        Comparison::Equal => return Value::Boolean(left.equals(right)),
        Comparison::NotEqual => return Value::Boolean(!left.equals(right)),
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => match (left.shape(), right.shape()) {
            (Shape::Number(left), Shape::Number(right)) => compare(left, right),
            // The bytes are in the order of the letters.
            (Shape::Text(left), Shape::Text(right)) => left.cmp(&right),
            _ => return Value::Null,
        },
    };
    Value::Boolean(match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Equal | Comparison::NotEqual => false,
    })
}
