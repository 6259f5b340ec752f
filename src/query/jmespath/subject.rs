//! What an expression is about: an object, whose members it names, or an array. It is read from the expression alone.

use super::expression::{Argument, Call, Expression, Kind, Over};
use super::function::Parameter;

/// What an expression is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// It may be an array: no member of it is named.
    Array,
    /// An object.
    Object,
}

/// Says what an expression is about; nothing for one that is about nothing.
pub(super) fn of(expression: &Expression) -> Option<Subject> {
    match &expression.kind {
        Kind::Field(_) => Some(Subject::Object),
        Kind::Current | Kind::Index(_) | Kind::Slice(_) => Some(Subject::Array),
        Kind::Literal(_) => None,
        // What follows `@` is about the same.
        Kind::Chain(steps) => {
            let mut steps = steps
                .iter()
                .skip_while(|step| matches!(step.kind, Kind::Current));
            steps.next().map_or(Some(Subject::Array), of)
        }
        Kind::Flatten(base) | Kind::Not(base) => of(base),
        Kind::Projection(projection) => match (&projection.over, &projection.base.kind) {
            (Over::Values, Kind::Current) => Some(Subject::Object),
            (Over::Values | Over::Elements | Over::Matching(_), _) => of(&projection.base),
        },
        Kind::List(parts) => of_all(parts.iter()),
        Kind::Hash(members) => of_all(members.iter().map(|(_, part)| part)),
        Kind::Or(parts) | Kind::And(parts) | Kind::Comparison(_, parts) => of_all(parts.iter()),
        Kind::Call(call) => of_call(call),
    }
}

fn of_call(call: &Call) -> Option<Subject> {
    let arguments = call.arguments.iter().enumerate();
    let subjects = arguments.filter_map(|(at, argument)| match argument {
        Argument::Value(part) => match (of(part), call.function.parameter(at)) {
            (Some(_), Parameter::Object) => Some(Subject::Object),
            (subject, _) => subject,
        },
        Argument::Reference(_) => None,
    });
    joined(subjects)
}

fn of_all<'e>(parts: impl Iterator<Item = &'e Expression>) -> Option<Subject> {
    joined(parts.filter_map(of))
}

/// An array if all are about one.
fn joined(mut subjects: impl Iterator<Item = Subject>) -> Option<Subject> {
    let first = subjects.next()?;
    let all = first == Subject::Array && subjects.all(|subject| subject == Subject::Array);
    Some(if all { Subject::Array } else { Subject::Object })
}
