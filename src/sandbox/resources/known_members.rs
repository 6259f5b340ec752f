//! Members inside a resource that are spelled nearly like one that its type has: they are refused, as most services do,
//! and because nobody would mean them. Members that resemble nothing are stored, because the service may have newer
//! ones. The members of every resource: `members`; what bodies hold: `azure::schema`.

use serde_json::{Map, Value};

use crate::azure::distance;
use crate::azure::schema::{self, Kind, Shape};
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::members;

/// How deep objects are searched.
const DEEPEST: usize = 32;

/// How far a name may be from the one that is meant, and the shortest names that are compared.
const FARTHEST: usize = 2;
const SHORTEST: usize = 5;

/// Refuses a member that is one of the type with a slip in its name.
pub(crate) fn check(call: &Call<'_>, address: &Address) -> Result<(), ArmError> {
    let found = schema::find_named(address.full_type(), address.name());
    let Ok(Some(body)) = found else {
        return Ok(());
    };
    match body.put().and_then(|kind| kind.shape()) {
        Some(shape) => check_object(call, shape, &call.object()?, "", DEEPEST),
        None => Ok(()),
    }
}

fn check_object(
    call: &Call<'_>,
    shape: Shape<'_>,
    object: &Map<String, Value>,
    path: &str,
    deepest: usize,
) -> Result<(), ArmError> {
    let Some(shape) = shape.actual(|name| object.get(name)?.as_str()) else {
        return Ok(());
    };
    for (name, value) in object {
        if let Some(member) = shape.member(name) {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            check_value(call, &member.kind(), value, &path, deepest)?;
        } else if !shape.is_open() && shape.members().any(|own| is_slip(name, own.name)) {
            let kind = shape.name().split('&').next().unwrap_or_default();
            return Err(members::unknown(call, name, (path, kind)));
        }
    }
    Ok(())
}

fn check_value(
    call: &Call<'_>,
    kind: &Kind<'_>,
    value: &Value,
    path: &str,
    deepest: usize,
) -> Result<(), ArmError> {
    let Some(deeper) = deepest.checked_sub(1) else {
        return Ok(());
    };
    match (kind, value) {
        (Kind::Object(shape), Value::Object(object)) => {
            check_object(call, *shape, object, path, deeper)
        }
        (Kind::List(inner), Value::Array(items)) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(index, item)| {
                check_value(call, inner, item, &format!("{path}[{index}]"), deeper)
            })
        }
        (Kind::Map(inner), Value::Object(object)) => {
            let mut members = object.iter();
            members.try_for_each(|(name, item)| {
                check_value(call, inner, item, &format!("{path}.{name}"), deeper)
            })
        }
        _ => Ok(()),
    }
}

fn is_slip(name: &str, known: &str) -> bool {
    let (name, known) = (name.to_ascii_lowercase(), known.to_ascii_lowercase());
    name.len() >= SHORTEST && distance(&name, &known, FARTHEST).is_some()
}
