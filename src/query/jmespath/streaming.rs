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
    if let Kind::Projection(projection) = &expression.kind {
        let base = list(&projection.base)?;
        return of_projection(projection, base);
    }
    let Kind::Chain(steps) = &expression.kind else {
        return None;
    };
    // `value | [].name`
    let [first, below] = steps.as_slice() else {
        return None;
    };
    let Kind::Field(field) = &first.kind else {
        return None;
    };
    goes_over_current(below).then(|| PerItem {
        member: field.name.clone(),
        expression: below.clone(),
    })
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
    if let Kind::Field(field) = &base.kind {
        return Some(PerItem {
            member: field.name.clone(),
            expression: Expression::current(),
        });
    }
    if let Kind::Flatten(inner) = &base.kind {
        let inner = list(inner)?;
        return Some(PerItem {
            member: inner.member,
            expression: Expression::of(Kind::Flatten(Box::new(inner.expression))),
        });
    }
    matches!(base.kind, Kind::Projection(_))
        .then(|| per_item(base))
        .flatten()
}

/// Tells whether an expression is a projection over the value that it is asked of.
fn goes_over_current(expression: &Expression) -> bool {
    let Kind::Projection(projection) = &expression.kind else {
        return false;
    };
    !matches!(projection.over, Over::Values) && is_current_list(&projection.base)
}

fn is_current_list(base: &Expression) -> bool {
    if let Kind::Flatten(inner) = &base.kind {
        return is_current_list(inner);
    }
    matches!(base.kind, Kind::Current) || goes_over_current(base)
}
