//! Expressions that can be answered item by item: projections over a list that is a member of the document. What
//! cannot: an index, a slice, a function or a pipe needs all items. Who asks each item: `query`.

use super::expression::{Expression, Kind, Over, Projection};

/// An expression about a list, as it is asked of an array that holds one item of it.
#[derive(Debug)]
pub(super) struct PerItem {
    /// The member that is the list.
    pub(super) member: String,
    pub(super) expression: Expression,
}

/// Finds the list that an expression goes over, if asking each item and joining what is found gives the same.
pub(super) fn per_item(expression: &Expression) -> Option<PerItem> {
    match &expression.kind {
        Kind::Projection(projection) => {
            let base = list(&projection.base)?;
            of_projection(projection, base)
        }
        // `value | [].name`
        Kind::Chain(steps) => match steps.as_slice() {
            [
                Expression {
                    kind: Kind::Field(field),
                    ..
                },
                below,
            ] if goes_over_current(below) => Some(PerItem {
                member: field.name.clone(),
                expression: below.clone(),
            }),
            _ => None,
        },
        _ => None,
    }
}

fn of_projection(projection: &Projection, base: PerItem) -> Option<PerItem> {
    let over = match &projection.over {
        over @ (Over::Elements | Over::Matching(_)) => over.clone(),
        Over::Values => return None,
    };
    let expression = Expression::of(Kind::Projection(Box::new(Projection {
        base: base.expression,
        over,
        each: projection.each.clone(),
    })));
    Some(PerItem {
        member: base.member,
        expression,
    })
}

/// The list itself, or what a projection over it finds.
fn list(base: &Expression) -> Option<PerItem> {
    match &base.kind {
        Kind::Field(field) => Some(PerItem {
            member: field.name.clone(),
            expression: Expression::current(),
        }),
        Kind::Flatten(inner) => {
            let inner = list(inner)?;
            Some(PerItem {
                member: inner.member,
                expression: Expression::of(Kind::Flatten(Box::new(inner.expression))),
            })
        }
        Kind::Projection(_) => per_item(base),
        _ => None,
    }
}

/// Tells whether an expression is a projection over the value that it is asked of.
fn goes_over_current(expression: &Expression) -> bool {
    match &expression.kind {
        Kind::Projection(projection) => {
            !matches!(projection.over, Over::Values) && is_current_list(&projection.base)
        }
        _ => false,
    }
}

fn is_current_list(base: &Expression) -> bool {
    match &base.kind {
        Kind::Current => true,
        Kind::Flatten(inner) => is_current_list(inner),
        Kind::Projection(_) => goes_over_current(base),
        _ => false,
    }
}
