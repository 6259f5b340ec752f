//! Takes out of a resource what only the service sets: what remains can be sent back, shown for editing, or compared. What
//! is read-only: `shape`.

use serde_json::{Map, Value};

use super::body::Body;
use super::shape::{Kind, Shape};

/// The members at the top that a path says already, or that only answers have, in every type.
const OF_EVERY_TYPE: [&str; 5] = ["id", "name", "type", "etag", "systemData"];

/// What has a type that is not known in its properties.
const OF_PROPERTIES: [&str; 1] = ["provisioningState"];

/// How deep objects are searched.
const DEEPEST: usize = 64;

/// Removes from a resource what only the service sets, and returns the paths of what was removed:
/// `properties.provisioningState`.
///
/// If no body is known, only what every resource has is removed. Members that are not known stay, because the service
/// may take them; what its discriminator makes of an object is taken into account. An object in which nothing is left
/// is removed too, but for elements of lists, which keep their places.
pub fn drop_computed(body: Option<&Body>, resource: &mut Value) -> Vec<String> {
    let mut dropped = Vec::new();
    let Value::Object(members) = resource else {
        return dropped;
    };
    drop_named(members, &OF_EVERY_TYPE, "", &mut dropped);
    let kind = body.and_then(Body::put);
    match kind.as_ref().and_then(Kind::shape) {
        Some(shape) => drop_in(shape, members, "", DEEPEST, &mut dropped),
        None => {
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                drop_named(properties, &OF_PROPERTIES, "properties.", &mut dropped);
            }
        }
    }
    dropped
}

fn drop_named(
    members: &mut Map<String, Value>,
    names: &[&str],
    before: &str,
    dropped: &mut Vec<String>,
) {
    for name in names {
        if members.shift_remove(*name).is_some() {
            dropped.push(format!("{before}{name}"));
        }
    }
}

fn drop_in(
    shape: Shape<'_>,
    members: &mut Map<String, Value>,
    before: &str,
    deepest: usize,
    dropped: &mut Vec<String>,
) {
    let actual = shape.actual(|name| members.get(name)?.as_str());
    let shape = actual.unwrap_or(shape);
    let names: Vec<String> = members.keys().cloned().collect();
    for name in names {
        let Some(member) = shape.member(&name) else {
            continue;
        };
        let path = format!("{before}{name}");
        if member.is_read_only() {
            members.shift_remove(&name);
            dropped.push(path);
            continue;
        }
        let Some(value) = members.get_mut(&name) else {
            continue;
        };
        let is_emptied = drop_below(&member.kind(), value, &path, deepest, dropped);
        if is_emptied {
            members.shift_remove(&name);
        }
    }
}

/// Tells whether everything in an object was removed.
fn drop_below(
    kind: &Kind<'_>,
    value: &mut Value,
    path: &str,
    deepest: usize,
    dropped: &mut Vec<String>,
) -> bool {
    let Some(deeper) = deepest.checked_sub(1) else {
        return false;
    };
    match (kind, value) {
        (Kind::Object(shape), Value::Object(members)) => {
            let had_some = !members.is_empty();
            drop_in(*shape, members, &format!("{path}."), deeper, dropped);
            had_some && members.is_empty()
        }
        (Kind::Map(inner), Value::Object(members)) => {
            for (name, value) in members.iter_mut() {
                drop_below(inner, value, &format!("{path}.{name}"), deeper, dropped);
            }
            false
        }
        (Kind::List(inner), Value::Array(items)) => {
            for (index, value) in items.iter_mut().enumerate() {
                drop_below(inner, value, &format!("{path}[{index}]"), deeper, dropped);
            }
            false
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::drop_computed;
    use crate::azure::schema::find;

    #[track_caller]
    fn check(types: &str, mut resource: Value, expected: &Value, dropped: &[&str]) {
        let body = find(types).unwrap();
        assert_eq!(drop_computed(body.as_ref(), &mut resource), dropped);
        assert_eq!(&resource, expected);
    }

    #[test]
    fn what_the_service_computes_is_dropped() {
        check(
            "Microsoft.Network/virtualNetworks",
            json!({
                "id": "/x", "name": "vnet", "type": "t", "etag": "W/1", "location": "westeurope",
                "properties": {
                    "provisioningState": "Succeeded", "resourceGuid": "1", "fromTomorrow": true,
                    "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
                    "subnets": [{
                        "id": "/x/subnets/a", "name": "a", "etag": "W/1",
                        "properties": { "addressPrefix": "10.0.0.0/24", "provisioningState": "Succeeded" }
                    }]
                }
            }),
            &json!({
                "location": "westeurope",
                "properties": {
                    "fromTomorrow": true,
                    "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
                    "subnets": [{
                        "id": "/x/subnets/a", "name": "a", "properties": { "addressPrefix": "10.0.0.0/24" }
                    }]
                }
            }),
            &[
                "id",
                "name",
                "type",
                "etag",
                "properties.provisioningState",
                "properties.resourceGuid",
                "properties.subnets[0].etag",
                "properties.subnets[0].properties.provisioningState",
            ],
        );
    }

    #[test]
    fn nothing_else_is_dropped_where_no_body_is_known() {
        check(
            "Contoso.Own/things",
            json!({
                "id": "/x", "location": "l", "etag": "1",
                "properties": { "provisioningState": "Succeeded", "state": "On" }
            }),
            &json!({ "location": "l", "properties": { "state": "On" } }),
            &["id", "etag", "properties.provisioningState"],
        );
        check("Contoso.Own/things", json!([1]), &json!([1]), &[]);
        check("Microsoft.Compute/disks", Value::Null, &Value::Null, &[]);
    }

    #[test]
    fn an_object_that_is_emptied_goes_and_one_that_was_empty_stays() {
        check(
            "Microsoft.Compute/virtualMachines",
            json!({
                "identity": { "principalId": "1", "tenantId": "2" }, "tags": {}, "properties": {}
            }),
            &json!({ "tags": {}, "properties": {} }),
            &["identity.principalId", "identity.tenantId"],
        );
    }
}
