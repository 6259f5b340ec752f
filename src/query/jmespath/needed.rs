//! How many of the first items of a list decide what an expression finds: an index or a slice with an end ends the list
//! there. Who asks: `query::language`; the same of a path: `query::expression`.

use super::expression::{Argument, Expression, Kind, Over, Slice};

/// Returns how many of the first items decide what is found, where the items are below these names; `None` where every
/// item may count. `value[0].id` needs one, `count` none.
pub(super) fn items_needed(expression: &Expression, names: &[String]) -> Option<u64> {
    match &expression.kind {
        Kind::Current => None,
        Kind::Field(field) => match names.split_first() {
            // The list itself, or what holds it.
            Some((name, _)) if *name == field.name => None,
            // The list is not looked at; an array has no members.
            Some(_) | None => Some(0),
        },
        Kind::Index(index) if names.is_empty() => u64::try_from(*index).ok()?.checked_add(1),
        Kind::Slice(slice) if names.is_empty() => end_of(*slice),
        // An object has no elements, and a literal is known without any.
        Kind::Index(_) | Kind::Slice(_) | Kind::Literal(_) => Some(0),
        Kind::Chain(steps) => of_chain(steps, names),
        Kind::Flatten(base) | Kind::Not(base) => items_needed(base, names),
        // What is asked of each sees only what the base has found.
        Kind::Projection(projection) => match projection.over {
            Over::Elements | Over::Matching(_) | Over::Values => {
                items_needed(&projection.base, names)
            }
        },
        Kind::List(parts) => most(parts.iter(), names),
        Kind::Hash(members) => most(members.iter().map(|(_, part)| part), names),
        Kind::Or(parts) | Kind::And(parts) | Kind::Comparison(_, parts) => {
            most(parts.iter(), names)
        }
        Kind::Call(call) => {
            let values = call.arguments.iter().filter_map(|argument| match argument {
                Argument::Value(part) => Some(part),
                Argument::Reference(_) => None,
            });
            most(values, names)
        }
    }
}

/// Each step is asked of what the one before has found: the first that does not only lead to the list decides.
fn of_chain(steps: &[Expression], names: &[String]) -> Option<u64> {
    let (first, rest) = steps.split_first()?;
    match (&first.kind, names.split_first()) {
        (Kind::Field(field), Some((name, below))) if *name == field.name => of_chain(rest, below),
        (Kind::Current, _) => of_chain(rest, names),
        (_, _) => items_needed(first, names),
    }
}

fn most<'a>(parts: impl Iterator<Item = &'a Expression>, names: &[String]) -> Option<u64> {
    parts
        .map(|part| items_needed(part, names))
        .try_fold(0, |most, needed| Some(needed?.max(most)))
}

/// How many of the first elements a slice looks at; `None` if that depends on the array.
fn end_of(slice: Slice) -> Option<u64> {
    let starts = slice.start.is_none_or(|start| start >= 0);
    (slice.step > 0 && starts).then(|| u64::try_from(slice.stop?).ok())?
}

#[cfg(test)]
mod tests {
    use super::items_needed;
    use crate::query::jmespath::parser;

    #[track_caller]
    fn check(expression: &str, names: &[&str], expected: Option<u64>) {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let parsed = parser::parse(expression).unwrap();
        assert_eq!(items_needed(&parsed, &names), expected, "{expression}");
    }

    #[test]
    fn an_index_or_a_slice_ends_the_list() {
        for (expression, expected) in [
            ("value[0]", Some(1)),
            ("value[2].name", Some(3)),
            ("value[:3]", Some(3)),
            ("value[:3].name", Some(3)),
            ("value[1:3].{n: name}", Some(3)),
            ("value[::2]", None),
            ("value[-1]", None),
            ("value[-2:5]", None),
            ("value[:-1]", None),
            ("value[5:0:-1]", None),
            ("value | [0]", Some(1)),
            ("@.value[0]", Some(1)),
            ("value[0] | name", Some(1)),
            ("value[*].name | [0]", None),
            ("value[?a] | [0]", None),
            ("value[:4][?a].b", Some(4)),
            ("value[:2][].c", Some(2)),
            ("value", None),
            ("@", None),
            ("*", None),
            ("count", Some(0)),
            ("count[0].a", Some(0)),
            ("length(value)", None),
            ("length(value[:2])", Some(2)),
            ("sort_by(value[:2], &name)", Some(2)),
            ("length(@)", None),
            ("[value[0], value[4].id]", Some(5)),
            ("{a: value[0].id, n: count}", Some(1)),
            ("{a: value[0].id, n: length(value)}", None),
            ("value[0].a || value[1].a", Some(2)),
            ("value[0].a == 'b'", Some(1)),
            ("!value[0]", Some(1)),
            ("`1`", Some(0)),
        ] {
            check(expression, &["value"], expected);
        }
        check("properties.rows[0][1]", &["properties", "rows"], Some(1));
        check("properties", &["properties", "rows"], None);
        check("properties.columns", &["properties", "rows"], Some(0));
        check("[0].id", &[], Some(1));
        check("[].id", &[], None);
    }
}
